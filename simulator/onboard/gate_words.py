"""What each question says to a person: its name on its own, and a clause inside the sentence that tells why the screen stays.

A clause may use {value} and {limit}. Nothing reads these words back.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.onboard.gate_names import GateName
from simulator.onboard.messages import Gate


@dataclass(frozen=True, slots=True, kw_only=True)
class GateWords:
    """One question in other words than its name."""

    label: str = ""  # empty: the name, as recordings keep it
    clause: str = ""  # empty: the label with its numbers


# Only questions that need more than their name; to reword one, give it a label here: recordings keep the name.
WORDS: dict[GateName, GateWords] = {
    GateName.SETTLED: GateWords(clause="and has been there for {value} (needed: {limit})"),
    GateName.MOTION_ZONE_FOR: GateWords(clause="but only for {value} (needed: {limit})"),
    GateName.RESTED: GateWords(clause="and the last turn ended only {value} ago (needed: {limit})"),
    GateName.OUTSIDE_RANGE: GateWords(clause="is outside the range of motion by {value}"),
}
_BY_NAME = GateWords()


def label(gate: Gate) -> str:
    """The question on its own."""
    return WORDS.get(gate.name, _BY_NAME).label or gate.name.value


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
    words = WORDS.get(gate.name, _BY_NAME).clause
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
