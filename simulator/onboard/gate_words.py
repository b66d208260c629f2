"""What each question says to a person: a label on its own, and a clause inside the sentence that tells why the screen stays.

A clause may use {value}, {limit} and {by}, the distance between the two. Nothing reads these words back.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.onboard.gate_names import GateName
from simulator.onboard.messages import Gate


@dataclass(frozen=True, slots=True, kw_only=True)
class GateWords:
    """One question in words."""

    label: str
    clause: str = ""  # empty: the label with its numbers


WORDS: dict[GateName, GateWords] = {
    GateName.HEALTHY: GateWords(label="healthy"),
    GateName.SHUTTER_OPEN: GateWords(label="shutter open"),
    GateName.RANGE_SET: GateWords(label="range of motion set"),
    GateName.HANDS_OFF: GateWords(label="hands off"),
    GateName.EYES_WORK: GateWords(label="eyes working"),
    GateName.SOUND_TRUSTED: GateWords(label="trust in the sound"),
    GateName.UNSEEN_TURNS: GateWords(label="turns to this voice unseen"),
    GateName.MEANS_DEVICE: GateWords(label="means the device"),
    GateName.EMPTY_ECHO: GateWords(label="known to sound without anybody there"),
    GateName.ONE_DIRECTION: GateWords(label="one clear direction of sound"),
    GateName.LOOK_AROUND_DUE: GateWords(label="until the next look around"),
    GateName.ASKED_FOR: GateWords(label="asked for"),
    GateName.SOMEBODY_THERE: GateWords(label="somebody there"),
    GateName.SEEN: GateWords(label="seen by the camera"),
    GateName.LIVING: GateWords(label="a living person"),
    GateName.NEAR_ENOUGH: GateWords(label="near enough"),
    GateName.OUTSIDE_DEAD_ZONE: GateWords(label="outside the dead zone"),
    GateName.LATELY: GateWords(label="seen or heard lately"),
    GateName.SETTLED: GateWords(label="settled", clause="and has been there for {value} (needed: {limit})"),
    GateName.MOTION_ZONE_FOR: GateWords(
        label="in the motion zone for", clause="but only for {value} (needed: {limit})"
    ),
    GateName.RESTED: GateWords(label="rested", clause="and the last turn ended only {value} ago (needed: {limit})"),
    GateName.OUTSIDE_RANGE: GateWords(label="outside the range by", clause="is outside the range of motion by {value}"),
    GateName.LEFT_FREE: GateWords(label="left side free"),
    GateName.RIGHT_FREE: GateWords(label="right side free"),
    GateName.WORTH_MAKING: GateWords(label="turn worth making"),
}


def label(gate: Gate) -> str:
    """The question on its own."""
    return WORDS[gate.name].label


def measured(gate: Gate) -> str:
    """The question with its numbers."""
    value = _number(gate.value, gate.unit)
    limit = with_unit(gate.threshold, gate.unit)
    # A failed gate lies below its threshold when that was to be reached, above it when it was not to be passed.
    return (
        f"{label(gate)}: {value} of {limit}"
        if gate.value < gate.threshold
        else f"{label(gate)}: {value}, at most {limit}"
    )


def clause(gate: Gate) -> str:
    """The question inside a sentence."""
    words = WORDS[gate.name].clause
    if not words:
        return measured(gate)
    return words.format(value=with_unit(gate.value, gate.unit), limit=with_unit(gate.threshold, gate.unit))


def is_flag(gate: Gate) -> bool:
    """Whether a gate has no number to tell."""
    return not gate.unit and gate.value in (0.0, 1.0)


def with_unit(value: float, unit: str) -> str:
    """A number as a person would write it: whole degrees, tenths of seconds and metres, hundredths of a share."""
    space = "" if unit in ("°", "") else " "
    return f"{_number(value, unit)}{space}{unit}"


def _number(value: float, unit: str) -> str:
    digits = 0 if unit == "°" else 2 if not unit else 1
    return f"{value:.{digits}f}"
