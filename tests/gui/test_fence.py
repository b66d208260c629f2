"""An error while a view draws itself leaves a view with a message, and no open painter that would end the process later."""

from __future__ import annotations

from PySide6.QtGui import QPainter

from simulator.gui.look import fence
from simulator.gui.views.canvas import Canvas, Look


class Broken(Canvas):
    """Fails in the middle of a part that is kept as a picture."""

    used: list[QPainter]

    def draw(self, painter: QPainter) -> None:
        self.used = [painter]
        self.kept("part", 0, self._part)

    def _part(self, painter: QPainter) -> None:
        self.used.append(painter)
        raise KeyError("no such colour")


def test_a_view_that_fails_ends_its_painters_and_keeps_the_error_alone(qapp):
    view = Broken(Look("dark"), "broken")
    view.resize(60, 40)
    view.grab()
    assert [painter.isActive() for painter in view.used] == [False, False]
    (error,) = fence.caught
    assert repr(error) == "KeyError('no such colour')"
    assert error.__traceback__ is None
    fence.caught.clear()
