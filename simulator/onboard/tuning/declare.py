"""How a knob is declared: its default, bounds, unit and step, a label by feel, and the sentence that explains it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

Value = float | int | bool | str
# What the name of an algorithm of another package looks like.
OUTSIDE_NAME: Final = r"[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*"


class Knobs(BaseModel):
    """Base of all groups of knobs: frozen, no unknown names, only finite numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=False)


def knob(
    default: float,
    low: float,
    high: float,
    *,
    unit: str,
    step: float,
    label: str,
    says: str,
    tier: Literal["design", "engineering"] = "design",
) -> Any:
    """Declare one numeric knob."""
    return Field(
        default,
        ge=low,
        le=high,
        description=says,
        json_schema_extra={"unit": unit, "step": step, "tier": tier, "label": label},
    )


def choice(default: Value, *, label: str, says: str, tier: Literal["design", "engineering"] = "design") -> Any:
    """Declare one knob with named positions."""
    return Field(default, description=says, json_schema_extra={"unit": "", "step": 1, "tier": tier, "label": label})


@dataclass(frozen=True, slots=True)
class Named:
    """Makes a text a choice by name: one of those that ship, or PACKAGE/NAME for one of another package.

    Whether that package is installed is found out where the run is put together.
    """

    ships: tuple[str, ...]

    def __call__(self, name: str) -> str:
        """The name, if it may be one."""
        if name not in self.ships and not re.fullmatch(OUTSIDE_NAME, name):
            raise ValueError("no such name")
        return name
