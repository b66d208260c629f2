"""Match virtual to real: put a motor through a programme, and find the virtual motor that would have done the same.

The real motor is recorded once. Each parameter has a reading (readings.py) which is nearly right. A twin behind the same wire, whose truth
is known, then goes through the same programme: how far its readings are off is taken away from those of the real one, and how much they
scatter from twin to twin is the uncertainty that is told. A last move is kept out of the fit and predicted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from hardware_bridge.guard import GuardedMotor
from hardware_bridge.matching.compare_twins import Recording, Told, compared, perform_slow
from hardware_bridge.matching.programme import (
    Points,
    Runner,
    Trace,
    fast_programme,
    held_out,
    ramp,
    record,
)
from hardware_bridge.matching.readings import linear
from hardware_bridge.matching.twin import Twin, bare
from hardware_bridge.ports import Motor, PortError
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import MotorFacts

__all__ = ["Estimate", "Match", "Points", "match", "ramp"]

USUAL_STICTION = 1.3  # times the friction in motion
TRIES_MORE = 3
# The programme turns about 100 degrees both ways.
ROOM_DEG = 110.0
FURTHEST_DEG = 170.0
CHECK_CHANCE = 23
SHARES = {"fast passes": 0.0, "pulls": 0.2, "slow turns": 0.45, "taps": 0.5, "check": 0.6, "fit": 0.65}
# A value with a wider interval than this share of itself to each side is no answer.
MOST_UNSURE = {"stiction_nm": 0.2, "backlash_deg": 0.4, "loop_delay_ms": 0.5}

T = TypeVar("T")
Progress = Callable[[str, float], object]
"""What begins now, and the share of the whole that is done by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One parameter with its standard error: twice that to both sides holds 95 of 100 truths."""

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
    twin: Twin | None = bare,
    advance: Callable[[], None] | None = None,
    progress: Progress = lambda _what, _share: None,
    goes_on: Callable[[], bool] = lambda: True,
    first_tick: int = 0,
) -> Match:
    """Everything: excite behind the guard, fit, predict.  The motor is free afterwards, whatever happens.

    `twin` makes virtual motors behind the same wire as this one; None where there are none: what the wire hides, stiction, play and
    delay, is then assumed, and said to be. `advance` lets a tick pass (None for a motor on virtual time), `progress` is told each step,
    and as soon as `goes_on` says no, `MatchCancelled` is raised.
    """
    start = start or MotorFacts()
    here_deg = motor.state(first_tick).yaw_deg
    room = RangeOfMotion(
        min_deg=max(here_deg - ROOM_DEG, -FURTHEST_DEG), max_deg=min(here_deg + ROOM_DEG, FURTHEST_DEG)
    )
    guarded = GuardedMotor(motor, start, room)
    can = motor.capabilities
    limits = {"max_rate_dps": can.max_rate_dps, "max_accel_dps2": can.max_accel_dps2}

    def say(what: str) -> None:
        progress(what, SHARES[what])

    try:
        guarded.enable()
        runner = Runner(guarded, first_tick=first_tick, advance=advance, goes_on=goes_on)
        say("fast passes")
        fast = _patiently(lambda: record(runner, fast_programme(**limits)), runner)
        first = linear(fast, fastest_dps=can.max_rate_dps)
        recorded = Recording(fast=fast, fastest_dps=can.max_rate_dps, coulomb_nm=max(first["coulomb_nm"], 1e-3))
        if twin is not None:
            for part in perform_slow(runner, recorded, say=say):
                recorded = _patiently(part, runner)
        say("check")
        check = _patiently(lambda: record(runner, held_out(**limits)), runner)
    finally:
        motor.free()
    say("fit")
    told = compared(
        recorded,
        twin=twin or bare,
        start=start,
        goes_on=goes_on,
        progress=lambda share: progress("fit", SHARES["fit"] + share * (1.0 - SHARES["fit"])),
    )
    facts, estimates = _judged(told, start, slow=twin is not None)
    again = twin or bare
    return Match(
        facts=facts,
        estimates=estimates,
        fit_rms_deg=_off_deg(again, facts, fast),
        held_out_rms_deg=_off_deg(again, facts, check),
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


def _judged(told: Told, start: MotorFacts, *, slow: bool) -> tuple[MotorFacts, dict[str, Estimate]]:
    """What is too unsure to be an answer is assumed: stiction as it usually is for this friction, the others as they were before."""
    facts = told.facts
    assumed = {
        "stiction_nm": USUAL_STICTION * facts.coulomb_nm,
        "backlash_deg": start.backlash_deg,
        "loop_delay_ms": start.loop_delay_ms,
    }
    estimates: dict[str, Estimate] = {}
    for name in dict.fromkeys([*told.values, *assumed]):
        value, error = told.values.get(name, assumed.get(name, 0.0)), told.errors.get(name, 0.0)
        if name in assumed and (not slow or 2.0 * error > MOST_UNSURE[name] * value):
            facts = MotorFacts.model_validate({**facts.model_dump(), name: assumed[name]})
            estimates[name] = Estimate(value=assumed[name], error=error, known=False)
        else:
            estimates[name] = Estimate(value=value, error=error)
    return facts, estimates


def _off_deg(twin: Twin, facts: MotorFacts, trace: Trace) -> float:
    """How far the virtual motor with these facts is from what was recorded, with the same set points."""
    again = record(twin(facts, CHECK_CHANCE), trace.points)
    return _rms(again.yaw_deg - trace.yaw_deg)


def _rms(values: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(values**2)))
