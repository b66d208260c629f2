"""`@message`: a class of fields that is made with keywords and never changes, cheap enough to be made a thousand times a second.

A frozen dataclass sets each field through `object.__setattr__`, 0.12 µs a field here: most of a thought's time. Calling a
message fills an open twin (a class with the same slots) and turns it into the message in the end. Measured with 14 fields:
0.6 µs instead of 1.6 µs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, TypeVar, dataclass_transform

Message = TypeVar("Message")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def message(cls: type[Message]) -> type[Message]:
    """Make a class of annotated fields a message: frozen, with slots, keywords only, compared and printed by its fields."""
    if cls.__bases__ != (object,):
        raise TypeError(f"{cls.__name__}: a message has no base class")
    kind = type(f"{cls.__name__}Type", (type,), {})  # its `__call__` is what calling the message does
    body = {name: value for name, value in vars(cls).items() if name not in ("__dict__", "__weakref__")}
    made: type[Message] = dataclass(frozen=True, slots=True, kw_only=True, init=False)(kind(cls.__name__, (), body))
    kind.__call__ = staticmethod(_call(made))  # type: ignore[method-assign]
    return made


def _call(made: type) -> Callable[..., Any]:
    """The function that makes one of these."""
    own = fields(made)
    twin = type(f"Open{made.__name__}", (), {"__slots__": tuple(item.name for item in own)})
    known: dict[str, Any] = {"_twin": twin, "_made": made, "_missing": MISSING}
    parameters, lines = [], []
    for item in own:
        name = item.name
        if item.default_factory is not MISSING:
            known[f"_make_{name}"] = item.default_factory
            parameters.append(f"{name}=_missing")
            lines.append(f"    _new.{name} = _make_{name}() if {name} is _missing else {name}")
            continue
        known[f"_default_{name}"] = item.default
        parameters.append(name if item.default is MISSING else f"{name}=_default_{name}")
        lines.append(f"    _new.{name} = {name}")
    check = ["    _new.__post_init__()"] if hasattr(made, "__post_init__") else []
    head = f"def call({', '.join(['*', *parameters] if parameters else [])}):"
    exec(
        "\n".join([head, "    _new = _twin()", *lines, "    _new.__class__ = _made", *check, "    return _new"]), known
    )
    call: Callable[..., Any] = known["call"]
    call.__name__ = call.__qualname__ = made.__name__  # what an error about a missing field names
    return call
