"""The recorded traces of fingers on the glass in assets/touch, and which of them a gesture of a scene may play."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from simulator.world.assets import ASSETS
from simulator.world.spec import HandAction

LIBRARY = ASSETS / "touch"
USUAL_PROFILE = {"scroll": "scroll-slow", "tap": "tap-middle"}
# How a hand that turns, holds or presses takes the screen: by its edge, or with a palm that the touch panel sees.
GRIPS = ("edge", "palm")


class HandError(ValueError):
    """A gesture that cannot be played; the text says what is wrong and what is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchTrace:
    """One recorded gesture of a finger, sampled every tick; lifted fingers press with 0 N."""

    name: str
    says: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    press_n: tuple[float, ...]
    drag_n: tuple[float, ...]  # along the glass to the right, as a person in front of it sees it


@cache
def library() -> dict[str, TouchTrace]:
    """All traces of the library by name."""
    traces = {}
    for path in sorted(LIBRARY.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        columns = {name: tuple(float(v) for v in data[name]) for name in ("x", "y", "press_n", "drag_n")}
        traces[path.stem] = TouchTrace(name=path.stem, says=data["says"], **columns)
    return traces


def check(action: HandAction) -> None:
    """Raise HandError for a gesture that could not be played."""
    if action.gesture == "turn" and action.to_deg is None:
        raise HandError("hand turn: to_deg is missing: say the yaw to turn the screen to")
    known = profiles(action.gesture)
    if action.profile and action.profile not in known:
        raise HandError(f"hand {action.gesture}: profile = {action.profile}: must be one of {', '.join(known)}")


def profiles(gesture: str) -> tuple[str, ...]:
    """The profiles that a gesture can have: traces of a finger, or ways to take the screen."""
    return tuple(name for name in library() if name.startswith(gesture)) if gesture in USUAL_PROFILE else GRIPS
