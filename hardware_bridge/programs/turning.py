"""Turns a motor by a few degrees behind a guard of its own: what jogging and setting up share."""

from __future__ import annotations

from hardware_bridge.guard import GuardedMotor
from hardware_bridge.matching import fit
from hardware_bridge.ports import Motor, PortError
from hardware_bridge.rigs.emulated import OnVirtualTime
from hardware_bridge.rigs.wall_clock import WallClockPace
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import CommandKind, MotorCommand, MotorState

JOG_LIMIT_DEG = 30.0
JOG_ACCEL_DPS2 = 180.0
SETTLE_TICKS = 30


class Pace:
    """Lets a tick pass for motors that live by the wall clock; emulated ones on virtual time need no waiting."""

    def __init__(self, motor: Motor) -> None:
        self._pace = None if isinstance(motor, OnVirtualTime) else WallClockPace()
        self.tick = 0
        """The one that has begun."""

    def wait(self) -> None:
        """Until the next tick."""
        self.tick += 1
        if self._pace is not None:
            self._pace.wait(self.tick)


class Turner:
    """A motor that is turned a little, now and then; between two turns its torque is off, and a hand may turn it."""

    def __init__(self, motor: Motor) -> None:
        self._motor = motor
        self._pace = Pace(motor)

    def here_deg(self) -> float:
        """Where it stands."""
        return self._state().yaw_deg

    def turn(self, by_deg: float, *, rate_dps: float, stays_on: bool = False) -> MotorState:
        """Turn and come to rest. Raises PortError when the motor stops by itself."""
        start_deg = self.here_deg()
        reach_deg = JOG_LIMIT_DEG + 5.0
        guarded = GuardedMotor(
            self._motor, MotorFacts(), RangeOfMotion(min_deg=start_deg - reach_deg, max_deg=start_deg + reach_deg)
        )
        guarded.state(self._pace.tick)
        guarded.enable()
        points = fit.ramp(0.0, by_deg, rate_dps=rate_dps, accel_dps2=JOG_ACCEL_DPS2)
        points += [(by_deg, 0.0)] * SETTLE_TICKS
        state = guarded.state(self._pace.tick)
        for yaw_deg, now_dps in points:
            self._pace.wait()
            tick = self._pace.tick
            state = guarded.state(tick)
            if state.fault:
                raise PortError(f"stopped at {state.yaw_deg:.1f}°: {state.fault}")
            guarded.command(
                MotorCommand(
                    tick=tick, seq=tick, kind=CommandKind.MOVE, yaw_deg=start_deg + yaw_deg, rate_dps=now_dps,
                    torque_limit_nm=1.0,
                )
            )  # fmt: skip
        if not stays_on:
            guarded.free()
        return state

    def _state(self) -> MotorState:
        self._pace.wait()
        return self._motor.state(self._pace.tick)
