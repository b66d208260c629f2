"""How what a stage remembers is copied and put back: everything it holds, unless it says that a part never changes.

Mutable values are copied, immutable ones are shared. Which is which is decided by type, once, so a new attribute of a stage is in
its snapshot without anybody writing its name down, and a type that says nothing about itself is an error instead of a shared list.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import Enum
from types import BuiltinFunctionType, FunctionType, NoneType
from typing import Any, ClassVar, Self, TypeVar

import numpy as np

T = TypeVar("T")
Snapshot = dict[str, Any]
Copier = Callable[[Any], Any]


class Remembers:
    """What changes while the device runs: copies of it go on by themselves."""

    __slots__ = ()
    FIXED: ClassVar[tuple[str, ...]] = ()  # attributes that never change once made: facts, models, what is not ours
    PARTS: ClassVar[tuple[str, ...]] = ()  # attributes (None or a thing) that have a snapshot of their own

    def snapshot(self) -> Snapshot:
        """Everything that changes, as values that can be kept and sent to another process."""
        left_out = (*self.FIXED, *self.PARTS)
        kept = {name: copied(value) for name, value in attributes(self).items() if name not in left_out}
        for name in self.PARTS:
            part = getattr(self, name)
            kept[name] = None if part is None else part.snapshot()
        return kept

    def restore(self, state: Snapshot) -> None:
        """Go back to a snapshot."""
        for name, value in state.items():
            if name not in self.PARTS:
                setattr(self, name, copied(value))
            elif value is not None:
                getattr(self, name).restore(value)

    def copy(self) -> Self:
        """A twin that shares nothing that changes: what one does later, the other does not see."""
        twin: Self = _copied_object(self)
        return twin


class Unchanging:
    """What stays as it was made: copies share it."""

    __slots__ = ()


def copied(value: T) -> T:
    """The value itself if it can never change, else a copy in which nothing that can change is shared."""
    kind = type(value)
    if kind in _shared:
        return value
    made: T = (_copiers.get(kind) or _learned(kind))(value)
    return made


def attributes(part: object) -> dict[str, Any]:
    """Every attribute of an object by name, whether it keeps them in slots or not."""
    state: Any = part.__getstate__()
    if isinstance(state, tuple):
        plain, slots = state
        return {**plain, **slots} if plain else slots
    return state or {}


def _copied_object(part: Any) -> Any:
    kind: Any = type(part)
    made, known = kind.__new__(kind), attributes(part)
    if hasattr(made, "__dict__"):  # all at once: half the time of one by one
        made.__dict__.update(known)
    else:
        for name, value in known.items():
            setattr(made, name, value)
    for name, value in known.items():
        if type(value) not in _shared:
            setattr(made, name, copied(value))
    return made


def _copied_list(values: list[Any]) -> list[Any]:
    return [value if type(value) in _shared else copied(value) for value in values]


def _copied_deque(values: deque[Any]) -> deque[Any]:
    return deque(_copied_list(list(values)), values.maxlen)


def _copied_dict(values: dict[Any, Any]) -> dict[Any, Any]:
    return {key: value if type(value) in _shared else copied(value) for key, value in values.items()}


def _copied_tuple(values: tuple[Any, ...]) -> tuple[Any, ...]:
    for value in values:
        if type(value) not in _shared and copied(value) is not value:
            made = _copied_list(list(values))
            return type(values)(*made) if hasattr(values, "_fields") else tuple(made)
    return values


def _copied_array(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return values.copy() if values.flags.writeable else values


_shared: set[type] = {
    NoneType,
    bool,
    int,
    float,
    complex,
    str,
    bytes,
    frozenset,
    FunctionType,
    BuiltinFunctionType,
    type,
}
_copiers: dict[type, Copier] = {
    list: _copied_list,
    deque: _copied_deque,
    dict: _copied_dict,
    set: set.copy,
    tuple: _copied_tuple,
    bytearray: bytearray.copy,
    np.ndarray: _copied_array,
}


def _learned(kind: type) -> Copier:
    """How values of a new type are copied; noted for the next time."""
    data: Any = getattr(kind, "__dataclass_params__", None)
    if issubclass(kind, Remembers) or (data is not None and not data.frozen):
        _copiers[kind] = _copied_object
    elif issubclass(kind, tuple):
        _copiers[kind] = _copied_tuple
    elif data is not None or issubclass(kind, (Unchanging, Enum, np.generic)) or _frozen_model(kind):
        _shared.add(kind)
        return lambda value: value
    else:
        raise TypeError(
            f"{kind.__module__}.{kind.__qualname__} is kept by a stage, and nothing says whether it changes: "
            "derive it from Remembers or Unchanging, or name the attribute in FIXED"
        )
    return _copiers[kind]


def _frozen_model(kind: type) -> bool:
    """Whether it is a tree of knobs or facts."""
    return bool(getattr(kind, "model_config", {}).get("frozen"))
