"""An emulated motor whose screen is watched: what really moves is told each millisecond, by the process in which it moves."""

from __future__ import annotations

import time
from collections.abc import Callable

from hardware_bridge.emulators.emulated_body import EmulatedBody
from hardware_bridge.wires.links import Device

Witness = Callable[[float, float, float], object]  # time of this machine, yaw, rate


class Watched:
    """The far end of a wire, as the device itself."""

    def __init__(self, device: Device, body: EmulatedBody, tell: Witness) -> None:
        self._device, self._body, self._tell = device, body, tell
        self.receive, self.transmit = device.receive, device.transmit

    @property
    def baud(self) -> int | None:
        """As the device."""
        return self._device.baud

    def step(self) -> None:
        """Live one millisecond."""
        self._device.step()
        self._tell(time.monotonic(), self._body.yaw_deg, self._body.rate_dps)


def port_name(kind: str, path: str) -> str:
    """What opens a device of this kind behind a terminal."""
    return f"cia402:slcan:{path}" if kind == "cia402" else f"{kind}:{path}"
