"""The exit codes of every `swivel` command: one table for the commands, the documents and the tests."""

from __future__ import annotations

from enum import IntEnum
from typing import Self


class ExitCode(IntEnum):
    """What a command came to; of several things that went wrong, the one whose cause must be looked at first counts."""

    meaning: str

    PASSED = 0, "every scene ran and passed"
    FAILED = 1, "an expectation failed; `swivel doctor`: something that is needed is missing"
    BAD_USAGE = 2, "bad usage or an invalid scene or file; the text says file, line and column"
    GOLDEN_DRIFT = 3, "only golden traces drifted"
    CRASHED = 4, "the simulator crashed, or a run took too long or too much memory"
    NOT_EXERCISED = 5, "nothing ran, or an expectation was not exercised"
    NOT_REPEATABLE = 6, "the same seed gave two different runs (`--twice`, `swivel replay`)"
    CANCELLED = 130, "interrupted (Ctrl-C); `swivel qa` has written its reports with what had run"

    def __new__(cls, value: int, meaning: str) -> Self:
        """A number with its meaning."""
        made = int.__new__(cls, value)
        made._value_ = value
        made.meaning = meaning
        return made


def as_markdown() -> str:
    """The table of docs/ci.md."""
    rows = "".join(f"| {code.value} | {code.meaning} |\n" for code in ExitCode)
    return f"| exit | means |\n|---|---|\n{rows}"
