"""Write the library of finger gestures into assets/touch: scrolls, flicks, swipes and taps as people make them on glass.

Each is built from what is known of fingers: a reach of minimum jerk, a force that rises in 30 to 60 ms and falls faster, a
tremor of some percent at 9 Hz, and drag from friction on glass (coefficient 0.3 to 0.8) along the sliding. Sampled at the
panel's 100 Hz. Run: python tools/make_touch_traces.py
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulator.runtime.seeds import stream

TARGET = Path(__file__).resolve().parents[1] / "assets" / "touch"
RATE_HZ = 100
TREMOR_HZ = 9.0


@dataclass(frozen=True, kw_only=True)
class Stroke:
    """One touch of the finger: from, to, how long, how hard, and the pause after it."""

    start: tuple[float, float]
    end: tuple[float, float]
    lasts_s: float
    press_n: float
    friction: float = 0.5
    rest_s: float = 0.25
    wander: float = 0.0  # how far the path bends aside, in screen widths
    stick_s: float = 0.05  # how long the finger stands before it slides


# name: what it is, strokes
GESTURES: dict[str, tuple[str, tuple[Stroke, ...]]] = {
    "scroll-slow": (
        "a cook reads on: three slow pulls upwards on the right half",
        tuple(
            Stroke(start=(0.66, 0.75), end=(0.67, 0.40), lasts_s=0.60, press_n=0.6, rest_s=0.35, wander=0.01)
            for _ in range(3)
        ),
    ),
    "scroll-flick": (
        "two quick flicks upwards with the thumb near the right edge",
        tuple(
            Stroke(start=(0.88, 0.70), end=(0.86, 0.32), lasts_s=0.16, press_n=0.9, rest_s=0.45, stick_s=0.02)
            for _ in range(2)
        ),
    ),
    "scroll-left-hand": (
        "pulls upwards with the left hand, bending outwards",
        tuple(
            Stroke(start=(0.22, 0.78), end=(0.17, 0.35), lasts_s=0.45, press_n=0.7, rest_s=0.3, wander=-0.03)
            for _ in range(2)
        ),
    ),
    "scroll-wet-finger": (
        "a wet finger sticks and drags on the glass far to the right",
        (
            Stroke(start=(0.90, 0.72), end=(0.90, 0.40), lasts_s=0.8, press_n=0.9, friction=0.9, stick_s=0.12),
            Stroke(start=(0.90, 0.70), end=(0.91, 0.45), lasts_s=0.7, press_n=0.9, friction=0.9, stick_s=0.12),
        ),
    ),
    "scroll-sideways": (
        "a swipe through pictures from right to left, and one back",
        (
            Stroke(start=(0.85, 0.5), end=(0.25, 0.52), lasts_s=0.28, press_n=0.7, friction=0.6),
            Stroke(start=(0.20, 0.5), end=(0.80, 0.48), lasts_s=0.30, press_n=0.7, friction=0.6),
        ),
    ),
    "scroll-slider": (
        "drags a volume slider slowly to the right",
        (Stroke(start=(0.30, 0.85), end=(0.75, 0.85), lasts_s=1.4, press_n=0.8, friction=0.5, wander=0.01),),
    ),
    "scroll-edge": (
        "one long pull down along the very edge",
        (Stroke(start=(0.97, 0.15), end=(0.97, 0.85), lasts_s=0.9, press_n=0.6, friction=0.5),),
    ),
    "tap-middle": (
        "one tap in the middle",
        (Stroke(start=(0.52, 0.5), end=(0.52, 0.5), lasts_s=0.09, press_n=1.4, stick_s=0.09),),
    ),
    "tap-edge": (
        "one tap on a button near the right edge",
        (Stroke(start=(0.93, 0.3), end=(0.93, 0.3), lasts_s=0.08, press_n=1.5, stick_s=0.08),),
    ),
    "tap-corner": (
        "one tap on the back arrow in the upper left corner",
        (Stroke(start=(0.05, 0.07), end=(0.05, 0.07), lasts_s=0.10, press_n=1.3, stick_s=0.10),),
    ),
    "tap-double": (
        "a double tap on the left half",
        tuple(
            Stroke(start=(0.3, 0.5), end=(0.3, 0.5), lasts_s=0.07, press_n=1.6, rest_s=rest_s, stick_s=0.07)
            for rest_s in (0.09, 0.2)
        ),
    ),
    "tap-firm": (
        "an impatient tap, knuckle first, right of the middle",
        (Stroke(start=(0.70, 0.6), end=(0.70, 0.6), lasts_s=0.11, press_n=3.0, stick_s=0.11),),
    ),
    "tap-typing": (
        "typing a word on the screen's keyboard with one finger",
        tuple(
            Stroke(start=(x, 0.8), end=(x, 0.8), lasts_s=0.07, press_n=1.1, rest_s=0.14, stick_s=0.07)
            for x in (0.35, 0.22, 0.78, 0.60, 0.47, 0.85)
        ),
    ),
}


def main() -> None:
    """Write one file a gesture."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, (says, strokes) in GESTURES.items():
        columns = _played(strokes, rng=stream(6, f"touch.{name}"))
        rounded = {key: [round(float(v), 4) for v in values] for key, values in columns.items()}
        text = json.dumps({"says": says, **rounded}, separators=(",", ":")).replace('],"', '],\n"')
        (TARGET / f"{name}.json").write_text(text + "\n")
    print(f"{len(GESTURES)} gestures in {TARGET.name}/")


