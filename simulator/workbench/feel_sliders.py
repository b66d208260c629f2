"""Six sliders by what one feels, each a documented way through several knobs: 0 and 100 are its ends, 50 is how a device ships.

A knob goes straight from its low end to its shipped value and on to its high end, and is rounded to its own step, so the raw knobs beside
it always say what a feel means. Where a slider stands is read from its first knob.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.onboard.tuning import Tuning, Value, leaf_at

MIDDLE = 50.0


@dataclass(frozen=True, slots=True)
class Way:
    """One knob of a feel: its value at 0 and at 100."""

    path: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Feel:
    """One slider."""

    name: str
    title: str
    sentence: str
    ways: tuple[Way, ...]


FEELS = (
    Feel("calmness", "Calmness", "How far somebody may move before the screen follows.", (
        Way("zones.dead_half_width_deg", 5.0, 24.0), Way("zones.dead_near_half_width_deg", 8.0, 32.0),
        Way("zones.dead_far_half_width_deg", 4.0, 18.0), Way("zones.holding_half_width_deg", 16.0, 44.0),
        Way("zones.holding_near_half_width_deg", 20.0, 50.0), Way("zones.holding_far_half_width_deg", 13.0, 36.0),
    )),
    Feel("patience", "Patience", "How long it waits until somebody has settled, and rests after a turn.", (
        Way("patience.settle_s", 0.2, 5.0), Way("patience.rest_after_move_s", 0.0, 2.5),
        Way("patience.motion_delay_s", 0.0, 0.8),
    )),
    Feel("speed", "Speed", "How fast it turns, and how soon it is that fast.", (
        Way("motion.max_rate_dps", 20.0, 150.0), Way("motion.max_accel_dps2", 60.0, 360.0),
    )),
    Feel("softness", "Softness", "How gently a turn begins and ends.", (
        Way("motion.max_jerk_dps3", 5400.0, 500.0),
    )),
    Feel("eagerness", "Eagerness to sound", "How little it takes for a voice to turn it.", (
        Way("attention.min_sound_confidence", 0.85, 0.3), Way("patience.ignore_sound_under_s", 0.8, 0.0),
    )),
    Feel("reach", "Reach", "How far away somebody may be to be served.", (
        Way("attention.max_distance_m", 2.0, 8.0),
    )),
)  # fmt: skip


def knobs_at(feel: Feel, place: float) -> dict[str, Value]:
    """The knobs of a feel at a place from 0 to 100."""
    place = min(max(place, 0.0), 100.0)
    made: dict[str, Value] = {}
    for way in feel.ways:
        leaf = leaf_at(way.path)
        middle = float(leaf.default)
        if place <= MIDDLE:
            value = way.low + (middle - way.low) * place / MIDDLE
        else:
            value = middle + (way.high - middle) * (place - MIDDLE) / MIDDLE
        made[way.path] = round(round(value / leaf.step) * leaf.step, 4)
    return made


def place_of(feel: Feel, tuning: Tuning) -> float:
    """Where the slider stands, read from the feel's first knob."""
    way = feel.ways[0]
    middle, value = float(leaf_at(way.path).default), float(tuning.value(way.path))
    towards = way.low if (value < middle) == (way.low < middle) and value != middle else way.high
    share = (value - middle) / (towards - middle)
    return min(max(MIDDLE + (-MIDDLE if towards == way.low else MIDDLE) * share, 0.0), 100.0)


def coarseness(feel: Feel) -> float:
    """How far on the slider one step of the feel's first knob is."""
    way = feel.ways[0]
    leaf = leaf_at(way.path)
    return max(MIDDLE * leaf.step / abs(float(leaf.default) - end) for end in (way.low, way.high))


def is_pure(feel: Feel, tuning: Tuning) -> bool:
    """Whether all knobs of a feel stand where its slider says, as finely as its first knob can say it."""
    place, coarse = place_of(feel, tuning), coarseness(feel)
    below, above = knobs_at(feel, place - coarse), knobs_at(feel, place + coarse)
    return all(
        min(float(below[path]), float(above[path])) - leaf_at(path).step
        <= float(tuning.value(path))
        <= max(float(below[path]), float(above[path])) + leaf_at(path).step
        for path in below
    )
