"""What happened over time as spans to draw: who talked, what was decided, and how often the screen was still for which reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simulator.lab.why.hold_words import HOLD_WORDS, HoldGroup
from simulator.onboard.messages import TICK_S, HoldReason, Zone
from simulator.runtime.digest import HOLDS
from simulator.workbench.run_data import RunData

OUT_OF_VIEW = list(Zone).index(Zone.OUT_OF_VIEW)


@dataclass(frozen=True, slots=True)
class Span:
    """Something that lasted from one tick to another (the last not included)."""

    first: int
    last: int
    kind: str  # "turn", "voice" or the group of a hold reason
    text: str
    hold: HoldReason | None = None

    @property
    def short(self) -> str:
        """The text where room is scarce: of a hold only its reason."""
        return self.text if self.hold is None else self.hold.value

    @property
    def seconds(self) -> float:
        """How long it lasted."""
        return (self.last - self.first) * TICK_S


@dataclass(frozen=True, slots=True)
class CheckMark:
    """A check of the scene on the timeline."""

    text: str
    first: int
    last: int
    passed: bool | None  # None while it was not exercised
    detail: str = ""


def kind_of(hold: HoldReason | None) -> str:
    """How a decision is coloured."""
    return "turn" if hold is None else HOLD_WORDS[hold].group


def decisions(run: RunData) -> list[Span]:
    """The decisions as spans, turns with the angle they made."""
    states, yaw_deg = run.column("state"), run.column("yaw_deg")
    found: list[Span] = []
    for first, last in _runs(states):
        state = int(states[first])
        hold = None if state == 0 else HOLDS[state - 1]
        if hold is None:
            turned = float(yaw_deg[last - 1] - yaw_deg[first])
            words = f"turn {turned:+.0f}°".replace("-", "−")
        else:
            words = f"still: {hold.value}"
        found.append(Span(first, last, kind_of(hold), words, hold))
    return found


def moved(spans: Sequence[Span], by_ticks: int) -> list[Span]:
    """The same, later or earlier."""
    return [replace(span, first=span.first + by_ticks, last=span.last + by_ticks) for span in spans]


def voices(run: RunData, people: int) -> list[list[Span]]:
    """When each person talked."""
    talking = run.column("talking")
    lanes: list[list[Span]] = []
    for place in range(people):
        mask = (talking >> place) & 1
        lanes.append([Span(first, last, "voice", "") for first, last in _runs(mask) if mask[first]])
    return lanes


def stillness(run: RunData) -> dict[str, float]:
    """Seconds of each reason to be still, and of turning; the longest first."""
    states = run.column("state")
    counts = np.bincount(states, minlength=len(HOLDS) + 1) * TICK_S
    named = {"turning": float(counts[0])} | {hold.value: float(counts[place + 1]) for place, hold in enumerate(HOLDS)}
    return dict(sorted(((name, s) for name, s in named.items() if s > 0), key=lambda item: -item[1]))


def first_difference(one: RunData, other: RunData, *, yaw_deg: float = 0.05) -> int | None:
    """The first tick at which two runs differ in what they decided or where they point; None when they do not."""
    ticks = min(len(one), len(other))
    mine, theirs = one.rows[:ticks], other.rows[:ticks]
    apart = (mine["state"] != theirs["state"]) | (np.abs(mine["yaw_deg"] - theirs["yaw_deg"]) > yaw_deg)
    places = np.flatnonzero(apart)
    if len(places):
        return int(places[0])
    return ticks if len(one) != len(other) else None


def outcomes(run: RunData) -> dict[str, float]:
    """What came of a run in numbers that a person cares about."""
    if len(run) == 0:
        return {}
    states, yaw_deg, rate_dps = run.column("state"), run.column("yaw_deg"), run.column("rate_dps")
    turning = states == 0
    starts = int(np.count_nonzero(turning[1:] & ~turning[:-1]) + turning[0])
    still = [span.seconds for span in decisions(run) if span.kind == HoldGroup.WAITING]
    return {
        "Turns": float(starts),
        "Degrees travelled": float(np.abs(np.diff(yaw_deg)).sum()),
        "Peak speed": float(np.abs(rate_dps).max()),
        "Time turning": float(np.count_nonzero(np.abs(rate_dps) > 1.0) * TICK_S),
        "Longest wait": max(still, default=0.0),
        "Person out of view": float(np.count_nonzero(run.column("zone") == 1 + OUT_OF_VIEW) * TICK_S),
    }


def _runs(values: NDArray[np.generic]) -> list[tuple[int, int]]:
    if len(values) == 0:
        return []
    edges = np.flatnonzero(values[1:] != values[:-1]) + 1
    return list(zip([0, *edges.tolist()], [*edges.tolist(), len(values)], strict=True))
