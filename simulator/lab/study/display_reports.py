"""What the program that shows a pair on a real display says meanwhile, for the window beside it."""

from __future__ import annotations

from dataclasses import dataclass

from hardware_bridge.json_messages import MessageSet


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnsToStart:
    """The display turns back to where the motion begins; this is not to be judged."""

    place: int  # of the motion that comes next: 0 or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class MotionBegins:
    """From now on the motion is to be watched."""

    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayGaveUp:
    """The display cannot be turned any more, or never could."""

    text: str


DisplayReport = ReturnsToStart | MotionBegins | DisplayGaveUp
DISPLAY_REPORTS: MessageSet[DisplayReport] = MessageSet(DisplayReport)
