"""`swivel defects`: complaints in recordings, as the device itself could know them, each with its evidence and as a scene."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from simulator.lab.learn.as_scene import as_scene
from simulator.lab.learn.defects import defects
from simulator.runtime.exit_codes import ExitCode
from simulator.runtime.recorder import RecordingError
from simulator.runtime.recording import read


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("recordings", nargs="+", type=Path, metavar="RECORDING", help="files, or folders of *.mcap")
    parser.add_argument("--scenes", type=Path, metavar="DIR", help="also write each defect as a scene")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def defects_command(o: argparse.Namespace) -> ExitCode:
    """Run the command; returns the exit code."""
    try:
        return _told(o)
    except RecordingError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"swivel defects: {error.filename}: {error.strerror}", file=sys.stderr)
    return ExitCode.BAD_USAGE


def _told(o: argparse.Namespace) -> ExitCode:
    files = [file for path in o.recordings for file in (sorted(path.rglob("*.mcap")) if path.is_dir() else [path])]
    cards: list[dict[str, object]] = []
    for file in files:
        recording = read(file)
        for number, defect in enumerate(defects(recording.traces), start=1):
            card = {**asdict(defect), "recording": file.as_posix(), "evidence": defect.evidence}
            if o.scenes is not None:
                name = f"{file.stem}-defect-{number}"
                o.scenes.mkdir(parents=True, exist_ok=True)
                path = o.scenes / f"{name}.scene.yaml"
                path.write_text(as_scene(defect, recording.traces, recording.header, name=name), encoding="utf-8")
                card["scene"] = path.as_posix()
            cards.append(card)
    if o.json:
        print(json.dumps({"recordings": len(files), "defects": cards}, ensure_ascii=False))
        return ExitCode.PASSED
    for card in cards:
        print(f"{card['recording']} {card['at_s']:.1f} s  {card['evidence']}")
        if "scene" in card:
            print(f"    {card['scene']}")
    kinds = Counter(str(card["kind"]) for card in cards)
    print(
        f"{len(files)} recordings: " + (", ".join(f"{kind} {n}" for kind, n in sorted(kinds.items())) or "no defects")
    )
    return ExitCode.PASSED
