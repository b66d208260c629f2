"""The readings of a real motor beside those of twins whose truth is known: what these get wrong, that one gets wrong too.

Two rounds: a first with twins made from the plain readings, and a second around what the first found, with twins that differ a little from
each other, as far as the truth may still be away. The mean of how far the second is off corrects the value; its spread is the error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from hardware_bridge.matching.programme import MatchCancelled, Runner, Trace, record
from hardware_bridge.matching.readings import (
    DELAYS_MS,
    LINEAR,
    PLAYS_DEG,
    PlayScale,
    delay_ms,
    gave_way_nm,
    linear,
    scale,
)
from hardware_bridge.matching.slow_parts import Pull, SlowTurns, pulls, slow_turns, tap
from hardware_bridge.matching.twin import Twin
from simulator.onboard.facts import MotorFacts

FIRST_TWINS, TWINS = 2, 16
TWICE = 2.131 / 2.0  # Student's factor for 95 of 100 with fifteen degrees of freedom, as a part of the 2 that is told
# The twins of the second round differ by so much from the first result: as a share, or for the play in degrees.
DIFFER = {"inertia_kgm2": 0.02, "viscous_nms": 0.05, "coulomb_nm": 0.01, "stiction_nm": 0.03, "backlash_deg": 0.02}
SHARES_OFF = ("inertia_kgm2", "viscous_nms", "coulomb_nm", "stiction_nm")  # are off by a share, the others by an amount
LEAST = 1e-4
PLAY_CHANCE, TAP_CHANCE = 151, 301
DELAY_STEP_MS = 2.0  # of the twin's own loop

Values = dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What a motor did in the programme; the slow parts are missing where they were not asked for."""

    fast: Trace
    fastest_dps: float
    coulomb_nm: float  # as first read, from which pulls begin
    pulled: list[Pull] | None = None
    turns: SlowTurns | None = None
    tapped_ticks: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came out, with standard errors."""

    facts: MotorFacts
    values: Values
    errors: Values


def perform_slow(
    runner: Runner, so_far: Recording, *, say: Callable[[str], object] = lambda _what: None
) -> Iterator[Callable[[], Recording]]:
    """The slow parts one by one, each to be called, again if need be; each adds to what the one before returned."""
    made = so_far

    def pulled() -> Recording:
        nonlocal made
        made = replace(made, pulled=pulls(runner, coulomb_nm=so_far.coulomb_nm))
        return made

    def turned() -> Recording:
        nonlocal made
        made = replace(made, turns=slow_turns(runner))
        return made

    def tapped() -> Recording:
        nonlocal made
        made = replace(made, tapped_ticks=tap(runner))
        return made

    for what, part in (("pulls", pulled), ("slow turns", turned), ("taps", tapped)):
        say(what)
        yield part


def compared(
    recorded: Recording,
    *,
    twin: Twin,
    start: MotorFacts,
    goes_on: Callable[[], bool],
    progress: Callable[[float], object],
) -> Told:
    """Two rounds of twins."""
    rng = np.random.Generator(np.random.Philox(71))
    facts = _first_facts(recorded, start)
    rounds = [(101, FIRST_TWINS, 0.0), (201, TWINS, 1.0)]
    done, every = 0, FIRST_TWINS + TWINS
    tapped_ticks = _tapped(recorded, twin, facts)
    plays = _play_scale(recorded, twin, facts)
    for chance, count, differ in rounds:
        own = _read(recorded, plays, tapped_ticks)
        off: list[Values] = []
        for k in range(count):
            if not goes_on():
                raise MatchCancelled
            progress(done / every)
            done += 1
            true = _differing(facts, rng, by=differ)
            off.append(_off(_read(_performed(twin(true, chance + k), recorded), plays, tapped_ticks), true))
        values = {name: _corrected(name, own[name], np.array([one[name] for one in off])) for name in own}
        facts = _with(facts, _inner(values, start))
    errors = {name: _error(name, values[name], np.array([one[name] for one in off])) for name in values}
    return Told(facts=facts, values=_inner(values, start), errors=errors)


def _first_facts(recorded: Recording, start: MotorFacts) -> MotorFacts:
    plain = _inner(linear(recorded.fast, fastest_dps=recorded.fastest_dps), start)
    if recorded.pulled is not None:
        plain["stiction_nm"] = gave_way_nm(recorded.pulled, cable_nm_per_rad=plain["cable_nm_per_rad"])
    return _with(start, plain)


def _performed(runner: Runner, like: Recording) -> Recording:
    """The same programme by a twin."""
    made = Recording(fast=record(runner, like.fast.points), fastest_dps=like.fastest_dps, coulomb_nm=like.coulomb_nm)
    if like.pulled is not None:
        for part in perform_slow(runner, made):
            made = part()
    return made


def _play_scale(recorded: Recording, twin: Twin, facts: MotorFacts) -> PlayScale | None:
    if recorded.turns is None:
        return None
    shown = [
        slow_turns(twin(facts.model_copy(update={"backlash_deg": play_deg}), PLAY_CHANCE + k))
        for k, play_deg in enumerate(PLAYS_DEG)
    ]
    return scale(shown)


def _tapped(recorded: Recording, twin: Twin, facts: MotorFacts) -> list[float]:
    """How late a tap comes through for each delay that a twin can have."""
    if recorded.tapped_ticks is None:
        return []
    return [
        tap(twin(facts.model_copy(update={"loop_delay_ms": delay}), TAP_CHANCE + k))
        for k, delay in enumerate(DELAYS_MS)
    ]


def _read(recorded: Recording, plays: PlayScale | None, tapped_ticks: list[float]) -> Values:
    """All readings of one recording; the inertia is that of everything that turns."""
    read = linear(recorded.fast, fastest_dps=recorded.fastest_dps)
    if recorded.pulled is not None:
        read["stiction_nm"] = gave_way_nm(recorded.pulled, cable_nm_per_rad=read["cable_nm_per_rad"])
    if recorded.turns is not None and plays is not None:
        read["backlash_deg"] = plays.read(recorded.turns)
    if recorded.tapped_ticks is not None:
        read["loop_delay_ms"] = delay_ms(recorded.tapped_ticks, shown_ticks=tapped_ticks)
    return read


def _off(read: Values, true: MotorFacts) -> Values:
    truth = {**true.model_dump(), "inertia_kgm2": true.turning_inertia_kgm2, "torque_offset_nm": 0.0}
    return {name: value / truth[name] if name in SHARES_OFF else value - truth[name] for name, value in read.items()}


def _corrected(name: str, read: float, off: np.ndarray) -> float:
    return read / float(off.mean()) if name in SHARES_OFF else read - float(off.mean())


def _error(name: str, value: float, off: np.ndarray) -> float:
    """How much one recording scatters, and the mean of the twins' a little."""
    spread = TWICE * float(off.std(ddof=1)) * (1.0 + 1.0 / len(off)) ** 0.5
    return float(spread * value / off.mean()) if name in SHARES_OFF else spread


def _differing(facts: MotorFacts, rng: np.random.Generator, *, by: float) -> MotorFacts:
    values = {}
    for name, size in DIFFER.items():
        value = float(getattr(facts, name))
        change = by * size * float(rng.standard_normal())
        values[name] = max(value + change if name == "backlash_deg" else value * (1.0 + change), 0.0)
    values["loop_delay_ms"] = DELAY_STEP_MS * round(facts.loop_delay_ms / DELAY_STEP_MS)
    return _with(facts, values)


def _inner(read: Values, start: MotorFacts) -> Values:
    return {**read, "inertia_kgm2": read["inertia_kgm2"] - start.rotor_inertia_kgm2}


def _with(facts: MotorFacts, values: Values) -> MotorFacts:
    """These facts with other values, as far as a motor can have them; an offset belongs to the sensor and not to the motor."""
    told = {name: max(value, 0.0) for name, value in values.items() if name in MotorFacts.model_fields}
    merged = {**facts.model_dump(), **told}
    for name in LINEAR[:3]:
        merged[name] = max(merged[name], LEAST)
    merged["stiction_nm"] = max(merged["stiction_nm"], merged["coulomb_nm"])
    return MotorFacts.model_validate(merged)
