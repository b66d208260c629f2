"""A run's columns taken a minute at a time, so that its messages can be forgotten: an hour of them is 300 MB.

Whoever will read the table says beforehand what by reading it: the same questions are put to every minute. The table that is made in
the end gives the same numbers as one of all messages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import TICKS_PER_S, TickTrace
from simulator.onboard.tuning import Tuning
from simulator.scene.columns import LATELY_TICKS, Columns, Spoken, Stretches
from simulator.world.spec import WorldSpec
from simulator.world.truth import TruthFrame

BLOCK_TICKS = 60 * TICKS_PER_S
# A block begins with the end of the one before: a column may look back so far, and what stands is known from its first tick on.
BEFORE_TICKS = max(LATELY_TICKS) + 1
Ask = Callable[[Columns], object]


class Gatherer:
    """Takes block after block, and gives the table in the end."""

    def __init__(self, ask: Ask, *, spec: WorldSpec, facts: DeviceFacts, tuning: Tuning) -> None:
        self._ask, self._spec, self._facts, self._tuning = ask, spec, facts, tuning
        self._traces: list[TickTrace] = []  # the end of the block before
        self._truths: list[TruthFrame] = []
        self._read: dict[Any, list[Stretches]] = defaultdict(list)
        self._happened: list[tuple[int, str]] = []
        self._spoken: list[Spoken] = []
        self.ticks = 0

    def take(self, traces: Sequence[TickTrace], truths: Sequence[TruthFrame]) -> None:
        """The next ticks; nothing of them is needed afterwards."""
        skip = len(self._traces)
        traces, truths = [*self._traces, *traces], [*self._truths, *truths]
        block = Columns(traces, truths, spec=self._spec, facts=self._facts, tuning=self._tuning)
        self._ask(block)
        for key, stretches in block.read.items():
            self._read[key].append(_joined(_from(stretches, skip, self._read[key])))
        first = self.ticks - skip
        self._happened += [(first + tick, name) for tick, name in block.happened() if tick >= skip]
        self._spoken += [(first + tick, asked, given) for tick, asked, given in block.said() if tick >= skip]
        self._traces, self._truths = traces[-BEFORE_TICKS:], truths[-BEFORE_TICKS:]
        self.ticks += len(traces) - skip

    def columns(self) -> Columns:
        """The table of all ticks so far."""
        read = {key: (np.concatenate([a for a, _ in parts]), np.concatenate([b for _, b in parts]))
                for key, parts in self._read.items()}  # fmt: skip
        made = _Gathered([], [], spec=self._spec, facts=self._facts, tuning=self._tuning)
        made.fill(self.ticks, read, self._happened, self._spoken)
        return made


class _Gathered(Columns):
    """The columns that were asked for, without the messages."""

    def fill(
        self, ticks: int, read: dict[Any, Stretches], happened: list[tuple[int, str]], spoken: list[Spoken]
    ) -> None:
        """What was gathered."""
        self._ticks, self.read, self._gathered, self._spoken = ticks, read, happened, spoken

    def __len__(self) -> int:
        return self._ticks

    def happened(self) -> list[tuple[int, str]]:
        return list(self._gathered)

    def _values(self, key: Any, make: Callable[[], Stretches]) -> Stretches:
        values, lengths = self.read.get(key, (np.zeros(0), np.zeros(0, np.int64)))
        if int(lengths.sum()) != self._ticks:
            raise KeyError(f"column {key}: the messages are forgotten, and it was not read in every block")
        return values, lengths


def _from(stretches: Stretches, skip: int, before: list[Stretches]) -> Stretches:
    """Without the first ticks. What stands over the cut keeps the value that it had on its first tick."""
    values, lengths = stretches
    if skip == 0:
        return stretches
    ends = np.cumsum(lengths)
    first = int(np.searchsorted(ends, skip, side="right"))
    values, lengths = values[first:].copy(), lengths[first:].copy()
    if len(values):
        lengths[0] = ends[first] - skip
        began = int(ends[first - 1]) if first else 0
        if began < skip and before:
            last = before[-1][0][-1:]
            values = values.astype(np.promote_types(values.dtype, last.dtype))
            values[:1] = last
    return values, lengths


def _joined(stretches: Stretches) -> Stretches:
    """Equal neighbours as one."""
    values, lengths = stretches
    if len(values) < 2:
        return stretches
    plain: NDArray[Any] = values.view(np.int64) if values.dtype == np.float64 else values
    firsts = np.flatnonzero(np.concatenate(([True], plain[1:] != plain[:-1])))
    return values[firsts], np.add.reduceat(lengths, firsts)
