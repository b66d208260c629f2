"""The ledger of runs: what is to be done, what is being done, what is done, in one SQLite file that survives any kill.

Only the driver writes it. When a driver starts, everything that a killed one left behind as running goes back to waiting;
results that a worker had written in the meantime are found by their key and not made again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import ExitStack, closing, suppress
from enum import StrEnum
from pathlib import Path


class RunState(StrEnum):
    """Where a run stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class LedgerError(Exception):
    """A ledger that cannot be used; the text says why."""


class Ledger:
    """One folder's ledger."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "ledger.sqlite"
        # An open transaction is a lock that every system has, and that ends with its process however that ends.
        self._open = ExitStack()  # what is to be closed, also when the ledger cannot be used
        try:
            lock = self._connect(folder / "ledger.lock", timeout_s=0)
            lock.execute("begin exclusive")
        except sqlite3.OperationalError as error:
            self._open.close()
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise LedgerError(f"{folder}: {error}") from None
            raise LedgerError(
                f"{folder}: another swivel qa is using this folder; give this one its own with --out"
            ) from None
        try:
            self._db = self._connect(self._file, timeout_s=30)
            self._db.execute("pragma journal_mode=wal")
            self._db.execute("pragma synchronous=normal")
            self._db.execute(
                "create table if not exists run (key text primary key, scene text, seed integer, mode text, "
                "state text not null, tries integer not null default 0, wall_s real, why text not null default '')"
            )
            self._db.execute(f"update run set state='{RunState.WAITING}' where state='{RunState.RUNNING}'")
        except sqlite3.DatabaseError as error:
            self._open.close()
            mend = "" if isinstance(error, sqlite3.OperationalError) else "; delete it to start again"
            raise LedgerError(f"{self._file}: {error}{mend}") from None

    def _connect(self, file: Path, *, timeout_s: float) -> sqlite3.Connection:
        return self._open.enter_context(closing(sqlite3.connect(file, timeout=timeout_s, isolation_level=None)))

    def add(self, key: str, *, scene: str, seed: int, mode: str) -> None:
        """Note a run that is to be done."""
        self._write(
            "insert into run (key, scene, seed, mode, state) values (?, ?, ?, ?, ?) on conflict (key) do nothing",
            (key, scene, seed, mode, RunState.WAITING),
        )

    def add_all(self, rows: Iterable[tuple[str, str, int, str]]) -> None:
        """Note many runs at once."""
        self._write("begin")
        for key, scene, seed, mode in rows:
            self.add(key, scene=scene, seed=seed, mode=mode)
        self._write("commit")

    def begin(self, key: str) -> int:
        """Note that a run begins; returns how many times it has been tried."""
        self._write("update run set state=?, tries=tries+1 where key=?", (RunState.RUNNING, key))
        found = self._db.execute("select tries from run where key=?", (key,)).fetchone()
        return int(found[0]) if found else 1

    def end(self, key: str, *, state: RunState, wall_s: float = 0.0, why: str = "") -> None:
        """Note how a run ended."""
        self._write("update run set state=?, wall_s=?, why=? where key=?", (state, wall_s, why, key))

    def _write(self, statement: str, values: tuple[object, ...] = ()) -> None:
        try:
            self._db.execute(statement, values)
        except sqlite3.OperationalError as error:
            raise LedgerError(f"{self._file}: {error}") from None

    def tries(self) -> dict[str, int]:
        """How many times each run was begun."""
        return dict(self._db.execute("select key, tries from run"))

    def durations_s(self) -> dict[tuple[str, str], float]:
        """Mean wall time of a scene in a mode, for putting the longest first."""
        rows = self._db.execute(
            f"select scene, mode, avg(wall_s) from run where state='{RunState.DONE}' group by scene, mode"
        )
        return {(scene, mode): float(mean) for scene, mode, mean in rows}

    def close(self) -> None:
        """Free the ledger."""
        with suppress(sqlite3.Error):
            self._open.close()
