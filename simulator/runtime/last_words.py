"""Imported first by each process of Swivel: when it ends by an error, its last line says in words what it was.

Whoever started the process (the window, `swivel qa`) shows that line.
"""

from __future__ import annotations

import sys
from types import TracebackType

from simulator.runtime.crash_words import in_words


def _speak(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    sys.__excepthook__(kind, error, trace)
    if isinstance(error, Exception):
        sys.stderr.write(in_words(error) + "\n")


sys.excepthook = _speak
