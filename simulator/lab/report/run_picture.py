"""One picture of a whole run: the room with everybody's way through it, the screen's yaw over time, and why it moved or stayed.

SVG text, so that it needs neither a display nor a drawing library, stays sharp in a report and weighs a few kilobytes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar
from xml.sax.saxutils import escape

from simulator.lab.why.hold_words import HOLD_WORDS, HoldGroup
from simulator.onboard.messages import TICK_S, HoldReason
from simulator.runtime.run import RunLog
from simulator.scene.checks import Outcome, Verdict
from simulator.world.placement import floor_plan

WIDTH, ROOM, LEFT, RIGHT = 1080, 340, 92, 24
PLOT = WIDTH - LEFT - RIGHT
INK, FAINT, PAPER, GRID = "#1d2733", "#6b7785", "#ffffff", "#dfe4ea"
# The same hues as the window's light theme; told apart by the three common kinds of colour blindness.
TURNING, BLOCKED, CALM, WAITING, IDLE = "#2f9e77", "#a3201a", "#1f4fd1", "#d9a400", "#8a95a3"
HOLD_COLOURS = {HoldGroup.CALM: CALM, HoldGroup.WAITING: WAITING, HoldGroup.BLOCKED: BLOCKED, HoldGroup.IDLE: IDLE}
PEOPLE = ("#7a4fd1", "#0b7285", "#b3541e", "#3b6e22", "#a61e6d")
WAY_EVERY_TICKS = 25
T = TypeVar("T")


def write_picture(log: RunLog, outcomes: Sequence[Outcome], path: Path) -> None:
    """Draw a run into a file."""
    path.write_text(picture(log, outcomes), encoding="utf-8")


def picture(log: RunLog, outcomes: Sequence[Outcome]) -> str:
    """Draw a run."""
    checks_height = 20 * len(outcomes) + 34
    height = ROOM + 300 + checks_height
    seconds = max(log.sim_s, TICK_S)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'font-family="Inter, Helvetica, Arial, sans-serif" font-size="12" fill="{INK}">',
        f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>',
        _text(24, 30, f"{log.header.scene_name}", size=17, weight=600),
        _text(
            24,
            50,
            f"seed {log.header.seed}, {log.header.mode}, {seconds:.1f} s, trace {log.trace_hash[:12]}",
            fill=FAINT,
        ),
        *_room(log, top=64, size=ROOM - 84),
        *_legend(top=90),
        *_time_axis(seconds, top=ROOM, bottom=ROOM + 232),
        *_lanes(log, seconds, top=ROOM + 6),
        *_yaw(log, top=ROOM + 92, bottom=ROOM + 232),
        *_checks(outcomes, top=ROOM + 286),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _room(log: RunLog, *, top: float, size: float) -> Iterable[str]:
    corners = floor_plan(log.header.spec)
    x_low, y_low = min(x for x, _ in corners), min(y for _, y in corners)
    width_m, depth_m = max(x for x, _ in corners) - x_low, max(y for _, y in corners) - y_low
    scale = min(size / depth_m, 620 / width_m)

    def at(x_m: float, y_m: float) -> tuple[float, float]:
        return LEFT + (x_m - x_low) * scale, top + size - (y_m - y_low) * scale

    outline = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*corner) for corner in corners))
    yield f'<polygon points="{outline}" fill="#f5f7f9" stroke="{INK}" stroke-width="3"/>'
    for thing in log.header.spec.things:
        x, y = at(*thing.at)
        wide, deep = thing.size[0] * scale, thing.size[1] * scale
        turned = f'transform="rotate({-thing.angle_deg:.1f} {x:.1f} {y:.1f})"'
        yield f'<rect x="{x - wide / 2:.1f}" y="{y - deep / 2:.1f}" width="{wide:.1f}" height="{deep:.1f}" fill="#d5dbe2" {turned}/>'
    place = log.header.spec.device
    x, y = at(place.x_m, place.y_m)
    yield from _arc(log, x, y, radius=0.9 * scale)
    yield from _screen(log, x, y)
    ways: dict[str, list[tuple[float, float]]] = {}
    for truth in log.truths[::WAY_EVERY_TICKS] + log.truths[-1:]:
        for person in truth.people if truth is not None else ():
            ways.setdefault(person.name, []).append(at(person.x_m, person.y_m))
    for number, (name, way) in enumerate(ways.items()):
        colour = PEOPLE[number % len(PEOPLE)]
        line = " ".join(f"{px:.1f},{py:.1f}" for px, py in way)
        yield f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="2 4" stroke-linecap="round"/>'
        yield f'<circle cx="{way[0][0]:.1f}" cy="{way[0][1]:.1f}" r="4" fill="{PAPER}" stroke="{colour}" stroke-width="2"/>'
        yield f'<circle cx="{way[-1][0]:.1f}" cy="{way[-1][1]:.1f}" r="7" fill="{colour}"/>'
        yield _text(way[-1][0] + 11, way[-1][1] + 4, name, fill=colour, weight=600)


def _arc(log: RunLog, x: float, y: float, *, radius: float) -> Iterable[str]:
    place = log.header.spec.device
    if place.range is None:
        return
    ends = [math.radians(place.heading_deg + angle_deg) for angle_deg in (place.range.min_deg, place.range.max_deg)]
    (ax, ay), (bx, by) = ((x + radius * math.cos(a), y - radius * math.sin(a)) for a in ends)
    large = 1 if place.range.width_deg > 180 else 0
    yield (
        f'<path d="M {x:.1f} {y:.1f} L {ax:.1f} {ay:.1f} A {radius:.1f} {radius:.1f} 0 {large} 0 {bx:.1f} {by:.1f} Z" '
        f'fill="{CALM}" fill-opacity="0.06" stroke="{CALM}" stroke-opacity="0.35" stroke-dasharray="3 3"/>'
    )


def _screen(log: RunLog, x: float, y: float) -> Iterable[str]:
    place = log.header.spec.device
    shown = ((log.traces[0].motor.yaw_deg, 0.3), (log.traces[-1].motor.yaw_deg, 1.0)) if log.traces else ()
    yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7" fill="{FAINT}"/>'
    for yaw_deg, opacity in shown:
        facing = math.radians(place.heading_deg + yaw_deg)
        fx, fy = x + 7 * math.cos(facing), y - 7 * math.sin(facing)
        ex, ey = 14 * math.sin(facing), 14 * math.cos(facing)
        yield (
            f'<line x1="{fx - ex:.1f}" y1="{fy - ey:.1f}" x2="{fx + ex:.1f}" y2="{fy + ey:.1f}" stroke="{INK}" '
            f'stroke-width="5" stroke-linecap="round" opacity="{opacity}"/>'
        )


def _legend(*, top: float) -> Iterable[str]:
    rows = (
        (TURNING, "turning"), (CALM, "still, all is well"), (WAITING, "waiting"), (BLOCKED, "will not move"), (IDLE, "nothing to do"),
    )  # fmt: skip
    for number, (colour, words) in enumerate(rows):
        y = top + 22 * number
        yield f'<rect x="{WIDTH - 190}" y="{y - 10}" width="14" height="14" rx="3" fill="{colour}"/>'
        yield _text(WIDTH - 168, y + 2, words)


def _time_axis(seconds: float, *, top: float, bottom: float) -> Iterable[str]:
    step = next(step for step in (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if seconds / step <= 14)
    for number in range(int(seconds / step) + 1):
        x = LEFT + PLOT * number * step / seconds
        yield f'<line x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{bottom}" stroke="{GRID}"/>'
        yield _text(x, bottom + 18, f"{number * step:g} s", anchor="middle", fill=FAINT)


def _lanes(log: RunLog, seconds: float, *, top: float) -> Iterable[str]:
    yield _text(LEFT - 10, top + 14, "voices", anchor="end", fill=FAINT)
    names = [person.name for person in log.header.spec.people]
    for start, end, who in _runs([_talking(truth) for truth in log.truths]):
        if who:
            colour = PEOPLE[names.index(who) % len(PEOPLE)] if who in names else FAINT
            yield _bar(start, end, len(log.traces), y=top + 3, height=14, colour=colour, title=f"{who} speaks")
    yield _text(LEFT - 10, top + 46, "decision", anchor="end", fill=FAINT)
    for start, end, hold in _runs([trace.decision.hold for trace in log.traces]):
        words = "turning" if hold is None else f"still: {hold}"
        yield _bar(start, end, len(log.traces), y=top + 30, height=24, colour=_colour(hold), title=words)
        width = PLOT * (end - start) / max(len(log.traces), 1)
        if width > 7.2 * len(words):
            x = LEFT + PLOT * (start + end) / 2 / max(len(log.traces), 1)
            yield _text(x, top + 46, words, anchor="middle", fill=PAPER)
    for truth in {id(truth): truth for truth in log.truths if truth is not None and truth.events}.values():
        x = LEFT + PLOT * truth.tick * TICK_S / seconds
        yield (
            f'<line x1="{x:.1f}" y1="{top - 8}" x2="{x:.1f}" y2="{top + 222}" stroke="{FAINT}" stroke-dasharray="2 3">'
            f"<title>{escape(', '.join(event.words for event in truth.events))}</title></line>"
        )


def _yaw(log: RunLog, *, top: float, bottom: float) -> Iterable[str]:
    yaws = [trace.motor.yaw_deg for trace in log.traces] or [0.0]
    goals = [trace.decision.goal_yaw_deg for trace in log.traces]
    shown = [*yaws, *(goal for goal in goals if goal is not None), 0.0]
    low, high = min(shown) - 5, max(shown) + 5
    yield _text(LEFT - 10, top - 12, "yaw", anchor="end", fill=FAINT)

    def y_of(yaw_deg: float) -> float:
        return bottom - (bottom - top) * (yaw_deg - low) / (high - low)

    step = next(step for step in (5, 10, 20, 30, 45, 90, 180) if (high - low) / step <= 6)
    for number in range(math.ceil(low / step), math.floor(high / step) + 1):
        y = y_of(number * step)
        yield f'<line x1="{LEFT}" y1="{y:.1f}" x2="{LEFT + PLOT}" y2="{y:.1f}" stroke="{GRID}"/>'
        yield _text(LEFT - 10, y + 4, f"{number * step}°", anchor="end", fill=FAINT)
    count = max(len(yaws) - 1, 1)
    for start, end, goal in _runs(goals):
        if goal is not None:
            y = y_of(goal)
            x1, x2 = (LEFT + PLOT * tick / count for tick in (start, end))
            yield (
                f'<line x1="{x1:.1f}" y1="{y:.1f}" x2="{x2:.1f}" y2="{y:.1f}" stroke="{TURNING}" '
                'stroke-width="2" stroke-dasharray="4 3"/>'
            )
    every = max(1, len(yaws) // 1000)
    line = " ".join(f"{LEFT + PLOT * k / count:.1f},{y_of(yaws[k]):.1f}" for k in range(0, len(yaws), every))
    yield f'<polyline points="{line}" fill="none" stroke="{INK}" stroke-width="2" stroke-linejoin="round"/>'


def _checks(outcomes: Sequence[Outcome], *, top: float) -> Iterable[str]:
    for number, outcome in enumerate(outcomes):
        colour = {Verdict.PASS: TURNING, Verdict.FAIL: BLOCKED}.get(outcome.verdict, FAINT)
        y = top + 20 * number
        yield _text(LEFT - 10, y, str(outcome.verdict), anchor="end", fill=colour, weight=600)
        yield _text(LEFT, y, f"{outcome.sentence} ({outcome.detail})")


def _talking(truth: object) -> str:
    people = getattr(truth, "people", ())
    return next((person.name for person in people if person.talking), "")


def _runs(values: Sequence[T]) -> Iterable[tuple[int, int, T]]:
    start = 0
    for tick in range(1, len(values) + 1):
        if tick == len(values) or values[tick] != values[start]:
            yield start, tick, values[start]
            start = tick


def _colour(hold: HoldReason | None) -> str:
    return TURNING if hold is None else HOLD_COLOURS[HOLD_WORDS[hold].group]


def _bar(start: int, end: int, ticks: int, *, y: float, height: float, colour: str, title: str) -> str:
    x, wide = LEFT + PLOT * start / max(ticks, 1), PLOT * (end - start) / max(ticks, 1)
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(wide, 1):.1f}" height="{height}" rx="3" fill="{colour}">'
        f"<title>{escape(title)} {start * TICK_S:.2f}–{end * TICK_S:.2f} s</title></rect>"
    )


def _text(
    x: float, y: float, words: str, *, anchor: str = "start", fill: str = INK, size: int = 12, weight: int = 400
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}" font-size="{size}" '
        f'font-weight="{weight}">{escape(words)}</text>'
    )
