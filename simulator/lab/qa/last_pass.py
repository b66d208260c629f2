"""With which knobs each scene last passed, kept beside the ledger: what has changed since is where one looks first when it fails."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import orjson

from simulator.lab.qa.ledger import LedgerError
from simulator.lab.run_result import RunResult, RunVerdict
from simulator.onboard.tuning import Tuning, TuningError, Value, leaves

LEDGER = "ledger.sqlite"
UP = 3  # a recording lies so many folders below the ledger at most


@dataclass(frozen=True, slots=True, kw_only=True)
class LastPass:
    """The last run of a scene that kept all its promises."""

    revision: str
    when: str  # ISO date and time
    knobs: Mapping[str, Value]  # all of them


def note_passes(folder: Path, results: Sequence[RunResult], *, revision: str, when: str) -> None:
    """Keep the knobs of every run that passed; a later pass replaces the one before."""
    passed = [one for one in results if one.verdict is RunVerdict.PASS]
    sets: dict[str, bytes] = {}
    rows = []
    for one in passed:
        data = _all_knobs(one.knobs)
        name = hashlib.sha256(data).hexdigest()[:16]
        sets[name] = data
        rows.append((one.scene, one.seed, one.mode, revision, when, name))
    try:
        with closing(_open(folder)) as db, db:
            db.executemany("insert or ignore into knob_set values (?, ?)", sets.items())
            db.executemany("insert or replace into last_pass values (?, ?, ?, ?, ?, ?)", rows)
    except sqlite3.DatabaseError as error:
        raise LedgerError(f"{folder / LEDGER}: {error}") from None


def last_pass(folder: Path, *, scene: str, seed: int, mode: str) -> LastPass | None:
    """When a scene last passed and with which knobs; None when that is not known. Raises LedgerError."""
    if not (folder / LEDGER).is_file():
        return None
    try:
        with closing(_open(folder)) as db:
            found = db.execute(
                "select revision, at, knobs from last_pass join knob_set on knob_set = name "
                "where scene = ? and seed = ? and mode = ?",
                (scene, seed, mode),
            ).fetchone()
    except sqlite3.DatabaseError as error:
        raise LedgerError(f"{folder / LEDGER}: {error}") from None
    return None if found is None else LastPass(revision=found[0], when=found[1], knobs=orjson.loads(found[2]))


def ledger_of(recording: Path) -> Path | None:
    """The folder of the run of QA that kept a recording."""
    return next((one for one in list(recording.absolute().parents)[:UP] if (one / LEDGER).is_file()), None)


def changed_since(passed: LastPass, tuning: Tuning) -> dict[str, tuple[Value, Value]]:
    """The knobs that were others when it passed: then and now; knobs that did not exist then are left out."""
    return {
        leaf.path: (passed.knobs[leaf.path], tuning.value(leaf.path))
        for leaf in leaves()
        if leaf.path in passed.knobs and passed.knobs[leaf.path] != tuning.value(leaf.path)
    }


def _all_knobs(changed: Mapping[str, Value]) -> bytes:
    """Every knob of a run: what a knob ships with may be another value tomorrow."""
    try:
        tuning = Tuning().patched(dict(changed))
    except TuningError:  # by an older version, which knew other knobs
        return orjson.dumps(dict(changed), option=orjson.OPT_SORT_KEYS)
    return orjson.dumps({leaf.path: tuning.value(leaf.path) for leaf in leaves()}, option=orjson.OPT_SORT_KEYS)


def _open(folder: Path) -> sqlite3.Connection:
    db = sqlite3.connect(folder / LEDGER, timeout=30)
    db.execute("create table if not exists knob_set (name text primary key, knobs blob)")
    db.execute(
        "create table if not exists last_pass (scene text, seed integer, mode text, revision text, at text, knob_set text, "
        "primary key (scene, seed, mode))"
    )
    return db
