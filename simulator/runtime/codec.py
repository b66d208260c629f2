"""Messages as JSON and back: the one encoding for recordings, trace hashes and the pipe between engine and window.

Every float survives exactly (shortest text that reads back to the same number); not-a-number becomes null. A message that is one of
several kinds carries the name of its class.
"""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Callable
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_args, get_origin

import numpy as np
import orjson
from numpy.typing import NDArray

from simulator.onboard.messages import Alert, MindEvent, Request, TrackReport
from simulator.world.truth_events import TruthEvent

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")
TAG = "type"
# Every class that stands where one of several may stand.
TAGGED = frozenset((*get_args(TruthEvent), *get_args(MindEvent), *get_args(Request)))
# Fields that only something that is off by default fills: while they are None they are in no text and leave no trace in a hash.
QUIET: dict[type, tuple[str, ...]] = {TrackReport: ("usual", "hunch"), Alert: ("likely",)}
Reader = Callable[[Any], Any]  # from parsed JSON to the message of a type that is known only while it runs
PlainMaker = Callable[[Any], object]
# A dataclass with slots is turned into a dictionary here: orjson finds its fields one by one, which takes twice as long.
_OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_PASSTHROUGH_DATACLASS


class CodecError(ValueError):
    """Bytes that are not the message they should be."""


def encode(message: object) -> bytes:
    """A message (any frozen dataclass of plain fields, tuples, enums and number arrays) as JSON."""
    plain = _plain_makers.get(type(message))  # known since its first time: spares orjson the question
    return orjson.dumps(message if plain is None else plain(message), _other, _OPTIONS)


def encode_present(message: object) -> bytes:
    """A message as JSON without the fields that are None: what a recording holds, since viewers know no alternatives."""
    plain = _present_makers.get(type(message))
    return orjson.dumps(message if plain is None else plain(message), _present, _OPTIONS)


def decode(kind: type[T], data: bytes) -> T:
    """The message of this kind that the JSON holds."""
    try:
        made: T = _reader(cast(type, kind))(orjson.loads(data))
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, IndexError) as error:
        raise CodecError(f"not a {kind.__name__}: {error}") from None
    return made


def from_plain(kind: type[T], plain: object) -> T:
    """The message of this kind from already parsed JSON."""
    try:
        made: T = _reader(cast(type, kind))(plain)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise CodecError(f"not a {kind.__name__}: {error}") from None
    return made


def _other(value: object) -> object:
    """What orjson does not know by itself."""
    return _plain_makers[type(value)](value)


def _present(value: object) -> object:
    """As `_other`, without the fields that are None."""
    return _present_makers[type(value)](value)


class _PlainMakers(dict[type, PlainMaker]):
    """By type, each made when first asked for."""

    def __init__(self, *, with_none: bool) -> None:
        self._with_none = with_none

    def __missing__(self, kind: type) -> PlainMaker:
        self[kind] = made = _plain_maker(kind, with_none=self._with_none)
        return made


_plain_makers = _PlainMakers(with_none=True)
_present_makers = _PlainMakers(with_none=False)


def _plain_maker(kind: type, *, with_none: bool) -> PlainMaker:
    whole = _whole_maker(kind, with_none=with_none)
    quiet = QUIET.get(kind, ()) if with_none else ()
    return _without(quiet, whole) if quiet else whole


def _without(quiet: tuple[str, ...], whole: PlainMaker) -> PlainMaker:
    def made(message: object) -> object:
        plain = cast(dict[str, object], whole(message))
        for name in quiet:
            if plain[name] is None:
                del plain[name]
        return plain

    return made


def _whole_maker(kind: type, *, with_none: bool) -> PlainMaker:
    if with_none and kind not in TAGGED and hasattr(kind, "__plain__"):  # a compiled class says it three times as fast
        said: PlainMaker = kind.__plain__
        return said
    if dataclasses.is_dataclass(kind):
        hints = {} if with_none else typing.get_type_hints(kind)
        parts = [f"{TAG!r}: {kind.__name__!r}"] if kind in TAGGED else []
        for field in dataclasses.fields(kind):
            part = f"{field.name!r}: m.{field.name}"
            may_be_none = type(None) in get_args(hints.get(field.name))
            parts.append(f"**({{}} if m.{field.name} is None else {{{part}}})" if may_be_none else part)
        made: PlainMaker = eval(f"lambda m: {{{', '.join(parts)}}}")
        return made
    if issubclass(kind, np.generic):
        return lambda value: value.item()
    if hasattr(kind, "model_dump"):
        return lambda value: value.model_dump(mode="json")
    raise TypeError(f"{kind.__name__} is not a message")


@cache
def _reader(kind: object) -> Reader:
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _dataclass_reader(kind)
    origin = get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        rest = [part for part in get_args(kind) if part is not type(None)]
        inner = _reader(rest[0]) if len(rest) == 1 else _tagged_reader(rest)
        return lambda value: None if value is None else inner(value)
    if origin is tuple:
        parts = get_args(kind)
        if len(parts) == 2 and parts[1] is Ellipsis:
            item = _reader(parts[0])
            return lambda value: tuple(map(item, value))
        readers = tuple(_reader(part) for part in parts)
        return lambda value: tuple(read(item) for read, item in zip(readers, value, strict=True))
    if origin is np.ndarray:
        return _array_reader(kind)
    if kind is float:
        return lambda value: math.nan if value is None else float(value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return lambda value: value


def _dataclass_reader(kind: type[DataclassInstance]) -> Reader:
    hints = typing.get_type_hints(kind)
    fields = tuple((item.name, _reader(hints[item.name])) for item in dataclasses.fields(kind))
    # A recording leaves out what is None, and what an older version did not know: that is then as declared.
    nothing = {
        item.name: None
        for item in dataclasses.fields(kind)
        if item.default is dataclasses.MISSING and type(None) in get_args(hints[item.name])
    }
    return lambda value: kind(**nothing | {name: read(value[name]) for name, read in fields if name in value})


def _tagged_reader(kinds: list[type]) -> Reader:
    readers = {kind.__name__: _reader(kind) for kind in kinds}
    if not TAGGED.issuperset(kinds):
        raise TypeError(f"{', '.join(readers)}: a message of several kinds must be in TAGGED")
    return lambda value: readers[value[TAG]](value)


def _array_reader(kind: object) -> Reader:
    number = get_args(get_args(kind)[1])[0]

    def read(value: object) -> NDArray[np.generic]:
        array = np.asarray(value, dtype=number)
        array.flags.writeable = False
        return array

    return read
