"""Messages between processes as JSON and back: each is a frozen dataclass, and the name of its class is its tag.

A message that is not one of the expected kinds, or lacks a field, or holds a value of another type is a `MessageError` whose text
names the message and the field. Values are taken as they are written: a number in quotes is not a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Generic, TypeVar, get_args

import orjson

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from pydantic import TypeAdapter, ValidationError

M = TypeVar("M", bound="DataclassInstance")
TAG = "type"


class MessageError(ValueError):
    """Data that is not the message it should be."""


class MessageSet(Generic[M]):
    """Every message that may go one way on one pipe."""

    def __init__(self, union: object) -> None:
        """A dataclass, or a union of them."""
        self.kinds: tuple[type[M], ...] = get_args(union) or (union,)
        self._by_name = {kind.__name__: kind for kind in self.kinds}
        self._adapters: dict[type[M], TypeAdapter[M]] = {}

    def to_json(self, message: M) -> bytes:
        """One message as one line of JSON, without the line feed; a number that is not finite becomes null."""
        kind = type(message)
        return orjson.dumps({TAG: kind.__name__, **self._adapter(kind).dump_python(message, mode="json")})

    def from_json(self, data: bytes) -> M:
        """The message that this JSON holds; raises MessageError."""
        from pydantic import (
            ValidationError,  # a tenth of a second that the window does not wait for when it starts its engine
        )

        try:
            plain = orjson.loads(data)
        except orjson.JSONDecodeError as error:
            raise MessageError(f"not JSON: {error}") from None
        name = plain.get(TAG) if isinstance(plain, dict) else None
        kind = self._by_name.get(name) if isinstance(name, str) else None
        if kind is None:
            raise MessageError(f"unknown message {name!r:.40}: expected one of {', '.join(self._by_name)}")
        try:
            # Read again as JSON: there a list may stand for a tuple and a word for an enum, and nothing else is bent.
            return self._adapter(kind).validate_json(data, strict=True)
        except ValidationError as error:
            raise MessageError(f"malformed {name}: {_first_fault(error)}") from None

    def _adapter(self, kind: type[M]) -> TypeAdapter[M]:
        if kind not in self._adapters:
            from pydantic import TypeAdapter

            self._adapters[kind] = TypeAdapter(kind)
        return self._adapters[kind]


class LineReader(Generic[M]):
    """Cuts what a program prints into messages, one a line."""

    def __init__(self, messages: MessageSet[M]) -> None:
        self._messages = messages
        self._held = b""

    def feed(self, data: bytes) -> Sequence[M]:
        """The messages that are complete with these bytes; raises MessageError."""
        *lines, self._held = (self._held + data).split(b"\n")
        return [self._messages.from_json(line) for line in lines if line]


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, fault['loc']))}: {fault['msg'][:1].lower()}{fault['msg'][1:]}"
