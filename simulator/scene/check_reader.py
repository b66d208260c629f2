"""Reads the `expect` block of a scene into checks, with a line and column for every mistake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from simulator.onboard.messages import Shutter
from simulator.scene.checks import (
    COUNT,
    GENERAL_EVENTS,
    AtEnd,
    Check,
    CheckEvent,
    Count,
    Response,
    Throughout,
    singular,
)
from simulator.scene.conditions import Condition
from simulator.scene.errors import Place
from simulator.scene.event_names import ANSWER_NAMES, REQUEST_NAMES, event_name
from simulator.scene.expression import ExpressionError, parse
from simulator.scene.mistakes import Mistake, ProblemCode, similar
from simulator.scene.model_builder import Builder
from simulator.scene.signals import Names
from simulator.scene.tree import Node
from simulator.scene.units import UNITS, UnitError, quantity
from simulator.world.spec import (
    AnyAction,
    Enter,
    FailAction,
    HandAction,
    LightAction,
    MoveThing,
    Posture,
    Say,
    ShutterAction,
    Switch,
    Turn,
    Walk,
)
from simulator.world.truth_events import (
    Arrives,
    ChangesPosture,
    EntersOrLeaves,
    HandComes,
    IsLost,
    IsMoved,
    LightChanged,
    Says,
    ScreenTouches,
    ShutterMoved,
    StopsSpeaking,
    Switched,
    Tipped,
    TruthEvent,
    Turns,
    Walks,
)

# Which keys go together, the first one decides the shape.
SHAPES: dict[str, tuple[set[str], set[str]]] = {
    "then": ({"after", "within", "then"}, {"for"}),
    "always": ({"always"}, {"after", "while", "for", "grace", "from", "until"}),
    "never": ({"never"}, {"after", "while", "for", "grace", "from", "until"}),
    "at end": ({"at end"}, set()),
    "at most": ({"at most"}, {"per"}),
    "at least": ({"at least"}, set()),
}
_COMMON = {"id", "may fail"}


def happenings(action: AnyAction) -> tuple[TruthEvent, ...]:
    """What the world reports when an action of the timeline begins or ends."""
    match action:
        case Say(who=who, what=what):
            return Says(who=who, what=what), StopsSpeaking(who=who)
        case Walk(who=who):
            return Walks(who=who), Arrives(who=who)
        case Turn(who=who):
            return (Turns(who=who),)
        case Posture(who=who, posture=posture):
            return (ChangesPosture(who=who, posture=posture),)
        case Enter(who=who, do=do):
            return (EntersOrLeaves(who=who, enters=do == "enter"),)
        case Switch(what=what, on=on):
            return (Switched(what=what, on=on),)
        case MoveThing(what=what):
            return (IsMoved(what=what),)
        case ShutterAction(closed=closed):
            return (ShutterMoved(shutter=Shutter.CLOSED if closed else Shutter.OPEN),)
        case HandAction(gesture=gesture):
            return (HandComes(gesture=gesture),)
        case LightAction(light=light):
            return (LightChanged(light=light),)
        case FailAction(what=what):
            return (IsLost(what=what),)
    return ()


def event_names(actions: Sequence[AnyAction], *, names: Names) -> tuple[str, ...]:
    """Every happening that a scene can speak of."""
    events = [event for action in actions for event in happenings(action)]
    events += [event for thing in names.things for event in (ScreenTouches(what=thing), Tipped(what=thing))]
    found = [event_name(event) for event in events]
    requests = [REQUEST_NAMES[type(action.request)] for action in actions if action.do == "request"]
    answers = ANSWER_NAMES.values() if requests else ()
    return tuple(dict.fromkeys([*GENERAL_EVENTS, *found, *requests, *answers]))


class CheckReader:
    """Reads all checks of one scene."""

    def __init__(
        self, builder: Builder, *, names: Names, actions: Sequence[AnyAction], duration_s: float, complete: bool
    ) -> None:
        """`complete` says that all of the timeline could be read; if not, an unknown event may be no mistake."""
        self._builder = builder
        self._names, self._duration_s, self._complete = names, duration_s, complete
        self._events = event_names(actions, names=names)

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
            if key in ("within", "for", "grace", "from", "until", "per"):
                given[key] = self._time(child, f"{path}.{key}")
            elif key in ("then", "always", "never", "while", "at end"):
                given[key] = self._condition(child, f"{path}.{key}")
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
        problem = self._builder.problem
        last_s = self._duration_s
        if isinstance(check, Throughout):
            until_s = last_s if check.until_s is None else check.until_s
            if check.from_s >= until_s or until_s > last_s:
                mistake = Mistake(
                    code=ProblemCode.BAD_STRETCH, low=check.from_s, high=until_s, unit="s", detail=f"{last_s:g}"
                )
                problem(node.place, path, mistake)
                return None
            if check.after is not None and check.while_ is not None:
                problem(node.place, path, Mistake(code=ProblemCode.AFTER_AND_WHILE))
                return None
            if check.for_s is not None and check.after is None:
                problem(node.place, path, Mistake(code=ProblemCode.FOR_WITHOUT_AFTER))
                return None
        if isinstance(check, Response) and check.within_s + check.for_s > last_s:
            problem(node.place, path, Mistake(code=ProblemCode.LONGER_THAN_SCENE, high=last_s, unit="s"))
            return None
        return check

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

    def _condition(self, node: Node, path: str) -> Condition | None:
        text = self._builder.text(node, path)
        if text is None:
            return None
        try:
            return parse(text, names=self._names)
        except ExpressionError as error:
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
    if shape in ("at most", "at least"):
        count, event = given[shape]
        return Count(**common, event=event, count=count, most=shape == "at most", per_s=given.get("per"))
    return Throughout(
        **common,
        holds=given[shape],
        never=shape == "never",
        from_s=given.get("from", 0.0),
        until_s=given.get("until"),
        while_=given.get("while"),
        grace_s=given.get("grace", 0.0),
        after=given.get("after"),
        for_s=given.get("for"),
    )


def _shifted(node: Node, by: int) -> Place:
    return replace(node.place, column=node.place.column + by)
