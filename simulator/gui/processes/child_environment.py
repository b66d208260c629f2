"""What every program that the window starts is started with, and how its output is read."""

from __future__ import annotations

from PySide6.QtCore import QProcess, QProcessEnvironment

from simulator.runtime import children

KILLED_MS = 5000  # a killed process ends for sure, on a busy machine not at once


def environment() -> QProcessEnvironment:
    """As Qt wants it."""
    made = QProcessEnvironment()
    for name, value in children.environment().items():
        made.insert(name, value)
    return made


def printed(process: QProcess) -> bytes:
    """What it has printed since the last call."""
    return bytes(process.readAllStandardOutput().data())


def complained(process: QProcess) -> str:
    """What it has written to its error output since the last call."""
    return bytes(process.readAllStandardError().data()).decode(errors="replace")


def end_without_a_word(process: QProcess | None) -> None:
    """Kill it and wait until it is gone; nobody hears of it."""
    if process is not None:
        process.blockSignals(True)
        process.kill()
        process.waitForFinished(KILLED_MS)
        process.deleteLater()
