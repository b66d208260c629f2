"""One run as the window knows it: rows of numbers for the curves, and the messages, read only where the playhead stands.

Messages stay encoded until somebody looks: ten minutes of a busy kitchen take a few megabytes, and scrubbing decodes what it meets.
"""

from __future__ import annotations

import itertools
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.messages import (
    BodyReport,
    Intent,
    MotorState,
    SoundReport,
    TickTrace,
    TrackReport,
    VisionReport,
    ZoneDecision,
)
from simulator.runtime.codec import decode
from simulator.runtime.digest import CHANNELS, NAMES, ROW, SHUTTER_CLOSED, Change, Digester, Happening, rows_array
from simulator.runtime.orders.run_messages import Ticks
from simulator.world.truth import TruthFrame

KEPT_DECODED = 256
_SERIALS = itertools.count(1)
BLOCK = 64


@dataclass(frozen=True, slots=True)
class RunMoment:
    """Everything that stood at one tick; None where nothing was known yet."""

    tick: int
    yaw_deg: float
    rate_dps: float
    shutter_closed: bool
    sound: SoundReport | None
    vision: VisionReport | None
    tracks: TrackReport | None
    intent: Intent | None
    decision: ZoneDecision | None
    body: BodyReport | None
    motor: MotorState | None
    truth: TruthFrame | None


class _Channel:
    """The encoded messages of one kind. Full blocks are compressed: neighbours differ in little, so they shrink tenfold."""

    def __init__(self) -> None:
        self.ticks: array[int] = array("q")
        self._sealed: list[bytes] = []
        self._open: list[bytes] = []
        self._unpacked: tuple[int, list[bytes]] = (-1, [])

    def add(self, tick: int, data: bytes) -> None:
        """Put a message at the end."""
        self.ticks.append(tick)
        self._open.append(data)
        if len(self._open) == BLOCK:
            # Messages are JSON and hold no line feed, so that one can stand between them.
            self._sealed.append(zlib.compress(b"\n".join(self._open), 1))
            self._open = []

    def get(self, place: int) -> bytes:
        """One message."""
        block = place // BLOCK
        if block == len(self._sealed):
            return self._open[place % BLOCK]
        if self._unpacked[0] != block:
            self._unpacked = (block, zlib.decompress(self._sealed[block]).split(b"\n"))
        return self._unpacked[1][place % BLOCK]

    def cut(self, tick: int) -> None:
        """Forget messages from a tick on."""
        keep = bisect_left(self.ticks, tick)
        if keep == len(self.ticks):
            return
        block = keep // BLOCK
        if block < len(self._sealed):
            self._open = zlib.decompress(self._sealed[block]).split(b"\n")
            del self._sealed[block:]
        del self._open[keep % BLOCK :]
        del self.ticks[keep:]
        self._unpacked = (-1, [])

    def copy(self) -> _Channel:
        """The same messages."""
        twin = _Channel()
        twin.ticks, twin._sealed, twin._open = self.ticks[:], list(self._sealed), list(self._open)
        return twin


