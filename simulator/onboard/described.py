"""What compiled classes say of themselves as others do by being Python: their fields as a dataclass has them, and what they hold.

Only a build of `python -m tools.fast` calls it.
"""

from __future__ import annotations

import copyreg
from dataclasses import field, make_dataclass
from typing import Any, TypeVar

T = TypeVar("T")
NOTED = ("__dataclass_fields__", "__dataclass_params__", "__match_args__", "__annotations__")


def described(kind: Any, rows: list[Any], *, frozen: bool, kw_only: bool) -> None:
    """Note the fields on the class. A row is name and type, then a default or None and what makes the default."""
    own = [(*row[:2], field(default_factory=row[3])) if len(row) == 4 else row for row in rows]
    twin = make_dataclass(kind.__name__, own, frozen=frozen, kw_only=kw_only)
    for name in NOTED:
        setattr(kind, name, getattr(twin, name))


def state_of(part: Any) -> dict[str, Any]:
    """Every attribute of an object whose class, or a base of it, is compiled."""
    names = (*type(part).__mypyc_attrs__, *copyreg._slotnames(type(part)))  # type: ignore[attr-defined]
    known = {name: getattr(part, name) for name in names if hasattr(part, name)}
    return known | getattr(part, "__dict__", {})


def interpreted(kind: type[T]) -> type[T]:
    """A class that stays Python: a compiler leaves alone what has a decorator that it does not know."""
    return kind
