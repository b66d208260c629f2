"""`swivel blame`: which part of the device, or which stage of a change to its code, broke a scene."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, replace
from pathlib import Path

from simulator.cli.run import tuned
from simulator.lab.why.blame import blame
from simulator.lab.why.blame_result import Blame
from simulator.lab.why.replays import Replays
from simulator.runtime.compose import RigError, header_of
from simulator.runtime.exit_codes import ExitCode
from simulator.runtime.recording import read
from simulator.runtime.revision import reference
from simulator.scene.loader import load, loads

BAR_CELLS = 24


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("run", type=Path, metavar="RUN|SCENE", help="a recording, or a scene file")
    parser.add_argument(
        "--at", type=float, metavar="SECONDS", help="only the promise that was broken nearest to this moment"
    )
    parser.add_argument(
        "--against",
        metavar="REV",
        help="a revision of git whose stages were good, as main: which stage of this change broke it",
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of a scene; a recording has its own")
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help="turn a knob of a scene")
    parser.add_argument(
        "--bars", action="store_true", help="each part's share of the error in degrees, beside the verdict"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of sentences")


def blame_command(options: argparse.Namespace) -> int:
    """Blame one run; returns the exit code: the verdict of the run itself, not of the blame."""
    replays, heard_or_seen = _replays(options)
    if options.against:
        replays.reference = reference(options.against)
    found = blame(replays, bars=options.bars)
    if options.json:
        print(json.dumps({**asdict(found), "text": found.text}, ensure_ascii=False))
    else:
        print(found.text)
        if heard_or_seen:
            print("The recorded run heard or saw; this is said of the same run with modelled senses.")
        print(f"{found.replays} replays, {found.processor_s:.1f} s of processor time")
        for line in bars(found):
            print(line)
    return ExitCode.FAILED if found.broken else ExitCode.PASSED


def bars(found: Blame) -> list[str]:
    """The shares as bars, the widest one for the largest."""
    if not found.bars_deg:
        return []
    largest = max(abs(share) for share in found.bars_deg.values()) or 1.0
    lines = [
        f"  {part:<8} {share:+7.2f}°  {'█' * round(BAR_CELLS * abs(share) / largest)}"
        for part, share in found.bars_deg.items()
    ]
    return [*lines, f"  {'all':<8} {found.error_deg:+7.2f}°  mean distance from the run with every part repaired"]


def _replays(options: argparse.Namespace) -> tuple[Replays, bool]:
    """The runs to make, and whether the given one was made with samples or pixels."""
    if options.run.suffix != ".mcap":
        scene = load(options.run)
        tuning = tuned(scene.tuning, preset=None, settings=tuple(options.set))
        header = header_of(scene, seed=options.seed, mode="feature", tuning=tuning)
        return Replays(header, scene.expect, default=scene.tuning, at_s=options.at), False
    recording = read(options.run)
    header = recording.header
    if header.rig.startswith("real:"):
        raise RigError(f"{options.run}: made in a real room, which cannot be lived through again with a part repaired")
    place = Path(header.scene_path)
    root = next((folder for folder in place.parents if folder.name == "scenes"), place.parent)
    scene = loads(header.scene_text, path=place, root=root)
    made = Replays(
        replace(header, mode="feature", rig="virtual"),
        scene.expect,
        commands=tuple(recording.commands),
        default=scene.tuning,
        at_s=options.at,
    )
    return made, header.mode != "feature"
