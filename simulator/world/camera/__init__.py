"""What the virtual camera sees: room, things and people drawn as a real lens and sensor would show them."""

from simulator.world.camera.camera import VirtualCamera
from simulator.world.camera.view import CameraView, FrameTruth, PersonView, ThingView

__all__ = ["CameraView", "FrameTruth", "PersonView", "ThingView", "VirtualCamera"]
