"""What a signal is: how a check names it, and how its column is made from a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from numpy.typing import NDArray

from simulator.scene.columns import Columns

Column = NDArray[Any]
Subject = Literal["", "person", "anyone", "thing", "anything", "asker"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One signal."""

    pattern: str  # how it is said; NAME stands for a person or a thing of the scene
    kind: Literal["number", "word", "flag"]
    column: Callable[[Columns, str], Column]
    subject: Subject = ""
    unit: str = ""  # of a number
    words: tuple[str, ...] = ()  # of a word; names of the scene come on top where `named`
    named: bool = False
    circular: bool = False
    slack: Callable[[Columns, str], Column] | None = (
        None  # of a flag: by how much it holds, in its unit; None if it cannot be measured
    )
    says: str = ""  # one sentence for the docs
