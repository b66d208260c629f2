"""Real and virtual over time, in plots that zoom, pan and export: where they point, how they differ, and their torque."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from simulator.gui.device_session import DeviceSession
from simulator.gui.look.fence import fenced
from simulator.gui.look.theme import font
from simulator.gui.views.canvas import Look
from simulator.onboard.messages import TICK_S, TICKS_PER_S
from simulator.workbench import real_beside_virtual

DRAW_MS = 66  # plots are drawn at 15 Hz, the dial at 30
COMPARE_EVERY = 8  # draws
SHOWN_S = 12.0
LOW_PX = 190  # below this height three plots are too low to be read
NO_BOUND = 16777215.0  # Qt's own way to say so
PLOTS = (("Yaw, °", 10.0), ("Apart, °", 1.0), ("Torque, N m", 0.2))  # the least span that is shown


class Traces(QWidget):
    """Three plots on one time axis; newest at the right."""

    def __init__(self, device: DeviceSession, look: Look) -> None:
        super().__init__()
        self._device, self._look = device, look
        self.sentence = ""
        self.on_sentence: Callable[[str], object] = lambda words: None
        self._lag_ms = 0.0
        self._draws = 0
        self._follow = True
        self.setMinimumSize(260, 140)
        self.setAccessibleName("Traces of the real and the virtual screen")
        self.plots = pg.GraphicsLayoutWidget()
        self.plots.ci.layout.setSpacing(2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plots)
        self._axes: list[pg.PlotItem] = []
        self.lines: dict[str, pg.PlotDataItem] = {}
        for row, (name, span) in enumerate(PLOTS):
            axes = {side: _Axis(side) for side in ("left", "bottom")}
            plot = self.plots.addPlot(row=row, col=0, axisItems=axes)
            plot.setLabel("left", name)
            plot.getAxis("left").enableAutoSIPrefix(False)
            plot.getViewBox().setLimits(minYRange=span)
            plot.showGrid(x=True, y=True, alpha=0.15)
            plot.setMenuEnabled(True)
            plot.setClipToView(True)
            plot.hideButtons()
            plot.getAxis("left").setWidth(58)
            if row:
                plot.setXLink(self._axes[0])
            if row < len(PLOTS) - 1:
                plot.getAxis("bottom").setStyle(showValues=False)
            plot.getViewBox().sigRangeChangedManually.connect(self._moved)
            self._axes.append(plot)
        self._axes[-1].setLabel("bottom", "seconds before now")
        self.plots.ci.layout.setRowStretchFactor(0, 5)
        self.plots.ci.layout.setRowStretchFactor(1, 3)
        self.plots.ci.layout.setRowStretchFactor(2, 3)
        self._axes[1].setToolTip("Real minus virtual, after the lag is taken out")
        self.legend = self._axes[0].addLegend(offset=(10, 2), labelTextSize="11px", colCount=3)
        for key, place, words in (
            ("asked", 0, "asked"),
            ("virtual", 0, "virtual"),
            ("real", 0, "real"),
            ("apart", 1, None),
            ("virtual_nm", 2, None),
            ("real_nm", 2, None),
        ):
            self.lines[key] = self._axes[place].plot(name=words)
        self._zero = self._axes[1].addLine(y=0)
        self._beat = QTimer(self)
        self._beat.setInterval(DRAW_MS)
        self._beat.timeout.connect(self.refresh)
        look.changed.connect(self._restyle)
        self._restyle()
        self.follow()

    @fenced
    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a low window the yaw alone is drawn large enough to be read."""
        super().resizeEvent(event)
        low = event.size().height() < LOW_PX
        for plot in self._axes[1:]:
            plot.setVisible(not low)
            plot.setMaximumHeight(0.0 if low else NO_BOUND)
        self._axes[0].getAxis("bottom").setStyle(showValues=low)
        self.legend.setVisible(not low)

    def follow(self) -> None:
        """Show the newest seconds again."""
        self._follow = True
        self._axes[0].setXRange(-SHOWN_S, 0.0, padding=0.0)
        for plot in self._axes:
            plot.enableAutoRange(axis="y")
            plot.setAutoVisible(y=True)

    @fenced
    def showEvent(self, event: QShowEvent) -> None:
        """Draw while there is somebody to see it."""
        self._beat.start()
        super().showEvent(event)

    @fenced
    def hideEvent(self, event: QHideEvent) -> None:
        """Rest."""
        self._beat.stop()
        super().hideEvent(event)

    def shut(self) -> None:
        """Take the plots apart in order; left to the collector of garbage, Qt and Python would free the same parts twice."""
        self._beat.stop()
        self._look.changed.disconnect(self._restyle)
        self.lines.clear()
        self._axes.clear()
        self.plots.close()

    @fenced
    def refresh(self) -> None:
        """Draw the rows again, and now and then compare the last move."""
        rows = self._device.rows()
        if len(rows) < 2:
            return
        if not self._follow and not self._device.driven:
            return
        t = (np.arange(len(rows)) - len(rows) + 1) * TICK_S
        if self._draws % COMPARE_EVERY == 0:
            self._compare()
        self._draws += 1
        with np.errstate(invalid="ignore"):
            apart = real_beside_virtual.aligned_difference(rows, self._lag_ms)
        for key, values in (
            ("asked", rows["asked_deg"]),
            ("virtual", rows["virtual_deg"]),
            ("real", rows["real_deg"]),
            ("apart", apart),
            ("virtual_nm", rows["virtual_nm"]),
            ("real_nm", rows["torque_nm"]),
        ):
            self.lines[key].setData(t, np.asarray(values, dtype=float), connect="finite")

    def _compare(self) -> None:
        rows = self._device.rows(30 * TICKS_PER_S)
        move = real_beside_virtual.last_move(rows)
        found = real_beside_virtual.compare(rows[move]) if move is not None else None
        if found is None:
            return
        self._lag_ms = found.lag_ms
        words = real_beside_virtual.in_words(found)
        if words != self.sentence:
            self.sentence = words
            self.on_sentence(words)

    def _moved(self) -> None:
        self._follow = False

    def _restyle(self) -> None:
        theme = self._look.theme
        self.plots.setBackground(theme.colour("card"))
        dash, dot = Qt.PenStyle.DashLine, Qt.PenStyle.DotLine
        for key, pen in (
            ("asked", theme.pen("faint", width=1.0, style=dot)),
            ("virtual", theme.pen("changed", width=1.0, style=dash)),
            ("real", theme.pen("text", width=1.0)),
            ("apart", theme.pen("text", width=1.0)),
            ("virtual_nm", theme.pen("changed", width=1.0, style=dash)),
            ("real_nm", theme.pen("text", width=1.0)),
        ):
            self.lines[key].setPen(_cosmetic(pen))
        for plot in self._axes:
            for side in ("left", "bottom"):
                axis = plot.getAxis(side)
                axis.setPen(theme.colour("line"))
                axis.setTextPen(theme.colour("dim"))
                axis.setTickFont(font(10))
                axis.label.setFont(font(10))
        self._zero.setPen(_cosmetic(theme.pen("line")))
        self.legend.setBrush(theme.colour("card", 0.85))
        self.legend.setLabelTextColor(theme.colour("dim"))


class _Axis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An axis whose numbers have the minus sign of all others in the window."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """The numbers."""
        return [words.replace("-", "−") for words in super().tickStrings(values, scale, spacing)]


def _cosmetic(pen: QPen) -> QPen:
    """As wide in pixels, whatever the scale of the axes."""
    pen.setCosmetic(True)
    return pen
