"""One random home as the text of a scene file, from its seed and hardness alone."""

from __future__ import annotations

from typing import Any

from simulator.scene.homes.chance import Chance
from simulator.scene.homes.draft import Draft, NoRoomError
from simulator.scene.homes.furniture import add_furniture
from simulator.scene.homes.hardness import HARDEST, Hardness
from simulator.scene.homes.noises import add_noise
from simulator.scene.homes.place import Place, draw_place
from simulator.scene.homes.promises import universal
from simulator.scene.homes.seeds import HomeSeedError, purpose_of
from simulator.scene.homes.stories import STORIES, Story

# How many stories are tried in a flat that has no room for the first ones: a bed-sitter cannot hold a walk.
MOST_STORIES = 40


def home_text(seed: int, *, hard: float = 1.0, story: str = "") -> str:
    """The scene file of a home; with a story's name, that story instead of a drawn one."""
    purpose = purpose_of(seed)
    if not 0.0 <= hard <= HARDEST:
        raise HomeSeedError(f"hardness {hard:g}: must be from 0 to {HARDEST:g}")
    draft, told = _draft(seed, Hardness(dial=hard), story)
    head = (
        f"# Home {seed} ({purpose}), hardness {hard:g}: {told.name}. Made by `swivel scene home {seed} --hard {hard:g}`.\n"
        f"scene: 1\n"
    )
    body = {
        "name": home_name(seed),
        "claim": draft.claim,
        "tags": ["home", told.name, *draft.tags],
        "duration": f"{draft.duration_s:g} s",
        "room": room_of(draft.place),
        "device": device_of(draft.place) | draft.device,
    }
    blocks = {"people": draft.people, "sounds": draft.sounds, "things": draft.things}
    lines = [f"{key}: {flow(value)}\n" for key, value in body.items()]
    for key, entries in blocks.items():
        if entries:
            lines += [f"{key}:\n", *(f"  {name}: {flow(one)}\n" for name, one in entries.items())]
    lines += ["timeline:\n", *(f"  - {flow(one)}\n" for one in draft.timeline)]
    lines += ["expect:\n", *(f"  - {flow(one)}\n" for one in draft.expect)]
    return head + "".join(lines)


def home_name(seed: int) -> str:
    """What a home is called."""
    return f"home-{seed:06d}"


def _draft(seed: int, hard: Hardness, wanted: str) -> tuple[Draft, Story]:
    """The first story that the flat has room for."""
    choice = Chance(seed, "story")
    named = [story for story in STORIES if story.name == wanted]
    if wanted and not named:
        raise HomeSeedError(f"story {wanted}: must be one of {', '.join(story.name for story in STORIES)}")
    for attempt in range(MOST_STORIES):
        place = draw_place(Chance(seed, "place" if attempt < MOST_STORIES // 2 else f"place {attempt}"), hard)
        told = named[0] if named else choice.by_weight({story: story.weight for story in STORIES})
        draft = Draft(seed=seed, hard=hard, place=place, chance=Chance(seed, f"{told.name} {attempt}"))
        universal(draft)
        try:
            told.tell(draft)
        except NoRoomError:
            continue
        add_noise(draft, Chance(seed, "noise"))
        add_furniture(draft, Chance(seed, "furniture"))
        draft.timeline.sort(key=lambda one: float(one["at"].split()[0]))
        return draft, told
    raise HomeSeedError(f"seed {seed}: none of {MOST_STORIES} flats has room for {wanted or 'a story'}")


def room_of(place: Place) -> dict[str, Any]:
    """The room block of a flat."""
    room: dict[str, Any] = {}
    if place.is_box:
        room |= {"width": f"{place.plan[1][0]:g} m", "depth": f"{place.plan[2][1]:g} m"}
    else:
        room["corners"] = [list(corner) for corner in place.plan]
    room |= {"height": f"{place.height_m:g} m", "rt60": f"{place.rt60_s:g} s", "light": place.light}
    if place.window != "none":
        room["window"] = place.window
    return room | {"walls": place.walls}


def device_of(place: Place) -> dict[str, Any]:
    """The device block of a flat."""
    low_deg, high_deg = place.range_deg
    return {
        "at": place.at, "height": f"{place.device_height_m:g} m", "heading": f"{place.heading_deg:g} °",
        "range": [f"{low_deg:g} °", f"{high_deg:g} °"], "known_walls": place.known_walls,
    }  # fmt: skip


def flow(value: Any) -> str:
    """A value in YAML's one-line style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(one) for one in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.10g}"
    text = str(value)
    return f"'{text}'" if any(mark in text for mark in ":,'{}[]#") else text
