"""From the process that tunes in the background to the window: a line of JSON each. What was found is in a file that the lines name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hardware_bridge.json_messages import MessageSet

# What was found, in the folder of its ledger; tunings and sweeps at the command line write it as well.
EXPLORED_FILE: Final = "explored.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExploreProgress:
    """How far it is."""

    share: float
    words: str
    left_s: float | None = None  # None: not known yet


@dataclass(frozen=True, slots=True, kw_only=True)
class ExploreGrew:
    """There is more in the file than before."""

    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExploreFailed:
    """It cannot be done as it was asked."""

    text: str


ExploreReport = ExploreProgress | ExploreGrew | ExploreFailed

EXPLORE_REPORTS: MessageSet[ExploreReport] = MessageSet(ExploreReport)
