"""What a timeline shows and where: seconds to pixels, lanes to heights, columns of numbers to lines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF

from simulator.onboard.messages import TICK_S, TICKS_PER_S
from simulator.runtime.digest import Happening
from simulator.workbench.run_data import RunData
from simulator.workbench.run_spans import CheckMark, Span

GUTTER_PX = 96.0
RIGHT_PX = 14.0
RULER_PX = 22.0
LANE_PX, DECISION_PX, GAP_PX = 16.0, 19.0, 3.0
SPEED_PX = 40.0
SPEED_TOPS_DPS = (90.0, 180.0, 360.0)  # ends of the axis of speeds: it stands still while one zooms or turns knobs
LEAST_CURVE_PX = 44.0
LOW_PX = 170.0  # below this height there is no room for who talked: the curve is worth more
CROWDED_PX = 265.0  # below this height lanes get thinner, so that the yaw curve keeps its room


@dataclass(frozen=True, slots=True)
class Curve:
    """A yaw over time."""

    yaw_deg: np.ndarray
    name: str
    first_tick: int = 0
    style: str = (
        "solid"  # solid for the run itself, dashed for another, dotted for a what-if, faint for what it was before
    )


@dataclass(frozen=True, slots=True)
class TimelineScene:
    """All that one drawing of the timeline needs."""

    run: RunData
    duration_ticks: int
    first_s: float
    last_s: float
    people: tuple[str, ...]
    voices: Sequence[Sequence[Span]]
    decisions: Sequence[Span]
    happenings: Sequence[Happening]
    checks: Sequence[CheckMark] = ()
    curves: Sequence[Curve] = ()
    other_decisions: Sequence[Span] = ()  # of run B, in its own lane
    other_checks: Sequence[CheckMark] = ()  # of run B, in a lane of their own
    rates: Sequence[Curve] = ()  # speeds of runs besides this one
    names: tuple[str, str] = ("A", "B")
    bookmarks: Sequence[tuple[int, str]] = ()
    loop: tuple[int, int] | None = None
    divergence_tick: int | None = None
    seam: tuple[int, str] | None = None  # a what-if: the tick from which its knobs hold, and its name
    yaw_limits_deg: tuple[float, float] = (-90.0, 90.0)
    top_rate_dps: float | None = None  # the knob: a line in the lane of speeds


class TimeAxis:
    """Seconds to pixels and back."""

    def __init__(self, area: QRectF, first_s: float, last_s: float) -> None:
        self.left, self.right = area.left() + GUTTER_PX, area.right() - RIGHT_PX
        self.first_s, self.last_s = first_s, max(last_s, first_s + 0.05)

    @property
    def px_per_s(self) -> float:
        """Pixels of one second."""
        return (self.right - self.left) / (self.last_s - self.first_s)

    def x(self, tick: float) -> float:
        """Where a tick is."""
        return self.left + (tick * TICK_S - self.first_s) * self.px_per_s

    def tick(self, x_px: float) -> int:
        """Which tick a place is."""
        return round((self.first_s + (x_px - self.left) / self.px_per_s) * TICKS_PER_S)


@dataclass(frozen=True, slots=True)
class Lanes:
    """Where each lane lies."""

    voices: tuple[QRectF, ...]
    events: QRectF
    decisions: QRectF
    other: QRectF | None
    checks: QRectF | None
    other_checks: QRectF | None
    yaw: QRectF
    speed: QRectF


def layout(area: QRectF, scene: TimelineScene) -> Lanes:
    """Share the height among the lanes; the yaw curve takes what is left."""
    y = area.top() + RULER_PX
    left, wide = area.left() + GUTTER_PX, area.width() - GUTTER_PX - RIGHT_PX
    crowded = area.height() < CROWDED_PX

    def lane(high: float) -> QRectF:
        nonlocal y
        made = QRectF(left, y, wide, high)
        y += high + GAP_PX
        return made

    lane_px = LANE_PX - 5 if crowded else LANE_PX
    people = 0 if area.height() < LOW_PX else 6
    voices = tuple(lane(lane_px) for _ in scene.people[:people])
    rows = 1 + bool(scene.other_decisions) + bool(scene.checks) + bool(scene.other_checks)
    left_px = area.bottom() - y - (LANE_PX + GAP_PX) - rows * (DECISION_PX + GAP_PX)
    events = lane(LANE_PX) if left_px >= LEAST_CURVE_PX else QRectF(left, y, wide, 0)  # the curve is worth more
    decided = lane(DECISION_PX)
    other = lane(DECISION_PX) if scene.other_decisions else None
    checks = lane(DECISION_PX) if scene.checks else None
    theirs = lane(DECISION_PX) if scene.other_checks else None
    rest = area.bottom() - y - 4
    speed_px = 0.0 if rest < 100 else SPEED_PX
    yaw = QRectF(left, y + 6, wide, max(24.0, rest - speed_px - 14))
    speed = QRectF(left, yaw.bottom() + 6, wide, speed_px)
    return Lanes(voices, events, decided, other, checks, theirs, yaw, speed)


def speed_top_dps(scene: TimelineScene) -> float:
    """Where the axis of speeds ends: the first of some fixed ends that holds all runs that are drawn, and the knob."""
    runs = [scene.run.column("rate_dps"), *(curve.yaw_deg for curve in scene.rates)]
    fastest = max((float(np.abs(one).max()) for one in runs if len(one)), default=0.0)
    needed = max(fastest, scene.top_rate_dps or 0.0)
    return next((top for top in SPEED_TOPS_DPS if top >= needed), SPEED_TOPS_DPS[-1])


def curve_points(values: np.ndarray, first_tick: int, axis: TimeAxis) -> tuple[np.ndarray, np.ndarray]:
    """A column as at most two points a pixel (its least and greatest there), so that ten minutes draw as fast as ten seconds."""
    start = max(0, math.floor(axis.first_s * TICKS_PER_S) - first_tick - 1)
    stop = min(len(values), math.ceil(axis.last_s * TICKS_PER_S) - first_tick + 2)
    if stop - start < 2:
        return np.empty(0), np.empty(0)
    part = values[start:stop]
    pixels = max(2, int(axis.right - axis.left))
    if len(part) > 3 * pixels:
        bucket = len(part) // pixels
        whole = len(part) // bucket * bucket
        folded = part[:whole].reshape(-1, bucket)
        low, high = folded.min(axis=1), folded.max(axis=1)
        ticks = first_tick + start + np.arange(len(folded)) * bucket + bucket / 2
        part = np.stack([low, high], axis=1).ravel()
        ticks = np.repeat(ticks, 2)
    else:
        ticks = first_tick + start + np.arange(len(part), dtype=float)
        step = max(1, len(part) // pixels)
        part, ticks = part[::step], ticks[::step]
    return axis.left + (ticks * TICK_S - axis.first_s) * axis.px_per_s, part
