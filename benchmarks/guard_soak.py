"""Random planners against the guard: 200,000 ticks of sense and nonsense, and nothing illegal may reach the motor.

The planner makes good moves, jumps, wrong numbers, silence, repeated and late commands; people press stop, reset and enable,
change the range of motion and push the screen; the motor fails now and then. Every command that reaches the motor, and what
the motor really does, is judged by rules written down here a second time, in floats, without looking into the guard.
"""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from benchmarks.common import finish, parser
from hardware_bridge.body.plant import Plant
from hardware_bridge.body.virtual_motor import VirtualMotor
from hardware_bridge.guard import Guard
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import TICK_S, CommandKind, MotorCommand, MotorMode
from simulator.runtime.seeds import stream

FACTS = MotorFacts()
NONSENSE = (math.nan, math.inf, -math.inf, 1e300, -1e300, 1e7, -5000.0)
MOODS = ("move", "move", "jump", "wild", "nonsense", "silent", "repeat", "late", "hold", "free", "stop")


class Planner:
    """Sends whatever its mood says; the mood lasts a random while."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng, self._mood, self._left = rng, "hold", 10
        self._seq = 0
        self.last = MotorCommand(tick=0, seq=0, kind=CommandKind.HOLD)
        self._yaw, self._rate, self._goal, self._top = 0.0, 0.0, 0.0, 60.0

    def command(self, tick: int, *, yaw_deg: float, rate_dps: float) -> MotorCommand:
        """The command of this tick."""
        rng = self._rng
        self._left -= 1
        if self._left <= 0:
            self._mood, self._left = MOODS[rng.integers(len(MOODS))], int(rng.integers(1, 120))
            if self._mood in ("silent", "repeat"):
                self._left = int(rng.integers(1, 25))
            self._goal, self._top = float(rng.uniform(-170, 170)), float(rng.uniform(5, 180))
            self._yaw, self._rate = yaw_deg, 0.0
        mood = self._mood
        if mood == "silent":
            return self.last
        self._seq += 1
        kind, values = CommandKind.MOVE, (0.0, 0.0, 0.0)
        if mood == "move":
            values = self._moved()
        elif mood == "jump":
            values = (float(rng.uniform(-400, 400)), 0.0, 0.0)
        elif mood == "wild":
            values = tuple(float(v) for v in rng.normal(0, (120, 200, 2000)))  # type: ignore[assignment]
        elif mood == "nonsense":
            wrong = [yaw_deg, rate_dps, 0.0]
            wrong[rng.integers(3)] = NONSENSE[rng.integers(len(NONSENSE))]
            values = (wrong[0], wrong[1], wrong[2])
        elif mood in ("hold", "free", "stop"):
            kind = CommandKind(mood)
        elif mood == "repeat" and rng.random() < 0.5:
            self._seq -= int(rng.integers(1, 4))
        made = MotorCommand(
            tick=tick - (int(rng.integers(0, 15)) if mood == "late" else 0),
            seq=self._seq,
            kind=kind,
            yaw_deg=values[0],
            rate_dps=values[1],
            accel_dps2=values[2],
            torque_limit_nm=float(
                rng.choice([1.0, 0.3, 1.4, 3.0, -1.0, math.nan], p=[0.8, 0.08, 0.05, 0.05, 0.01, 0.01])
            ),
        )
        self.last = made
        return made

    def _moved(self) -> tuple[float, float, float]:
        away = self._goal - self._yaw
        wanted = math.copysign(min(self._top, math.sqrt(2 * 300.0 * abs(away)), abs(away) / TICK_S), away)
        step = max(-3.6, min(3.6, wanted - self._rate))
        self._yaw += TICK_S * (self._rate + 0.5 * step)
        self._rate += step
        return self._yaw, self._rate, step / TICK_S


class Judge:
    """What may reach a motor, and what a motor may do."""

    def __init__(self) -> None:
        self.broken: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self._last: MotorCommand | None = None
        self._kind_before = CommandKind.FREE
        self._low = self._high = 0.0  # where the true yaw may be
        self._loose = True

    def command(self, sent: MotorCommand, *, enabled: bool, ranged: RangeOfMotion | None, silent: int) -> None:
        """One command at the motor."""
        self.kinds[sent.kind] += 1
        self._rule("torque without enable", enabled or sent.kind == CommandKind.FREE)
        numbers = (sent.yaw_deg, sent.rate_dps, sent.accel_dps2, sent.torque_limit_nm)
        if sent.kind == CommandKind.MOVE:
            self._rule("not a number", all(map(math.isfinite, numbers)))
            self._rule("no range", ranged is not None)
            self._rule("speed", abs(sent.rate_dps) <= FACTS.max_rate_dps + 0.006)
            self._rule("followed a silent planner", silent < 10)
            last = self._last
            if last is not None and last.kind == CommandKind.MOVE:
                change = sent.rate_dps - last.rate_dps
                slows = abs(sent.rate_dps) <= abs(last.rate_dps) and round(sent.rate_dps, 3) * last.rate_dps >= 0
                most = FACTS.stop_decel_dps2 if slows else FACTS.max_accel_dps2
                # crossing zero while braking for the range: the part before zero may be as hard as a stop
                self._rule("acceleration", abs(change) <= most * TICK_S + 0.012)
                step = sent.yaw_deg - last.yaw_deg - 0.5 * (sent.rate_dps + last.rate_dps) * TICK_S
                self._rule("position does not follow from speed", abs(step) <= 0.023)
        self._rule("torque limit", 0.0 <= sent.torque_limit_nm <= FACTS.torque_limit_nm)
        self._last = sent

    def motion(self, *, yaw_deg: float, rate_dps: float, ranged: RangeOfMotion | None, pushed: bool) -> None:
        """One tick of what the screen really did."""
        if ranged is None or pushed or self._loose:
            reach = rate_dps * rate_dps / (2 * FACTS.stop_decel_dps2) + abs(rate_dps) * 3 * TICK_S
            self._low = yaw_deg - (reach if rate_dps < 0 else 0.0)
            self._high = yaw_deg + (reach if rate_dps > 0 else 0.0)
            self._loose = pushed or ranged is None
        if ranged is None:
            return
        # Outside (a hand or a new range put it there) it may only brake and come back; what it came back by is final.
        if rate_dps < 3.0:
            self._high = min(self._high, yaw_deg)
        if rate_dps > -3.0:
            self._low = max(self._low, yaw_deg)
        self._low, self._high = min(ranged.min_deg, self._low), max(ranged.max_deg, self._high)
        if not pushed:
            self._rule("range left by more than 1 degree", self._low - 1.0 <= yaw_deg <= self._high + 1.0)
            self._rule("true speed above the limit by 5 %", abs(rate_dps) <= 1.05 * FACTS.max_rate_dps)

    def new_range(self) -> None:
        """The range changed: where the screen is now may lie outside."""
        self._loose = True

    def _rule(self, name: str, holds: bool) -> None:
        if not holds:
            self.broken[name] += 1


def soak(ticks: int, *, seed: int) -> Judge:
    """Let a random planner loose on the guard and a plant."""
    rng = stream(seed, "guard soak")
    planner, judge = Planner(rng), Judge()
    ranged: RangeOfMotion | None = RangeOfMotion(min_deg=-90.0, max_deg=90.0)
    guard, plant = Guard(FACTS, ranged), Plant(FACTS, rng=stream(seed, "guard soak plant"))
    motor = VirtualMotor(plant)
    enabled, fresh_tick, last_seq, push_left, calm = False, 0, -1, 0, 0
    for tick in range(ticks):
        dice = rng.random()
        if dice < 0.004:
            guard.stop()
        elif dice < 0.010:
            ranged = None if rng.random() < 0.1 else _some_range(rng)
            guard.set_range(ranged)
            judge.new_range()
        elif dice < 0.011:
            plant.drive.fail("test")
        elif dice < 0.014:
            push_left = int(rng.integers(5, 60))
        if not enabled and rng.random() < 0.05:
            if guard.reset():
                motor.reset()
            if guard.enable():
                motor.enable()
                enabled, fresh_tick, last_seq = True, tick - 1, -1
        state = motor.state(tick)
        command = planner.command(tick, yaw_deg=state.yaw_deg, rate_dps=state.rate_dps)
        sent, _ = guard.filter(command, state, tick)
        if _alive(command, tick, last_seq):
            fresh_tick, last_seq = tick, command.seq
        motor.command(sent)
        judge.command(sent, enabled=enabled, ranged=ranged, silent=tick - fresh_tick)
        if sent.kind == CommandKind.FREE and guard.state.name in ("OFF", "FAULT"):
            enabled = False
        elif guard.state.name == "STOPPED":
            enabled = True and not (rng.random() < 0.1 and _leave(guard, motor))
        push_left = max(0, push_left - 1)
        push_nm = float(rng.uniform(-0.6, 0.6)) if push_left else 0.0
        calm = 0 if push_left or plant.drive.mode in (MotorMode.OFF, MotorMode.FREE, MotorMode.FAULT) else calm + 1
        plant.advance(external_nm=push_nm)
        judge.motion(yaw_deg=plant.yaw_deg, rate_dps=plant.rate_dps, ranged=ranged, pushed=calm < 40)
    return judge


def _leave(guard: Guard, motor: VirtualMotor) -> bool:
    left = guard.reset()
    if left:
        motor.reset()
        motor.free()
    return left


def _alive(command: MotorCommand, tick: int, last_seq: int) -> bool:
    numbers = (command.yaw_deg, command.rate_dps, command.accel_dps2, command.torque_limit_nm)
    sane = all(map(math.isfinite, numbers)) and abs(command.yaw_deg) <= 3600 and abs(command.rate_dps) <= 1800
    return (
        sane
        and abs(command.accel_dps2) <= 36000
        and command.torque_limit_nm >= 0
        and 0 <= tick - command.tick < 5
        and command.seq > last_seq
    )


def _some_range(rng: np.random.Generator) -> RangeOfMotion:
    low = float(rng.uniform(-170, 100))
    return RangeOfMotion(min_deg=low, max_deg=low + float(rng.uniform(5, 260)))


def main() -> None:
    """Run and report."""
    args = parser(__doc__).parse_args()
    ticks, seeds = (20_000, 2) if args.quick else (50_000, 4)
    broken: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for seed in range(seeds):
        judge = soak(ticks, seed=seed)
        broken += judge.broken
        kinds += judge.kinds
    figures: dict[str, float | int | str] = {"guard_soak_ticks": ticks * seeds, "guard_soak_violations": broken.total()}
    figures |= {f"guard_soak_{kind}": count for kind, count in sorted(kinds.items())}
    figures |= {f"violated: {name}": count for name, count in broken.items()}
    finish(figures, args)


if __name__ == "__main__":
    main()
