"""`swivel export`: recordings to tables of labels and figures, as Parquet or CSV."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from pathlib import Path

from simulator.lab.measure.labels import COLUMNS, EVERY_TICKS, FIGURES, Row, figure_row, label_rows
from simulator.lab.qa.result_store import write_whole
from simulator.runtime.exit_codes import ExitCode
from simulator.runtime.recording import read


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `swivel export`."""
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="recordings, or folders of them")
    form = parser.add_mutually_exclusive_group(required=True)
    form.add_argument("--parquet", action="store_true", help="write Parquet (needs pyarrow)")
    form.add_argument("--csv", action="store_true", help="write CSV")
    parser.add_argument("--out", type=Path, default=Path("labels"), metavar="DIR", help="where to (default labels)")
    parser.add_argument(
        "--every", type=int, default=EVERY_TICKS, metavar="TICKS", help="ticks between rows (default 5)"
    )


def export(options: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    if options.every < 1:
        print(f"swivel export: --every {options.every}: must be at least 1", file=sys.stderr)
        return ExitCode.BAD_USAGE
    files = [file for run in options.runs for file in (sorted(run.rglob("*.mcap")) if run.is_dir() else [run])]
    labels: list[Row] = []
    figures: list[Row] = []
    for file in files:
        recording = read(file)
        labels += label_rows(recording, run=file.stem, every_ticks=options.every)
        figures.append(figure_row(recording, run=file.stem))
    suffix = "parquet" if options.parquet else "csv"
    try:
        for name, rows, columns in (("labels", labels, COLUMNS), ("figures", figures, FIGURES)):
            target = options.out / f"{name}.{suffix}"
            write_whole(target, _parquet(rows, columns) if options.parquet else _csv(rows, columns))
            print(f"{target}: {len(rows)} rows")
    except ModuleNotFoundError:
        print(
            "swivel export: --parquet needs pyarrow: pip install 'swivel-display[data]', or use --csv", file=sys.stderr
        )
        return ExitCode.BAD_USAGE
    return ExitCode.PASSED if files else ExitCode.NOT_EXERCISED


def _csv(rows: list[Row], columns: dict[str, str]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: "" if value is None else value for name, value in row.items()} for row in rows)
    return text.getvalue().encode()


def _parquet(rows: list[Row], columns: dict[str, str]) -> bytes:
    import pyarrow
    import pyarrow.parquet

    fields = [
        pyarrow.field(name, _kind(name, rows), metadata={"description": sentence}) for name, sentence in columns.items()
    ]
    table = pyarrow.Table.from_pylist(rows, schema=pyarrow.schema(fields))
    sink = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())


def _kind(name: str, rows: list[Row]) -> object:
    import pyarrow

    if name in ("sound_ambiguous", "wake_word"):
        return pyarrow.bool_()
    if name in ("tick", "talkers", "people", "seen", "tracks", "seed") or name.endswith("_picks"):
        return pyarrow.int64()
    texts = {"run", "talker", "says", "pick", "mode", "zone", "hold", "scene"}
    return pyarrow.string() if name in texts else pyarrow.float64()
