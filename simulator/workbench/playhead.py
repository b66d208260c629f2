"""How the playhead moves on: up to the end, or up to what the engine has computed."""

from __future__ import annotations

from typing import Literal

Reached = Literal["on", "waits", "end"]


def advance(playhead: float, *, by_ticks: float, computed: int, last: int) -> tuple[float, Reached]:
    """The next place of the playhead, and whether it goes on, waits for the engine, or has reached the last tick."""
    target, newest = playhead + by_ticks, computed - 1
    if target > newest and newest < last - 1:
        return float(max(0, newest)), "waits"
    if target >= last - 1:
        return float(last - 1), "end"
    return target, "on"
