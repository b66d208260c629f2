"""Rows as CSV or Parquet, with the sentence about each column in the Parquet file."""

from __future__ import annotations

import csv
import io

from simulator.lab.measure.labels import Row

FLAGS = frozenset({"sound_ambiguous", "wake_word", "finished"})
COUNTS = frozenset({"tick", "talkers", "people", "seen", "tracks", "seed", "homes", "failed", "trial", "replays"})
TEXTS = frozenset({
    "run", "talker", "says", "pick", "mode", "zone", "hold", "scene", "track", "entry", "worst_group", "trace_hash", "draw", "group",
    "error", "rater", "purpose", "moment", "first", "second", "first_knobs", "second_knobs", "choice",
})  # fmt: skip


def as_csv(rows: list[Row], columns: dict[str, str]) -> bytes:
    """Text, empty where there is no value."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: "" if value is None else value for name, value in row.items()} for row in rows)
    return text.getvalue().encode()


def as_parquet(rows: list[Row], columns: dict[str, str]) -> bytes:
    """A Parquet file; needs pyarrow."""
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
    """The type of a column: by its name, so that it is the same in every file; words in any other column make it text."""
    import pyarrow

    if name in FLAGS:
        return pyarrow.bool_()
    if name in COUNTS or name.endswith("_picks"):
        return pyarrow.int64()
    words = name in TEXTS or any(isinstance(row.get(name), str) for row in rows)
    return pyarrow.string() if words else pyarrow.float64()
