"""What the driver of `swivel qa` and its workers say to each other: one JSON line each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson
from pydantic import TypeAdapter

from simulator.onboard.tuning import Value
from simulator.runtime.header import Senses


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTask:
    """What a worker is asked to do."""

    key: str
    scene: str
    seed: int
    mode: Senses
    twice: bool = False
    keep: str = "failures"  # recordings: failures, all or none
    out: str = ""
    explained: bool = True  # pictures, gates and blame of a run that does not pass
    blamed: bool = False  # blame also of a run that heard or saw, which takes a dozen such runs
    golden: str = ""  # file to compare with; empty for none
    changes: Mapping[str, Value] = field(default_factory=dict)  # knobs turned beside those of the scene
    people: Mapping[str, str] = field(default_factory=dict)  # what everybody is like instead


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOrder:
    """Driver to worker: do this."""

    task: RunTask
    dump_after_s: float  # the worker writes its stack down after this time, a little before the driver stops it


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerReport:
    """Worker to driver: ready for the first task (no key), or how a task ended."""

    key: str = ""
    error: str = ""  # empty: the result is in the store


def to_line(message: TaskOrder | WorkerReport) -> bytes:
    """A message as one line."""
    return orjson.dumps(message) + b"\n"


def read_order(line: bytes) -> TaskOrder:
    """The order on a line."""
    return _ORDER.validate_json(line)


def read_report(line: bytes) -> WorkerReport:
    """The report on a line."""
    return _REPORT.validate_json(line)


_ORDER, _REPORT = TypeAdapter(TaskOrder), TypeAdapter(WorkerReport)
