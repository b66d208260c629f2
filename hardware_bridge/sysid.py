"""Match virtual to real: turn a motor through a short programme, and find the virtual motor that would have done the same.

Fast passes at several speeds show inertia, friction and the offset of the torque sensor: impulse and momentum over short
windows are linear in them, so one least-squares solution gives values and standard errors.  A torque that rises slowly until
the screen gives way shows the stiction.  Slow turns to and fro, many times the same, show the play: their mean torque
over one cycle is compared with that of the simulator's own plant, because a plant with play chatters and no single moment can
be predicted.  The delay of the loop is the one with which the virtual motor chatters as much.  A last move is kept out
of the fit and predicted.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hardware_bridge.plant import Plant
from hardware_bridge.ports import Motor, PortError
from hardware_bridge.virtual_motor import VirtualMotor
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import TICK_S, CommandKind, MotorCommand

Floats = NDArray[np.float64]
Points = list[tuple[float, float]]

DELAYS_MS = (0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 16.0, 20.0)
TORQUE_LIMIT_NM = 1.2
REST_TICKS = 15
CYCLES = 12
# Break-away: the allowed torque rises slowly until the screen gives way, to and fro.
BREAKS = 12
BREAK_START_NM, BREAK_STEP_NM, BREAK_MOST_NM = 0.015, 0.0005, 0.6
BREAK_PULL_DEG, BREAK_GIVE_DEG = 6.0, 0.35
CYCLE_DEG, CYCLE_DPS = 2.5, 3.0
WINDOW_TICKS = 20
RATE_TICKS = 7
# Below this speed the chatter of a gear with play can turn the friction round, and windows there would lie.
STEADY_DPS = 40.0
SMOOTH_TICKS = 7
ROUNDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What was asked of a motor and what it did, tick by tick."""

    asked_deg: Floats
    asked_dps: Floats
    yaw_deg: Floats
    torque_nm: Floats

    def __len__(self) -> int:
        """In ticks."""
        return len(self.asked_deg)

    @property
    def points(self) -> Points:
        """The set points again."""
        return list(zip(self.asked_deg.tolist(), self.asked_dps.tolist(), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One parameter with its standard error."""

    value: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The virtual motor that fits."""

    facts: MotorFacts
    estimates: dict[str, Estimate]
    fit_rms_deg: float
    held_out_rms_deg: float


def fast_programme(*, max_rate_dps: float, max_accel_dps2: float) -> Points:
    """Passes at several speeds, from rest at 0 and back to it."""
    fast_dps, accel_dps2 = min(160.0, 0.95 * max_rate_dps), 0.9 * max_accel_dps2
    points: Points = []
    for share in (1.0, 1.0, 0.4, 0.7, 1.0, 0.4):
        for goal_deg in (100.0, -100.0):
            start_deg = points[-1][0] if points else 0.0
            points += ramp(start_deg, goal_deg, rate_dps=share * fast_dps, accel_dps2=accel_dps2)
            points += [(goal_deg, 0.0)] * REST_TICKS
    return points + ramp(-100.0, 0.0, rate_dps=fast_dps, accel_dps2=accel_dps2) + [(0.0, 0.0)] * REST_TICKS


def slow_programme() -> Points:
    """The same small turn to and fro, many times."""
    there = ramp(0.0, CYCLE_DEG, rate_dps=CYCLE_DPS, accel_dps2=90.0) + [(CYCLE_DEG, 0.0)] * REST_TICKS
    back = ramp(CYCLE_DEG, 0.0, rate_dps=CYCLE_DPS, accel_dps2=90.0) + [(0.0, 0.0)] * REST_TICKS
    return (there + back) * CYCLES


def held_out(*, max_rate_dps: float, max_accel_dps2: float) -> Points:
    """A move like those of a day, unlike those of the fit."""
    rate_dps, accel_dps2 = min(90.0, 0.9 * max_rate_dps), 0.5 * max_accel_dps2
    points = ramp(0.0, 33.0, rate_dps=rate_dps, accel_dps2=accel_dps2) + [(33.0, 0.0)] * 40
    points += ramp(33.0, -12.0, rate_dps=0.5 * rate_dps, accel_dps2=accel_dps2) + [(-12.0, 0.0)] * 40
    return points + ramp(-12.0, 0.0, rate_dps=rate_dps, accel_dps2=0.6 * accel_dps2) + [(0.0, 0.0)] * 30


def ramp(start_deg: float, goal_deg: float, *, rate_dps: float, accel_dps2: float) -> list[tuple[float, float]]:
    """Set points of one move with even acceleration, each for the end of its tick."""
    way_deg = abs(goal_deg - start_deg)
    rate_dps = min(rate_dps, math.sqrt(accel_dps2 * way_deg))
    rise_s = rate_dps / accel_dps2
    total_s = way_deg / rate_dps + rise_s
    side = math.copysign(1.0, goal_deg - start_deg)
    points: list[tuple[float, float]] = []
    for k in range(1, math.ceil(total_s / TICK_S) + 1):
        t = min(k * TICK_S, total_s)
        left_s = total_s - t
        if t < rise_s:
            done_deg, now_dps = 0.5 * accel_dps2 * t * t, accel_dps2 * t
        elif left_s < rise_s:
            done_deg, now_dps = way_deg - 0.5 * accel_dps2 * left_s * left_s, accel_dps2 * left_s
        else:
            done_deg, now_dps = rate_dps * (t - 0.5 * rise_s), rate_dps
        points.append((start_deg + side * done_deg, side * now_dps))
    return points


def record(motor: Motor, points: Points, *, first_tick: int, advance: Callable[[], None] | None = None) -> Trace:
    """Drive an enabled motor through set points, relative to where it stands, and write down what it does.

    `advance` lets time pass for a motor that has no clock of its own (the virtual one); None for all others.
    """
    start_deg = motor.state(first_tick).yaw_deg
    rows: list[tuple[float, float, float, float]] = []
    for k, (yaw_deg, rate_dps) in enumerate(points):
        tick = first_tick + 1 + k
        state = motor.state(tick)
        if state.fault:
            raise PortError(f"{motor.capabilities.name} stopped during the programme: {state.fault}")
        motor.command(_command(tick, start_deg + yaw_deg, rate_dps))
        if advance is not None:
            advance()
        rows.append((yaw_deg, rate_dps, state.yaw_deg - start_deg, state.torque_nm))
    columns = np.array(rows, dtype=np.float64).T
    return Trace(asked_deg=columns[0], asked_dps=columns[1], yaw_deg=columns[2], torque_nm=columns[3])


def break_away(motor: Motor, *, first_tick: int, advance: Callable[[], None] | None = None) -> tuple[list[float], int]:
    """Pull with a torque that rises slowly; returns the torques at which the screen gave way, and the next free tick.

    At the limit of its torque the position loop cannot chatter, which is what hides stiction in every other move.
    """
    gave_way_nm: list[float] = []
    tick = first_tick

    def turn(yaw_deg: float, torque_nm: float, kind: CommandKind) -> float:
        nonlocal tick
        tick += 1
        state = motor.state(tick)
        if state.fault:
            raise PortError(f"{motor.capabilities.name} stopped during the programme: {state.fault}")
        motor.command(replace(_command(tick, yaw_deg, 0.0), kind=kind, torque_limit_nm=torque_nm))
        if advance is not None:
            advance()
        return state.yaw_deg

    for k in range(BREAKS):
        side = 1.0 if k % 2 == 0 else -1.0
        for _ in range(2 * REST_TICKS):
            start_deg = turn(0.0, TORQUE_LIMIT_NM, CommandKind.HOLD)
        limit_nm = BREAK_START_NM
        while abs(turn(start_deg + side * BREAK_PULL_DEG, limit_nm, CommandKind.MOVE) - start_deg) < BREAK_GIVE_DEG:
            limit_nm += BREAK_STEP_NM
            if limit_nm > BREAK_MOST_NM:
                raise PortError(f"{motor.capabilities.name} does not move with {BREAK_MOST_NM:g} N m: is it blocked?")
        gave_way_nm.append(limit_nm)
    return gave_way_nm, tick + 1


def simulate(facts: MotorFacts, points: Points) -> Trace:
    """What the virtual motor with these facts does with the same set points; always with the same chance."""
    plant = Plant(facts, rng=np.random.Generator(np.random.Philox(23)))
    motor = VirtualMotor(plant)
    motor.enable()
    return record(motor, points, first_tick=0, advance=plant.advance)


def fit(
    fast: Trace, slow: Trace, breaks_nm: list[float], check: Trace, *, start: MotorFacts, rounds: int = ROUNDS
) -> Match:
    """Find the facts; `check` is the move that the fit does not see."""
    facts, estimates = _fit_linear(fast, start)
    offset_nm = estimates["torque_offset_nm"].value
    for _ in range(rounds):
        facts, estimates["stiction_nm"] = _fit_stiction(facts, breaks_nm)
        facts, estimates["backlash_deg"] = _fit_backlash(facts, slow, offset_nm=offset_nm)
        delayed = [_with(facts, {"loop_delay_ms": delay}) for delay in DELAYS_MS]
        facts = min(delayed, key=lambda tried: _chatters_apart(tried, fast, slow))
    estimates["loop_delay_ms"] = Estimate(value=facts.loop_delay_ms, error=1.0)
    return Match(
        facts=facts,
        estimates=estimates,
        fit_rms_deg=_rms(simulate(facts, fast.points).yaw_deg - fast.yaw_deg),
        held_out_rms_deg=_rms(simulate(facts, check.points).yaw_deg - check.yaw_deg),
    )


def _fit_linear(trace: Trace, start: MotorFacts) -> tuple[MotorFacts, dict[str, Estimate]]:
    """Impulse = inertia x change of rate + viscous x angle + Coulomb x time + cable + offset, over windows of 200 ms."""
    yaw_rad = np.radians(trace.yaw_deg)
    # What smooths the speed must smooth the torque as well, or every corner of a ramp would count as more inertia.
    smooth = np.ones(RATE_TICKS) / RATE_TICKS
    rate_rps = np.gradient(np.convolve(yaw_rad, smooth, mode="same")) / TICK_S
    torque_nm = np.convolve(trace.torque_nm, smooth, mode="same")
    rows, impulses = [], []
    for k in range(6, len(trace) - WINDOW_TICKS - 6, 4):
        span = slice(k, k + WINDOW_TICKS)
        if np.abs(rate_rps[span]).min() < math.radians(STEADY_DPS):
            continue
        rows.append(
            (
                rate_rps[k + WINDOW_TICKS] - rate_rps[k],
                yaw_rad[k + WINDOW_TICKS] - yaw_rad[k],
                float(np.sign(rate_rps[k])) * WINDOW_TICKS * TICK_S,
                float(yaw_rad[span].sum()) * TICK_S,
                WINDOW_TICKS * TICK_S,
            )
        )
        # The torque that a state shows is the mean of the tick before it.
        impulses.append(float(torque_nm[k + 1 : k + WINDOW_TICKS + 1].sum()) * TICK_S)
    if len(rows) < 40:
        raise PortError("the motor hardly turned during the programme: nothing can be learned from it")
    matrix, impulse = np.array(rows), np.array(impulses)
    solution, *_ = np.linalg.lstsq(matrix, impulse, rcond=None)
    # Windows overlap fourfold: a quarter of them is independent.
    noise = float(np.mean((matrix @ solution - impulse) ** 2)) * WINDOW_TICKS / 4.0
    errors = np.sqrt(np.diag(np.linalg.inv(matrix.T @ matrix)) * noise)
    names = ("inertia_kgm2", "viscous_nms", "coulomb_nm", "cable_nm_per_rad", "torque_offset_nm")
    values = dict(zip(names, solution.tolist(), strict=True))
    values["inertia_kgm2"] -= start.rotor_inertia_kgm2
    estimates = {
        name: Estimate(value=values[name], error=float(error)) for name, error in zip(names, errors, strict=True)
    }
    facts = {name: max(value, 1e-4) for name, value in values.items() if name != "torque_offset_nm"}
    facts["cable_nm_per_rad"] = max(values["cable_nm_per_rad"], 0.0)
    facts["stiction_nm"] = 1.3 * facts["coulomb_nm"]
    return _with(start, facts), estimates


def _chatters_apart(facts: MotorFacts, fast: Trace, slow: Trace) -> float:
    """How differently the two loops chatter.

    A delay leaves hardly a trace in the mean, but it eats the loop's damping: with every millisecond a gear with play
    chatters more.  Compared is the level of the torque's quick part, which needs no moment to agree.
    """
    return sum(abs(math.log(_chatter(simulate(facts, trace.points)) / _chatter(trace))) for trace in (fast, slow))


def _chatter(trace: Trace) -> float:
    return float(np.std(trace.torque_nm - _smooth(trace.torque_nm)))


def _fit_stiction(facts: MotorFacts, breaks_nm: list[float]) -> tuple[MotorFacts, Estimate]:
    """Halve the interval until the virtual screen gives way at the same mean torque."""
    low_nm, high_nm = facts.coulomb_nm, 4.0 * facts.coulomb_nm
    wanted_nm = float(np.mean(breaks_nm))
    while high_nm - low_nm > 0.005 * facts.coulomb_nm:
        middle_nm = 0.5 * (low_nm + high_nm)
        plant = Plant(_with(facts, {"stiction_nm": middle_nm}), rng=np.random.Generator(np.random.Philox(29)))
        motor = VirtualMotor(plant)
        motor.enable()
        gave_way_nm, _ = break_away(motor, first_tick=0, advance=plant.advance)
        if float(np.mean(gave_way_nm)) < wanted_nm:
            low_nm = middle_nm
        else:
            high_nm = middle_nm
    stiction_nm = 0.5 * (low_nm + high_nm)
    error = float(np.std(breaks_nm)) / math.sqrt(len(breaks_nm))
    return _with(facts, {"stiction_nm": stiction_nm}), Estimate(value=stiction_nm, error=error)


def _fit_backlash(facts: MotorFacts, trace: Trace, *, offset_nm: float) -> tuple[MotorFacts, Estimate]:
    """Search the play, coarse to fine, for the mean slow cycle that was measured."""
    measured = _mean_cycle(trace) - offset_nm
    costs: dict[float, float] = {}

    def cost(backlash_deg: float) -> float:
        key = round(max(0.0, backlash_deg), 4)
        if key not in costs:
            again = simulate(_with(facts, {"backlash_deg": key}), trace.points)
            costs[key] = float(np.sum((_mean_cycle(again) - measured) ** 2))
        return costs[key]

    best_deg, step_deg = 0.45, 0.1
    for _ in range(5):
        best_deg = min((max(0.0, best_deg + k * step_deg) for k in range(-4, 5)), key=cost)
        step_deg *= 0.4
    noise = cost(best_deg) / len(measured)
    return _with(facts, {"backlash_deg": best_deg}), Estimate(value=best_deg, error=_error(cost, best_deg, 0.08, noise))


def _error(cost: Callable[[float], float], at: float, step: float, noise: float) -> float:
    bend = (cost(at + step) - 2.0 * cost(at) + cost(at - step)) / step**2
    return math.sqrt(2.0 * noise / bend) if bend > 0.0 else math.inf


def _mean_cycle(trace: Trace) -> Floats:
    """Mean torque over one cycle, without the first two, which begin from an unknown place in the play."""
    length = len(trace) // CYCLES
    cycles: Floats = trace.torque_nm[: length * CYCLES].reshape(CYCLES, length)[2:]
    return _smooth(cycles.mean(axis=0))


def _smooth(values: Floats) -> Floats:
    return np.convolve(values, np.ones(SMOOTH_TICKS) / SMOOTH_TICKS, mode="same")


def _with(facts: MotorFacts, values: dict[str, float]) -> MotorFacts:
    merged = MotorFacts.model_validate({**facts.model_dump(), **values})
    if merged.stiction_nm < merged.coulomb_nm:
        return MotorFacts.model_validate({**merged.model_dump(), "stiction_nm": merged.coulomb_nm})
    return merged


def _command(tick: int, yaw_deg: float, rate_dps: float) -> MotorCommand:
    return MotorCommand(
        tick=tick,
        seq=tick,
        kind=CommandKind.MOVE,
        yaw_deg=yaw_deg,
        rate_dps=rate_dps,
        torque_limit_nm=TORQUE_LIMIT_NM,
    )


def _rms(values: Floats) -> float:
    return float(np.sqrt(np.mean(values**2)))
