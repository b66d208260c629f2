from simulator.onboard.motion.stage import BackDrive, MotionStage

__all__ = ["BackDrive", "MotionStage"]
