"""A painter that always ends: left open by an error, it would outlive its widget inside the error's traceback, and end the process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtGui import QPaintDevice, QPainter


@contextmanager
def painting(device: QPaintDevice) -> Iterator[QPainter]:
    """Paint on a widget or a picture."""
    painter = QPainter(device)
    try:
        yield painter
    finally:
        painter.end()
