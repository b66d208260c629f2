"""A storm on the wire: thousands of faults while the screen is driven about, and a watch on what the screen really does.

Unsafe is: outside the range, faster than allowed, far from the plan while enabled, or turning after the motor has given up.
Escaped is an exception out of the loop.  Stuck is a motor that cannot be brought back on a wire that works again.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

import numpy as np

from hardware_bridge.firmware.compile import Built
from hardware_bridge.ports import PortError
from hardware_bridge.rigs.emulated import Emulated, Kind, emulate, new_faults
from hardware_bridge.wires.faults import BYTE_FAULTS, LASTING_FAULTS, LATEST_US, FaultInjector, WireFault
from hardware_bridge.wires.links import TICK_US
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import CommandKind, MotorCommand

TRAVEL = RangeOfMotion(min_deg=-90.0, max_deg=90.0)
PLAN_ENDS_DEG = 80.0
RANGE_SLACK_DEG = 1.0
# A doubled, late goal makes a servo stop and start at its own limit, and its loop then overshoots for a moment.  How
# far it gets in 50 ms may exceed the limit by a little, a single moment by more.
WINDOW_MS = 50
WINDOW_SLACK_DPS = 50.0
PEAK_SLACK_DPS = 70.0
# Faults may hold the screen back, but never lead it elsewhere: it stays near where the plan was within the last seconds.
LATELY_TICKS = 300
ASTRAY_DEG = 8.0
# A servo without a deadman goes on to its last goal, which is never farther than this.
LAST_GOAL_DEG = 12.0
TURNING_DPS = 5.0
# What is on its way when the host gives up still counts as a sign of life when it arrives.
REST_US = 320_000 + LATEST_US
# Without its supply a motor cannot brake: friction alone takes this long from full speed.
COAST_US = 800_000
RECOVERY_TICKS = 400
LONGEST_FAULT_TICKS = 60
REST_BEFORE_RESET_TICKS = 60
SHARE = 0.12
LASTING_EVERY = 12


@dataclass(slots=True, kw_only=True)
class StormResult:
    """What a storm did, and what came of it."""

    kind: Kind
    faults: dict[WireFault, int]
    seconds: float
    unsafe: list[str] = field(default_factory=list)
    escaped: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    recoveries: int = 0
    travelled_deg: float = 0.0

    @property
    def total(self) -> int:
        """All faults together."""
        return sum(self.faults.values())


class Storm:
    """Drives one emulated motor through faults."""

    def __init__(self, kind: Kind, *, rng: np.random.Generator, built: Built | None = None) -> None:
        self._rng = rng
        self._faults: FaultInjector = new_faults(kind, rng=rng)
        facts = MotorFacts()
        self._rig: Emulated = emulate(kind, facts=facts, rng=rng, faults=self._faults, built=built, travel=TRAVEL)
        self._fastest_dps = self._rig.motor.capabilities.max_rate_dps
        self._result = StormResult(kind=kind, faults=self._faults.counts, seconds=0.0)
        self._tick = 0
        self._seq = 0
        self._enabled = False
        self._deadman = self._rig.motor.capabilities.deadman == "device"
        self._given_up_us = 0
        self._given_up_deg = 0.0
        self._lately_deg: deque[float] = deque([0.0], maxlen=LATELY_TICKS)
        self._dark_until_us = 0
        self._brown_outs = 0
        self._plan_deg = self._plan_dps = self._goal_deg = 0.0
        self._last_yaw_deg = 0.0
        self._window_deg: deque[float] = deque(maxlen=WINDOW_MS + 1)
        self._rig.wire.watch(self._look)

    def run(self, faults: int) -> StormResult:
        """Go on until so many faults have been done, then see whether all is well."""
        self._recover()
        self._faults.rage(share=SHARE, kinds=BYTE_FAULTS)
        while self._faults.total < faults:
            if self._rng.random() < SHARE / LASTING_EVERY:
                self._faults.plan(LASTING_FAULTS[int(self._rng.integers(len(LASTING_FAULTS)))])
            self._one_tick()
            if not self._enabled:
                self._bring_back()
        self._faults.rage(share=0.0, kinds=BYTE_FAULTS)
        for _ in range(LONGEST_FAULT_TICKS):
            self._one_tick()
        self._recover()
        self._prove_that_it_turns()
        self._result.seconds = self._rig.wire.now_s()
        return self._result

    def _one_tick(self) -> None:
        self._advance_plan()
        self._tick += 1
        self._seq += 1
        wire = self._rig.wire
        wire.run_until(max(self._tick * TICK_US, wire.now_us))
        self._tick = wire.now_us // TICK_US
        try:
            state = self._rig.motor.state(self._tick)
            self._note_power(not state.fault and self._enabled)
            self._rig.motor.command(
                MotorCommand(
                    tick=self._tick,
                    seq=self._seq,
                    kind=CommandKind.MOVE,
                    yaw_deg=self._plan_deg,
                    rate_dps=self._plan_dps,
                    torque_limit_nm=1.4,
                )
            )
        except Exception as error:
            # The whole point: nothing may come out of here, whatever it is.
            self._result.escaped.append(f"{type(error).__name__} after {wire.now_s():.2f} s: {error}")

    def _advance_plan(self) -> None:
        if not self._enabled:
            return
        if abs(self._goal_deg - self._plan_deg) < 0.5:
            self._goal_deg = float(self._rng.uniform(-PLAN_ENDS_DEG, PLAN_ENDS_DEG))
        left_deg = self._goal_deg - self._plan_deg
        wanted_dps = math.copysign(min(self._fastest_dps, math.sqrt(2.0 * 300.0 * abs(left_deg))), left_deg)
        self._plan_dps += min(max(wanted_dps - self._plan_dps, -3.6), 3.6)
        self._plan_deg = TRAVEL.clamp_yaw_deg(self._plan_deg + 0.01 * self._plan_dps)
        self._lately_deg.append(self._plan_deg)

    def _note_power(self, enabled: bool) -> None:
        if self._enabled and not enabled:
            self._given_up_us = self._rig.wire.now_us
            self._given_up_deg = self._rig.body.yaw_deg
        self._enabled = enabled

    def _bring_back(self) -> None:
        """What a person would do: wait until it stands, reset, enable; again when the wire is still bad."""
        for _ in range(REST_BEFORE_RESET_TICKS):
            self._one_tick()
        self._try_to_enable()

    def _try_to_enable(self) -> bool:
        motor = self._rig.motor
        try:
            motor.reset()
            motor.enable()
        except PortError:
            return False
        except Exception as error:
            self._result.escaped.append(f"{type(error).__name__} on reset: {error}")
            return False
        self._plan_deg = self._goal_deg = motor.state(self._tick).yaw_deg
        self._lately_deg.clear()
        self._lately_deg.append(self._plan_deg)
        self._enabled = True
        self._result.recoveries += 1
        self._plan_dps = 0.0
        return True

    def _recover(self) -> None:
        for _ in range(RECOVERY_TICKS):
            self._one_tick()
            if self._enabled or self._try_to_enable():
                return
        self._result.stuck.append(f"not back after {RECOVERY_TICKS} ticks of a good wire")

    def _prove_that_it_turns(self) -> None:
        self._goal_deg = -40.0 if self._plan_deg > 0.0 else 40.0
        goal_deg = self._goal_deg
        for _ in range(400):
            if abs(goal_deg - self._plan_deg) > 0.5:
                self._one_tick()
        yaw_deg = self._rig.body.yaw_deg
        if abs(yaw_deg - goal_deg) > 3.0:
            self._result.stuck.append(f"after the storm it went to {yaw_deg:.1f} instead of {goal_deg:.1f} deg")

    def _look(self, now_us: int) -> None:
        """Each millisecond: what does the screen really do?"""
        yaw_deg, rate_dps = self._rig.body.yaw_deg, self._rig.body.rate_dps
        self._result.travelled_deg += abs(yaw_deg - self._last_yaw_deg)
        self._last_yaw_deg = yaw_deg
        if self._faults.counts[WireFault.BROWN_OUT] > self._brown_outs:
            self._brown_outs = self._faults.counts[WireFault.BROWN_OUT]
            self._dark_until_us = now_us + COAST_US
        dark = now_us < self._dark_until_us
        if dark:
            self._given_up_deg = yaw_deg
        if not TRAVEL.contains_yaw(yaw_deg, slack_deg=RANGE_SLACK_DEG) and not dark:
            self._unsafe(now_us, f"at {yaw_deg:.1f} deg")
        self._window_deg.append(yaw_deg)
        mean_dps = abs(yaw_deg - self._window_deg[0]) / (0.001 * WINDOW_MS)
        if mean_dps > self._fastest_dps + WINDOW_SLACK_DPS or abs(rate_dps) > self._fastest_dps + PEAK_SLACK_DPS:
            self._unsafe(now_us, f"turning with {rate_dps:.0f} deg/s, {mean_dps:.0f} deg/s over {WINDOW_MS} ms")
        if self._enabled and not dark and self._astray_deg(yaw_deg) > ASTRAY_DEG:
            self._unsafe(now_us, f"at {yaw_deg:.1f} deg while {self._plan_deg:.1f} deg was planned")
        if not self._enabled and not dark:
            self._look_at_rest(now_us, yaw_deg=yaw_deg, rate_dps=rate_dps)

    def _look_at_rest(self, now_us: int, *, yaw_deg: float, rate_dps: float) -> None:
        if now_us - self._given_up_us > REST_US and abs(rate_dps) > TURNING_DPS and self._deadman:
            self._unsafe(now_us, f"turning with {rate_dps:.0f} deg/s after the motor had given up")
        if abs(yaw_deg - self._given_up_deg) > LAST_GOAL_DEG and not self._deadman:
            self._unsafe(now_us, f"{abs(yaw_deg - self._given_up_deg):.1f} deg away after the motor had given up")

    def _astray_deg(self, yaw_deg: float) -> float:
        return max(min(self._lately_deg) - yaw_deg, yaw_deg - max(self._lately_deg), 0.0)

    def _unsafe(self, now_us: int, what: str) -> None:
        self._result.unsafe.append(f"{now_us / 1e6:.3f} s: {what}")
