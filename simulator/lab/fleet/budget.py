"""The privacy budget of a set of homes: every summary of them spends some, and when it is spent there are no more."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from simulator.runtime.waiting import SystemLacks


class BudgetError(ValueError):
    """A summary that may not be made; the text says what is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """A file of what was spent: its first line says how much there is, each other line one summary."""

    path: Path

    def open(self, total: Fraction) -> None:
        """Begin with so much; refuses a file that is there already with another total."""
        if self.path.exists():
            if self.total() != total:
                raise BudgetError(f"{self.path}: was opened with epsilon {self.total()}, not {total}")
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps({"total": str(total)}) + "\n")

    def total(self) -> Fraction:
        """How much there was."""
        return self._read(self.path.read_text())[0]

    def left(self) -> Fraction:
        """How much there is."""
        total, spent = self._read(self.path.read_text())
        return total - spent

    def spend(self, epsilon: Fraction, *, what: str) -> None:
        """Take some, or refuse; two summaries at once cannot spend the same."""
        if epsilon <= 0:
            raise BudgetError(f"epsilon {epsilon}: must be above 0")
        try:
            import fcntl
        except ModuleNotFoundError:
            raise SystemLacks(
                f"{self.path}: this system cannot lock a file, so a budget could be spent twice"
            ) from None
        with self.path.open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            total, spent = self._read(file.read())
            if spent + epsilon > total:
                raise BudgetError(f"{self.path}: {total - spent} of epsilon {total} is left, {epsilon} was asked for")
            file.write(json.dumps({"spent": str(epsilon), "what": what}) + "\n")
            file.flush()

    def _read(self, text: str) -> tuple[Fraction, Fraction]:
        try:
            lines = [json.loads(line) for line in text.splitlines()]
            return Fraction(lines[0]["total"]), sum((Fraction(line["spent"]) for line in lines[1:]), Fraction(0))
        except (ValueError, KeyError, IndexError) as error:
            raise BudgetError(f"{self.path}: is no ledger of a budget: {error}") from None
