"""A hand at an emulated screen: it takes hold, turns the screen to where it is wanted, and lets go."""

from __future__ import annotations

import math

from hardware_bridge.body.plant import SUBSTEP_S

TURNS_DPS = 60.0
# A soft grip with its own damping; a hand that meets a motor in its way gives in at a few newtons.
GRIP_NM_PER_RAD, GRIP_NMS_PER_RAD, STRONGEST_NM = 20.0, 0.8, 2.0
HOLDS_S = 0.4  # where it has come to, so that the screen rests before it lets go
GIVES_UP_S = 3.0


class Hand:
    """The world of one emulated screen (see `EmulatedBody.world`)."""

    def __init__(self) -> None:
        self._goal_deg: float | None = None
        self._at_deg: float | None = None
        self._there_s = 0.0

    def turn_to(self, yaw_deg: float) -> None:
        """Take hold, wherever the screen is, and turn it there."""
        self._goal_deg, self._at_deg, self._there_s = yaw_deg, None, 0.0

    @property
    def holds(self) -> bool:
        """Whether it has not let go yet."""
        return self._goal_deg is not None

    def torque_nm(self, yaw_deg: float, rate_dps: float) -> float:
        """What it does to the screen in one substep."""
        if self._goal_deg is None:
            return 0.0
        step_deg = TURNS_DPS * SUBSTEP_S
        at_deg = yaw_deg if self._at_deg is None else self._at_deg
        self._at_deg = at_deg + min(step_deg, max(-step_deg, self._goal_deg - at_deg))
        if self._at_deg == self._goal_deg:
            self._there_s += SUBSTEP_S
        near = abs(yaw_deg - self._goal_deg) < 1.0 and abs(rate_dps) < 1.0
        if (near and self._there_s > HOLDS_S) or self._there_s > GIVES_UP_S:
            self._goal_deg = None
            return 0.0
        pull_nm = GRIP_NM_PER_RAD * math.radians(self._at_deg - yaw_deg) - GRIP_NMS_PER_RAD * math.radians(rate_dps)
        return min(STRONGEST_NM, max(-STRONGEST_NM, pull_nm))
