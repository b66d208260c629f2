"""What the whole range of a slider would do in this run: turns, time out of view and time to face at some of its places.

The planner runs over what was sensed, a place after the other and each in small pieces, so that whoever asks can stop at any of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.lab.service import CALM_DEG, PATIENCE_S
from simulator.onboard.angles import wrap_all_deg
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import TICK_S, TICKS_PER_S
from simulator.onboard.tuning import Leaf, Tuning, TuningError, Value, leaf_at
from simulator.workbench.feel_sliders import FEELS, Feel, knobs_at
from simulator.workbench.forecast import SKETCHED_TICKS
from simulator.workbench.knob_readers import is_sketched
from simulator.workbench.run_data import RunData
from simulator.world.truth import TruthFrame
from simulator.world.truth_events import Says

if TYPE_CHECKING:  # the mind is loaded when somebody sketches
    from simulator.workbench.replan import Replanner

SHARES = (0.0, 0.17, 0.33, 0.5, 0.67, 0.83, 1.0)
TURNS_DPS = 2.0  # faster than this the screen turns
SAME_DEG, SAME_S = 0.5, 0.1
READ_TICKS = 200  # so much of a run is read at a time: some milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class StripPoint:
    """One place of the slider and what came of it."""

    share: float  # of the range
    turns_per_min: float
    travelled_deg: float
    out_of_view_s: float | None = None  # of those who called; None: nobody did
    face_s: float | None = None  # from a call until the screen faces who called; None: never, or nobody called
    faced: int = 0  # calls that were answered in time
    calls: int = 0  # all that had the time


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody called; where they were from then on until somebody else did, or the end."""

    ticks: NDArray[np.int64]
    azimuth_deg: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Range:
    """What a slider goes through."""

    name: str
    paths: frozenset[str]
    places: tuple[tuple[float, dict[str, Value]], ...]  # share of the range, knobs there


def range_of(leaf: Leaf) -> Range:
    """The range of one knob."""
    assert leaf.low is not None
    assert leaf.high is not None
    places: list[tuple[float, dict[str, Value]]] = []
    for share in SHARES:
        value = leaf.low + round(share * (leaf.high - leaf.low) / leaf.step) * leaf.step
        value = round(min(max(value, leaf.low), leaf.high), 6)
        places.append((share, {leaf.path: round(value) if leaf.kind == "whole" else value}))
    return Range(leaf.path, frozenset({leaf.path}), tuple(places))


def range_of_feel(feel: Feel) -> Range:
    """The range of a slider by feel."""
    return Range(
        feel.name,
        frozenset(way.path for way in feel.ways),
        tuple((share, knobs_at(feel, 100 * share)) for share in SHARES),
    )


def range_named(name: str) -> Range:
    """The range of a knob by its path, or of a feel by its name."""
    feel = next((one for one in FEELS if one.name == name), None)
    return range_of_feel(feel) if feel is not None else range_of(leaf_at(name))


def calls_of(run: RunData) -> Iterator[list[Call] | None]:
    """Who called when, and where they were; nothing while there is more to read."""
    last = min(len(run), SKETCHED_TICKS)
    calls: list[tuple[str, list[int], list[float]]] = []
    for first in range(0, last, READ_TICKS):
        for at, truth in run.messages("truth", first, min(first + READ_TICKS, last) - 1):
            if at >= first:
                _note(calls, at, truth)
        yield None
    yield [Call(np.array(ticks), np.array(azimuth_deg)) for _, ticks, azimuth_deg in calls]


def _note(calls: list[tuple[str, list[int], list[float]]], at: int, truth: TruthFrame) -> None:
    for event in truth.events:
        if isinstance(event, Says) and event.what == "wake word":
            calls.append((event.who, [], []))
    if calls:
        who, ticks, azimuth_deg = calls[-1]
        person = next((one for one in truth.people if one.name == who), None)
        if person is not None:
            ticks.append(at)
            azimuth_deg.append(person.azimuth_deg)


