"""A fence around Qt's event overrides: an error inside one is shown and kept instead of surfacing at some later call.

PySide keeps an exception of a paint event and raises it out of the next unrelated call. So each override is fenced: the
error is logged once, a red frame is painted, and tests look at `caught` after every test.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any, TypeVar, cast

from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QWidget

from simulator.gui.look.painting import painting

log = logging.getLogger("swivel.window")
caught: list[BaseException] = []
Handler = TypeVar("Handler", bound=Callable[..., Any])


def fenced(handler: Handler) -> Handler:
    """Fence one event override."""

    @functools.wraps(handler)
    def inside(self: object, *args: object, **kwargs: object) -> object:
        try:
            return handler(self, *args, **kwargs)
        except Exception as error:
            if not caught or repr(caught[-1]) != repr(error):
                log.exception("in %s.%s", type(self).__name__, handler.__name__)
            caught.append(_alone(error))
            del caught[:-100]
            if args and isinstance(args[0], QPaintEvent) and isinstance(self, QWidget):
                with painting(self) as painter:
                    painter.setPen(QColor("#e5484d"))
                    painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
                    painter.drawText(self.rect().adjusted(8, 8, -8, -8), f"This view has a fault: {error}")
            return None

    return cast(Handler, inside)


def _alone(error: BaseException) -> BaseException:
    """The error without the frames it came through: they would keep painters and widgets alive, and end them after their window."""
    before = error.__cause__ or error.__context__
    if before is not None:
        _alone(before)
    return error.with_traceback(None)
