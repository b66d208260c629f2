"""`swivel qa --compare`, `--guard-knobs` and `--by`: what a change of settings would break, who guards each knob, whom it serves worst."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from simulator.cli.run import tuned
from simulator.lab.qa.batch import Setting, Table, runs
from simulator.lab.qa.compare_settings import settings, would_break
from simulator.lab.qa.groups import group_settings, worst_of
from simulator.lab.qa.knob_guard import guard_knobs
from simulator.lab.served import PairedServed
from simulator.onboard.tuning import Tuning, Value
from simulator.runtime.exit_codes import ExitCode
from simulator.runtime.progress import ProgressLine
from simulator.scene.loader import Scene

Scenes = Sequence[tuple[Path, Scene]]


def changes_of(o: argparse.Namespace) -> dict[str, Value]:
    """The knobs that `--preset` and `--set` turn; raises TuningError."""
    return dict(tuned(Tuning(), preset=o.preset, settings=o.set).changed()) if o.preset or o.set else {}


def compare(o: argparse.Namespace, scenes: Scenes, changes: Mapping[str, Value]) -> ExitCode:
    """Run all scenes as they are and with the changes; one that only passes without them is broken by them."""
    both = settings(Setting(name="as it is"), Setting(name="changed", changes=changes))
    table = _run(o, scenes, both)
    found = would_break(table, [path.as_posix() for path, _ in scenes])
    if o.json:
        print(json.dumps(asdict(found)))
    else:
        for word, names in (("BROKEN", found.broken), ("FIXED", found.fixed), ("COULD NOT RUN", found.could_not_run)):
            for name in names:
                print(f"{word} {name}")
        print(
            f"fixed {len(found.fixed)} : broken {len(found.broken)}, {found.same} as before; {_in_words(found.served)}"
        )
    return _cut(table) or (ExitCode.FAILED if found.broken or found.could_not_run else ExitCode.PASSED)


def guard(o: argparse.Namespace, scenes: Scenes) -> ExitCode:
    """Push every design knob to its ends and say which scene objects."""
    progress = ProgressLine("swivel qa --guard-knobs")
    try:
        found = guard_knobs(scenes, out=o.out, workers=o.jobs, on_progress=progress)
    finally:
        progress.done()
    bare = sum(not (row.scene or row.exempt) for row in found.ends)
    if o.json:
        print(json.dumps([asdict(row) for row in found.ends]))
    else:
        nobody = "NOBODY OBJECTS" if found.complete else "NOT ASKED YET"
        for row in found.ends:
            print(f"{row.path:36} {row.end:>18} = {row.value!s:<8} {row.scene or row.exempt or nobody}")
        print(f"{len(found.ends) - bare} of {len(found.ends)} ends of knobs are guarded or said to need no guard")
    if not found.complete:
        return ExitCode.CANCELLED
    return ExitCode.FAILED if bare else ExitCode.PASSED


def by(o: argparse.Namespace, scenes: Scenes) -> ExitCode:
    """Run the same scenes with everybody of each group in turn: only the group is different."""
    called = [(path, scene) for path, scene in scenes if any(action.do == "say" for action in scene.spec.actions)]
    if not called:
        return ExitCode.NOT_EXERCISED
    bad = False
    for attribute in o.by:
        table = _run(o, called, group_settings(attribute))
        cut = _cut(table)
        if cut is not None:
            return cut
        found = worst_of(attribute, table)
        bad |= found.too_wide
        print(json.dumps(asdict(found)) if o.json else found.sentence)
    return ExitCode.FAILED if bad else ExitCode.PASSED


def _run(o: argparse.Namespace, scenes: Scenes, wanted: Sequence[Setting]) -> Table:
    progress = ProgressLine("swivel qa")
    try:
        return runs(
            scenes, wanted, seeds=o.seeds if isinstance(o.seeds, int) else 1, out=o.out, workers=o.jobs, mode=o.mode,
            cluster=o.cluster,
            on_progress=progress,
        )  # fmt: skip
    finally:
        progress.done()


def _cut(table: Table) -> ExitCode | None:
    """What an interrupted or crashed batch ends with."""
    if not table.complete:
        return ExitCode.CANCELLED
    return ExitCode.CRASHED if any(row.error for row in table.rows.values()) else None


def _in_words(served: PairedServed) -> str:
    if served.pairs < 2:
        return f"calls served: {served.answer} ({served.pairs} pairs)"
    points = f"{100 * served.difference:+.1f} points ({100 * served.low:+.1f} to {100 * served.high:+.1f})"
    more = f", about {served.needed} needed" if served.needed > served.pairs else ""
    return f"calls served: {served.answer}, {points} over {served.pairs} pairs{more}"
