"""The control loop inside an emulated servo: ramps towards a goal and pushes the plant.

Every emulated motor uses this loop, so that they differ only where the real ones do: in what their wires allow.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from hardware_bridge.emulators.emulated_body import MILLISECONDS_PER_SUBSTEP, EmulatedBody
from simulator.onboard.facts import MotorFacts

STEP_S = 0.001 * MILLISECONDS_PER_SUBSTEP
# A servo without ramps of its own smooths its goal a little; 4 ms is what a stiff inner loop looks like from outside.
SMOOTH_S = 0.004
STILL_DPS = 3.0


# Servos are sold with a firmer loop than the one of our own drive, which is made for soft starts (guess: 9 N m/rad, 0.45 N m s).
STIFFER, FIRMER = 1.5, 1.5


@dataclass(slots=True, kw_only=True)
class Ramp:
    """How the reference is allowed to approach its goal; infinite where the servo sets no limit."""

    rate_dps: float = math.inf
    accel_dps2: float = math.inf
    rise_dps2: float = math.inf
    """Limits only how fast the reference speeds up, as a drive's "max acceleration" does in cyclic modes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What the loop was told from outside at one moment."""

    goal_deg: float
    ramp: Ramp
    torque_limit_nm: float
    speed_goal_dps: float | None


class ServoLoop:
    """A position loop with a ramp, a torque limit and a stop. What it is told from outside it obeys a little later."""

    def __init__(self, body: EmulatedBody, *, facts: MotorFacts) -> None:
        self.body = body
        self.stiffness_share = 1.0
        """How stiff somebody has set the loop; 1 as the maker ships it."""
        self._stiffness_nm_per_deg = math.radians(STIFFER * facts.position_gain_nm_per_rad)
        self._damping_nms_per_deg = math.radians(FIRMER * facts.rate_gain_nms_per_rad)
        self._friction_nm = facts.friction_compensation * facts.coulomb_nm
        self.powered = False
        self.ramp = Ramp()
        self.torque_limit_nm = facts.torque_limit_nm
        self.goal_deg = self.reference_deg = body.encoder_deg
        self.reference_dps = 0.0
        self.torque_nm = 0.0
        self.speed_goal_dps: float | None = None
        """Set while the servo follows a speed instead of a place; None otherwise."""
        self._late_steps = round(facts.loop_delay_ms / (1000.0 * STEP_S))
        self._told: deque[_Told] = deque()
        self._obeyed = self._now_told()

    @property
    def at_rest(self) -> bool:
        """Whether the reference has arrived and the shaft stands."""
        return self.reference_dps == 0.0 and abs(self.body.encoder_dps) < STILL_DPS

    def hold_here(self) -> None:
        """The goal becomes the measured place, without a ramp."""
        self.goal_deg = self.reference_deg = self.body.encoder_deg
        self.reference_dps = 0.0
        self.speed_goal_dps = None
        self._told.clear()

    def stop_with(self, decel_dps2: float) -> None:
        """Slow down evenly and stay where that ends."""
        way_deg = self.reference_dps**2 / (2.0 * decel_dps2)
        self.speed_goal_dps = None
        self.ramp = Ramp(rate_dps=max(abs(self.reference_dps), 1.0), accel_dps2=decel_dps2)
        self.goal_deg = self.reference_deg + math.copysign(way_deg, self.reference_dps)
        self._told.clear()  # its own stop is not told from outside

    def millisecond(self) -> None:
        """Push for a millisecond; when the plant has moved, measure and think again."""
        if not self.body.push(self.torque_nm if self.powered else 0.0):
            return
        if self.powered:
            self._listen()
            self._advance()
            self.torque_nm = self._wanted_nm()
        else:
            self.hold_here()
            self.torque_nm = 0.0

    def _now_told(self) -> _Told:
        return _Told(
            goal_deg=self.goal_deg,
            ramp=self.ramp,
            torque_limit_nm=self.torque_limit_nm,
            speed_goal_dps=self.speed_goal_dps,
        )

    def _listen(self) -> None:
        """What is told now counts so many steps later: from set point to torque."""
        self._told.append(self._now_told())
        self._obeyed = self._told.popleft() if len(self._told) > self._late_steps else self._told[0]

    def _advance(self) -> None:
        goal_deg, ramp, speed_goal_dps = self._obeyed.goal_deg, self._obeyed.ramp, self._obeyed.speed_goal_dps
        most_dps = ramp.accel_dps2 * STEP_S
        change_dps = min(max(self._wanted_dps() - self.reference_dps, -most_dps), most_dps)
        fastest_dps = abs(self.reference_dps) + ramp.rise_dps2 * STEP_S
        if (self.reference_dps + change_dps) * self.reference_dps < 0.0:
            fastest_dps = ramp.rise_dps2 * STEP_S
        self.reference_dps = min(max(self.reference_dps + change_dps, -fastest_dps), fastest_dps)
        step_deg = self.reference_dps * STEP_S
        left_deg = goal_deg - self.reference_deg
        slow = abs(self.reference_dps) <= 2.0 * most_dps
        if speed_goal_dps is None and slow and abs(left_deg) <= abs(step_deg) + 1e-3:
            self.reference_deg, self.reference_dps = goal_deg, 0.0
        else:
            self.reference_deg += step_deg

    def _wanted_dps(self) -> float:
        goal_deg, ramp, speed_goal_dps = self._obeyed.goal_deg, self._obeyed.ramp, self._obeyed.speed_goal_dps
        if speed_goal_dps is not None:
            return speed_goal_dps
        left_deg = goal_deg - self.reference_deg
        if math.isinf(ramp.accel_dps2):
            # Without a limit of acceleration the reference goes at full allowed speed and stops dead.
            wanted_dps = abs(left_deg) / (STEP_S if math.isfinite(ramp.rate_dps) else SMOOTH_S)
        else:
            # The speed from which one can still stop at the goal, one step ahead of time.
            half_step_dps = 0.5 * ramp.accel_dps2 * STEP_S
            wanted_dps = math.sqrt(2.0 * ramp.accel_dps2 * abs(left_deg) + half_step_dps**2) - half_step_dps
        return math.copysign(min(wanted_dps, ramp.rate_dps), left_deg)

    def _wanted_nm(self) -> float:
        torque_nm = (self.reference_deg - self.body.encoder_deg) * self.stiffness_share * self._stiffness_nm_per_deg
        torque_nm += (self.reference_dps - self.body.encoder_dps) * self._damping_nms_per_deg
        if self.reference_dps:
            torque_nm += math.copysign(self._friction_nm, self.reference_dps)
        return min(max(torque_nm, -self._obeyed.torque_limit_nm), self._obeyed.torque_limit_nm)
