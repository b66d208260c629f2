from simulator.onboard.motion.phases import BackDrive
from simulator.onboard.motion.stage import MotionStage

__all__ = ["BackDrive", "MotionStage"]
