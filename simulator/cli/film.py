"""`swivel film`: a run as a film, from the eyes of a person, from a corner, as the device sees, or side by side."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from simulator.cli.run import tuned
from simulator.gui.customer.film_reports import FILM_REPORTS, FilmMade, FilmProgress, FilmReport
from simulator.onboard.messages import TICKS_PER_S
from simulator.runtime.exit_codes import ExitCode
from simulator.runtime.progress import ProgressLine
from simulator.runtime.recording import read
from simulator.runtime.run import run_scene
from simulator.scene.loader import load
from simulator.world.assets import ASSETS

OWN = "own"  # the scene's own settings, in --settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `swivel film`."""
    from simulator.gui.customer.film import ENCODERS, VIEWS

    parser.add_argument("run", type=Path, metavar="RUN", help="a recording, or a scene that is run first")
    parser.add_argument(
        "--view", choices=VIEWS, default="eye", help="from where (default eye); split shows eye and device"
    )
    parser.add_argument("--who", default="", metavar="NAME", help="whose eyes (default the first person)")
    parser.add_argument(
        "--settings", default="", metavar="A,B",
        help="of a scene: presets by name or file that stand side by side; own means the scene's own",
    )  # fmt: skip
    parser.add_argument(
        "--mode", choices=("full", "feature"), default="feature", help="senses of a scene (default feature)"
    )
    parser.add_argument(
        "--from", type=float, default=0.0, dest="first_s", metavar="S", help="begin so far into the run"
    )
    parser.add_argument(
        "--to", type=float, default=None, dest="last_s", metavar="S", help="end there (default its end)"
    )
    parser.add_argument("--json-lines", action="store_true", help="say how far it is as a line of JSON each")
    parser.add_argument("--seed", type=int, default=0, help="of a scene")
    parser.add_argument(
        "--out", type=Path, default=None, metavar="FILE", help=f"where to; the ending ({', '.join(ENCODERS)}) says what"
    )


def film_command(options: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # only text is drawn with Qt, no window
    from simulator.gui.customer.film import FilmProblem, Take, film_title, write_film
    from simulator.runtime.onlooker import Moments

    takes = []
    if options.run.suffix == ".mcap":
        if options.settings:
            print("swivel film: --settings: a recording has its own; give the scene instead", file=sys.stderr)
            return ExitCode.BAD_USAGE
        recording = read(options.run)
        moments = Moments(recording.header.spec, recording.traces, recording.truths)
        takes.append(Take(header=recording.header, moments=moments, title=film_title(recording.header)))
    else:
        scene = load(options.run)
        for name in options.settings.split(",") if options.settings else [OWN]:
            tuning = tuned(scene.tuning, preset=None if name == OWN else _preset(name), settings=())
            log = run_scene(scene, seed=options.seed, mode=options.mode, tuning=tuning)
            title = film_title(log.header) if not options.settings else f"{scene.name}: {Path(name).stem}"
            takes.append(Take(header=log.header, moments=Moments(scene.spec, log.traces, log.truths), title=title))
    out = options.out or Path(f"{options.run.name.partition('.')[0]}-{options.view}.mp4")
    first = max(0, round(options.first_s * TICKS_PER_S))
    last = None if options.last_s is None else round(options.last_s * TICKS_PER_S)
    line = None if options.json_lines else ProgressLine(f"filming {out.name}")

    def say(share: float) -> None:
        if line is None:
            _report(FilmProgress(share=share))
        else:
            line(share)

    try:
        count = write_film(out, takes, view=options.view, who=options.who, span=(first, last), progress=say)
    except FilmProblem as problem:
        print(f"swivel film: {problem}", file=sys.stderr)
        return ExitCode.BAD_USAGE
    finally:
        if line is not None:
            line.done()
    if options.json_lines:
        _report(FilmMade(frames=count))
    else:
        print(f"{out}: {count} frames")
    return ExitCode.PASSED


def _report(report: FilmReport) -> None:
    print(FILM_REPORTS.to_json(report).decode(), flush=True)


def _preset(name: str) -> Path:
    """A preset that ships, by its name in any case, or a file."""
    shipped = {path.stem.lower(): path for path in (ASSETS / "presets").glob("*.json")}
    return shipped.get(name.lower(), Path(name))
