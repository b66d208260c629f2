"""Draws the synthetic camera picture for people's eyes. It is shown and forgotten, never written anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.runtime.header import Header
from simulator.runtime.seeds import stream

if TYPE_CHECKING:
    from simulator.world.camera.camera import VirtualCamera
    from simulator.world.camera.view import CameraView


class EnginePainter:
    """A camera of its own: drawing for people must not use up the chance of the device's camera."""

    def __init__(self) -> None:
        self._header: Header | None = None
        self._camera: VirtualCamera | None = None

    def picture(self, header: Header, view: CameraView) -> NDArray[np.uint8]:
        """The room of a run as its lens would see it."""
        from simulator.world.camera.camera import VirtualCamera

        if self._camera is None or self._header is not header:
            if self._camera is not None:
                self._camera.close()
            self._header = header
            self._camera = VirtualCamera(header.spec, header.facts.camera, stream(header.seed, "window camera"))
        pixels, _ = self._camera.picture(view)
        return pixels
