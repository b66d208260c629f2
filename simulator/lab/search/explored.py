"""What came of trying many settings, as one typed file: trials, the named front, what matters, and the runs behind each point.

`swivel tune` and `swivel sweep` write it beside their tables, also while they compute; the window's workspace Explore opens it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from pydantic import TypeAdapter, ValidationError

from simulator.lab.search.objectives import Objectives
from simulator.lab.search.sensitivity import Matters
from simulator.onboard.tuning import Value
from simulator.runtime.orders.explore_pipe import EXPLORED_FILE

LARGEST_BYTES: Final = 100_000_000


class ExploredError(ValueError):
    """A file that holds no such results; the text says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One point that was tried."""

    adviser: str
    number: int
    changes: Mapping[str, Value]
    train: Objectives | None  # None: its knobs clash, or a run crashed


@dataclass(frozen=True, slots=True, kw_only=True)
class PointRun:
    """One run of a point, beside the same scene and seed with the settings that ship."""

    scene: str
    seed: int
    held_out: bool
    passed: bool
    shipped_passed: bool | None  # None: not run with the settings that ship


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A point of the front."""

    name: str
    adviser: str  # who found it
    changes: Mapping[str, Value]
    train: Objectives
    held_out: Objectives | None = None
    fixed: tuple[str, ...] = ()  # scenes of both sets that only pass with it
    broken: tuple[str, ...] = ()  # and that only pass without it
    generalises: bool = False
    runs: tuple[PointRun, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureMatters:
    """What each axis does to one figure, for these scenes: what matters most first."""

    figure: str
    unit: str
    axes: tuple[Matters, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explored:
    """Everything, or as much of it as there is so far."""

    made_by: Literal["tune", "sweep"]
    train_scenes: int
    held_out_scenes: int = 0
    seeds: int = 1
    shipped: Objectives | None = None  # of the settings that ship, on the scenes that were tuned on
    shipped_held_out: Objectives | None = None
    trials: tuple[Trial, ...] = ()
    points: tuple[Named, ...] = ()
    volumes: Mapping[str, float] = field(default_factory=dict)  # by adviser: share of the box that its points beat
    matters: tuple[FigureMatters, ...] = ()
    complete: bool = False

    @property
    def tested(self) -> bool:
        """Whether the front was run on scenes that nothing was tuned on."""
        return any(one.held_out is not None for one in self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    explored: Literal[1]
    found: Explored


_FILE: Final = TypeAdapter(_File)


def explored_bytes(found: Explored) -> bytes:
    """As it is written."""
    return _FILE.dump_json(_File(explored=1, found=found), indent=1) + b"\n"


def read_explored(path: Path) -> Explored:
    """Read the file, or the one in a folder; raises ExploredError."""
    file = path / EXPLORED_FILE if path.is_dir() else path
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise ExploredError(f"{file}: is larger than {LARGEST_BYTES} bytes")
        return _FILE.validate_json(file.read_bytes()).found
    except OSError as error:
        raise ExploredError(f"{file}: cannot be read: {error.strerror or error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise ExploredError(f"{file}: not written by swivel tune or swivel sweep: {where} {first['msg']}") from None
