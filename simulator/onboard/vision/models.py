"""The weights that the eyes are given: bytes, because the stack reads no files."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class VisionModels:
    """What there is; every one may be missing, and the eyes do what they can without it."""

    yunet: bytes | None = None  # YuNet (ONNX); None: people are found as bodies only, and nobody counts as engaged
    face_mesh: bytes | None = None  # MediaPipe face mesh (tflite); None: no head direction, so nobody counts as engaged
    body: bytes | None = None  # BlazePose detector (tflite); None: people who turn away are only remembered
    things: bytes | None = None  # SSD MobileNet on Open Images (tflite); None: chairs and pets have no name
