"""The table: a row for each entry on each track, with an interval, the worst group, speed, memory, failures and a fingerprint.

A home in which an entry failed counts as asked and not right, with as much asked as the shipped stack was asked there.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from simulator.lab.bench.entries import OURS, Entry
from simulator.lab.bench.runner import BenchRun
from simulator.lab.bench.tracks import BenchTrack, Score
from simulator.runtime.seeds import stream

RESAMPLES = 2000
LEAST_HOMES = 3  # a group of fewer says nothing

COLUMNS: dict[str, str] = {
    "track": "Name of the track.",
    "entry": "Name of the entry.",
    "homes": "Homes that it was asked in.",
    "failed": "Homes that came to no end: an error, a hang, too much memory.",
    "asked": "What came to an end over all homes: wake words, moments, calls, homes.",
    "score": "Share of it that was right.",
    "low": "Lower end of the 95 % interval, by drawing the homes again and again with replacement.",
    "high": "Upper end of it.",
    "worst_group": "The group with the lowest score, a voice or a story, of those with at least 3 homes.",
    "worst_score": "Its score.",
    "wrong_per_min": "Answers or turns that were wrong, a minute.",
    "turned_deg_per_min": "Motion, a minute.",
    "x_real_time": "Simulated seconds in a second of a processor, the whole run with its room.",
    "memory_mb": "The most memory that its process held.",
    "trace_hash": "SHA-256 over the fingerprints of its runs in order: the same code gives the same.",
}
RUN_COLUMNS: dict[str, str] = {
    "draw": "public, or the SHA-256 of the secret that drew the homes.",
    "entry": "Name of the entry.",
    "seed": "Seed of the home: `swivel scene home SEED` prints it.",
    "mode": "audio: sound is rendered; feature: modelled senses.",
    "track": "Name of the track.",
    "group": "Voice or story that the home is about.",
    "asked": "What came to an end.",
    "right": "How much of it was right.",
    "error": "Why there is no score; empty where there is one.",
    "sim_s": "Simulated seconds.",
    "processor_s": "Seconds of a processor.",
    "memory_mb": "The most memory that the process held so far.",
    "trace_hash": "Fingerprint of the run.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One entry on one track; the fields are COLUMNS."""

    track: str
    entry: str
    homes: int
    failed: int
    asked: float
    score: float | None  # None: nothing was asked
    low: float
    high: float
    worst_group: str
    worst_score: float | None
    wrong_per_min: float | None
    turned_deg_per_min: float | None
    x_real_time: float | None
    memory_mb: float
    trace_hash: str


def board(entries: Sequence[Entry], tracks: Sequence[BenchTrack], runs: Sequence[BenchRun]) -> list[BoardRow]:
    """All rows, the best of each track first."""
    by_entry: dict[tuple[str, str], list[BenchRun]] = defaultdict(list)
    for run in runs:
        by_entry[run.entry, run.mode].append(run)
    rows = []
    for track in tracks:
        asked = {run.seed: run.scores[track.name] for run in by_entry[OURS, track.mode] if track.name in run.scores}
        own = [
            _row(track, entry, by_entry[entry.name, track.mode], asked) for entry in entries if entry.takes_part(track)
        ]
        rows += sorted(own, key=lambda row: -1.0 if row.score is None else row.score, reverse=True)
    return rows


def _row(track: BenchTrack, entry: Entry, runs: list[BenchRun], asked: dict[int, Score]) -> BoardRow:
    scores = [_score(run, track, asked) for run in runs]
    good = [run for run in runs if not run.error]
    low, high = interval(scores)
    group, worst = _worst(scores)
    processor_s = sum(run.processor_s for run in good)
    hashes = "".join(run.trace_hash for run in runs)
    return BoardRow(
        track=track.name,
        entry=entry.name,
        homes=len(runs),
        failed=len(runs) - len(good),
        asked=sum(score.asked for score in scores),
        score=share(scores),
        low=low,
        high=high,
        worst_group=group,
        worst_score=worst,
        wrong_per_min=_a_minute(scores, "wrong", "false"),
        turned_deg_per_min=_a_minute(scores, "turned_deg"),
        x_real_time=sum(run.sim_s for run in good) / processor_s if processor_s else None,
        memory_mb=max((run.memory_mb for run in good), default=0.0),
        trace_hash=hashlib.sha256(hashes.encode()).hexdigest(),
    )


def _score(run: BenchRun, track: BenchTrack, asked: dict[int, Score]) -> Score:
    if track.name in run.scores:
        return run.scores[track.name]
    same = asked.get(run.seed, Score(right=0.0, asked=0.0, group=""))
    return replace(same, right=0.0, more={})


def share(scores: Sequence[Score]) -> float | None:
    """What was right, of all that was asked."""
    asked = sum(score.asked for score in scores)
    return sum(score.right for score in scores) / asked if asked else None


def interval(scores: Sequence[Score]) -> tuple[float, float]:
    """The 95 % interval of the share: homes are drawn again, since what happens in one of them belongs together.

    Shares of 0 and 1 have no spread to draw from; there the rule of three bounds them by the number of homes.
    """
    right, asked = np.array([one.right for one in scores]), np.array([one.asked for one in scores])
    homes = int((asked > 0).sum())
    if not homes:
        return 0.0, 1.0
    drawn = stream(0, "bench.interval").integers(len(scores), size=(RESAMPLES, len(scores)))
    sums = asked[drawn].sum(axis=1)
    shares = right[drawn].sum(axis=1)[sums > 0] / sums[sums > 0]
    low, high = (float(end) for end in np.percentile(shares, (2.5, 97.5)))
    three = min(3.0 / homes, 1.0)
    if math.isclose(low, high):
        low, high = (low, three) if low < 0.5 else (1.0 - three, high)
    return low, high


def _worst(scores: Sequence[Score]) -> tuple[str, float | None]:
    groups: dict[str, list[Score]] = defaultdict(list)
    for score in scores:
        if score.asked:
            groups[score.group].append(score)
    found = [(share(own) or 0.0, name) for name, own in groups.items() if len(own) >= LEAST_HOMES]
    worst = min(found, default=None)
    return ("", None) if worst is None else (worst[1], worst[0])


def _a_minute(scores: Sequence[Score], *names: str) -> float | None:
    minutes = sum(score.more.get("minutes", 0.0) for score in scores)
    sums = [score.more[name] for score in scores for name in names if name in score.more]
    return sum(sums) / minutes if sums and minutes else None
