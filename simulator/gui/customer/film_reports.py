"""What `swivel film --json-lines` says while it works, for the window that shows it."""

from __future__ import annotations

from dataclasses import dataclass

from hardware_bridge.json_messages import MessageSet


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmProgress:
    """How much of the film there is."""

    share: float  # 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmMade:
    """The film is there."""

    frames: int


FilmReport = FilmProgress | FilmMade
FILM_REPORTS: MessageSet[FilmReport] = MessageSet(FilmReport)
