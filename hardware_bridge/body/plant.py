"""The mechanics of a motorized screen: a motor turns a screen through a gear with play, against friction and a cable.

Two masses, motor side and screen side, meet at the ends of the play like hard stops. Every step is solved so that dry
friction, play and cable can only take energy away, whatever its length: friction never reverses a motion, the masses meet
without rebound, the cable is integrated implicitly. One plant for the virtual device, the wire emulators and the fits of
real motors. Plain floats in radians inside; degrees at the door.
"""

from __future__ import annotations

import math

import numpy as np

from hardware_bridge.body.drive import Drive
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import TICK_S

SUBSTEPS = 5
SUBSTEP_S = TICK_S / SUBSTEPS
# Slower than this is standing still: stiction holds. 0.0006 deg/s, far below one encoder count a minute.
REST_RPS = 1e-5
# Smaller closing speeds inside the play are rounding, not motion.
PLAY_ROUNDING_RPS = 1e-9
# Below this share of what stiction holds, rounding cannot make the difference between standing and moving.
SAFELY = 0.999

PlantState = tuple[tuple[float, ...], object]


class Plant:
    """Motor, gear, screen and the drive that feeds the motor; `advance` moves time on by substeps of 2 ms."""

    def __init__(
        self,
        facts: MotorFacts,
        *,
        rng: np.random.Generator | None = None,
        yaw_deg: float = 0.0,
        substep_s: float = SUBSTEP_S,
    ) -> None:
        """Without a stream of chance the sensors have resolution but no noise."""
        self.facts, self._dt = facts, substep_s
        self.motor_rad = self.screen_rad = math.radians(yaw_deg)
        self.motor_rps = self.screen_rps = 0.0
        self.engaged = False  # the play is taken up: both masses turn as one
        self.drive = Drive(facts, rng=rng, yaw_rad=self.motor_rad, substep_s=substep_s)
        self._half_play = math.radians(0.5 * facts.backlash_deg)
        self._rotor, self._screen = facts.rotor_inertia_kgm2, facts.inertia_kgm2
        self._both = self._rotor + self._screen
        at_screen = facts.bearing_share
        self._cable = facts.cable_nm_per_rad
        self._rotor_drag = 1.0 + substep_s * (1.0 - at_screen) * facts.viscous_nms / self._rotor
        self._screen_drag = (
            1.0
            + substep_s * at_screen * facts.viscous_nms / self._screen
            + substep_s * substep_s * self._cable / self._screen
        )
        self._rotor_slip, self._rotor_stick = ((1.0 - at_screen) * t for t in (facts.coulomb_nm, self._stiction))
        self._screen_slip, self._screen_stick = (at_screen * t for t in (facts.coulomb_nm, self._stiction))
        self._motor_stands_nm = SAFELY * self._rotor_stick * self._rotor_drag
        self._screen_stands_nm = SAFELY * self._screen_stick * self._screen_drag

    @property
    def yaw_deg(self) -> float:
        """Where the screen truly points."""
        return math.degrees(self.screen_rad)

    @property
    def rate_dps(self) -> float:
        """How fast the screen truly turns."""
        return math.degrees(self.screen_rps)

    @property
    def moment_kgm2(self) -> float:
        """The inertia that something hitting the screen feels."""
        return self._both if self.engaged else self._screen

    @property
    def energy_j(self) -> float:
        """Kinetic energy of both masses and the energy in the cable where the present speed leads it."""
        ahead_rad = self.screen_rad + self._dt * self.screen_rps
        return 0.5 * (self._rotor * self.motor_rps**2 + self._screen * self.screen_rps**2 + self._cable * ahead_rad**2)

    def advance(self, *, substeps: int = SUBSTEPS, external_nm: float = 0.0) -> None:
        """Run on by itself, with a constant torque of the world on the screen."""
        while substeps:
            substeps -= self._run(substeps, external_nm)

    def substep(self, external_nm: float = 0.0) -> None:
        """One substep: positions move on with the last speeds, then all torques change the speeds."""
        self._run(1, external_nm)

    def strike(self, *, change_rps: float, screen_rad: float) -> None:
        """Take over what the world's contacts did to the screen in this substep."""
        self.screen_rps += change_rps
        if self.engaged:
            self.motor_rps += change_rps
        self.screen_rad = screen_rad

    def snapshot(self) -> PlantState:
        """All state, to be given back to `restore`."""
        mechanics = (self.motor_rad, self.screen_rad, self.motor_rps, self.screen_rps, self.engaged)
        return mechanics, self.drive.snapshot()

    def restore(self, state: PlantState) -> None:
        """Return to a snapshot, bit for bit."""
        (self.motor_rad, self.screen_rad, self.motor_rps, self.screen_rps, engaged), drive = state
        self.engaged = bool(engaged)
        self.drive.restore(drive)

    @property
    def _stiction(self) -> float:
        return max(self.facts.stiction_nm, self.facts.coulomb_nm)

    def _run(self, substeps: int, external_nm: float) -> int:
        """One substep, or more while nothing turns; returns how many."""
        drive = self.drive
        if self.motor_rps == self.screen_rps == 0.0 and self._at_rest(external_nm):
            stands_nm = self._motor_stands_nm
            done = drive.run(self.motor_rad, substeps=substeps, stands_nm=stands_nm)
            if -stands_nm < drive.torque_nm < stands_nm:
                return done
        else:
            self.motor_rad += self._dt * self.motor_rps
            self.screen_rad += self._dt * self.screen_rps
            done = drive.run(self.motor_rad)
        self._turn(motor_nm=drive.torque_nm, external_nm=external_nm)
        return done

    def _at_rest(self, external_nm: float) -> bool:
        """Whether the screen stays where it is while the motor does: well within stiction `_turn` changes nothing."""
        offset_rad, bound_rad = self.screen_rad - self.motor_rad, self._half_play
        pull_nm = external_nm - self._cable * self.screen_rad
        rests = abs(offset_rad) <= bound_rad and abs(pull_nm) < self._screen_stands_nm
        if rests:
            self.engaged = abs(offset_rad) == bound_rad
        return rests

    def _turn(self, *, motor_nm: float, external_nm: float) -> None:
        dt, rotor, screen = self._dt, self._rotor, self._screen
        motor_free = (self.motor_rps + dt * motor_nm / rotor) / self._rotor_drag
        screen_free = (
            self.screen_rps + dt * (external_nm - self._cable * self.screen_rad) / screen
        ) / self._screen_drag
        motor_stands = -REST_RPS < self.motor_rps < REST_RPS
        screen_stands = -REST_RPS < self.screen_rps < REST_RPS
        motor_grip = self._rotor_stick if motor_stands else self._rotor_slip
        screen_grip = self._screen_stick if screen_stands else self._screen_slip
        motor_rps = _slowed(motor_free, dt * motor_grip / rotor)
        screen_rps = _slowed(screen_free, dt * screen_grip / screen)

        offset_rad = self.screen_rad - self.motor_rad
        bound_rad = self._half_play
        if offset_rad > bound_rad or offset_rad < -bound_rad:  # rounding, or a contact moved the screen
            offset_rad = math.copysign(bound_rad, offset_rad)
            self.motor_rad = self.screen_rad - offset_rad
        reach_rad = offset_rad + dt * (screen_rps - motor_rps)
        self.engaged = not -bound_rad < reach_rad < bound_rad
        if self.engaged:
            closing_rps = (math.copysign(bound_rad, reach_rad) - offset_rad) / dt
            if -PLAY_ROUNDING_RPS < closing_rps < PLAY_ROUNDING_RPS:
                closing_rps = 0.0
            common_rps = (rotor * motor_free + screen * screen_free) / self._both
            common_rps = _slowed(common_rps, dt * (motor_grip + screen_grip) / self._both)
            motor_rps = common_rps - screen * closing_rps / self._both
            screen_rps = motor_rps + closing_rps
        self.motor_rps, self.screen_rps = motor_rps, screen_rps


def _slowed(rate_rps: float, by_rps: float) -> float:
    """Dry friction: take away speed, but never reverse it."""
    if rate_rps > by_rps:
        return rate_rps - by_rps
    if rate_rps < -by_rps:
        return rate_rps + by_rps
    return 0.0
