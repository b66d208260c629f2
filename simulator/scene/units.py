"""Values with their unit, as people write them: 2 s, 500 ms, 1.2 m, 40 cm, 12 °, 62 dB, 1.0 m/s.

A bare number is taken in the unit of the field. The unit of a field is the end of its name (`width_m`), so a file says `width: 4 m`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.scene.errors import MistakeError
from simulator.scene.mistakes import Mistake, ProblemCode

_QUANTITY = re.compile(r"([-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)\s*([^\s0-9].*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One kind of quantity."""

    suffix: str  # at the end of a field's name
    symbol: str  # as written in files and sentences
    what: str
    factors: dict[str, float]  # from what may be written to the unit of the field
    example: str


UNITS = {
    unit.suffix: unit
    for unit in (
        Unit(suffix="_mps", symbol="m/s", what="a speed", factors={"m/s": 1.0, "km/h": 1 / 3.6}, example="1.0 m/s"),
        Unit(
            suffix="_m",
            symbol="m",
            what="a length",
            factors={"m": 1.0, "cm": 0.01, "mm": 0.001, "ft": 0.3048},
            example="1.5 m or 40 cm",
        ),
        Unit(
            suffix="_s",
            symbol="s",
            what="a time",
            factors={"s": 1.0, "ms": 0.001, "min": 60.0},
            example="2 s or 500 ms",
        ),
        Unit(suffix="_deg", symbol="°", what="an angle", factors={"°": 1.0, "deg": 1.0}, example="12 °"),
        Unit(suffix="_db", symbol="dB", what="a level", factors={"dB": 1.0}, example="62 dB"),
        Unit(suffix="_kg", symbol="kg", what="a mass", factors={"kg": 1.0, "g": 0.001}, example="0.4 kg or 250 g"),
        Unit(suffix="_n", symbol="N", what="a force", factors={"N": 1.0}, example="3 N"),
        Unit(suffix="_nm", symbol="N m", what="a torque", factors={"N m": 1.0, "Nm": 1.0}, example="0.2 N m"),
        Unit(
            suffix="_dps",
            symbol="°/s",
            what="a turning speed",
            factors={"°/s": 1.0, "deg/s": 1.0},
            example="60 °/s",
        ),
        Unit(
            suffix="_dps2",
            symbol="°/s²",
            what="a turning acceleration",
            factors={"°/s²": 1.0, "°/s2": 1.0, "deg/s²": 1.0, "deg/s2": 1.0},
            example="180 °/s²",
        ),
    )
}


class UnitError(MistakeError):
    """A value that is not a quantity of the kind that is wanted; the text says what is allowed."""


def unit_of(name: str) -> Unit | None:
    """The unit in a field's name; None when it has none."""
    return next((unit for suffix, unit in UNITS.items() if name.endswith(suffix)), None)


def short_name(name: str) -> str:
    """The name of a field as files say it: without its unit."""
    unit = unit_of(name)
    return name.removesuffix(unit.suffix) if unit else name


def quantity(value: object, *, unit: Unit) -> float:
    """Read a value in the unit of a field."""
    if isinstance(value, bool) or value is None or isinstance(value, dict | list):
        raise UnitError(_not_a(unit, ""))
    if isinstance(value, int | float):
        return float(value)
    match = _QUANTITY.fullmatch(str(value).strip())
    if match is None or len(match[1]) > 40:
        raise UnitError(_not_a(unit, str(value)))
    factor = unit.factors.get((match[2] or unit.symbol).strip())
    if factor is None:
        raise UnitError(_not_a(unit, str(value)))
    number = float(match[1]) * factor
    if abs(number) > 1e12:
        raise UnitError(Mistake(code=ProblemCode.NOT_FINITE, value=str(value)))
    # A thousand milliseconds are one second, not 1.0000000000000002.
    return round(number, 12)


def _not_a(unit: Unit, value: str) -> Mistake:
    return Mistake(code=ProblemCode.NOT_A_QUANTITY, value=value, name=unit.what, detail=unit.example)


def written(value: float, *, unit: Unit) -> str:
    """A quantity as a file would say it."""
    return f"{value:g} {unit.symbol}"
