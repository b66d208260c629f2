"""Random homes on the command line: which are drawn for `swivel qa --homes`, and what their failures come from."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from simulator.lab.homes.causes import figures, grouped
from simulator.lab.homes.files import write_homes
from simulator.lab.qa.plan import PlanError
from simulator.lab.run_result import RunResult
from simulator.scene.homes.home import home_text
from simulator.scene.homes.seeds import HomeSeedError, seeds_from

# A cause is told with so many of its homes: enough to open one.
MOST_NAMED = 6


def homes(o: argparse.Namespace) -> list[Path]:
    """Write the homes that were asked for and say where they are; raises PlanError."""
    try:
        seeds = seeds_from(o.seed, o.homes, test=o.test_seeds)
        return write_homes(o.out, seeds, hard=o.hard, story=o.story)
    except HomeSeedError as error:
        raise PlanError(str(error)) from None


def home_lines(results: Sequence[RunResult]) -> Iterator[str]:
    """What many homes came to, and a line for each cause of failure."""
    yield figures(results).text
    for group in grouped(results):
        named = ", ".join(group.scenes[:MOST_NAMED]) + (" …" if len(group.scenes) > MOST_NAMED else "")
        cause = group.cause
        yield f"{len(group.scenes):4}  {cause.promise} · {cause.stage} · {cause.reason}: {named}"


def print_home(seed: int, *, hard: float, story: str, test: bool) -> None:
    """Print the scene file of one home; raises PlanError."""
    try:
        seeds_from(seed, 1, test=test)
        print(home_text(seed, hard=hard, story=story), end="")
    except HomeSeedError as error:
        raise PlanError(str(error)) from None
