"""The eyes: a picture comes in, who is where and who faces the device comes out, and the picture is gone."""

from simulator.onboard.vision.models import VisionModels
from simulator.onboard.vision.stage import VisionStage

__all__ = ["VisionModels", "VisionStage"]
