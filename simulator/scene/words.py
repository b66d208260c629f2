"""The words that a scene file may use, by what they are for: collected from the declarations that the loader reads."""

from __future__ import annotations

from typing import Any, get_args

from simulator.onboard.behaviour.choreographies import CHOREOGRAPHIES
from simulator.onboard.messages import BackDrive, FramingStyle, Mode, Placement, WakePolicy
from simulator.scene.request_phrases import ASKERS
from simulator.world.assets import voice_names
from simulator.world.spec import Material, PersonSpec, RoomSpec, SourceSpec, Spec, ThingSpec
from simulator.world.touch_traces import profiles


def _choices(model: type[Spec], field: str) -> tuple[str, ...]:
    kind: Any = model.model_fields[field].annotation
    return tuple(str(word) for word in get_args(kind))


WORDS: dict[str, tuple[str, ...]] = {
    "room, light": _choices(RoomSpec, "light"),
    "room, walls": get_args(Material),
    "room, window": _choices(RoomSpec, "window"),
    "people, look": _choices(PersonSpec, "look"),
    "people, voice": voice_names(),
    "people, posture": _choices(PersonSpec, "posture"),
    "people, reacts": _choices(PersonSpec, "reacts"),
    "sounds, kind": _choices(SourceSpec, "kind"),
    "things, kind": _choices(ThingSpec, "kind"),
    "hand scrolls, profile": profiles("scroll"),
    "hand taps, profile": profiles("tap"),
    "hand turns, holds or presses, profile": profiles("hold"),
    "who asks": tuple(ASKERS),
    "set mode": tuple(one.value for one in Mode),
    "set policy": tuple(one.value for one in WakePolicy),
    "set framing": tuple(one.value for one in FramingStyle),
    "set back drive": tuple(one.value for one in BackDrive),
    "start set-up": tuple(one.value for one in Placement),
    "play": tuple(CHOREOGRAPHIES),
}
