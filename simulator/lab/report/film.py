"""A film strip of the room at the moments that matter, and the worst margin of each check: SVG for the report of a failure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from simulator.lab.why.why_sentences import names_of, sentence
from simulator.onboard.messages import TICK_S, TickTrace
from simulator.runtime.run import RunLog
from simulator.scene.checks import Outcome, Verdict
from simulator.scene.loader import Scene
from simulator.world.placement import floor_plan
from simulator.world.truth import TruthFrame

FRAME, GAP, CAPTION, PER_ROW, MOST = 208, 14, 76, 3, 6
INK, FAINT, FLOOR = "#1d2733", "#6b7785", "#f5f7f9"
TALKING, SILENT = "#a61e6d", "#7a4fd1"
ZONES = ("#d5eee4", "#f7e7b4", "#c5d3fb")  # motion, holding and dead zone, from the outside in


def film(scene: Scene, log: RunLog, outcomes: Sequence[Outcome]) -> str:
    """The strip of one run; its last frames are those of what failed."""
    moments = _moments(log, outcomes)
    names = names_of(log.traces, log.truths)
    plan = _Plan(scene)
    columns, step = min(len(moments), PER_ROW), plan.height + CAPTION
    width, height = columns * (FRAME + GAP) - GAP, math.ceil(len(moments) / PER_ROW) * step
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.0f}" width="{width}" height="{height:.0f}" '
        f'font-family="Inter, Helvetica, Arial, sans-serif" font-size="11" fill="{INK}">'
    ]
    for number, (tick, text) in enumerate(moments):
        x, y = number % PER_ROW * (FRAME + GAP), number // PER_ROW * step
        parts.append(f'<g transform="translate({x} {y:.0f})">')
        parts += plan.frame(log.traces[tick], log.truths[tick])
        line = f"{tick * TICK_S:.2f} s  {_cut(text, 30)}"
        parts.append(f'<text y="{plan.height + 15:.0f}" font-weight="600">{escape(line)}</text>')
        for k, line in enumerate(_wrapped(sentence(log.traces[tick].decision, names=names), 38)):
            parts.append(f'<text y="{plan.height + 30 + 13 * k:.0f}" fill="{FAINT}">{escape(line)}</text>')
        parts.append("</g>")
    return "".join([*parts, "</svg>"])


def _moments(log: RunLog, outcomes: Sequence[Outcome]) -> list[tuple[int, str]]:
    last = len(log.traces) - 1
    failed = [
        (min(round(outcome.at_s / TICK_S), last), f"{outcome.id}: {outcome.verdict}")
        for outcome in outcomes
        if outcome.verdict is not Verdict.PASS and outcome.at_s is not None
    ][:3]
    truths = [truth for truth in {id(truth): truth for truth in log.truths}.values() if truth is not None]
    happened = [(truth.tick, event.words) for truth in truths for event in truth.events]
    spread = [happened[k * len(happened) // 4] for k in range(4)] if len(happened) > 4 else happened
    chosen = dict(spread) | dict(failed)
    return sorted((min(tick, last), text) for tick, text in chosen.items())[-MOST:] or [(last, "end")]


class _Plan:
    """The floor plan of a scene at the scale of a frame."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._corners = floor_plan(scene.spec)
        xs, ys = zip(*self._corners, strict=True)
        self._x_low, self._y_low = min(xs), min(ys)
        width_m, depth_m = max(xs) - self._x_low, max(ys) - self._y_low
        self._scale = min((FRAME - 8) / width_m, 240 / depth_m)
        self.height = depth_m * self._scale + 8

    def frame(self, trace: TickTrace, truth: TruthFrame | None) -> Iterable[str]:
        """The room at one moment."""
        spec, place = self._scene.spec, self._scene.spec.device
        outline = " ".join(f"{x:.0f},{y:.0f}" for x, y in (self._at(*corner) for corner in self._corners))
        yield f'<polygon points="{outline}" fill="{FLOOR}" stroke="{INK}" stroke-width="1.5"/>'
        x, y = self._at(place.x_m, place.y_m)
        yaw_deg = truth.yaw_deg if truth is not None else trace.motor.yaw_deg
        yield from self._zones(trace, x, y, facing_deg=place.heading_deg + yaw_deg)
        for thing in spec.things:
            tx, ty = self._at(*thing.at)
            wide, deep = thing.size[0] * self._scale, thing.size[1] * self._scale
            box = f'x="{tx - wide / 2:.1f}" y="{ty - deep / 2:.1f}" width="{wide:.1f}" height="{deep:.1f}"'
            yield f'<rect {box} fill="#c9d1da" transform="rotate({-thing.angle_deg:.0f} {tx:.0f} {ty:.0f})"/>'
        a = math.radians(place.heading_deg + yaw_deg)
        yield _line(x - 9 * math.sin(a), y - 9 * math.cos(a), x + 9 * math.sin(a), y + 9 * math.cos(a), INK, 4)
        for track in trace.tracks.tracks:
            b, r = math.radians(place.heading_deg + track.azimuth_deg), (track.distance_m or 1.4) * self._scale
            ring = f'cx="{x + r * math.cos(b):.1f}" cy="{y - r * math.sin(b):.1f}" r="9"'
            yield f'<circle {ring} fill="none" stroke="{FAINT}" stroke-dasharray="2 2"/>'
        for person in truth.people if truth is not None else ():
            px, py, h = *self._at(person.x_m, person.y_m), math.radians(person.head_deg)
            colour = TALKING if person.talking else SILENT
            yield _line(px, py, px + 11 * math.cos(h), py - 11 * math.sin(h), colour, 2)
            yield f'<circle cx="{px:.1f}" cy="{py:.1f}" r="5" fill="{colour}"/>'
            near_edge = px > FRAME - 50
            anchor = ' text-anchor="end"' if near_edge else ""
            yield f'<text x="{px + (-12 if near_edge else 12):.1f}" y="{py - 7:.1f}" fill="{colour}"{anchor}>{escape(person.name)}</text>'

    def _zones(self, trace: TickTrace, x: float, y: float, *, facing_deg: float) -> Iterable[str]:
        decision, radius = trace.decision, 1.6 * self._scale
        edges = (self._scene.facts.camera.half_fov_deg, decision.holding_half_width_deg, decision.dead_half_width_deg)
        for half_deg, colour in zip(edges, ZONES, strict=True):
            a, b = math.radians(facing_deg - half_deg), math.radians(facing_deg + half_deg)
            start = f"{x + radius * math.cos(a):.1f} {y - radius * math.sin(a):.1f}"
            end = f"{x + radius * math.cos(b):.1f} {y - radius * math.sin(b):.1f}"
            if half_deg > 0:
                yield f'<path d="M{x:.1f} {y:.1f}L{start}A{radius:.1f} {radius:.1f} 0 0 0 {end}Z" fill="{colour}"/>'

    def _at(self, x_m: float, y_m: float) -> tuple[float, float]:
        return 4 + (x_m - self._x_low) * self._scale, self.height - 4 - (y_m - self._y_low) * self._scale


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: int) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"/>'


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) + 1 > width and lines[-1]:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines[:3]


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
