"""The checks of a run in one row of the timeline: a box each where it was decided; none covers another."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from simulator.gui.look.theme import SMALL_PX, Theme, font
from simulator.gui.render import text
from simulator.gui.render.timeline_axis import TimeAxis
from simulator.workbench.run_spans import CheckMark

BOX_PX, GAP_PX, WORDS_PX = 19.0, 2.0, 46.0  # a sign alone, between two, and what is too little for words
MOST_PX = 170.0  # a longer box would look like something that lasts
SIGNS = {True: "✓", False: "×", None: "–"}


def decided_at(mark: CheckMark) -> int:
    """The tick that decided a check."""
    return mark.first + (mark.last - mark.first) // 9


def check_boxes(box: QRectF, axis: TimeAxis, marks: Sequence[CheckMark]) -> list[tuple[CheckMark, QRectF]]:
    """Where each check in view lies: none covers another, so that none that failed is hidden."""
    shown = sorted(
        (mark for mark in marks if axis.x(mark.last) > axis.left and axis.x(mark.first) < axis.right), key=decided_at
    )
    starts: list[float] = []
    for mark in shown:
        x = max(axis.left, axis.x(decided_at(mark)))
        starts.append(max(x, starts[-1] + BOX_PX + GAP_PX) if starts else x)
    end = axis.right
    for place in range(len(starts) - 1, -1, -1):  # those that were pushed over the right edge come back
        starts[place] = min(starts[place], end - BOX_PX)
        end = starts[place] - GAP_PX
    found = []
    for place, (mark, x) in enumerate(zip(shown, starts, strict=True)):
        room = (starts[place + 1] - GAP_PX if place + 1 < len(starts) else axis.right) - x
        wanted = text.width_px(f"{SIGNS[mark.passed]} {mark.text}") + 11
        wide = min(room, wanted, MOST_PX)
        wide = wide if wide >= WORDS_PX else BOX_PX
        found.append((mark, QRectF(x, box.top() + 1, wide, box.height() - 3)))
    return found


def draw_checks(painter: QPainter, box: QRectF, axis: TimeAxis, marks: Sequence[CheckMark], theme: Theme) -> None:
    """Each check with its sign and, where there is room, its words."""
    painter.setFont(font(SMALL_PX))
    for mark, block in check_boxes(box, axis, marks):
        colour = "faint" if mark.passed is None else "ok" if mark.passed else "bad"
        painter.setPen(theme.pen(colour, width=1.3))
        painter.setBrush(theme.colour(colour, 0.14 if mark.passed is not False else 0.3))
        painter.drawRoundedRect(block, 3, 3)
        painter.setPen(theme.colour("text"))
        if block.width() <= BOX_PX:
            painter.drawText(block, Qt.AlignmentFlag.AlignCenter, SIGNS[mark.passed])
        else:
            words = f"{SIGNS[mark.passed]} {mark.text}"
            shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(block.width() - 8))
            painter.drawText(
                block.adjusted(5, 0, -3, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown
            )
