from simulator.onboard.motion.stage import MotionStage

__all__ = ["MotionStage"]
