"""`swivel bench`: algorithms of other packages beside the baselines, over public or hidden homes."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.runtime.exit_codes import ExitCode

if TYPE_CHECKING:
    from simulator.lab.bench.board import BoardRow
    from simulator.lab.bench.draws import Draw
    from simulator.lab.bench.runner import BenchRun

FEW = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `swivel bench`."""
    parser.add_argument(
        "--entry", action="append", default=[], metavar="NAME=KIND:PACKAGE/NAME",
        help="takes part; KIND is finder, ears, eyes, tracker, planner or profile, more parts after commas",
    )  # fmt: skip
    parser.add_argument("--track", action="append", default=[], metavar="NAME", help="only this track; may be repeated")
    parser.add_argument("--homes", type=int, default=FEW, metavar="N", help=f"how many homes (default {FEW})")
    parser.add_argument(
        "--hidden", type=Path, metavar="FILE", help="the homes that this secret draws, not the public ones"
    )
    parser.add_argument(
        "--commit", type=Path, metavar="FILE", help="make a secret, print the SHA-256 to be published, and end"
    )
    parser.add_argument("--codabench", type=Path, metavar="ZIP", help="write a bundle for a Codabench contest, and end")
    parser.add_argument("--no-baselines", action="store_true", help="only what ships beside the entries")
    parser.add_argument("--limit-time", type=float, default=120.0, metavar="S", help="of one run (default 120)")
    parser.add_argument(
        "--limit-memory", type=float, default=3000.0, metavar="MB", help="what an entry may allocate (default 3000)"
    )
    parser.add_argument(
        "--out", type=Path, default=Path("bench"), metavar="DIR", help="where the tables go (default bench)"
    )


def bench(options: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    from simulator.lab.bench.draws import SecretError, commit
    from simulator.lab.bench.tracks import TRACKS

    unknown = [name for name in options.track if name not in TRACKS]
    if unknown or options.homes < 1:
        wrong = (
            f"--track {unknown[0]}: must be one of {', '.join(TRACKS)}" if unknown else "--homes: must be at least 1"
        )
        print(f"swivel bench: {wrong}", file=sys.stderr)
        return ExitCode.BAD_USAGE
    if options.codabench is not None:
        from simulator.lab.bench.codabench import write_bundle

        write_bundle(options.codabench, tracks=options.track or list(TRACKS), homes=options.homes)
        print(options.codabench)
        return ExitCode.PASSED
    try:
        if options.commit is not None:
            print(f"{options.commit}: keep it; publish now: SHA-256 {commit(options.commit)}")
            return ExitCode.PASSED
        return _compete(options)
    except SecretError as error:
        print(f"swivel bench: {error}", file=sys.stderr)
    except FileExistsError:
        print(f"swivel bench: {options.commit}: is there already; a secret is made once", file=sys.stderr)
    return ExitCode.BAD_USAGE


def _compete(options: argparse.Namespace) -> int:
    from simulator.lab.bench.board import board
    from simulator.lab.bench.draws import hidden, public
    from simulator.lab.bench.entries import BASELINES, chosen_tracks, parsed
    from simulator.lab.bench.runner import run_all
    from simulator.runtime.progress import ProgressLine
    from simulator.runtime.watched import Allowance

    entries = [*(BASELINES[:1] if options.no_baselines else BASELINES), *map(parsed, options.entry)]
    tracks = chosen_tracks(options.track)
    draw = hidden(options.hidden, options.homes) if options.hidden else public(options.homes)
    modes = [(one, mode) for one in entries for mode in {track.mode for track in tracks if one.takes_part(track)}]
    progress, done = ProgressLine("bench"), 0

    def on_run(run: BenchRun) -> None:
        nonlocal done
        done += 1
        progress(done / (len(modes) * len(draw.seeds)))

    allowance = Allowance(time_s=options.limit_time, memory_mb=options.limit_memory)
    runs = run_all(entries, draw, tracks, allowance, on_run=on_run)
    progress.done()
    rows = board(entries, tracks, runs)
    _write(options.out, rows, runs, draw)
    for row in rows:
        score = "–" if row.score is None else f"{100 * row.score:.1f} % ({100 * row.low:.1f} to {100 * row.high:.1f})"
        print(f"{row.track:<10} {row.entry:<22} {score:<26} failed {row.failed} of {row.homes}")
    print(f"{options.out / 'leaderboard.html'}")
    return ExitCode.PASSED


def _write(out: Path, rows: list[BoardRow], runs: list[BenchRun], draw: Draw) -> None:
    import orjson

    from simulator.lab.bench.board import COLUMNS, RUN_COLUMNS
    from simulator.lab.bench.board_page import board_rows, leaderboard, run_rows
    from simulator.lab.export.tables import as_csv, as_parquet
    from simulator.lab.qa.result_store import write_whole

    write_whole(out / "results.jsonl", b"".join(orjson.dumps(asdict(run)) + b"\n" for run in runs))
    write_whole(out / "leaderboard.html", leaderboard(rows, runs, draw).encode())
    for name, table, columns in (
        ("leaderboard", board_rows(rows), COLUMNS),
        ("runs", run_rows(runs, draw), RUN_COLUMNS),
    ):
        write_whole(out / f"{name}.csv", as_csv(table, columns))
        try:
            write_whole(out / f"{name}.parquet", as_parquet(table, columns))
        except ModuleNotFoundError:
            print(f"{name}.parquet: not written; it needs pyarrow: pip install 'swivel-display[data]'", file=sys.stderr)
