"""Pass rates, figures of service and times over revisions, kept beside the ledger; scenes that are flaky, and with which seeds.

A scene is *flaky* in a revision when some of its seeds pass and some do not. It may be put into quarantine until a date: then it is
told and does not fail a run; after that day it counts again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date
from functools import reduce
from operator import add
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from simulator.lab.qa.ledger import LedgerError
from simulator.lab.qa.plan import PlanError
from simulator.lab.run_result import RunResult, RunVerdict
from simulator.lab.served import Served, p_served
from simulator.lab.service import ServiceFigures

QUARANTINE = "quarantine.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlakyScene:
    """A scene of one revision that passes with some seeds only."""

    scene: str
    mode: str
    failed_seeds: tuple[int, ...]
    seeds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionRow:
    """One revision."""

    revision: str
    first: str  # when it was first run, as ISO date and time
    runs: int
    passed: int
    service: ServiceFigures
    served: Served
    processor_s: float
    flaky: tuple[FlakyScene, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantine:
    """Why a scene does not count, and until when; that day still belongs to it."""

    until: date
    why: str


def note(folder: Path, results: Sequence[RunResult], *, revision: str, when: str) -> None:
    """Keep the results of a revision; a run that is made again replaces the one before."""
    rows = [
        (
            revision, when, result.scene, result.seed, result.mode, str(result.verdict), result.processor_s,
            json.dumps(asdict(result.service)) if result.service is not None else "{}",
        )
        for result in results
    ]  # fmt: skip
    try:
        with closing(_open(folder)) as db, db:
            db.executemany(
                "insert into history values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (revision, scene, seed, mode) do update "
                "set verdict=excluded.verdict, processor_s=excluded.processor_s, service=excluded.service",
                rows,
            )
    except sqlite3.DatabaseError as error:
        raise LedgerError(f"{folder / 'ledger.sqlite'}: {error}") from None


def history(folder: Path) -> list[RevisionRow]:
    """All revisions of a folder, the oldest first."""
    if not (folder / "ledger.sqlite").is_file():
        raise LedgerError(f"{folder}: there is no ledger; run swivel qa with this --out first")
    try:
        with closing(_open(folder)) as db:
            found = db.execute(
                "select revision, at, scene, seed, mode, verdict, processor_s, service from history order by at, scene, seed"
            ).fetchall()
    except sqlite3.DatabaseError as error:
        raise LedgerError(f"{folder / 'ledger.sqlite'}: {error}") from None
    revisions = list(dict.fromkeys(row[0] for row in found))
    return [_row(revision, [row for row in found if row[0] == revision]) for revision in revisions]


def quarantined(root: Path, *, today: date) -> dict[str, Quarantine]:
    """The scenes of a scene folder that are in quarantine today, by their path inside it; raises PlanError."""
    path = root / QUARANTINE
    if not path.is_file():
        return {}
    try:
        found = _QUARANTINE.validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        raise PlanError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    for scene in found:
        if not (root / scene).is_file():
            raise PlanError(f"{path}: {scene}: there is no such scene")
    return {scene: one for scene, one in found.items() if today <= one.until}


def _open(folder: Path) -> sqlite3.Connection:
    db = sqlite3.connect(folder / "ledger.sqlite", timeout=30)
    db.execute(
        "create table if not exists history (revision text, at text, scene text, seed integer, mode text, verdict text, "
        "processor_s real, service text, primary key (revision, scene, seed, mode))"
    )
    return db


def _row(revision: str, rows: Sequence[tuple[str, str, str, int, str, str, float, str]]) -> RevisionRow:
    pooled = reduce(add, (ServiceFigures(**json.loads(row[7])) for row in rows), ServiceFigures())
    return RevisionRow(
        revision=revision,
        first=min(row[1] for row in rows),
        runs=len(rows),
        passed=sum(row[5] == RunVerdict.PASS for row in rows),
        service=pooled,
        served=p_served(pooled),
        processor_s=round(sum(row[6] for row in rows), 2),
        flaky=_flaky(rows),
    )


def _flaky(rows: Sequence[tuple[str, str, str, int, str, str, float, str]]) -> tuple[FlakyScene, ...]:
    by_scene: dict[tuple[str, str], dict[int, bool]] = {}
    for _, _, scene, seed, mode, verdict, _, _ in rows:
        by_scene.setdefault((scene, mode), {})[seed] = verdict == RunVerdict.PASS
    return tuple(
        FlakyScene(
            scene=scene, mode=mode, failed_seeds=tuple(seed for seed, ok in seeds.items() if not ok), seeds=len(seeds)
        )
        for (scene, mode), seeds in by_scene.items()
        if any(seeds.values()) and not all(seeds.values())
    )


_QUARANTINE = TypeAdapter(dict[str, Quarantine])
