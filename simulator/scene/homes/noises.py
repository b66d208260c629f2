"""What sounds in a flat besides people: at a level that is said at the device, and never above what people can be heard over."""

from __future__ import annotations

import math

from simulator.scene.homes.chance import Chance
from simulator.scene.homes.draft import Draft
from simulator.scene.homes.geometry import Point, fits, to_segment_m

# Levels of the direct sound at the device. A fan or a fridge lies near 35 dB, dishes and a boiling kettle near 45, a television
# in the same room near 45 to 50 (measured levels in homes: Olsen 1998, Wu et al. 2018).
LEVELS_DB = {"fan": (30, 42), "kettle": (34, 46), "kitchen": (36, 48), "music": (36, 48), "television": (36, 48)}
WEIGHTS = {"television": 0.3, "music": 0.25, "kitchen": 0.2, "kettle": 0.1, "fan": 0.15}
# Speech and music mask a wake word more than steady noise of the same level, and draw the ears.
SPEECH_LIKE_DB = 3.0
NEAREST_M, TRIES = 0.9, 200
WIDEST_M = 1.2  # of a television


def add_noise(draft: Draft, chance: Chance) -> None:
    """Put a source of noise somewhere, not in the line of anybody whom the screen is to face."""
    if draft.quiet or draft.sounds or not chance.yes(draft.hard.noisy):
        return
    put_noise(draft, chance, chance.by_weight(WEIGHTS))


def put_noise(draft: Draft, chance: Chance, kind: str) -> str | None:
    """Put a source of a kind; its name, or none when the flat has no room for it."""
    place, at = draft.place, _spot(draft, chance)
    if at is None:
        return None
    low_db, high_db = LEVELS_DB[kind]
    level_db = chance.between(low_db, draft.hard.of(low_db + 2.0, high_db, high_db + 6.0))
    voices_db = [draft.voice_db(who) for who in draft.people]
    speech_like_db = SPEECH_LIKE_DB if kind in ("television", "music") else 0.0
    most_db = min(voices_db, default=99.0) - draft.hard.above_noise_db - speech_like_db
    level_db = min(level_db, most_db)
    at_1m_db = level_db + 20.0 * math.log10(place.distance_m(at))
    name = "tv" if kind == "television" else kind
    draft.sounds[name] = {
        "kind": kind,
        "at": at,
        "height": f"{chance.between(0.8, 1.1):.2f} m",
        "loudness": f"{min(max(at_1m_db, 20.0), 90.0):.1f} dB",
    }
    if kind == "television":
        draft.things["panel"] = {
            "kind": "television", "at": at, "size": [0.1, round(chance.between(0.7, 1.2), 2)],
            "angle": f"{place.towards_device_deg(at):g} °",
            "bottom": "0.7 m", "height": "0.65 m",
        }  # fmt: skip
    draft.must(id=f"no-{name}", never=f"target is {name}")
    draft.tags.append(f"noise {level_db:.0f} dB at the device")
    return name


def _spot(draft: Draft, chance: Chance) -> Point | None:
    """Near a wall or on the counter, away from where people stand and walk."""
    place = draft.place
    for _ in range(TRIES):
        at = place.point(chance.between(-180.0, 180.0), chance.between(NEAREST_M, 5.0))
        apart = all(draft.apart_deg(at, end) >= 25.0 for _, end in draft.ways)
        clear = fits(place.plan, at, (0.1, WIDEST_M), place.towards_device_deg(at))
        if place.free(at) and clear and apart and all(to_segment_m(at, a, b) >= 0.5 for a, b in draft.ways):
            return at
    return None
