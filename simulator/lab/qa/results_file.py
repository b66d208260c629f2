"""`results.jsonl`: the results of one `swivel qa`, a line each after a line that says what they are; shards are merged from these."""

from __future__ import annotations

from collections.abc import Sequence
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
    plan: str  # a fingerprint of all that was to be run, the same in every shard of it
    shard: int  # which part of it this is, from 1
    shards: int
    complete: bool  # nobody interrupted it


def write_results(folder: Path, results: Sequence[RunResult], *, head: ResultsHead) -> None:
    """Write the file into a folder."""
    write_whole(folder / NAME, b"".join(line + b"\n" for line in (orjson.dumps(head), *(r.to_json() for r in results))))


def read_results(path: Path) -> tuple[list[RunResult], ResultsHead]:
    """The results of a file, or of the one in a folder, and what they are; raises ResultError or OSError."""
    file = path / NAME if path.is_dir() else path
    lines = file.read_bytes().splitlines()
    try:
        head = _HEAD.validate_json(lines[0] if lines else b"")
    except ValidationError:
        raise ResultError(f"{file}: not a result file of this version of `swivel qa`; run it again") from None
    if head.format != FORMAT:
        raise ResultError(f"{file}: format {head.format}: must be {FORMAT}; run `swivel qa` again")
    try:
        return [from_json(line) for line in lines[1:]], head
    except ResultError as error:
        raise ResultError(f"{file}: {error}") from None


def merged(paths: Sequence[Path]) -> tuple[list[RunResult], dict[str, float]]:
    """The results of all shards and the pass rates; raises ResultError when a part is missing, cut short or there twice."""
    results: list[RunResult] = []
    pass_rates: dict[str, float] = {}
    parts: dict[tuple[str, int], set[int]] = {}
    for path in paths:
        found, head = read_results(path)
        there = parts.setdefault((head.plan, head.shards), set())
        if not head.complete:
            raise ResultError(f"{path}: this run was interrupted; run it again before it is merged")
        if head.shard in there:
            raise ResultError(f"{path}: shard {head.shard} of {head.shards} is there twice")
        there.add(head.shard)
        results += found
        pass_rates |= head.pass_rates
    for (_, shards), there in parts.items():
        missing = [str(shard) for shard in range(1, shards + 1) if shard not in there]
        if missing:
            raise ResultError(f"shard {', '.join(missing)} of {shards} is missing; merge all parts of one run")
    seen = [(result.scene, result.seed, result.mode) for result in results]
    if len(seen) != len(set(seen)):
        raise ResultError("some runs are in several folders; merge the parts of one run only")
    return results, pass_rates


_HEAD = TypeAdapter(ResultsHead)
