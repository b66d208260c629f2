"""`results.jsonl`: the results of one `swivel qa`, a line each after a line that says what they are; shards are merged from these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
from pydantic import TypeAdapter, ValidationError

from simulator.lab.qa.result_store import write_whole
from simulator.lab.run_result import FORMAT, ResultError, RunResult, from_json

NAME = "results.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsHead:
    """The first line."""

    format: int
    pass_rates: dict[str, float]  # by scene: the share of seeds that must pass


def write_results(folder: Path, results: Sequence[RunResult], *, pass_rates: Mapping[str, float]) -> None:
    """Write the file into a folder."""
    head = ResultsHead(format=FORMAT, pass_rates=dict(pass_rates))
    write_whole(folder / NAME, b"".join(line + b"\n" for line in (orjson.dumps(head), *(r.to_json() for r in results))))


def read_results(path: Path) -> tuple[list[RunResult], dict[str, float]]:
    """The results of a file, or of the one in a folder, and the pass rates; raises ResultError or OSError."""
    file = path / NAME if path.is_dir() else path
    lines = file.read_bytes().splitlines()
    try:
        head = _HEAD.validate_json(lines[0] if lines else b"")
    except ValidationError:
        raise ResultError(f"{file}: not a result file of `swivel qa`") from None
    if head.format != FORMAT:
        raise ResultError(f"{file}: format {head.format}: must be {FORMAT}; run `swivel qa` again")
    try:
        return [from_json(line) for line in lines[1:]], head.pass_rates
    except ResultError as error:
        raise ResultError(f"{file}: {error}") from None


_HEAD = TypeAdapter(ResultsHead)
