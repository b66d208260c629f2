"""`swivel household`: writes the visits of one household over some days as scene files, with customers who react."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from simulator.cli.run_options import seed_number
from simulator.lab.homes.files import write_household
from simulator.runtime.exit_codes import ExitCode
from simulator.scene.homes.household import household
from simulator.scene.homes.seeds import HomeSeedError, seeds_from


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("seed", type=seed_number, metavar="SEED")
    parser.add_argument("--days", type=int, default=7, metavar="N", help="how many days (default 7)")
    parser.add_argument("--visits", type=int, default=3, metavar="N", help="visits a day (default 3)")
    parser.add_argument("--moved-day", type=int, metavar="DAY", help="the day on which furniture is moved, from 1")
    parser.add_argument(
        "--out", type=Path, default=Path("runs/household"), metavar="DIR", help="default runs/household"
    )
    parser.add_argument("--test-seeds", action="store_true", help="allow the seeds that are kept for tests")


def household_command(o: argparse.Namespace) -> ExitCode:
    """Run the command; returns the exit code."""
    try:
        seeds_from(o.seed, 1, test=o.test_seeds)
        if not 1 <= o.days <= 60 or not 1 <= o.visits <= 50:
            raise HomeSeedError(f"--days {o.days} --visits {o.visits}: must be 1 to 60 days of 1 to 50 visits")
        made = household(o.seed, moved_day=None if o.moved_day is None else o.moved_day - 1)
        paths = write_household(o.out, made.visits(days=o.days, a_day=o.visits))
    except HomeSeedError as error:
        print(error, file=sys.stderr)
        return ExitCode.BAD_USAGE
    except OSError as error:
        print(f"swivel household: {error.filename}: {error.strerror}", file=sys.stderr)
        return ExitCode.BAD_USAGE
    print(f"{len(paths)} visits in {paths[0].parent}; swivel qa {paths[0].parent} runs them")
    return ExitCode.PASSED
