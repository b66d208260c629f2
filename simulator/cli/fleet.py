"""`swivel fleet summary`: counts and rates over many homes that tell of no home in particular."""

from __future__ import annotations

import argparse
import sys
from fractions import Fraction
from pathlib import Path

from simulator.runtime.exit_codes import ExitCode


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `swivel fleet summary`."""
    below = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    sentence = "counts and rates over homes, with noise"
    parser = below.add_parser("summary", help=sentence, description=sentence[0].upper() + sentence[1:] + ".")
    parser.add_argument("homes", type=Path, metavar="DIR", help="a folder with a folder of recordings for each home")
    parser.add_argument(
        "--epsilon", type=Fraction, default=Fraction(1), metavar="E", help="what this summary spends (default 1)"
    )
    parser.add_argument(
        "--budget", type=Path, required=True, metavar="FILE", help="the ledger of what was spent on these homes"
    )
    parser.add_argument(
        "--total", type=Fraction, default=Fraction(4), metavar="E", help="what a new ledger begins with (default 4)"
    )
    parser.add_argument("--what", default="summary", metavar="WORDS", help="what the ledger says that it was for")


def fleet(options: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    from simulator.lab.fleet.budget import Budget, BudgetError
    from simulator.lab.fleet.counts import HomeCounts, of_home
    from simulator.lab.fleet.summary import rates, summary
    from simulator.runtime.recording import read

    folders = sorted(path for path in options.homes.iterdir() if path.is_dir())
    if not folders:
        print(f"swivel fleet: {options.homes}: has no folders of homes", file=sys.stderr)
        return ExitCode.BAD_USAGE
    budget = Budget(path=options.budget)
    try:
        budget.open(options.total)
        if budget.left() < options.epsilon:  # before hours are spent on reading; spending looks again
            raise BudgetError(f"{options.budget}: {budget.left()} is left, {options.epsilon} was asked for")
        total = HomeCounts()
        for folder in folders:
            total += of_home(read(path) for path in sorted(folder.rglob("*.mcap")))
        counts = summary(total, options.epsilon, budget, what=options.what)
    except BudgetError as error:
        print(f"swivel fleet: {error}", file=sys.stderr)
        return ExitCode.BAD_USAGE
    for count in counts:
        print(f"{count.name.replace('_', ' '):<34} {count.value:>8}  within {count.within}")
    for rate in rates(counts):
        shown = "lost in the noise" if rate.value is None else f"{rate.value:>8.3g}  within {rate.within:.2g}"
        print(f"{rate.name:<34} {shown}")
    print(f"epsilon {options.epsilon} spent, {budget.left()} of {budget.total()} left")
    return ExitCode.PASSED
