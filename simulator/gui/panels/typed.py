"""Values as people type them: 24, 24°, 6 ft, 0.5 turn, +10%, half a step at a time with the arrow keys."""

from __future__ import annotations

import re

from simulator.onboard.tuning import Leaf, TuningError, Value, parsed
from simulator.workbench.lengths import METRES, Lengths

# What one of these is in the knob's own unit.
_FACTORS = {
    "m": {"m": 1.0, "cm": 0.01, "mm": 0.001, "ft": 0.3048, "in": 0.0254},
    "°": {"°": 1.0, "deg": 1.0, "turn": 360.0, "turns": 360.0, "rad": 57.29577951308232},
    "°/s": {"°/s": 1.0, "deg/s": 1.0, "rpm": 6.0, "turn/s": 360.0},
    "s": {"s": 1.0, "ms": 0.001, "min": 60.0},
}
_NUMBER = re.compile(r"^([+\-−]?\s*\d*[.,]?\d+)\s*(.*)$")
FINE, COARSE = 0.001, 0.1
NORMAL = 0.01


def typed(leaf: Leaf, text: str, *, now: Value, lengths: Lengths = METRES) -> Value:
    """The value that a text means for a knob; a bare length is in the unit that is shown. Raises TuningError with what is allowed."""
    if leaf.kind not in ("number", "whole"):
        return parsed(leaf.path, text)
    found = _NUMBER.match(text.strip().replace("−", "-"))
    if not found:
        return parsed(leaf.path, text)
    number, unit = float(found[1].replace(" ", "").replace(",", ".")), found[2].strip()
    if unit == "%" and leaf.unit != "%" and text.strip()[0] in "+-−":
        value = float(now) * (1 + number / 100)
    elif unit:
        factor = _FACTORS.get(leaf.unit, {}).get(unit)
        if factor is None:
            if unit != leaf.unit:
                known = ", ".join(_FACTORS.get(leaf.unit, {leaf.unit: 1.0})) or "no unit"
                raise TuningError(f"{text}: {leaf.label} is in {leaf.unit or 'no unit'}; known are {known}")
            factor = 1.0
        value = number * factor
    else:
        value = number * (lengths.metres if leaf.unit == METRES.unit else 1.0)
    return _checked(leaf, round(value, 6), lengths)


def stepped(leaf: Leaf, now: Value, *, share: float) -> Value:
    """The value a share of the range further, at least one step unless the share is fine, inside the bounds."""
    if leaf.low is None or leaf.high is None:
        return now
    wide = leaf.high - leaf.low
    by = share * wide
    if abs(share) > FINE * 1.5:
        by = max(leaf.step, round(abs(by) / leaf.step) * leaf.step) * (1 if share > 0 else -1)
    value = min(max(float(now) + by, leaf.low), leaf.high)
    return round(value) if leaf.kind == "whole" else round(value, 6)


def shown(leaf: Leaf, value: Value, lengths: Lengths = METRES) -> str:
    """A value with its unit."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, str):
        return value
    if leaf.unit == METRES.unit and lengths is not METRES:
        return lengths.words(value, decimals=2, short=True)
    text = f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    gap = "" if leaf.unit == "°" else " "
    return f"{text}{gap}{leaf.unit}".strip().replace("-", "−")


def bounds(leaf: Leaf, lengths: Lengths = METRES) -> str:
    """From where to where a knob goes; empty when it is no number."""
    if leaf.low is None or leaf.high is None:
        return ""
    if leaf.unit == METRES.unit:
        return f"{lengths.value(leaf.low):.4g} to {lengths.value(leaf.high):.4g} {lengths.unit}"
    return f"{leaf.low:g} to {leaf.high:g} {leaf.unit}".strip()


def _checked(leaf: Leaf, value: float, lengths: Lengths) -> Value:
    if leaf.low is not None and leaf.high is not None and not leaf.low <= value <= leaf.high:
        shown = lengths.value(value) if leaf.unit == METRES.unit else value
        raise TuningError(f"{leaf.label}: {shown:.6g} is outside {bounds(leaf, lengths)}")
    if leaf.kind == "whole":
        if value != round(value):
            raise TuningError(f"{leaf.label}: must be a whole number")
        return round(value)
    return value
