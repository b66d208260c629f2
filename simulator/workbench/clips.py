"""What happens in a scene as clips on the timeline: where each is, how long, and the text after one was dragged."""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.scene.saver import SceneText
from simulator.scene.units import UNITS, UnitError, quantity
from simulator.workbench.scene_edits import at_seconds

GRID_S = 0.1
LEAST_S = 0.2
_TALK = re.compile(r"(talk|say speech)(?: for (.+))?$")


@dataclass(frozen=True, slots=True)
class Clip:
    """One entry of the timeline."""

    index: int
    who: str
    does: str
    at_s: float
    talks: bool  # it lies in the lane of its person
    for_s: float | None = None  # None when it cannot be stretched


def clips(text: str) -> list[Clip]:
    """The entries of a scene that say when they happen."""
    found = []
    for index, entry in enumerate(SceneText(text).get(["timeline"]) or []):
        at_s = at_seconds(entry)
        if at_s is None:
            continue
        does = str(entry.get("does", ""))
        talk = _TALK.match(does)
        for_s = None
        if talk:
            try:
                for_s = quantity(entry.get("for") or talk[2], unit=UNITS["_s"])
            except (UnitError, TypeError, ValueError):
                for_s = None
        found.append(Clip(index, str(entry.get("who", "")), does, at_s, bool(talk) or does.startswith("say"), for_s))
    return found


def moved(text: str, clip: Clip, at_s: float) -> str:
    """The text with a clip at another time."""
    edited = SceneText(text)
    edited.set(["timeline", clip.index, "at"], f"{at_s:.1f} s")
    return edited.text


def stretched(text: str, clip: Clip, for_s: float) -> str:
    """The text with a clip of another length."""
    edited = SceneText(text)
    entry = edited.get(["timeline", clip.index])
    length = f"{max(LEAST_S, for_s):.1f} s"
    if entry.get("for") is not None:
        edited.set(["timeline", clip.index, "for"], length)
    else:
        talk = _TALK.match(clip.does)
        edited.set(["timeline", clip.index, "does"], f"{talk[1] if talk else 'talk'} for {length}")
    return edited.text


def snapped(at_s: float, marks: list[float], *, reach_s: float) -> float:
    """A time drawn to a mark nearby, else to the grid."""
    near = min(marks, key=lambda mark: abs(mark - at_s), default=None)
    if near is not None and abs(near - at_s) <= reach_s:
        return round(near, 2)
    return round(round(at_s / GRID_S) * GRID_S, 2)
