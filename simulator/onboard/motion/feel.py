"""What the screen feels through its motor: a thing in the way, a hand that turns it, or a finger that scrolls.

A momentum observer (De Luca and Mattone 2005) compares how the screen's momentum changes with what motor and friction
explain; the rest came from outside. Torque alone cannot tell a press from a push: duration, the angle the screen gave
way and the touch panel can.
"""

from __future__ import annotations

import math
from typing import Final

from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import TICK_S, Contact, MotorState, Touch
from simulator.onboard.state import Remembers
from simulator.onboard.tuning import BumpKnobs

DEG: Final = math.pi / 180.0
# Observer bandwidth: answers within two ticks and stays stable at 100 Hz (gain times tick = 0.5).
GAIN_PER_S: Final = 50.0
# Below this speed friction is a matter of direction, not of sliding.
SLIDE_DPS: Final = 3.0
# A push may waver: it is over after this long below 70 % of the threshold.
WAVER_TICKS: Final = 4
WAVER_SHARE: Final = 0.7
SURE_TICKS: Final = 2
SURE_TIMES: Final = 1.8
# A finger that slides faster than this scrolls; one that has just left the glass may still shake it.
SCROLL_PER_S: Final = 0.05
TOUCH_ECHO_TICKS: Final = 12
# Stall: the set point has run away this far from a screen that hardly turns, for this long. An encoder on the edge of a
# count shows up to 3 deg/s at rest.
STALL_DEG: Final = 4.0
STALL_TICKS: Final = 15
STALL_SHARE, STALL_DPS = 0.2, 3.0
_NONE: Final = Contact.NONE  # found once: each tick ends with it


class Feel(Remembers):
    """Tells contact from nothing, and a hand from a bump and a touch."""

    __slots__ = (
        "_cable",
        "_coulomb",
        "_explained",
        "_inertia",
        "_over_ticks",
        "_side",
        "_stall_ticks",
        "_start_deg",
        "_touch_tick",
        "_under_ticks",
        "_viscous",
        "_watched",
        "external_nm",
    )

    def __init__(self, facts: MotorFacts) -> None:
        self._inertia = facts.turning_inertia_kgm2
        self._viscous, self._coulomb, self._cable = facts.viscous_nms, facts.coulomb_nm, facts.cable_nm_per_rad
        self._explained = 0.0
        self.external_nm = 0.0
        self._over_ticks = self._under_ticks = self._stall_ticks = 0
        self._side = 0.0
        self._start_deg = 0.0
        self._touch_tick = -1_000_000
        self._watched = True

    def tick(
        self,
        motor: MotorState,
        touch: Touch,
        knobs: BumpKnobs,
        *,
        wanted_rate_dps: float,
        wanted_accel_dps2: float,
        behind_deg: float,
    ) -> Contact:
        """What is felt now. `behind_deg` is how far the screen lags its set point."""
        self._observe(motor)
        external = self.external_nm
        threshold = (
            knobs.bump_torque_nm
            + knobs.friction_slack_nm_per_dps * abs(motor.rate_dps)
            + knobs.accel_slack_nm_per_dps2 * abs(wanted_accel_dps2)
        )
        if self._over_ticks or external > threshold or external < -threshold:
            self._count(external, threshold, motor.yaw_deg)
        if touch.down:
            self._touch_tick = motor.tick
        if wanted_rate_dps != 0.0:
            opposed = self._over_ticks > 0 and external * wanted_rate_dps < 0.0
            if opposed and (self._over_ticks >= SURE_TICKS or abs(external) > SURE_TIMES * threshold):
                return Contact.BUMP
            crawl_dps = max(STALL_SHARE * abs(wanted_rate_dps), STALL_DPS)
            stuck = abs(behind_deg) > STALL_DEG and abs(motor.rate_dps) < crawl_dps
            self._stall_ticks = self._stall_ticks + 1 if stuck else 0
            if self._stall_ticks >= STALL_TICKS:
                return Contact.STALL
        else:
            self._stall_ticks = 0
        if self._over_ticks and self._is_hand(motor, touch, knobs):
            return Contact.HAND
        return Contact.TOUCH if touch.down else _NONE

    def resisting_nm(self, yaw_deg: float, rate_dps: float) -> float:
        """What friction and cable take of the motor's torque."""
        slide = rate_dps / SLIDE_DPS
        return self._viscous * rate_dps * DEG + self._coulomb * slide / (1.0 + abs(slide)) + self._cable * yaw_deg * DEG

    def driving_nm(self, yaw_deg: float, rate_dps: float, accel_dps2: float) -> float:
        """The torque with which an undisturbed motor turns like this."""
        return self.resisting_nm(yaw_deg, rate_dps) + self._inertia * accel_dps2 * DEG

    def forget(self) -> None:
        """Begin again: what was felt belongs to a contact that is dealt with."""
        self._over_ticks = self._under_ticks = self._stall_ticks = 0

    def lose_track(self) -> None:
        """Begin again from the next measurement: how the screen moved meanwhile was not watched."""
        self.forget()
        self._watched = False

    def _observe(self, motor: MotorState) -> None:
        rate_dps, torque_nm = motor.rate_dps, motor.torque_nm
        if not (math.isfinite(rate_dps) and math.isfinite(torque_nm)):
            return
        if not self._watched:
            self._watched, self.external_nm = True, 0.0
            self._explained = self._inertia * rate_dps * DEG
            return
        self._explained += TICK_S * (torque_nm - self.resisting_nm(motor.yaw_deg, rate_dps) + self.external_nm)
        self.external_nm = GAIN_PER_S * (self._inertia * rate_dps * DEG - self._explained)

    def _count(self, external: float, threshold: float, yaw_deg: float) -> None:
        if abs(external) > threshold:
            side = 1.0 if external > 0.0 else -1.0
            if self._over_ticks == 0 or side != self._side:
                self._over_ticks, self._side, self._start_deg = 0, side, yaw_deg
            self._over_ticks += 1
            self._under_ticks = 0
        elif self._over_ticks:
            if external * self._side > WAVER_SHARE * threshold:
                self._over_ticks += 1
                self._under_ticks = 0
            else:
                self._under_ticks += 1
                if self._under_ticks > WAVER_TICKS:
                    self._over_ticks = 0

    def _is_hand(self, motor: MotorState, touch: Touch, knobs: BumpKnobs) -> bool:
        lasting_s = self._over_ticks * TICK_S
        gave_way_deg = (motor.yaw_deg - self._start_deg) * self._side
        if motor.tick - self._touch_tick <= TOUCH_ECHO_TICKS:
            # Scrolling and tapping never turn the screen; a palm resting on the glass has to move it as well.
            still = touch.down and touch.speed_per_s <= SCROLL_PER_S
            return still and lasting_s >= knobs.push_hold_s and gave_way_deg >= knobs.push_turn_deg
        if lasting_s >= knobs.push_hold_s:
            return True
        return lasting_s >= 0.5 * knobs.push_hold_s and gave_way_deg >= knobs.push_turn_deg