class RunData:
    """A run that grows at its end, and is cut when its future changes."""

    def __init__(self) -> None:
        self._rows: NDArray[np.void] = np.zeros(4096, dtype=ROW)
        self._channels = {name: _Channel() for name in NAMES}
        self._decoded: OrderedDict[tuple[str, int], Any] = OrderedDict()
        self._moment: RunMoment | None = None  # the last one asked for
        self._moment_of = (-1, -1)
        self.happenings: list[Happening] = []
        self.end_tick = 0
        self.version = 0  # rises with each change, for caches
        self.serial = next(_SERIALS)  # no two takes of one session have the same
        self._cuts = 0

    def __len__(self) -> int:
        return self.end_tick

    @property
    def take(self) -> tuple[int, int]:
        """Which run it is, and how often its future was taken away: of one take, a tick never changes."""
        return self.serial, self._cuts

    @property
    def rows(self) -> NDArray[np.void]:
        """The rows so far; a view, not to be written."""
        return self._rows[: self.end_tick]

    def column(self, name: str) -> NDArray[Any]:
        """One number over all ticks."""
        return self.rows[name]

    def append(self, rows: NDArray[np.void], changes: Iterable[Change], happenings: Iterable[Happening]) -> None:
        """Take in the next ticks."""
        needed = self.end_tick + len(rows)
        if needed > len(self._rows):
            grown = np.zeros(max(needed, 2 * len(self._rows)), dtype=ROW)
            grown[: self.end_tick] = self.rows
            self._rows = grown
        self._rows[self.end_tick : needed] = rows
        for change in changes:
            self._channels[NAMES[change.channel]].add(change.tick, change.data)
        self.happenings += happenings
        self.end_tick = needed
        self.version += 1

    def feed(self, batch: Ticks) -> None:
        """Take in a batch as the engine sends it; what it reported before of these ticks is replaced."""
        self.cut(batch.first)
        self.append(batch.rows, batch.changed, batch.happenings)

    def cut(self, tick: int) -> None:
        """Forget everything from a tick on."""
        if tick >= self.end_tick:
            return
        self.end_tick = max(0, tick)
        self._cuts += 1
        for channel in self._channels.values():
            channel.cut(tick)
        self.happenings = [one for one in self.happenings if one.tick < tick]
        self._decoded.clear()
        self.version += 1

    def copy(self) -> RunData:
        """The same run, to be kept while this one changes; messages are shared."""
        twin = RunData()
        twin._rows = self.rows.copy() if self.end_tick else twin._rows
        twin._channels = {name: channel.copy() for name, channel in self._channels.items()}
        twin.happenings, twin.end_tick = list(self.happenings), self.end_tick
        return twin

    def message(self, name: str, tick: int) -> Any:
        """The message of a channel that stood at a tick; None before the first."""
        place = bisect_right(self._channels[name].ticks, tick) - 1
        return None if place < 0 else self._read(name, place)

    def messages(self, name: str, first: int, last: int) -> list[tuple[int, Any]]:
        """All messages of a channel that stand between two ticks, the one standing at the first included."""
        ticks = self._channels[name].ticks
        start = max(0, bisect_right(ticks, first) - 1)
        return [(ticks[place], self._read(name, place)) for place in range(start, bisect_right(ticks, last))]

    def moment(self, tick: int) -> RunMoment:
        """Everything that stood at a tick."""
        tick = max(0, min(tick, self.end_tick - 1))
        if self._moment is None or self._moment_of != (tick, self.version):
            row = self._rows[tick]
            self._moment = RunMoment(
                tick=tick,
                yaw_deg=float(row["yaw_deg"]),
                rate_dps=float(row["rate_dps"]),
                shutter_closed=bool(row["flags"] & SHUTTER_CLOSED),
                **{name: self.message(name, tick) for name in NAMES},
            )
            self._moment_of = (tick, self.version)
        return self._moment

    def _read(self, name: str, place: int) -> Any:
        key = (name, place)
        found = self._decoded.get(key)
        if found is None:
            found = decode(CHANNELS[name], self._channels[name].get(place))
            self._decoded[key] = found
            if len(self._decoded) > KEPT_DECODED:
                self._decoded.popitem(last=False)
        return found


def run_data_of(traces: list[TickTrace], truths: list[TruthFrame | None]) -> RunData:
    """A run that is all there: of a recording or a test."""
    digester, made = Digester(), RunData()
    changes: list[Change] = []
    happenings: list[Happening] = []
    rows = []
    for trace, truth in zip(traces, truths, strict=True):
        rows.append(digester.row(trace, truth))
        changes += digester.changes(trace, truth)
        happenings += digester.happenings(trace, truth)
    if rows:
        made.append(rows_array(rows), changes, happenings)
    return made
