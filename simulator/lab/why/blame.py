"""Which part is to blame for a broken promise: the run is made again with parts repaired, from the senses to the motor.

The prefix rule finds how far repairs must reach until the run is good. Then repairs are taken back, the most downstream one first, so
that a tracker which is told the truth does not hide the ears' fault. What is left is a smallest set of repairs that is enough.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from simulator.lab.why.blame_result import Blame
from simulator.lab.why.replays import PLAIN_FUSION, SETTINGS, Replays
from simulator.runtime.pacer import processor_s

MOST_REPLAYS = 12


def blame(replays: Replays, *, bars: bool = False) -> Blame:
    """Find the culprits of one run."""
    began_s = processor_s()
    broken = replays.broken
    culprits: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    if broken:
        culprits = _culprits(replays)
        also = _others(replays, culprits)
    made = replays.made
    shares, error_deg = shapley(replays) if bars and broken else ({}, 0.0)
    return Blame(
        culprits=culprits,
        also=also,
        broken=tuple(outcome.id for outcome in broken),
        at_s=broken[0].at_s if broken else None,
        against="" if replays.reference is None else replays.reference.name,
        unrun=() if replays.reference is None else replays.reference.unrun,
        replays=made,
        processor_s=round(processor_s() - began_s, 3),
        bars_deg=shares,
        error_deg=error_deg,
    )


def _culprits(replays: Replays) -> tuple[str, ...]:
    parts = replays.parts
    if not replays.good(parts):
        return (SETTINGS,) if replays.reference is None and replays.good((*parts, SETTINGS)) else ()
    reach = next((k for k in range(1, len(parts)) if replays.good(parts[:k])), len(parts))
    needed = list(parts[:reach])
    for part in reversed(parts[: reach - 1]):
        fewer = [one for one in needed if one != part]
        if replays.good(fewer):
            needed = fewer
    if "fusion" in needed and replays.reference is None:
        needed = _behind_the_tracker(replays, needed)
    return tuple(part for part in parts if part in needed)


def _behind_the_tracker(replays: Replays, needed: Sequence[str]) -> list[str]:
    """A tracker that is told the truth needs no ears and eyes: give it back what they say, and see whether they are at fault too."""
    rest = [part for part in needed if part != "fusion"]
    senses = [part for part in ("ears", "eyes") if part not in needed]
    for count in range(len(senses) + 1):
        for chosen in combinations(senses, count):
            if replays.made >= MOST_REPLAYS:
                return list(needed)
            if replays.good([*rest, *chosen, PLAIN_FUSION]):
                return [*rest, *chosen, "fusion"]
    return list(needed)


def _others(replays: Replays, culprits: Sequence[str]) -> tuple[str, ...]:
    """Other parts whose repair alone is enough, as far as the number of replays allows to ask."""
    if len(culprits) != 1 or culprits[0] == SETTINGS:
        return ()
    found = []
    for part in replays.parts:
        if part not in culprits and replays.made < MOST_REPLAYS and replays.good((part,)):
            found.append(part)
    return tuple(found)


def shapley(replays: Replays) -> tuple[dict[str, float], float]:
    """Each part's exact share (Shapley 1953) of the error in degrees; the shares add up to the error."""
    parts = replays.parts
    ideal = replays.yaw_deg(parts)

    def error_deg(chosen: tuple[str, ...]) -> float:
        return float(np.mean(np.abs(replays.yaw_deg(chosen) - ideal)))

    shares = dict.fromkeys(parts, 0.0)
    count = len(parts)
    for part in parts:
        others = [one for one in parts if one != part]
        for size in range(count):
            weight = math.factorial(size) * math.factorial(count - size - 1) / math.factorial(count)
            for chosen in combinations(others, size):
                shares[part] += weight * (error_deg(chosen) - error_deg((*chosen, part)))
    return shares, error_deg(())
