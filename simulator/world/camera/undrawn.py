"""The stage of a camera whose pictures another process draws: there is only the truth about them."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulator.world.camera.light import LightSetting
from simulator.world.camera.seen import Posed
from simulator.world.camera.view import CameraView
from simulator.world.camera.viewpoint import Lens

NO_POINTS = np.empty((0, 3), np.float32)


class Undrawn:
    """Draws nothing."""

    kind: Literal["gl", "sprites"] = "gl"
    name = "another process"

    def sharp(
        self,
        view: CameraView,
        lens: Lens,
        people: list[Posed],
        light: LightSetting,
        *,
        only: frozenset[str] | None = None,
    ) -> NDArray[np.uint8]:
        """Pictures are to be had from the process that draws them."""
        raise RuntimeError("the pictures of this camera are drawn and looked at in another process")

    def close(self) -> None:
        """There is nothing to give back."""
