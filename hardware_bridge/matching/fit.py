"""Match virtual to real: put a motor through a programme, and find the virtual motor that would have done the same.

Fast passes at several speeds show inertia, friction and the offset of the torque sensor: impulse and momentum over short
windows are linear in them, so one least-squares solution gives values and standard errors.  What cannot be written in a
line is found by doing the same to the simulator's own plant: the stiction that gives way at the same torque, and the play
and the delay with which it rattles the same way.  A last move is kept out of the fit and predicted.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from hardware_bridge.body.plant import Plant
from hardware_bridge.body.virtual_motor import VirtualMotor
from hardware_bridge.guard import GuardedMotor
from hardware_bridge.matching.programme import (
    Points,
    Runner,
    Trace,
    break_away,
    broke_at,
    fast_programme,
    held_out,
    ramp,
    rattle,
    record,
    tap,
    went,
)
from hardware_bridge.ports import Motor, PortError
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import TICK_S

__all__ = ["Estimate", "Match", "Points", "match", "ramp"]

WINDOW_TICKS = 12
RATE_TICKS = 5
# Below this speed the chatter of a gear with play can turn the friction round, and windows there would lie.
STEADY_DPS = 25.0
# After the knock the screen is carried along by about so much.
CARRIED_DEG = 0.03
PLAY_ROUNDS, AVERAGED = 6, 4
USUAL_STICTION = 1.3  # times the friction in motion
TRIES_MORE = 3
TAP_NOISE_MS = 0.06
# The programme turns about 100 degrees both ways.
ROOM_DEG = 110.0
FURTHEST_DEG = 170.0
SHARES = {"fast passes": 0.0, "break-away": 0.3, "rattle": 0.45, "taps": 0.65, "check": 0.9, "fit": 0.95}

T = TypeVar("T")
Progress = Callable[[str, float], object]
"""What begins now, and the share of the whole that is done by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One parameter with its standard error."""

    value: float
    error: float
    known: bool = True
    """False where this programme cannot tell it: the value is then assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The virtual motor that fits."""

    facts: MotorFacts
    estimates: dict[str, Estimate]
    fit_rms_deg: float
    held_out_rms_deg: float


def match(
    motor: Motor,
    *,
    start: MotorFacts | None = None,
    advance: Callable[[], None] | None = None,
    progress: Progress = lambda _what, _share: None,
    goes_on: Callable[[], bool] = lambda: True,
    first_tick: int = 0,
    behind_wire: bool = False,
) -> Match:
    """Everything: excite behind the guard, fit, predict.  The motor is free afterwards, whatever happens.

    `advance` lets a tick pass (None for a motor on virtual time), `progress` is told each step, and as soon as `goes_on`
    says no, `MatchCancelled` is raised. `behind_wire` a servo's own loop and the steps of its encoder hide where the motor rests in its
    play and when it gives way: stiction and play are then assumed, and said to be, instead of measured wrongly.
    """
    start = start or MotorFacts()
    here_deg = motor.state(first_tick).yaw_deg
    room = RangeOfMotion(
        min_deg=max(here_deg - ROOM_DEG, -FURTHEST_DEG), max_deg=min(here_deg + ROOM_DEG, FURTHEST_DEG)
    )
    guarded = GuardedMotor(motor, start, room)
    can = motor.capabilities
    limits = {"max_rate_dps": can.max_rate_dps, "max_accel_dps2": can.max_accel_dps2}
    try:
        guarded.enable()
        runner = Runner(guarded, first_tick=first_tick, advance=advance, goes_on=goes_on)
        progress("fast passes", SHARES["fast passes"])
        fast = _patiently(lambda: record(runner, fast_programme(**limits)), runner)
        facts, estimates = _fit_linear(fast, start)
        breaks_nm, ways_deg = list[float](), list[float]()
        rattled = {"yaw_step_deg": can.yaw_step_deg, "coulomb_nm": facts.coulomb_nm}
        if not behind_wire:
            progress("break-away", SHARES["break-away"])
            breaks_nm = _patiently(lambda: break_away(runner), runner)
            progress("rattle", SHARES["rattle"])
            rattled["break_nm"] = broke_at(breaks_nm)
            ways_deg = _patiently(lambda: rattle(runner, **rattled), runner)
        progress("taps", SHARES["taps"])
        tapped_ticks = _patiently(lambda: tap(runner), runner)
        progress("check", SHARES["check"])
        check = _patiently(lambda: record(runner, held_out(**limits)), runner)
    finally:
        motor.free()
    progress("fit", SHARES["fit"])
    facts, estimates["loop_delay_ms"] = _fit_delay(facts, tapped_ticks)
    if behind_wire:
        facts, estimates = _assumed(*_straightened(facts, estimates, fast.points, start))
    else:
        facts = _with(facts, {"backlash_deg": max(went(ways_deg) - CARRIED_DEG, 0.0)})
        facts, _ = _fit_stiction(facts, breaks_nm)
        facts, estimates = _straightened(facts, estimates, fast.points, start)
        facts, estimates["stiction_nm"] = _fit_stiction(facts, breaks_nm)
        facts, estimates["backlash_deg"] = _fit_play(facts, ways_deg, **rattled)
    return Match(
        facts=facts,
        estimates=estimates,
        fit_rms_deg=_rms(simulate(facts, fast.points).yaw_deg - fast.yaw_deg),
        held_out_rms_deg=_rms(simulate(facts, check.points).yaw_deg - check.yaw_deg),
    )


def _patiently(part: Callable[[], T], runner: Runner) -> T:
    """A part of the programme, again from its beginning where the device, or this computer, fell out of step in it."""
    for _ in range(TRIES_MORE):
        try:
            return part()
        except PortError:
            if not runner.state.fault:
                raise  # it is the screen that does not do it
            runner.switch_on_again()
    return part()


def simulate(facts: MotorFacts, points: Points) -> Trace:
    """What the virtual motor with these facts does with the same set points; always with the same chance."""
    return record(_virtual(facts), points)


def _virtual(facts: MotorFacts, *, chance: int = 23) -> Runner:
    plant = Plant(facts, rng=np.random.Generator(np.random.Philox(chance)))
    guarded = GuardedMotor(VirtualMotor(plant), facts, RangeOfMotion(min_deg=-ROOM_DEG, max_deg=ROOM_DEG))
    guarded.enable()
    return Runner(guarded, advance=plant.advance)


def _fit_linear(trace: Trace, start: MotorFacts) -> tuple[MotorFacts, dict[str, Estimate]]:
    """Impulse = inertia x change of rate + viscous x angle + Coulomb x time + cable + offset, over windows of 120 ms."""
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
    # Windows overlap threefold: a third of them is independent.
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
    facts["stiction_nm"] = USUAL_STICTION * facts["coulomb_nm"]
    return _with(start, facts), estimates


def _straightened(
    facts: MotorFacts, estimates: dict[str, Estimate], points: Points, start: MotorFacts
) -> tuple[MotorFacts, dict[str, Estimate]]:
    """Take away what the straight line always gets wrong: it is asked again about a virtual motor whose truth is known.

    Smoothing, play and encoder noise make inertia and friction some hundredths too large.
    """
    again = [_fit_linear(record(_virtual(facts, chance=chance), points), start)[1] for chance in (47, 53, 59)]
    better = dict(estimates)
    for name in ("inertia_kgm2", "viscous_nms", "coulomb_nm"):
        told = float(np.mean([found[name].value for found in again]))
        known = float(getattr(facts, name))
        better[name] = Estimate(value=estimates[name].value * known / told, error=estimates[name].error)
    return _with(
        facts, {name: max(better[name].value, 1e-4) for name in ("inertia_kgm2", "viscous_nms", "coulomb_nm")}
    ), better


def _assumed(facts: MotorFacts, estimates: dict[str, Estimate]) -> tuple[MotorFacts, dict[str, Estimate]]:
    """The two that a wire hides: stiction as it usually is for this friction, and the play that was there before."""
    facts = _with(facts, {"stiction_nm": USUAL_STICTION * facts.coulomb_nm})
    hidden = ("stiction_nm", "backlash_deg")
    return facts, estimates | {name: Estimate(value=getattr(facts, name), error=0.0, known=False) for name in hidden}


def _fit_stiction(facts: MotorFacts, breaks_nm: list[float]) -> tuple[MotorFacts, Estimate]:
    """Halve the interval until the virtual screen gives way at the same mean torque."""
    low_nm, high_nm = facts.coulomb_nm, 4.0 * facts.coulomb_nm
    wanted_nm = broke_at(breaks_nm)
    while high_nm - low_nm > 0.005 * facts.coulomb_nm:
        middle_nm = 0.5 * (low_nm + high_nm)
        if broke_at(break_away(_virtual(_with(facts, {"stiction_nm": middle_nm}), chance=29))) < wanted_nm:
            low_nm = middle_nm
        else:
            high_nm = middle_nm
    stiction_nm = 0.5 * (low_nm + high_nm)
    error = float(np.std(breaks_nm)) / math.sqrt(len(breaks_nm))
    return _with(facts, {"stiction_nm": stiction_nm}), Estimate(value=stiction_nm, error=error)


def _fit_delay(facts: MotorFacts, tapped_ticks: float) -> tuple[MotorFacts, Estimate]:
    """A pulse comes by so much later than in a virtual motor without delay as the delay is long."""
    at_once = np.mean([tap(_virtual(_with(facts, {"loop_delay_ms": 0.0}), chance=chance)) for chance in (37, 41)])
    delay_ms = max(0.0, 1000.0 * TICK_S * (tapped_ticks - float(at_once)))
    return _with(facts, {"loop_delay_ms": delay_ms}), Estimate(value=delay_ms, error=TAP_NOISE_MS)


def _fit_play(
    facts: MotorFacts, ways_deg: list[float], *, break_nm: float, coulomb_nm: float, yaw_step_deg: float
) -> tuple[MotorFacts, Estimate]:
    """The play with which the virtual motor rattles as far.

    A motor that knocks on the screen carries it along a little, so it travels somewhat more than the play.
    """
    wanted_deg = went(ways_deg)
    play_deg = max(wanted_deg - CARRIED_DEG, 0.0)
    tried_deg: list[float] = []
    for chance in range(43, 43 + PLAY_ROUNDS):
        again = _virtual(_with(facts, {"backlash_deg": play_deg}), chance=chance)
        found_deg = went(rattle(again, break_nm=break_nm, coulomb_nm=coulomb_nm, yaw_step_deg=yaw_step_deg))
        tried_deg.append(max(play_deg + wanted_deg - found_deg, 0.0))
        play_deg = tried_deg[-1]
    play_deg = float(np.mean(tried_deg[-AVERAGED:]))
    error = float(np.std(ways_deg)) / math.sqrt(len(ways_deg))
    return _with(facts, {"backlash_deg": play_deg}), Estimate(value=play_deg, error=error)


def _with(facts: MotorFacts, values: dict[str, float]) -> MotorFacts:
    merged = MotorFacts.model_validate({**facts.model_dump(), **values})
    if merged.stiction_nm < merged.coulomb_nm:
        return MotorFacts.model_validate({**merged.model_dump(), "stiction_nm": merged.coulomb_nm})
    return merged


def _rms(values: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(values**2)))
