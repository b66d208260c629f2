"""Makes frozen messages cheaply: the mind builds some twenty of them per thought, and a forecast a hundred thousand.

A frozen dataclass sets each field through `object.__setattr__` after its arguments went through a dictionary, 0.5 µs a
field here, most of a thought's time. A maker fills an open twin of the class (same slots) and turns it into the frozen
class in the end. Measured: 15 fields in 1.5 µs instead of 7.6 µs. The object is the same as from the class itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import Any, ParamSpec, TypeVar

Fields = ParamSpec("Fields")
Message = TypeVar("Message")


def maker(frozen: Callable[Fields, Message]) -> Callable[Fields, Message]:
    """A function that does what calling this frozen, slotted, keyword-only dataclass does."""
    assert isinstance(frozen, type)
    if hasattr(frozen, "__post_init__"):
        raise TypeError(f"{frozen.__name__}: has a __post_init__, which a maker would skip")
    own = fields(frozen)
    twin = type(f"_Open{frozen.__name__}", (), {"__slots__": tuple(field.name for field in own)})
    known: dict[str, Any] = {"_new": object.__new__, "_twin": twin, "_frozen": frozen, "_missing": MISSING}
    parameters, lines = [], []
    for field in own:
        name = field.name
        if field.default_factory is not MISSING:
            known[f"_make_{name}"] = field.default_factory
            parameters.append(f"{name}=_missing")
            lines.append(f"    made.{name} = _make_{name}() if {name} is _missing else {name}")
            continue
        known[f"_default_{name}"] = field.default
        parameters.append(name if field.default is MISSING else f"{name}=_default_{name}")
        lines.append(f"    made.{name} = {name}")
    text = [
        f"def make_{frozen.__name__}(*, {', '.join(parameters)}):",
        "    made = _new(_twin)",
        *lines,
        "    made.__class__ = _frozen",
        "    return made",
    ]
    exec("\n".join(text), known)
    make: Callable[Fields, Message] = known[f"make_{frozen.__name__}"]
    return make
