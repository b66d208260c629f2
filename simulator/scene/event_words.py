"""The events that every scene can speak of, and how a number of them is said."""

from __future__ import annotations

import re

# Events that any run may have, beside those of its timeline; see Columns.events.
GENERAL_EVENTS = (
    "move",
    "move ends",
    "reversal",
    "alert",
    "wake word heard",
    "touch",
    "hand",
    "bump",
    "stall",
)


def plural(name: str, count: int) -> str:
    """An event's name for a number of them."""
    if count == 1 or name not in GENERAL_EVENTS:
        return name
    return {"touch": "touches", "move ends": "ends of moves", "wake word heard": "wake words heard"}.get(
        name, f"{name}s"
    )


def singular(name: str) -> str:
    """The event that a word after a number means."""
    for event in GENERAL_EVENTS:
        if name in (event, plural(event, 2)):
            return event
    return name


COUNT = re.compile(r"(\d{1,6})\s+(.+)")
