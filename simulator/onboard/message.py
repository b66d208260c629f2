"""`@message`: a class of fields that is made with keywords and never changes, cheap enough to be made a thousand times a second.

A frozen dataclass sets each field through `object.__setattr__`, 0.12 µs a field here: most of a thought's time. The `__init__` made
here opens the new object by giving it the class of an open twin (same slots), sets the fields the usual way, and closes it again.
Measured with 14 fields: 0.65 µs instead of 1.6 µs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, TypeVar, dataclass_transform

Message = TypeVar("Message")

_become = object.__dict__["__class__"].__set__  # `object.__class__ = …`, past the refusal of a frozen class


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def message(cls: type[Message]) -> type[Message]:
    """Make a class of annotated fields a message: frozen, with slots, keywords only, compared and printed by its fields."""
    made = dataclass(frozen=True, slots=True, kw_only=True, init=False)(cls)
    own = fields(made)  # type: ignore[arg-type]
    twin = type(f"_Open{made.__name__}", (), {"__slots__": tuple(item.name for item in own)})
    made.__init__ = _init(own, frozen=made, twin=twin)  # type: ignore[method-assign]
    return made


def _init(own: tuple[Field[Any], ...], *, frozen: type, twin: type) -> Callable[..., None]:
    """The function that sets these fields."""
    known: dict[str, Any] = {"_become": _become, "_twin": twin, "_frozen": frozen, "_missing": MISSING}
    parameters, lines = [], []
    for item in own:
        name = item.name
        if item.default_factory is not MISSING:
            known[f"_make_{name}"] = item.default_factory
            parameters.append(f"{name}=_missing")
            lines.append(f"    self.{name} = _make_{name}() if {name} is _missing else {name}")
            continue
        known[f"_default_{name}"] = item.default
        parameters.append(name if item.default is MISSING else f"{name}=_default_{name}")
        lines.append(f"    self.{name} = {name}")
    check = ["    self.__post_init__()"] if hasattr(frozen, "__post_init__") else []
    head = f"def __init__(self, *, {', '.join(parameters)}):"
    text = [head, "    _become(self, _twin)", *lines, "    self.__class__ = _frozen", *check]
    exec("\n".join(text), known)
    made: Callable[..., None] = known["__init__"]
    made.__qualname__ = f"{frozen.__qualname__}.__init__"
    return made