def sketch(
    replanner: Replanner, slider: Range, calls: Sequence[Call], facts: DeviceFacts, *, now: Tuning, wanted: Tuning
) -> Iterator[StripPoint | None]:
    """The places one by one, and nothing between two pieces of work; a place that a rule between knobs forbids is left out."""
    for share, knobs in slider.places:
        try:
            turned = wanted.patched(knobs)
        except TuningError:
            continue
        work = replanner.pieces(0, now=now, wanted=turned)
        yaw_deg = yield from work
        yield point(share, yaw_deg[:SKETCHED_TICKS], calls, half_view_deg=facts.camera.half_fov_deg)


def point(share: float, yaw_deg: NDArray[np.float32], calls: Sequence[Call], *, half_view_deg: float) -> StripPoint:
    """What came of one yaw curve."""
    minutes = max(1, len(yaw_deg)) * TICK_S / 60
    out_s, faced, unfaced = 0.0, [], 0
    for call in calls:
        ticks = call.ticks[call.ticks < len(yaw_deg)]
        if not len(ticks):
            continue
        bearing_deg = np.abs(wrap_all_deg(call.azimuth_deg[: len(ticks)] - yaw_deg[ticks]))
        spans_s = np.diff(ticks, append=ticks[-1] + 1) * TICK_S
        out_s += float(spans_s[bearing_deg > half_view_deg].sum())
        after_s = (ticks - ticks[0]) * TICK_S
        seen = np.flatnonzero((bearing_deg <= CALM_DEG) & (after_s <= PATIENCE_S))
        if len(seen):
            faced.append(float(after_s[seen[0]]))
        elif after_s[-1] >= PATIENCE_S:
            unfaced += 1
    return StripPoint(
        share=share,
        turns_per_min=turns(yaw_deg) / minutes,
        travelled_deg=float(np.abs(np.diff(yaw_deg)).sum()),
        out_of_view_s=out_s if calls else None,
        face_s=sum(faced) / len(faced) if faced else None,
        faced=len(faced),
        calls=len(faced) + unfaced,
    )


def turns(yaw_deg: NDArray[np.float32]) -> int:
    """How often the screen begins to turn."""
    moving = np.abs(np.diff(yaw_deg)) * TICKS_PER_S > TURNS_DPS
    return int(np.count_nonzero(moving[1:] & ~moving[:-1]) + (moving[0] if len(moving) else 0))


def is_flat(points: Sequence[StripPoint]) -> bool:
    """Whether the range makes no difference in this run."""
    travelled = [one.travelled_deg for one in points]
    out_s = [one.out_of_view_s or 0.0 for one in points]
    face_s = [one.face_s if one.face_s is not None else PATIENCE_S for one in points]
    return (
        max(travelled) - min(travelled) < SAME_DEG
        and len({one.faced for one in points}) == 1
        and max(out_s) - min(out_s) < SAME_S
        and max(face_s) - min(face_s) < SAME_S
    )


def words(points: Sequence[StripPoint], scenes: Sequence[str]) -> str:
    """What the range does from its low to its high end, or where one would see it."""
    if not points:
        return ""
    if is_flat(points):
        return f"No difference here; {', '.join(scenes[:3])} would show one" if scenes else "No difference here"
    first, last = points[0], points[-1]
    parts = [f"{first.turns_per_min:.0f} → {last.turns_per_min:.0f} turns a minute"]
    if first.out_of_view_s is not None and last.out_of_view_s is not None:
        parts.append(f"caller out of view {first.out_of_view_s:.1f} → {last.out_of_view_s:.1f} s")
        parts.append(f"faced after {_faced(first)} → {_faced(last)}")
    return " · ".join(parts)


def point_words(one: StripPoint) -> str:
    """What one place does."""
    parts = [f"{one.turns_per_min:.1f} turns a minute, {one.travelled_deg:.0f}° travelled"]
    if one.out_of_view_s is not None:
        parts.append(f"caller out of view {one.out_of_view_s:.1f} s, faced after {_faced(one)}")
    return ", ".join(parts)


def not_sketched(slider: Range) -> bool:
    """Whether only a full run shows what the slider does: it turns what senses or touch report."""
    return not any(is_sketched(path) for path in slider.paths)


def _faced(one: StripPoint) -> str:
    if one.face_s is None:
        return "never"
    return f"{one.face_s:.1f} s" + (f" ({one.faced} of {one.calls})" if one.faced < one.calls else "")
