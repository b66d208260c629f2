"""Commands whose options live with them: loaded when they are given, so that `--help` and every other command stay quick.

A new command is one line here, and a file with `add_arguments(parser)` and a function from the parsed options to an exit code.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LazyCommand:
    """One command: its file below simulator/cli, its function there, and its sentence."""

    name: str
    function: str
    sentence: str

    def add(self, parser: argparse.ArgumentParser, *, given: bool) -> None:
        """Give a parser this command's options, where it is the one that was given."""
        if given:
            self._named("add_arguments")(parser)

    def run(self, options: argparse.Namespace) -> int:
        """Run it; returns the exit code."""
        code: int = self._named(self.function)(options)
        return code

    def _named(self, function: str) -> Callable[..., int]:
        found: Callable[..., int] = getattr(importlib.import_module(f"simulator.cli.{self.name}"), function)
        return found


LAZY = (
    LazyCommand("blame", "blame_command", "say which part broke a scene, or which stage of a change"),
    LazyCommand("film", "film_command", "a run as a film, from somebody's eyes or as the device sees it"),
    LazyCommand("export", "export", "write recordings for other programs: Foxglove, rerun, tables"),
    LazyCommand("study", "study_command", "ask people in blind pairs which motion they like"),
    LazyCommand("household", "household_command", "write the visits of a household over days as scenes"),
    LazyCommand("sweep", "sweep_command", "run a plan of settings over scenes, homes and seeds, into tables"),
    LazyCommand("tune", "tune_command", "try settings on some scenes, test them on others, from eager to calm"),
    LazyCommand("defects", "defects_command", "tell what customers complained of, from the device's own record"),
    LazyCommand("teach", "teach_command", "fit a named mode to lessons, and ask for the one that would say more"),
    LazyCommand("bench", "bench", "let algorithms of other packages compete, over public or hidden homes"),
    LazyCommand("fleet", "fleet", "tell counts of many homes with noise, so that none of them stands out"),
)