def _played(strokes: tuple[Stroke, ...], *, rng: np.random.Generator) -> dict[str, list[float]]:
    columns: dict[str, list[float]] = {"x": [], "y": [], "press_n": [], "drag_n": []}
    for stroke in strokes:
        ticks, phase = round(stroke.lasts_s * RATE_HZ), float(rng.uniform(0, math.tau))
        strength = stroke.press_n * float(rng.normal(1.0, 0.05))
        last_x = stroke.start[0]
        for k in range(ticks):
            time_s = k / RATE_HZ
            slide_s = max(1e-6, stroke.lasts_s - stroke.stick_s)
            share = min(1.0, max(0.0, (time_s - stroke.stick_s) / slide_s))
            done = share**3 * (10 - 15 * share + 6 * share**2)
            bend = stroke.wander * math.sin(math.pi * done)
            x = stroke.start[0] + (stroke.end[0] - stroke.start[0]) * done + bend + float(rng.normal(0, 0.0006))
            y = stroke.start[1] + (stroke.end[1] - stroke.start[1]) * done + float(rng.normal(0, 0.0006))
            rise_s, fall_s = min(0.04, 0.4 * stroke.lasts_s), min(0.03, 0.3 * stroke.lasts_s)
            envelope = min(1.0, (time_s + 0.005) / rise_s, (stroke.lasts_s - time_s) / fall_s)
            press = strength * max(0.05, envelope) * (1 + 0.05 * math.sin(math.tau * TREMOR_HZ * time_s + phase))
            sliding = share > 0.0 and stroke.start != stroke.end
            across = _direction(stroke, x - last_x) if sliding else 0.0
            columns["x"].append(x)
            columns["y"].append(y)
            columns["press_n"].append(press)
            columns["drag_n"].append(stroke.friction * press * across)
            last_x = x
        for _ in range(round(stroke.rest_s * RATE_HZ)):
            columns["x"].append(stroke.end[0])
            columns["y"].append(stroke.end[1])
            columns["press_n"].append(0.0)
            columns["drag_n"].append(0.0)
    return columns


def _direction(stroke: Stroke, step_x: float) -> float:
    """Share of the sliding that goes sideways; the finger's tremor across the path also drags a little."""
    along = (stroke.end[0] - stroke.start[0], stroke.end[1] - stroke.start[1])
    length = math.hypot(*along)
    return max(-1.0, min(1.0, along[0] / length + 20.0 * (step_x if abs(along[0]) < 0.05 else 0.0)))


if __name__ == "__main__":
    main()
