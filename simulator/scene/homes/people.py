"""Who lives there: body, voice, loudness and pace."""

from __future__ import annotations

from typing import Any

from simulator.scene.homes.chance import Chance
from simulator.scene.homes.geometry import Point
from simulator.scene.words import WORDS

NAMES = ("anna", "ben", "cleo", "dan")
# One in six is a child.
CHILDREN = 1 / 6
# Normal speech is 60 dB at 1 m (ISO 9921); people call a device a little louder than they talk.
CALL_DB, SPREAD_DB = 62.0, 2.5
# Walking at home, m/s.
SLOW_MPS, FAST_MPS = 0.5, 1.3


def draw_person(chance: Chance, at: Point, *, faces: str | float = "device", others: dict[str, Any]) -> dict[str, Any]:
    """Somebody at a place, unlike those who are there already."""
    taken = {one[key] for one in others.values() for key in ("look", "voice")}
    child = chance.yes(CHILDREN)
    free = [look for look in WORDS["people, look"] if look not in taken]
    looks = [look for look in free if look.startswith("child") == child] or free  # there are only two children
    voices = [voice for voice in WORDS["people, voice"] if voice not in taken]
    loudness_db = round(chance.around(CALL_DB, SPREAD_DB, low=57.0, high=69.0), 1)
    person: dict[str, Any] = {"at": at, "look": chance.one_of(looks), "voice": chance.one_of(voices)}
    if faces != "device":
        person["faces"] = faces if isinstance(faces, str) else f"{faces:.0f} °"
    person["loudness"] = f"{loudness_db:g} dB"
    return person


def pace_mps(chance: Chance) -> float:
    """How fast somebody walks."""
    return round(chance.between(SLOW_MPS, FAST_MPS), 2)
