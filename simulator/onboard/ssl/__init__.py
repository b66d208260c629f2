"""The ears: voice activity, wake word, direction of sound."""

from simulator.onboard.ssl.stage import EarsSnapshot, SoundModels, SoundStage

__all__ = ["EarsSnapshot", "SoundModels", "SoundStage"]
