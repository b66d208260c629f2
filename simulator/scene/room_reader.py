"""Reads what a room holds and what happens in it: the room, device, people, sounds, things and timeline blocks."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from simulator.onboard.tuning import TuningError
from simulator.scene import phrases
from simulator.scene.build import RESERVED, Builder, keys_of
from simulator.scene.errors import near
from simulator.scene.tree import Node
from simulator.scene.units import UnitError
from simulator.world.spec import AnyAction, DevicePlace, PersonSpec, RoomSpec, SourceSpec, ThingSpec, WorldSpec

SECTIONS = ("people", "sounds", "things")


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
                text = f"{given_s:g} s: must be more than 0 s and at most 3600 s"
                b.problem(entries["duration"].place, "duration", text)
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
                    self._b.problem(
                        item.where, f"{section}.{name}", f"{name} is also one of {seen[name]}; each name once"
                    )
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
                b.problem(
                    node.place, path, f"{key} is missing; an entry is {{at: 2 s, who: anna, does: say wake word}}"
                )
            return None
        at_s = b.quantity(entries["at"], f"{path}.at", suffix="_s")
        who, does = b.text(entries["who"], f"{path}.who"), b.text(entries["does"], f"{path}.does")
        if at_s is None or who is None or does is None:
            return None
        if not 0 <= at_s <= duration_s:
            b.problem(
                entries["at"].place,
                f"{path}.at",
                f"{at_s:g} s: must be from 0 s to the scene's end at {duration_s:g} s",
            )
        kinds = phrases.kind_of(who, people=names["people"], sources=names["sounds"], things=names["things"])
        if not kinds:
            everyone = sorted(set().union(*names.values()))
            options = [
                *(name for name in everyone if name not in RESERVED),
                "device",
                "hand",
                "room",
                "designer",
                *phrases.ASKERS,
            ]
            b.problem(
                entries["who"].place,
                f"{path}.who",
                f"{who}: nobody of this name{near(who, options)}; there are {', '.join(options)}",
            )
            return None
        extras: dict[str, object] = {
            key: child.plain() for key, child in entries.items() if key not in ("at", "who", "does")
        }
        try:
            return phrases.read(does, who=who, kinds=kinds, at_s=at_s, extras=extras)
        except (phrases.PhraseError, UnitError, TuningError) as error:
            b.problem(entries["does"].place, f"{path}.does", str(error))
        except ValidationError as error:
            said = "; ".join(str(problem["msg"]) for problem in error.errors())
            b.problem(entries["does"].place, f"{path}.does", f"{does}: {said}")
        except ValueError as error:  # an arc or a request that contradicts itself
            b.problem(entries["does"].place, f"{path}.does", str(error))
        return None
