"""Ears that go wrong."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from simulator.onboard.angles import distance_deg, wrap_deg
from simulator.onboard.messages import TICKS_PER_S, SoundReport
from simulator.world.faults.fault import Fault, Kind, Now, once

WRONG_PERSON_DEG = 65.0  # where a lone talker is heard instead: far outside every dead zone


def _turned(direction: Callable[[float, Fault, Now], float]) -> Kind:
    """Another direction than the one that was found."""

    def change(report: SoundReport, fault: Fault, now: Now) -> SoundReport:
        if report.azimuth_deg is None:
            return report
        azimuth_deg = wrap_deg(direction(report.azimuth_deg, fault, now))
        best = tuple(replace(one, azimuth_deg=azimuth_deg) for one in report.candidates[:1])
        return replace(report, azimuth_deg=azimuth_deg, candidates=(*best, *report.candidates[1:]))

    return Kind(at="sound", change=once(change))


def _other_person(azimuth_deg: float, fault: Fault, now: Now) -> float:
    people = () if now.truth is None else now.truth.people
    if len(people) < 2:
        return azimuth_deg - math.copysign(WRONG_PERSON_DEG, azimuth_deg)
    nearest = min(people, key=lambda person: distance_deg(person.azimuth_deg, azimuth_deg))
    return next(person.azimuth_deg for person in people if person is not nearest)


def _late(report: SoundReport, fault: Fault, now: Now) -> SoundReport:
    """Late, and a wake word still counts once only."""
    memory = fault.memory
    queue: deque[tuple[int, SoundReport]] = memory.setdefault("queue", deque())
    standing: SoundReport = memory.setdefault("standing", SoundReport(tick=now.tick, voice=0.0))
    if memory.get("of") != report.tick:
        memory["of"] = report.tick
        queue.append((now.tick, report))
    if standing.wake_word:
        standing = replace(standing, wake_word=False, wake_confidence=0.0)
    while queue and queue[0][0] <= now.tick - fault.amount * TICKS_PER_S and not standing.wake_word:
        standing = replace(queue.popleft()[1], tick=now.tick)
    memory["standing"] = standing
    return standing


def _misses(report: SoundReport, fault: Fault, now: Now) -> SoundReport:
    missed = report.wake_word and fault.rng.random() < fault.amount
    return replace(report, wake_word=False, wake_confidence=0.0) if missed else report


def _deaf(report: SoundReport, fault: Fault, now: Now) -> SoundReport:
    made: SoundReport = fault.memory.setdefault("silence", SoundReport(tick=now.tick, voice=0.0))
    return made


def _unsure(report: SoundReport, fault: Fault, now: Now) -> SoundReport:
    return replace(report, confidence=fault.amount * report.confidence)


def _ambiguous(report: SoundReport, fault: Fault, now: Now) -> SoundReport:
    if report.azimuth_deg is None:
        return report
    return replace(report, ambiguous=True, azimuth_deg=None, confidence=0.0)


def _false_wakes(report: SoundReport, fault: Fault, now: Now) -> SoundReport:
    every = max(round(fault.amount * TICKS_PER_S), 1)
    if now.tick % every != every // 2:
        return report
    return SoundReport(
        tick=now.tick, voice=0.9, wake_word=True, wake_confidence=0.95,
        azimuth_deg=float(fault.rng.uniform(-85.0, 85.0)), confidence=0.95,
    )  # fmt: skip


EARS: dict[str, Kind] = {
    "bias": _turned(lambda azimuth_deg, fault, now: azimuth_deg + fault.amount),
    "mirror": _turned(lambda azimuth_deg, fault, now: -azimuth_deg),
    "front for back": _turned(lambda azimuth_deg, fault, now: 180.0 - azimuth_deg),
    "scatter": _turned(lambda azimuth_deg, fault, now: azimuth_deg + fault.amount * fault.rng.standard_normal()),
    "one direction": _turned(lambda azimuth_deg, fault, now: fault.amount),
    "wrong person": _turned(_other_person),
    "late": Kind(at="sound", change=_late),
    "miss wake words": Kind(at="sound", change=once(_misses)),
    "deaf": Kind(at="sound", change=_deaf),
    "unsure": Kind(at="sound", change=once(_unsure)),
    "ambiguous": Kind(at="sound", change=once(_ambiguous)),
    "false wake words": Kind(at="sound", change=_false_wakes),
}
