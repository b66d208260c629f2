"""A plot of any number of the run: two cursors are measured between, and a lane is zoomed by the wheel."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from simulator.gui.panels.plot_panel import PlotPanel
from simulator.workbench.signals import SIGNALS, between


def test_what_lies_between_two_cursors_is_told(window, session):
    window.commands.run("view.plot")
    panel = window.findChild(PlotPanel)
    plot = panel.plot
    QApplication.processEvents()
    first, second = (round(plot._x(tick)) for tick in (800, 2000))
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(first, 60))
    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, QPoint(second, 60))
    a, b = plot.cursors
    assert a == pytest.approx(800, abs=4)
    assert b == pytest.approx(2000, abs=4)
    yaw = session.run.column("yaw_deg")
    assert f"Yaw {yaw[b] - yaw[a]:+.2f} °" in plot.words()
    assert f"Δt {(b - a) / 100:+.2f} s" in plot.words()
    assert panel.words.text() == plot.words()
    plot.choose("Force at the edge", True)
    plot.choose("Speed", False)
    assert [one.name for one in plot.chosen] == ["Yaw", "Force at the edge"]
    assert panel.words.text() == plot.words()
    assert plot.grab().toImage().pixelColor(first, 40) != plot.grab().toImage().pixelColor(first + 6, 40)


def test_signals_are_what_their_names_say():
    values = np.array([0.0, 2.0, float("nan"), 5.0])
    found = between(values, 0, 3)
    assert (found.first, found.second, found.low, found.high) == (0.0, 5.0, 0.0, 5.0)
    assert between(values, 0, 4) is None
    assert len({one.name for one in SIGNALS}) == len(SIGNALS)
