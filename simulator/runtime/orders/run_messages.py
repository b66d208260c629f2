"""What the reports of several pipes share: commands at ticks, and a batch of ticks cut down to what a window draws."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from simulator.runtime.digest import ROW, Change, Happening, rows_array
from simulator.world.spec import AnyAction

# Raw bytes that travel behind the JSON of their message, not in it.
Body = Annotated[bytes, Field(exclude=True)]


class Command(NamedTuple):
    """Something that is done to room or device at a tick."""

    tick: int
    action: AnyAction


class ChangePlace(NamedTuple):
    """Where in the body a message lies that stands from a tick on."""

    tick: int
    channel: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticks:
    """Some ticks, one after the other; what was reported of them before is replaced."""

    job: int = 0
    first: int
    count: int
    speed_x: float = 0.0  # simulated seconds a second of real time; 0 where nothing was computed
    changes: tuple[ChangePlace, ...] = ()
    happenings: tuple[Happening, ...] = ()
    notes: tuple[str, ...] = ()  # what is simpler in this run than it could be
    body: Body = b""  # the rows, then the changed messages

    @classmethod
    def of(
        cls,
        first: int,
        rows: Sequence[tuple[float | int, ...]],
        changes: Sequence[Change],
        happenings: Iterable[Happening],
        *,
        job: int = 0,
        speed_x: float = 0.0,
        notes: Iterable[str] = (),
    ) -> Ticks:
        """A batch, with its body put together."""
        return cls(
            job=job,
            first=first,
            count=len(rows),
            speed_x=speed_x,
            changes=tuple(ChangePlace(one.tick, one.channel, len(one.data)) for one in changes),
            happenings=tuple(happenings),
            notes=tuple(notes),
            body=rows_array(rows).tobytes() + b"".join(one.data for one in changes),
        )

    @property
    def rows(self) -> NDArray[np.void]:
        """A row of numbers for each tick."""
        return np.frombuffer(self.body, dtype=ROW, count=self.count)

    @property
    def changed(self) -> Iterator[Change]:
        """The messages that stand from some of these ticks on."""
        at = self.count * ROW.itemsize
        for place in self.changes:
            yield Change(place.tick, place.channel, self.body[at : at + place.size])
            at += place.size
