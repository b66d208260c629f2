"""Reads the `expect` block of a scene into checks, with a line and column for every mistake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from simulator.scene.checks import AtEnd, Check, CheckEvent, Count, Response, Throughout
from simulator.scene.conditions import Condition, Happens
from simulator.scene.errors import Place
from simulator.scene.event_words import COUNT, singular
from simulator.scene.expression import ExpressionError, parse
from simulator.scene.happenings import earliest_s, event_names
from simulator.scene.mistakes import Mistake, ProblemCode, similar
from simulator.scene.model_builder import Builder
from simulator.scene.signals import Names
from simulator.scene.tree import Node
from simulator.scene.units import UNITS, UnitError, quantity
from simulator.world.spec import AnyAction

# Which keys go together, the first one decides the shape.
SHAPES: dict[str, tuple[set[str], set[str]]] = {
    "then": ({"after", "within", "then"}, {"for"}),
    "always": ({"always"}, {"after", "while", "for", "grace", "from", "until"}),
    "never": ({"never"}, {"after", "while", "for", "grace", "from", "until"}),
    "at end": ({"at end"}, set()),
    "at most": ({"at most"}, {"per", "after", "for", "from", "until"}),
    "at least": ({"at least"}, {"after", "for", "from", "until"}),
}
_COMMON = {"id", "may fail"}
# A check of these keys may speak of an event: it comes in time, or never.
_EVENT_TOO = ("then", "never")


class CheckReader:
    """Reads all checks of one scene."""

    def __init__(
        self, builder: Builder, *, names: Names, actions: Sequence[AnyAction], duration_s: float, complete: bool
    ) -> None:
        """`complete` says that all of the timeline could be read; if not, an unknown event may be no mistake."""
        self._builder = builder
        self._names, self._duration_s, self._complete = names, duration_s, complete
        self._events, self._actions = event_names(actions, names=names), actions

    def read(self, node: Node) -> tuple[Check, ...]:
        """The checks of an expect block."""
        found: list[Check] = []
        for at, item in enumerate(self._builder.items(node, "expect") or []):
            check = self._check(item, f"expect.{at}", number=at + 1)
            if check is not None:
                if any(check.id == other.id for other in found):
                    self._builder.problem(
                        item.place, f"expect.{at}", Mistake(code=ProblemCode.CHECK_ID_TWICE, value=check.id)
                    )
                found.append(check)
        return tuple(found)

    def _check(self, node: Node, path: str, *, number: int) -> Check | None:
        before = len(self._builder.problems)
        entries = self._builder.mapping(node, path)
        if entries is None:
            return None
        shape = next((key for key in SHAPES if key in entries), None)
        if shape is None:
            keys = set().union(*(needed | may for needed, may in SHAPES.values())) | _COMMON
            said = next((key for key in entries if key not in keys), "")
            mistake = Mistake(
                code=ProblemCode.NO_CHECK_SHAPE, value=said, meant=similar(said, SHAPES), allowed=tuple(SHAPES)
            )
            self._builder.problem(node.place, path, mistake)
            return None
        needed, may = SHAPES[shape]
        for key, child in entries.items():
            if key not in needed | may | _COMMON:
                self._builder.unknown(child, f"{path}.{key}", key, allowed=sorted(needed | may | _COMMON))
        for key in sorted(needed - set(entries)):
            detail = f"; {shape} needs {', '.join(sorted(needed))}"
            self._builder.problem(node.place, path, Mistake(code=ProblemCode.KEY_MISSING, name=key, detail=detail))
        given = self._values(entries, path)
        if len(self._builder.problems) > before:
            return None
        place = entries[shape].where if node.place == entries[shape].where else node.place
        source = "{" + ", ".join(f"{key}: {child.plain()}" for key, child in entries.items()) + "}"
        check = _made(shape, given, id_=given.get("id") or f"check-{number}", place=place, source=source)
        return self._possible(check, node, path)

    def _values(self, entries: Mapping[str, Node], path: str) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for key, child in entries.items():
            if key == "until":
                given[key] = self._until(child, f"{path}.{key}")
            elif key in ("within", "for", "grace", "from", "per"):
                given[key] = self._time(child, f"{path}.{key}")
            elif key in ("then", "always", "never", "while", "at end"):
                given[key] = self._condition(child, f"{path}.{key}", event_too=key in _EVENT_TOO, key=key)
            elif key == "after":
                given[key] = self._event(child, f"{path}.{key}")
            elif key in ("at most", "at least"):
                given[key] = self._count(child, f"{path}.{key}")
            elif key == "id":
                given[key] = self._builder.text(child, f"{path}.id")
            elif key == "may fail":
                given[key] = self._may_fail(child, f"{path}.{key}")
        return given

    def _may_fail(self, node: Node, path: str) -> bool:
        if not isinstance(node.value, bool):
            said = f"{node.plain()!r:.40}"
            self._builder.problem(
                node.place, path, Mistake(code=ProblemCode.WRONG_KIND, value=said, name="true or false")
            )
        return node.value is True

    def _possible(self, check: Check, node: Node, path: str) -> Check | None:
        mistake = self._impossible(check)
        if mistake is None:
            return check
        self._builder.problem(node.place, path, mistake)
        return None

    def _impossible(self, check: Check) -> Mistake | None:
        """Why a check could never be judged, whatever the device does; None when it could."""
        last_s = self._duration_s
        if isinstance(check, Throughout | Count):
            until_s = last_s if check.until_s is None else check.until_s
            if check.from_s >= until_s or until_s > last_s:
                return Mistake(
                    code=ProblemCode.BAD_STRETCH, low=check.from_s, high=until_s, unit="s", detail=f"{last_s:g}"
                )
            if check.after is None and (check.for_s is not None or check.until is not None):
                code = ProblemCode.FOR_WITHOUT_AFTER if check.until is None else ProblemCode.UNTIL_WITHOUT_AFTER
                return Mistake(code=code)
        if isinstance(check, Throughout):
            if check.after is not None and check.while_ is not None:
                return Mistake(code=ProblemCode.AFTER_AND_WHILE)
            if check.grace_s > last_s:
                return self._past("the grace", check.grace_s)
        if isinstance(check, Response):
            if isinstance(check.then, Happens) and check.for_s:
                return Mistake(code=ProblemCode.EVENT_IS_NO_STATE, value=check.then.text, name="for")
            if check.within_s + check.for_s > last_s:
                return Mistake(code=ProblemCode.LONGER_THAN_SCENE, high=last_s, unit="s")
            return self._past("within and for", self._begins_s(check.after) + check.within_s + check.for_s)
        if isinstance(check, Throughout | Count) and check.after is not None and check.for_s is not None:
            return self._past("for", self._begins_s(check.after) + check.for_s)
        return None

    def _begins_s(self, event: CheckEvent) -> float:
        """The earliest moment at which an event can come."""
        return event.at_s if event.at_s is not None else earliest_s(event.name, self._actions)

    def _past(self, what: str, ends_s: float) -> Mistake | None:
        if ends_s <= self._duration_s + 1e-9:
            return None
        return Mistake(code=ProblemCode.PAST_THE_END, detail=what, number=ends_s, high=self._duration_s, unit="s")

    def _until(self, node: Node, path: str) -> float | CheckEvent | None:
        """A moment of the scene, or an event after the one of `after`."""
        if isinstance(node.value, str) and not node.value.strip()[:1].isdigit():
            return self._event(node, path)
        return self._time(node, path)

    def _time(self, node: Node, path: str) -> float | None:
        value = self._builder.quantity(node, path, suffix="_s")
        if value is not None and not 0 <= value <= 3600:
            mistake = Mistake(
                code=ProblemCode.OUT_OF_BOUNDS,
                value=f"{value:g} s",
                written=str(node.value),
                number=value,
                low=0.0,
                high=3600.0,
                unit="s",
            )
            self._builder.problem(node.place, path, mistake)
            return None
        return value

    def _condition(self, node: Node, path: str, *, event_too: bool, key: str) -> Condition | None:
        text = self._builder.text(node, path)
        if text is None:
            return None
        try:
            return parse(text, names=self._names)
        except ExpressionError as error:
            if text in self._events:
                if event_too:
                    return Happens(text=text)
                self._builder.problem(
                    node.place, path, Mistake(code=ProblemCode.EVENT_IS_NO_STATE, value=text, name=key)
                )
                return None
            self._builder.problem(_shifted(node, error.at), path, error.mistake)
            return None

    def _event(self, node: Node, path: str) -> CheckEvent | None:
        if isinstance(node.value, int | float) and not isinstance(node.value, bool):
            return self._moment(node, path)
        text = self._builder.text(node, path)
        if text is None:
            return None
        if text == "start":
            return CheckEvent(text="the start", at_s=0.0)
        if text in self._events:
            return CheckEvent(text=text, name=text)
        if text[:1].isdigit():
            return self._moment(node, path)
        try:
            return CheckEvent(text=f"{text} begins", condition=parse(text, names=self._names))
        except ExpressionError as error:
            if not self._complete:
                return CheckEvent(text=text, name=text)
            meant = similar(text, self._events)
            mistake = Mistake(code=ProblemCode.UNKNOWN_EVENT, value=text, meant=meant) if meant else error.mistake
            self._builder.problem(node.place if meant else _shifted(node, error.at), path, mistake)
            return None

    def _moment(self, node: Node, path: str) -> CheckEvent | None:
        try:
            at_s = quantity(node.plain(), unit=UNITS["_s"])
        except UnitError as error:
            self._builder.problem(node.place, path, error.mistake)
            return None
        if not 0 <= at_s <= self._duration_s:
            mistake = Mistake(
                code=ProblemCode.OUTSIDE_SCENE,
                value=f"{at_s:g} s",
                written=str(node.value),
                number=at_s,
                low=0.0,
                high=self._duration_s,
                unit="s",
            )
            self._builder.problem(node.place, path, mistake)
            return None
        return CheckEvent(text=f"{at_s:g} s", at_s=at_s)

    def _count(self, node: Node, path: str) -> tuple[int, CheckEvent] | None:
        text = self._builder.text(node, path)
        if text is None:
            return None
        match = COUNT.fullmatch(text)
        if match is None:
            self._builder.problem(node.place, path, Mistake(code=ProblemCode.NOT_A_COUNT, value=text))
            return None
        shifted = replace(node.place, column=node.place.column + match.start(2))
        event = self._event(Node(value=singular(match[2]), place=shifted), path)
        return None if event is None else (int(match[1]), event)


def _made(shape: str, given: dict[str, Any], *, id_: str, place: Place, source: str) -> Check:
    common: dict[str, Any] = {"id": id_, "place": place, "source": source, "may_fail": given.get("may fail", False)}
    if shape == "then":
        return Response(
            **common, after=given["after"], within_s=given["within"], then=given["then"], for_s=given.get("for", 0.0)
        )
    if shape == "at end":
        return AtEnd(**common, holds=given["at end"])
    until = given.get("until")
    event = isinstance(until, CheckEvent)
    window: dict[str, Any] = {
        "from_s": given.get("from", 0.0),
        "until_s": None if event else until,
        "after": given.get("after"),
        "for_s": given.get("for"),
        "until": until if event else None,
    }
    if shape in ("at most", "at least"):
        count, counted = given[shape]
        return Count(**common, **window, event=counted, count=count, most=shape == "at most", per_s=given.get("per"))
    return Throughout(
        **common,
        **window,
        holds=given[shape],
        never=shape == "never",
        while_=given.get("while"),
        grace_s=given.get("grace", 0.0),
    )


def _shifted(node: Node, by: int) -> Place:
    return replace(node.place, column=node.place.column + by)
