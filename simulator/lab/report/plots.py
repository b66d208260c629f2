"""Small plots for the report of a failed run: the person against the zones, and how near each broken check was all the time."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.messages import TICK_S
from simulator.runtime.run import RunLog
from simulator.scene.checks import AtEnd, Check, Outcome, Response, Throughout, Verdict
from simulator.scene.columns import Columns

WIDTH, HEIGHT, LEFT, TOP = 640, 150, 46, 22
INK, FAINT, GRID = "#1d2733", "#6b7785", "#dfe4ea"
DEAD, HOLDING, WRONG, RIGHT = "#1f4fd1", "#d9a400", "#a3201a", "#2f9e77"
POINTS = 300


def zone_plot(log: RunLog) -> str:
    """The bearing of the person that matters, over the dead zone and the holding zone at that person's distance."""
    decisions = [trace.decision for trace in log.traces]
    bearing = np.array([np.nan if d.subject_bearing_deg is None else d.subject_bearing_deg for d in decisions])
    dead = np.array([d.dead_half_width_deg for d in decisions])
    holding = np.array([d.holding_half_width_deg for d in decisions])
    high = max(
        30.0, float(np.nanmax(np.abs(bearing))) if np.isfinite(bearing).any() else 0.0, float(holding.max(initial=0))
    )
    parts = [
        *_frame(
            "Where the person that matters is, in degrees from the middle of the screen", log.sim_s, -high, high, "°"
        ),
        _band(holding, high, HOLDING, 0.16),
        _band(dead, high, DEAD, 0.16),
        _line(bearing, -high, high, INK),
        "</svg>",
    ]
    return "".join(parts)


def margin_plots(log: RunLog, columns: Columns, checks: Sequence[Check], outcomes: Sequence[Outcome]) -> str:
    """For each broken check: its condition's margin over time, below zero where it does not hold."""
    return "".join(
        _margin_plot(log, columns, check, outcome)
        for check, outcome in zip(checks, outcomes, strict=True)
        if outcome.verdict is Verdict.FAIL and isinstance(check, Response | Throughout | AtEnd)
    )


def _margin_plot(log: RunLog, columns: Columns, check: Response | Throughout | AtEnd, outcome: Outcome) -> str:
    condition = check.then if isinstance(check, Response) else check.holds
    slack = np.clip(condition.graded(columns).slack, -3.0, 3.0)
    if isinstance(check, Throughout) and check.never:
        slack = -slack
    mark = ""
    if outcome.at_s is not None:
        x = _x(outcome.at_s / TICK_S, len(slack))
        mark = (
            f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - 20}" stroke="{WRONG}" stroke-dasharray="3 3"/>'
        )
    title = f"{outcome.id}: {'never ' if isinstance(check, Throughout) and check.never else ''}{condition.text}"
    return "".join([
        *_frame(title, log.sim_s, -3.0, 3.0, ""),
        _line(np.where(slack >= 0, slack, np.nan), -3.0, 3.0, RIGHT),
        _line(np.where(slack < 0, slack, np.nan), -3.0, 3.0, WRONG),
        mark,
        "</svg>",
    ])  # fmt: skip


def _frame(title: str, seconds: float, low: float, high: float, unit: str) -> Iterable[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="Inter, Helvetica, Arial, sans-serif" font-size="11" fill="{INK}">'
        f'<text x="{LEFT}" y="13" font-weight="600">{escape(title)}</text>'
    )
    for value in (low, 0.0, high) if unit else (0.0,):
        y = _y(value, low, high)
        yield f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - 8}" y2="{y:.1f}" stroke="{GRID}"/>'
        yield f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" fill="{FAINT}">{value:.0f}{unit}</text>'
    if not unit:
        for value, word in ((high * 0.6, "holds"), (low * 0.6, "broken")):
            yield f'<text x="{LEFT - 6}" y="{_y(value, low, high) + 4:.1f}" text-anchor="end" fill="{FAINT}">{word}</text>'
    step = next(s for s in (1, 2, 5, 10, 30, 60, 300, 3600) if seconds / s <= 12)
    for k in range(int(seconds / step) + 1):
        x = LEFT + (WIDTH - 8 - LEFT) * k * step / max(seconds, TICK_S)
        yield f'<text x="{x:.1f}" y="{HEIGHT - 5}" text-anchor="middle" fill="{FAINT}">{k * step} s</text>'


def _x(tick: float, ticks: int) -> float:
    return LEFT + (WIDTH - 8 - LEFT) * tick / max(ticks - 1, 1)


def _y(value: float, low: float, high: float) -> float:
    return HEIGHT - 20 - (HEIGHT - 20 - TOP) * (value - low) / (high - low)


def _line(values: NDArray[np.float64], low: float, high: float, colour: str) -> str:
    every = max(1, len(values) // POINTS)
    path, drawing = [], False
    for tick in range(0, len(values), every):
        value = float(values[tick])
        if math.isfinite(value):
            path.append(f"{'L' if drawing else 'M'}{_x(tick, len(values)):.1f} {_y(value, low, high):.1f}")
        drawing = math.isfinite(value)
    return f'<path d="{"".join(path)}" fill="none" stroke="{colour}" stroke-width="1.8"/>' if path else ""


def _band(half: NDArray[np.float64], high: float, colour: str, opacity: float) -> str:
    every = max(1, len(half) // 100)
    ticks = range(0, len(half), every)
    upper = [f"{_x(tick, len(half)):.1f},{_y(float(half[tick]), -high, high):.1f}" for tick in ticks]
    lower = [f"{_x(tick, len(half)):.1f},{_y(-float(half[tick]), -high, high):.1f}" for tick in reversed(ticks)]
    return f'<polygon points="{" ".join(upper + lower)}" fill="{colour}" opacity="{opacity}"/>'
