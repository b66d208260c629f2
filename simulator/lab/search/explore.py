"""Tunes in the background for the window, and says a line of JSON for each step: python -m simulator.lab.search.explore GOAL OUT.

Interrupted, it leaves what was found in its file and ends; started again with the same goal it goes on.
"""

from __future__ import annotations

import simulator.runtime.last_words
import simulator.runtime.threads  # noqa: F401  (before numpy)

# isort: split
import contextlib
import os
import sys
from collections import deque
from pathlib import Path

from simulator.lab.qa.cluster_errors import ClusterError
from simulator.lab.qa.ledger import LedgerError
from simulator.lab.qa.plan import PlanError
from simulator.lab.search.advisers import AdviserError
from simulator.lab.search.plan_file import PlanFileError
from simulator.lab.search.tune_goal import tune
from simulator.runtime.orders.explore_pipe import (
    EXPLORE_REPORTS,
    EXPLORED_FILE,
    ExploreFailed,
    ExploreGrew,
    ExploreProgress,
    ExploreReport,
)
from simulator.runtime.pacer import wall_s

NICENESS = 15
# One core stays with the window.
WORKERS = max(1, min(4, (os.cpu_count() or 1) - 1))
EVERY_S = 0.3
# Time left goes by the speed of so long: what was known from before comes at once and says nothing about the rest.
SPEED_OVER_S = 30.0
KNOWN_AFTER_S = 3.0


def say(report: ExploreReport) -> None:
    """A line for the window."""
    sys.stdout.buffer.write(EXPLORE_REPORTS.to_json(report) + b"\n")
    sys.stdout.buffer.flush()


class Progress:
    """Says how far it is, a few times a second, and how long it will still take."""

    def __init__(self) -> None:
        self._said_s = 0.0
        self._seen: deque[tuple[float, float]] = deque()

    def __call__(self, share: float, words: str) -> None:
        """Say that this share (0 to 1) is done."""
        now_s = wall_s()
        if now_s - self._said_s < EVERY_S:
            return
        self._said_s = now_s
        self._seen.append((now_s, share))
        while now_s - self._seen[0][0] > SPEED_OVER_S:
            self._seen.popleft()
        say(ExploreProgress(share=min(share, 1.0), words=words, left_s=self._left_s()))

    def _left_s(self) -> float | None:
        (first_s, first), (last_s, last) = self._seen[0], self._seen[-1]
        if last <= first or last_s - first_s < KNOWN_AFTER_S:
            return None
        return (1.0 - last) * (last_s - first_s) / (last - first)


def main() -> int:
    """Tune as the arguments say."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(NICENESS)
    goal, out = Path(sys.argv[1]), Path(sys.argv[2])
    try:
        tune(
            goal, out=out, workers=WORKERS, on_progress=Progress(),
            on_found=lambda _found: say(ExploreGrew(file=(out / EXPLORED_FILE).as_posix())),
        )  # fmt: skip
    except (PlanFileError, PlanError, LedgerError, ClusterError, AdviserError) as error:
        say(ExploreFailed(text=str(error)))
    except OSError as error:
        say(ExploreFailed(text=f"{error.filename}: {error.strerror}"))
    except KeyboardInterrupt:  # before the first run
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
