"""A film strip of the room at the moments that matter, and the worst margin of each check: SVG for the report of a failure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from simulator.lab.explain import names_of, sentence
from simulator.onboard.messages import TICK_S, TickTrace
from simulator.runtime.run import RunLog
from simulator.scene.checks import Outcome, Verdict
from simulator.scene.loader import Scene
from simulator.world.placement import floor_plan
from simulator.world.truth import TruthFrame

FRAME, GAP, MOST = 208, 10, 6
INK, FAINT, PAPER, FLOOR = "#1d2733", "#6b7785", "#ffffff", "#f5f7f9"
ZONES = (("#1f4fd1", 0.10), ("#d9a400", 0.12), ("#2f9e77", 0.10))


def film(scene: Scene, log: RunLog, outcomes: Sequence[Outcome]) -> str:
    """The strip of one run; its last frames are those of what failed."""
    moments = _moments(log, outcomes)
    names = names_of(log.traces, log.truths)
    columns = min(len(moments), 3)
    rows = math.ceil(len(moments) / 3)
    width, height = columns * (FRAME + GAP) - GAP, rows * (FRAME + 66)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="Inter, Helvetica, Arial, sans-serif" font-size="11" fill="{INK}">'
    ]
    for number, (tick, text) in enumerate(moments):
        x, y = number % 3 * (FRAME + GAP), number // 3 * (FRAME + 66)
        parts.append(f'<g transform="translate({x} {y})">')
        parts += _frame(scene, log.traces[tick], log.truths[tick])
        parts.append(f'<text y="{FRAME + 15}" font-weight="600">{tick * TICK_S:.2f} s  {escape(_cut(text, 30))}</text>')
        why = sentence(log.traces[tick].decision, names=names)
        parts += [
            f'<text y="{FRAME + 30 + 13 * k}" fill="{FAINT}">{escape(line)}</text>'
            for k, line in enumerate(_wrapped(why, 38))
        ]
        parts.append("</g>")
    return "".join([*parts, "</svg>"])


def _moments(log: RunLog, outcomes: Sequence[Outcome]) -> list[tuple[int, str]]:
    last = len(log.traces) - 1
    failed = [
        (min(round(outcome.at_s / TICK_S), last), f"{outcome.id}: {outcome.verdict}")
        for outcome in outcomes
        if outcome.verdict is not Verdict.PASS and outcome.at_s is not None
    ][:3]
    happened = [
        (truth.tick, text)
        for truth in {id(t): t for t in log.truths}.values()
        if truth is not None
        for text in truth.events
    ]
    spread = [happened[k * len(happened) // 4] for k in range(4)] if len(happened) > 4 else happened
    chosen = dict(spread) | dict(failed)
    return sorted((min(tick, last), text) for tick, text in chosen.items())[-MOST:] or [(last, "end")]


def _frame(scene: Scene, trace: TickTrace, truth: TruthFrame | None) -> Iterable[str]:
    spec = scene.spec
    corners = floor_plan(spec)
    x_low, y_low = min(x for x, _ in corners), min(y for _, y in corners)
    size_m = max(max(x for x, _ in corners) - x_low, max(y for _, y in corners) - y_low)
    scale = (FRAME - 8) / size_m

    def at(x_m: float, y_m: float) -> tuple[float, float]:
        return 4 + (x_m - x_low) * scale, FRAME - 4 - (y_m - y_low) * scale

    outline = " ".join(f"{x:.0f},{y:.0f}" for x, y in (at(*corner) for corner in corners))
    yield f'<polygon points="{outline}" fill="{FLOOR}" stroke="{INK}" stroke-width="1.5"/>'
    x, y = at(spec.device.x_m, spec.device.y_m)
    decision = trace.decision
    facing_deg = spec.device.heading_deg + (truth.yaw_deg if truth is not None else trace.motor.yaw_deg)
    edges = (scene.facts.camera.half_fov_deg, decision.holding_half_width_deg, decision.dead_half_width_deg)
    for half_deg, (colour, opacity) in zip(edges, reversed(ZONES), strict=True):
        if half_deg > 0:
            yield _wedge(x, y, facing_deg, half_deg, radius=1.6 * scale, colour=colour, opacity=opacity)
    for thing in spec.things:
        tx, ty = at(*thing.at)
        wide, deep = thing.size[0] * scale, thing.size[1] * scale
        turned = f' transform="rotate({-thing.angle_deg:.0f} {tx:.0f} {ty:.0f})"'
        yield f'<rect x="{tx - wide / 2:.1f}" y="{ty - deep / 2:.1f}" width="{wide:.1f}" height="{deep:.1f}" fill="#d5dbe2"{turned}/>'
    a = math.radians(facing_deg)
    ex, ey = 9 * math.sin(a), 9 * math.cos(a)
    yield f'<line x1="{x - ex:.1f}" y1="{y - ey:.1f}" x2="{x + ex:.1f}" y2="{y + ey:.1f}" stroke="{INK}" stroke-width="4"/>'
    for track in trace.tracks.tracks:
        b = math.radians(spec.device.heading_deg + track.azimuth_deg)
        r = (track.distance_m or 1.4) * scale
        yield f'<circle cx="{x + r * math.cos(b):.1f}" cy="{y - r * math.sin(b):.1f}" r="8" fill="none" stroke="{FAINT}" stroke-dasharray="2 2"/>'
    for person in truth.people if truth is not None else ():
        px, py = at(person.x_m, person.y_m)
        h = math.radians(person.head_deg)
        colour = "#a61e6d" if person.talking else "#7a4fd1"
        yield f'<line x1="{px:.1f}" y1="{py:.1f}" x2="{px + 11 * math.cos(h):.1f}" y2="{py - 11 * math.sin(h):.1f}" stroke="{colour}" stroke-width="2"/>'
        yield f'<circle cx="{px:.1f}" cy="{py:.1f}" r="5" fill="{colour}"/>'
        yield f'<text x="{px + 8:.1f}" y="{py + 4:.1f}" fill="{colour}">{escape(person.name)}</text>'


def _wedge(
    x: float, y: float, facing_deg: float, half_deg: float, *, radius: float, colour: str, opacity: float
) -> str:
    ends = [math.radians(facing_deg + sign * half_deg) for sign in (-1, 1)]
    (ax, ay), (bx, by) = ((x + radius * math.cos(a), y - radius * math.sin(a)) for a in ends)
    return f'<path d="M{x:.1f} {y:.1f}L{ax:.1f} {ay:.1f}A{radius:.1f} {radius:.1f} 0 0 0 {bx:.1f} {by:.1f}Z" fill="{colour}" opacity="{opacity}"/>'


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) + 1 > width and lines[-1]:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines[:3]


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
