"""Reads YAML 1.2 into a plain tree in which every value knows its line and column.

A scene file may come from a stranger, so nothing is built from it before it has passed the caps: size, depth, number of
values, no tags, no anchors or aliases, no merge keys, only finite numbers, and no key twice.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from simulator.scene.errors import Place, Problem, SceneError
from simulator.scene.mistakes import Mistake, ProblemCode

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32
MAX_NODES = 10_000
# A longer run of digits is not a measurement, and turning it into a number takes time that grows with its square.
MAX_NUMBER_CHARS = 40

_WHOLE = re.compile(r"[-+]?[0-9]+")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"([-+]?\.(inf|Inf|INF))|\.(nan|NaN|NAN)")

Scalar = str | int | float | bool | None


@dataclass(slots=True, kw_only=True)
class Node:
    """One value of the file with its place."""

    value: Scalar | dict[str, Node] | list[Node]
    place: Place
    key_place: Place | None = None  # of its key; None in a list and at the top

    @property
    def where(self) -> Place:
        """Its key's place if it has one: what an error about an unknown or superfluous entry points at."""
        return self.key_place or self.place

    def plain(self) -> Any:
        """The same without places."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


def read_tree(text: str | bytes, *, file: str) -> Node:
    """Read a whole file; raises SceneError."""
    return _Builder(file).build(_decoded(text, file))


def _decoded(text: str | bytes, file: str) -> str:
    start = Place(file=file, line=1, column=1)
    if len(text) > MAX_BYTES or (isinstance(text, str) and len(text.encode("utf-8", "replace")) > MAX_BYTES):
        raise _refused(start, Mistake(code=ProblemCode.FILE_TOO_LARGE, high=MAX_BYTES // 1024))
    if isinstance(text, bytes):
        text = _text(text, file)
    text = text.removeprefix("\ufeff")
    # The scanner looks far ahead after an opening bracket, so a wall of brackets is refused before it starts.
    if text.count("[") + text.count("{") > MAX_NODES:
        raise _refused(start, Mistake(code=ProblemCode.TOO_MANY_OPENED, high=MAX_NODES))
    return text


def _text(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        good = content[: error.start]
        line, column = good.count(b"\n") + 1, error.start - (good.rfind(b"\n") + 1) + 1
        place = Place(file=file, line=line, column=column)
        raise _refused(place, Mistake(code=ProblemCode.NOT_UTF8)) from None


@dataclass(slots=True)
class _Open:
    """A list or a mapping whose end has not come yet."""

    node: Node
    path: str
    key: str | None = None
    key_place: Place | None = None
    refused: bool = False  # the waiting key is not allowed: its value is read and dropped


class _Builder:
    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.stack: list[_Open] = []
        self.root: Node | None = None
        self.nodes = 0
        self.documents = 0

    def build(self, text: str) -> Node:
        start = Place(file=self.file, line=1, column=1)
        try:
            for event in YAML(typ="safe", pure=True).parse(text):
                self._take(event)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = self._at(mark) if mark is not None else start
            raise _refused(place, _syntax(error), *self.problems) from None
        except ReaderError as error:
            before = text[: error.position]
            place = Place(
                file=self.file, line=before.count("\n") + 1, column=error.position - (before.rfind("\n") + 1) + 1
            )
            raise _refused(place, Mistake(code=ProblemCode.BAD_CHARACTER), *self.problems) from None
        except (YAMLError, TypeError, AttributeError, ValueError, IndexError, KeyError, AssertionError) as error:
            # The parser leaks a handful of such errors on malformed text; SceneError is a ValueError and passes on.
            if isinstance(error, SceneError):
                raise
            place = self.stack[-1].node.place if self.stack else start
            raise _refused(
                place, Mistake(code=ProblemCode.NOT_YAML, detail="this is not YAML"), *self.problems
            ) from None
        if self.root is None:
            self._problem(start, "", Mistake(code=ProblemCode.EMPTY_FILE))
        if self.problems or self.root is None:
            raise SceneError(self.problems)
        return self.root

    def _take(self, event: Any) -> None:
        if isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._stop(self._at(event.start_mark), Mistake(code=ProblemCode.SEVERAL_DOCUMENTS))
        elif isinstance(event, AliasEvent):
            self._stop(self._at(event.start_mark), Mistake(code=ProblemCode.ALIAS))
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            self._check_extras(event)
            path = self._path()
            node = Node(value={} if isinstance(event, MappingStartEvent) else [], place=self._at(event.start_mark))
            if self.stack and isinstance(self.stack[-1].node.value, dict) and self.stack[-1].key is None:
                self._stop(node.place, Mistake(code=ProblemCode.KEY_NOT_A_WORD))
            if len(self.stack) >= MAX_DEPTH:
                self._stop(node.place, Mistake(code=ProblemCode.TOO_DEEP, high=MAX_DEPTH))
            self._add(node)
            self.stack.append(_Open(node, path))
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self.stack.pop()
        elif isinstance(event, ScalarEvent):
            self._check_extras(event)
            self._scalar(event)

    def _scalar(self, event: ScalarEvent) -> None:
        place = self._at(event.start_mark)
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.node.value, dict) and top.key is None:
            key = str(event.value)
            top.key, top.key_place, top.refused = key, place, False
            if key == "<<":
                top.refused = True
                self._problem(place, top.path, Mistake(code=ProblemCode.MERGE_KEY))
            elif key in top.node.value:
                top.refused = True
                first = top.node.value[key].where
                self._problem(place, self._path(), Mistake(code=ProblemCode.KEY_TWICE, low=first.line))
            return
        value: Scalar = str(event.value)
        if event.style is None:
            value = self._resolved(str(event.value), place)
        self._add(Node(value=value, place=place))

    def _resolved(self, text: str, place: Place) -> Scalar:
        if text in ("", "~", "null", "Null", "NULL"):
            return None
        if text in ("true", "True", "TRUE"):
            return True
        if text in ("false", "False", "FALSE"):
            return False
        if _NOT_FINITE.fullmatch(text):
            self._problem(place, self._path(), Mistake(code=ProblemCode.NOT_FINITE, value=text))
            return 0.0
        if not _NUMBER.fullmatch(text):
            return text
        if len(text) > MAX_NUMBER_CHARS:
            self._problem(place, self._path(), Mistake(code=ProblemCode.NUMBER_TOO_LONG, high=MAX_NUMBER_CHARS))
            return 0.0
        if _WHOLE.fullmatch(text):
            return int(text)
        number = float(text)
        if not math.isfinite(number):
            self._problem(place, self._path(), Mistake(code=ProblemCode.NOT_FINITE, value=text))
            return 0.0
        return number

    def _add(self, node: Node) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._stop(node.place, Mistake(code=ProblemCode.TOO_MANY_VALUES, high=MAX_NODES))
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        if isinstance(top.node.value, list):
            top.node.value.append(node)
        elif isinstance(top.node.value, dict):
            node.key_place = top.key_place
            if not top.refused and top.key is not None:
                top.node.value[top.key] = node
            top.key = None

    def _check_extras(self, event: Any) -> None:
        if event.anchor is not None:
            self._stop(self._at(event.start_mark), Mistake(code=ProblemCode.ANCHOR, name=event.anchor))
        if event.tag is not None:
            self._problem(self._at(event.start_mark), self._path(), Mistake(code=ProblemCode.TAG, name=str(event.tag)))

    def _path(self) -> str:
        if not self.stack:
            return ""
        top = self.stack[-1]
        last = f"{len(top.node.value)}" if isinstance(top.node.value, list) else (top.key or "")
        return f"{top.path}.{last}" if top.path and last else top.path or last

    def _at(self, mark: Any) -> Place:
        return Place(file=self.file, line=mark.line + 1, column=mark.column + 1)

    def _problem(self, place: Place, path: str, mistake: Mistake) -> None:
        self.problems.append(Problem(place=place, path=path, mistake=mistake))

    def _stop(self, place: Place, mistake: Mistake) -> None:
        self._problem(place, self._path(), mistake)
        raise SceneError(self.problems)


def _refused(place: Place, mistake: Mistake, *before: Problem) -> SceneError:
    """A file that cannot be read on from here."""
    return SceneError([*before, Problem(place=place, path="", mistake=mistake)])


def _syntax(error: MarkedYAMLError) -> Mistake:
    said = (error.problem or error.context or "this is not YAML").replace("\n", " ").strip()
    hint = " (text that holds a colon needs quotes)" if said.startswith("mapping values") else ""
    return Mistake(code=ProblemCode.NOT_YAML, detail=f"not valid YAML: {said[:160]}{hint}")
