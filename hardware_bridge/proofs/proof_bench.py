"""A test bench for one motor: the real motion stage and the real guard in front, whatever turns the screen behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal, get_args

import numpy as np

from hardware_bridge.body.plant import SUBSTEP_S, SUBSTEPS, Plant
from hardware_bridge.body.virtual_motor import VirtualMotor
from hardware_bridge.emulators.emulated_body import World
from hardware_bridge.firmware.compile import Built
from hardware_bridge.guard import GuardedMotor
from hardware_bridge.ports import Motor
from hardware_bridge.rigs.emulated import Emulated, OnVirtualTime, emulate, new_faults
from hardware_bridge.wires.faults import FaultInjector
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import (
    CommandKind,
    MotionReport,
    MotorCommand,
    MotorState,
    Touch,
    ZoneDecision,
)
from simulator.onboard.motion.stage import MotionStage
from simulator.onboard.tuning import Tuning

Body = Literal["virtual", "dynamixel", "feetech", "cia402", "refboard", "reachy"]
BODIES: tuple[Body, ...] = get_args(Body)
TRAVEL = RangeOfMotion(min_deg=-150.0, max_deg=150.0)
STILL_DPS = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What the screen really did at one moment."""

    ms: float
    yaw_deg: float
    rate_dps: float
    torque_nm: float


class ProofBench:
    """One motor, its time, and everything that is needed to push it about."""

    def __init__(
        self,
        body: Body,
        *,
        rng: np.random.Generator,
        built: Built | None = None,
        arc: RangeOfMotion | None = TRAVEL,
        yaw_deg: float = 0.0,
    ) -> None:
        self.body = body
        self.arc = arc
        self.facts = DeviceFacts()
        self.tick = 0
        self.samples: list[Sample] = []
        self.faults: FaultInjector | None = None
        self._world: World | None = None
        self._plan = MotionStage(self.facts)
        self._seq = 0
        self.emulated: Emulated | None = None
        self._plant: Plant | None = None
        self.motor = GuardedMotor(self._new_motor(body, rng=rng, built=built, yaw_deg=yaw_deg), self.facts.motor, arc)
        self.state: MotorState = self.motor.state(0)

    @property
    def fastest_dps(self) -> float:
        """The highest speed that this motor may be asked for."""
        return self.motor.motor.capabilities.max_rate_dps

    @property
    def yaw_deg(self) -> float:
        """Where the screen truly points."""
        return self._plant.yaw_deg if self._plant else self._wired.body.yaw_deg

    @property
    def rate_dps(self) -> float:
        """How fast it truly turns."""
        return self._plant.rate_dps if self._plant else self._wired.body.rate_dps

    @property
    def ms(self) -> float:
        """Time of the last sample."""
        return self.samples[-1].ms if self.samples else 0.0

    def touch_world(self, world: World | None) -> None:
        """Let something push the screen; None takes it away."""
        self._world = world
        if self.emulated:
            self.emulated.body.world = world

    def pass_tick(self, act: Callable[[], object] | None = None) -> None:
        """One tick of time; `act` is what the host does in it, after measuring."""
        self.tick += 1
        self.state = self.motor.state(self.tick)
        if act is not None:
            act()
        self._let_plant_live()

    def pass_silent(self, ticks: int) -> None:
        """Time goes by and the host is dead: nobody measures, nobody commands.

        The virtual motor has no electronics behind the guard: there the guard is the device and hears nothing new.
        """
        for _ in range(ticks):
            if self.emulated:
                self.tick += 1
                self.emulated.wire.run_until(self.emulated.wire.now_us + 10_000)
            else:
                self.pass_tick(self._repeat)

    def follow(self, state: MotorState) -> None:
        """Somebody else has measured and commanded in this tick; time goes on."""
        self.tick, self.state = state.tick, state
        self._let_plant_live()

    def break_down(self) -> None:
        """The motor loses its supply for a moment, or fails in another way that takes its torque."""
        if self._plant:
            self._plant.drive.fail("the supply was gone for a moment")
        else:
            self._wired.device.brown_out()

    def command(self, kind: CommandKind = CommandKind.MOVE, **values: float) -> tuple[MotorCommand, str]:
        """Send a fresh command through the guard."""
        self._seq += 1
        return self.motor.command(MotorCommand(tick=self.tick, seq=self._seq, kind=kind, **values), self.tick)

    def run_up(self, rate_dps: float, *, accel_dps2: float = 340.0) -> None:
        """Turn left with the fastest legal ramp until this speed is reached, and a little on."""
        yaw_deg, now_dps = self.state.yaw_deg, 0.0
        for _ in range(round(100.0 * rate_dps / accel_dps2) + 10):
            before_dps, now_dps = now_dps, min(rate_dps, now_dps + 0.01 * accel_dps2)
            yaw_deg += 0.005 * (before_dps + now_dps)
            self.pass_tick(partial(self.command, yaw_deg=yaw_deg, rate_dps=now_dps, torque_limit_nm=1.4))

    def decide(self, goal_deg: float | None, *, tuning: Tuning, touch: Touch | None = None) -> MotionReport:
        """One tick with the real motion stage in charge; returns what it felt and asked."""
        decision = ZoneDecision(tick=self.tick, zone=None, goal_yaw_deg=goal_deg, hold=None)
        reports: list[MotionReport] = []

        def act() -> None:
            reports.append(self._plan.tick(decision, self.state, touch or Touch(), tuning, arc=self.arc))
            self.motor.command(reports[0].command, self.tick)

        self.pass_tick(act)
        return reports[0]

    def _repeat(self) -> None:
        self.motor.command(MotorCommand(tick=self.tick, seq=self._seq, kind=CommandKind.MOVE), self.tick)

    def since(self, ms: float) -> list[Sample]:
        """The samples after a moment."""
        return [sample for sample in self.samples if sample.ms > ms]

    def rest_after(self, ms: float) -> float:
        """How long after a moment the screen still turned, in milliseconds."""
        turning = [sample.ms for sample in self.since(ms) if abs(sample.rate_dps) > STILL_DPS]
        return turning[-1] - ms if turning else 0.0

    def close(self) -> None:
        """Give everything back."""
        self.motor.close()

    @property
    def _wired(self) -> Emulated:
        assert self.emulated is not None
        return self.emulated

    def _new_motor(self, body: Body, *, rng: np.random.Generator, built: Built | None, yaw_deg: float) -> Motor:
        if body == "virtual":
            self._plant = Plant(self.facts.motor, rng=rng, yaw_deg=yaw_deg)
            return VirtualMotor(self._plant)
        self.faults = new_faults(body, rng=rng)
        self.emulated = emulate(
            body, facts=self.facts.motor, rng=rng, built=built, faults=self.faults, travel=TRAVEL, yaw_deg=yaw_deg
        )
        start_us = self.emulated.wire.now_us
        self.emulated.wire.watch(lambda now_us: self._note((now_us - start_us) / 1000.0))
        return OnVirtualTime(self.emulated)

    def _let_plant_live(self) -> None:
        plant = self._plant
        if plant is None:
            return
        for _ in range(SUBSTEPS):
            plant.substep(self._world(plant.yaw_deg, plant.rate_dps) if self._world else 0.0)
            self._note(self.ms + 1000.0 * SUBSTEP_S)

    def _note(self, ms: float) -> None:
        torque_nm = self._plant.drive.torque_nm if self._plant else self._wired.body.plant.drive.torque_nm
        self.samples.append(Sample(ms=ms, yaw_deg=self.yaw_deg, rate_dps=self.rate_dps, torque_nm=torque_nm))
