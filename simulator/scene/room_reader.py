"""Reads what a room holds and what happens in it: the room, device, people, sounds, things and timeline blocks."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from simulator.scene import phrases
from simulator.scene.errors import MistakeError
from simulator.scene.fault_phrases import PARTS
from simulator.scene.mistakes import Mistake, ProblemCode, similar
from simulator.scene.model_builder import RESERVED, Builder, keys_of, refused
from simulator.scene.request_phrases import ASKERS
from simulator.scene.tree import Node
from simulator.world.spec import (
    ACTION_KINDS,
    AnyAction,
    DevicePlace,
    PersonSpec,
    RoomSpec,
    SourceSpec,
    ThingSpec,
    WorldSpec,
)

SECTIONS = ("people", "sounds", "things")
AN_ENTRY = "; an entry is {at: 2 s, who: anna, does: say wake word}"


class RoomReader:
    """Collects the parts of a world; what could not be read is missing."""

    def __init__(self, builder: Builder, entries: dict[str, Node]) -> None:
        self._b, self._entries = builder, entries
        self.actions: tuple[AnyAction, ...] = ()
        self.duration_s = 20.0

    def read(self) -> WorldSpec | None:
        """The whole world; None when the room or the device could not be read."""
        b, entries = self._b, self._entries
        room = b.model(RoomSpec, entries["room"], "room") if "room" in entries else RoomSpec()
        device = self._device(entries.get("device"))
        people = self._named(PersonSpec, entries.get("people"), "people")
        sources = self._named(SourceSpec, entries.get("sounds"), "sounds")
        things = self._named(ThingSpec, entries.get("things"), "things")
        self._unique(entries)
        if "duration" in entries:
            given_s = b.quantity(entries["duration"], "duration", suffix="_s")
            if given_s is not None and not 0 < given_s <= 3600:
                mistake = Mistake(
                    code=ProblemCode.OUT_OF_BOUNDS, value=f"{given_s:g} s", written=str(entries["duration"].value),
                    number=given_s, low=0.0,
                    low_open=True,
                    high=3600.0, unit="s",
                )  # fmt: skip
                b.problem(entries["duration"].place, "duration", mistake)
            elif given_s is not None:
                self.duration_s = given_s
        self.actions = self._timeline(entries, self.duration_s)
        if room is None or device is None:
            return None
        return WorldSpec(
            room=room, device=device, people=people, sources=sources, things=things, actions=self.actions,
            duration_s=self.duration_s,
        )  # fmt: skip

    def _device(self, node: Node | None) -> DevicePlace | None:
        if node is None:
            return DevicePlace()

        def at(child: Node, path: str) -> dict[str, Any] | None:
            point = self._b.point(child, path)
            return None if point is None else {"x_m": point[0], "y_m": point[1]}

        return self._b.model(DevicePlace, node, "device", sugar={"at": at})

    def _named(self, model: type[Any], node: Node | None, path: str) -> tuple[Any, ...]:
        found = []
        for name, item in ((self._b.mapping(node, path) or {}) if node is not None else {}).items():
            below = f"{path}.{name}"
            if self._b.name(item, below, name):
                made = self._b.model(model, item, below, given={"name": name})
                if made is not None:
                    found.append(made)
        return tuple(found)

    def _unique(self, entries: dict[str, Node]) -> None:
        seen: dict[str, str] = {}
        for section in SECTIONS:
            node = entries.get(section)
            for name, item in (node.value if node is not None and isinstance(node.value, dict) else {}).items():
                if name in seen:
                    mistake = Mistake(code=ProblemCode.NAME_TWICE, value=name, name=seen[name])
                    self._b.problem(item.where, f"{section}.{name}", mistake)
                seen.setdefault(name, section)

    def _timeline(self, entries: dict[str, Node], duration_s: float) -> tuple[AnyAction, ...]:
        node = entries.get("timeline")
        if node is None:
            return ()
        names = {section: set(keys_of(entries.get(section))) for section in SECTIONS}
        actions = []
        for at, item in enumerate(self._b.items(node, "timeline") or []):
            action = self._action(item, f"timeline.{at}", names, duration_s)
            if action is not None:
                actions.append(action)
        return tuple(actions)

    def _action(self, node: Node, path: str, names: dict[str, set[str]], duration_s: float) -> AnyAction | None:
        b = self._b
        entries = b.mapping(node, path)
        if entries is None:
            return None
        missing = [key for key in ("at", "who", "does") if key not in entries]
        if missing:
            for key in missing:
                b.problem(node.place, path, Mistake(code=ProblemCode.KEY_MISSING, name=key, detail=AN_ENTRY))
            return None
        at_s = b.quantity(entries["at"], f"{path}.at", suffix="_s")
        who, does = b.text(entries["who"], f"{path}.who"), b.text(entries["does"], f"{path}.does")
        if at_s is None or who is None or does is None:
            return None
        if not 0 <= at_s <= duration_s:
            mistake = Mistake(
                code=ProblemCode.OUTSIDE_SCENE,
                value=f"{at_s:g} s",
                written=str(entries["at"].value),
                number=at_s,
                low=0.0,
                high=duration_s,
                unit="s",
            )
            b.problem(entries["at"].place, f"{path}.at", mistake)
        kinds = phrases.kind_of(who, people=names["people"], sources=names["sounds"], things=names["things"])
        if not kinds:
            everyone = sorted(set().union(*names.values()))
            options = [
                *(name for name in everyone if name not in RESERVED),
                "device",
                "hand",
                "room",
                "designer",
                *ASKERS,
                *PARTS,
            ]
            mistake = Mistake(code=ProblemCode.NOBODY, value=who, meant=similar(who, options), allowed=tuple(options))
            b.problem(entries["who"].place, f"{path}.who", mistake)
            return None
        extras: dict[str, object] = {
            key: child.plain() for key, child in entries.items() if key not in ("at", "who", "does")
        }
        try:
            return phrases.read(does, who=who, kinds=kinds, at_s=at_s, extras=extras)
        except MistakeError as error:
            mistake = error.mistake
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0]) if first["loc"] else ""
            field = ACTION_KINDS[error.title].model_fields.get(name)
            mistake = refused(first, field, name, written=does)
        except ValueError as error:  # a knob, an arc or a request that contradicts itself
            mistake = Mistake(code=ProblemCode.REFUSED, detail=str(error))
        b.problem(entries["does"].place, f"{path}.does", mistake)
        return None
