"""Who takes part: algorithms of installed packages by name, and the baselines that are always in the table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulator.lab.bench.baselines import NeverMove
from simulator.lab.bench.tracks import TRACKS, BenchTrack
from simulator.onboard.algorithms import SHIPPED, Algorithms
from simulator.runtime.outside import KINDS, Kind, OutsideMissing, check, versions

if TYPE_CHECKING:
    from simulator.onboard.ssl.finders import Finder

OURS, STILL = "ours", "never-move"
PEERS = ("SRP", "MUSIC")  # as pyroomacoustics calls them


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of the table."""

    name: str
    parts: Mapping[Kind, str] = field(default_factory=dict)  # PACKAGE/NAME by kind
    peer: str = ""  # a direction finder of pyroomacoustics
    still: bool = False
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def kinds(self) -> frozenset[Kind]:
        """What it brings."""
        own: list[Kind] = [*self.parts]
        if self.peer:
            own.append("finder")
        if self.still:
            own.append("planner")
        return frozenset(own)

    @property
    def algorithms(self) -> Algorithms | None:
        """The mind of a baseline; None for what names choose."""
        return Algorithms(planner=NeverMove) if self.still else (None if self.parts else SHIPPED)

    def finder(self) -> Finder | None:
        """The direction finder of a baseline."""
        if not self.peer:
            return None
        from simulator.lab.bench.peers import Peer  # loads pyroomacoustics, which only a peer needs

        return Peer(self.peer)

    def takes_part(self, track: BenchTrack) -> bool:
        """Whether anything that it brings matters there; what ships takes part everywhere."""
        return self.name == OURS or bool(self.kinds & set(track.kinds))


BASELINES = (
    Entry(name=OURS),
    *(Entry(name=f"pyroomacoustics-{name.lower()}", peer=name) for name in PEERS),
    Entry(name=STILL, still=True),
)


def parsed(text: str) -> Entry:
    """An entry as it is typed: NAME=KIND:PACKAGE/NAME, several parts with commas."""
    name, _, rest = text.partition("=")
    parts: dict[Kind, str] = {}
    for part in rest.split(","):
        kind, _, where = part.partition(":")
        known = next((one for one in KINDS if one == kind), None)
        if not name or known is None or "/" not in where:
            raise OutsideMissing(
                f"--entry {text}: must be NAME=KIND:PACKAGE/NAME, KIND one of {', '.join(KINDS)}; more parts after a comma"
            )
        check(known, where)
        parts[known] = where
    if name in (one.name for one in BASELINES):
        raise OutsideMissing(f"--entry {text}: {name} is the name of a baseline")
    return Entry(name=name, parts=parts, versions=versions(parts.values()))


def by_name(name: str, parts: Mapping[Kind, str]) -> Entry:
    """The entry that a child is told of."""
    return next((one for one in BASELINES if one.name == name), Entry(name=name, parts=parts))


def chosen_tracks(names: Iterable[str]) -> list[BenchTrack]:
    """The tracks with these names; all of them without a name."""
    return [TRACKS[name] for name in names] or list(TRACKS.values())
