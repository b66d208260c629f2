"""One room with what draws it: as people see it, and as the device's own camera would; each is loaded when it is first wanted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.gui.customer.glass import GlassPainter
from simulator.onboard.facts import DeviceFacts
from simulator.runtime.onlooker import Moment
from simulator.runtime.seeds import stream
from simulator.world.camera.camera import VirtualCamera
from simulator.world.camera.customer import CustomerView
from simulator.world.camera.customer_place import Standpoint
from simulator.world.spec import WorldSpec

Pixels = NDArray[np.uint8]


class DrawnRoom:
    """One room; remembers no picture."""

    def __init__(self, spec: WorldSpec, facts: DeviceFacts, *, seed: int = 0) -> None:
        self._spec, self._facts, self._seed = spec, facts, seed
        self._people: CustomerView | None = None
        self._glass: GlassPainter | None = None
        self._shown: Pixels | None = None  # what is on the glass
        self._device: VirtualCamera | None = None

    def person(self, moment: Moment, place: Standpoint) -> Pixels:
        """As somebody there sees it; raises NoRenderer without OpenGL."""
        if self._people is None:
            self._people = CustomerView(self._spec, self._facts)
            self._glass = GlassPainter(self._people.model.glass_m)
        assert self._glass is not None
        glass = self._glass.picture(moment.glass)
        if glass is not self._shown:
            self._people.show(glass)
            self._shown = glass
        return self._people.picture(moment.view, place)

    def device(self, moment: Moment) -> Pixels:
        """As the device's camera would: one of its own, so that drawing for people takes nothing from that one's chance."""
        if self._device is None:
            chance = stream(self._seed, "window camera")
            self._device = VirtualCamera(self._spec, self._facts.camera, chance)
        return self._device.picture(moment.view)[0]

    def close(self) -> None:
        """Give the graphics memory back."""
        for one in (self._people, self._device):
            if one is not None:
                one.close()
