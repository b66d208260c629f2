"""The playhead: where it is, whether and how fast it plays, and how it moves on up to what the engine has computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from simulator.onboard.messages import TICKS_PER_S

Reached = Literal["on", "waits", "end"]


@dataclass(slots=True)
class Playhead:
    """One playhead over one run."""

    at: float = 0.0  # in ticks; a part of a tick while it plays slowly
    speed: float = 1.0
    playing: bool = False
    waits: bool = False  # for the engine

    def tick(self, computed: int) -> int:
        """The tick under it, of as many as there are."""
        return max(0, min(int(self.at), max(0, computed - 1)))

    def seek(self, tick: float, *, computed: int) -> None:
        """Move it; that never starts or stops the playing."""
        self.at = float(max(0, min(tick, max(0, computed - 1))))

    def move_on(self, passed_s: float, *, computed: int, last: int) -> Reached:
        """Let real time pass; says whether it goes on, waits for the engine, or has reached the last tick."""
        self.at, reached = advance(
            self.at, by_ticks=passed_s * self.speed * TICKS_PER_S, computed=computed, last=last
        )  # fmt: skip
        self.waits = reached == "waits"
        return reached


def advance(playhead: float, *, by_ticks: float, computed: int, last: int) -> tuple[float, Reached]:
    """The next place of the playhead, and whether it goes on, waits for the engine, or has reached the last tick."""
    target, newest = playhead + by_ticks, computed - 1
    if target > newest and newest < last - 1:
        return float(max(0, newest)), "waits"
    if target >= last - 1:
        return float(last - 1), "end"
    return target, "on"
