"""`swivel scene check` and `swivel scene words`: says what is wrong with scene files, and which words they may use."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from simulator.cli.qa_homes import print_home
from simulator.lab.qa.plan import PlanError, find_scenes
from simulator.runtime.exit_codes import ExitCode
from simulator.scene.errors import SceneError
from simulator.scene.loader import load
from simulator.scene.words import WORDS


def check(paths: Sequence[Path]) -> int:
    """Check every file, and every scene below a folder; returns the exit code."""
    try:
        files = find_scenes(paths)
    except PlanError as error:
        print(error, file=sys.stderr)
        return ExitCode.BAD_USAGE
    bad = 0
    for path in files:
        try:
            scene = load(path)
        except SceneError as error:
            bad += 1
            print(error, file=sys.stderr)
        else:
            print(f"{path}: good, {len(scene.expect)} expectations")
    if not files:
        print("swivel scene check: there is no *.scene.yaml here", file=sys.stderr)
        return ExitCode.NOT_EXERCISED
    return ExitCode.BAD_USAGE if bad else ExitCode.PASSED


def home(seed: int, *, hard: float, story: str, test: bool) -> int:
    """Print a random home; returns the exit code."""
    try:
        print_home(seed, hard=hard, story=story, test=test)
    except PlanError as error:
        print(error, file=sys.stderr)
        return ExitCode.BAD_USAGE
    return ExitCode.PASSED


def words() -> int:
    """Print all lists of words; returns the exit code."""
    width = max(len(what) for what in WORDS)
    for what, allowed in WORDS.items():
        print(f"{what:{width}}  {', '.join(allowed)}")
    return ExitCode.PASSED
