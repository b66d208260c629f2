"""`swivel export`: recordings for other programs: Foxglove, rerun, LeRobot, or tables as CSV or Parquet."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from simulator.lab.qa.result_store import write_whole
from simulator.runtime.exit_codes import ExitCode

EVERY_TICKS = 5
NEEDS = {"parquet": ("pyarrow", "data"), "lerobot": ("pyarrow", "data"), "rerun": ("rerun", "rerun")}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `swivel export`."""
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="recordings, or folders of them")
    parser.add_argument(
        "--to",
        required=True,
        choices=tuple(WRITERS),
        help="foxglove or rerun: a file each for these viewers; csv or parquet: tables of labels and figures; lerobot: one data set",
    )
    parser.add_argument("--out", type=Path, default=Path("exported"), metavar="DIR", help="where to (default exported)")
    parser.add_argument(
        "--every", type=int, default=EVERY_TICKS, metavar="TICKS", help="ticks between rows of tables (default 5)"
    )


def export(options: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    if options.every < 1:
        print(f"swivel export: --every {options.every}: must be at least 1", file=sys.stderr)
        return ExitCode.BAD_USAGE
    files = [file for run in options.runs for file in (sorted(run.rglob("*.mcap")) if run.is_dir() else [run])]
    try:
        for target, said in WRITERS[options.to](files, options):
            print(f"{target}: {said}")
    except ModuleNotFoundError as missing:
        module, extra = NEEDS.get(options.to, ("", ""))
        if missing.name is None or missing.name.partition(".")[0] != module:
            raise
        print(
            f"swivel export: --to {options.to} needs {module}: pip install 'swivel-display[{extra}]'", file=sys.stderr
        )
        return ExitCode.BAD_USAGE
    return ExitCode.PASSED if files else ExitCode.NOT_EXERCISED


Written = Sequence[tuple[Path, str]]


def _tables(files: list[Path], options: argparse.Namespace) -> Written:
    from simulator.lab.export.tables import as_csv, as_parquet
    from simulator.lab.measure.labels import COLUMNS, FIGURES, figure_row, label_rows
    from simulator.runtime.recording import read

    recordings = [read(file) for file in files]
    labels = [row for one in recordings for row in label_rows(one, run=one.path.stem, every_ticks=options.every)]
    figures = [figure_row(one, run=one.path.stem) for one in recordings]
    form = as_parquet if options.to == "parquet" else as_csv
    done = []
    for name, rows, columns in (("labels", labels, COLUMNS), ("figures", figures, FIGURES)):
        target = options.out / f"{name}.{options.to}"
        write_whole(target, form(rows, columns))
        done.append((target, f"{len(rows)} rows"))
    return done


def _foxglove(files: list[Path], options: argparse.Namespace) -> Written:
    from simulator.lab.export.foxglove import foxglove, layout_text
    from simulator.runtime.recording import read

    done = []
    for file in files:
        target = options.out / f"{file.stem}.foxglove.mcap"
        data = foxglove(read(file))
        write_whole(target, data)
        done.append((target, f"{len(data)} bytes"))
    write_whole(options.out / "swivel.layout.json", layout_text().encode())
    return [*done, (options.out / "swivel.layout.json", "the layout, to be imported in the viewer")]


def _rerun(files: list[Path], options: argparse.Namespace) -> Written:
    from simulator.lab.export.rerun import rerun
    from simulator.runtime.recording import read

    done = []
    options.out.mkdir(parents=True, exist_ok=True)
    for file in files:
        target = options.out / f"{file.stem}.rrd"
        rerun(read(file), target)
        done.append((target, f"{target.stat().st_size} bytes; open it with: rerun {target}"))
    return done


def _lerobot(files: list[Path], options: argparse.Namespace) -> Written:
    from simulator.lab.export.lerobot import lerobot
    from simulator.runtime.recording import read

    rows = lerobot([read(file) for file in files], options.out) if files else 0
    return [(options.out, f"{len(files)} episodes, {rows} rows")]


WRITERS: dict[str, Callable[[list[Path], argparse.Namespace], Written]] = {
    "foxglove": _foxglove,
    "rerun": _rerun,
    "lerobot": _lerobot,
    "csv": _tables,
    "parquet": _tables,
}
