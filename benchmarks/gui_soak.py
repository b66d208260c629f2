"""A seeded walk of random gestures through everything that a hand can do at the window: exceptions and growth."""

from __future__ import annotations

import gc
import logging
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.gui_window import Bench, memory_mb

# Commands that ask for a file, leave the screen or are too slow for a walk.
SKIPPED = {
    "scene.open",
    "scene.save",
    "scene.save_as",
    "export.picture",
    "export.pdf",
    "export.film",
    "export.table",
    "scene.senses",
    "view.full_screen",
    "view.sound",
    "time.record",
    "time.comment",
    "help.change_keys",
}


def soak(seconds: float) -> dict[str, float | int | str]:
    """Walk for so long."""
    from PySide6.QtCore import QEvent, QPoint, Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from simulator.gui.look import fence

    chance = np.random.default_rng(7)
    thrown: list[str] = []
    sys.excepthook = lambda kind, error, _: thrown.append(f"{kind.__name__}: {error}")
    logging.getLogger("swivel.window").addHandler(_Collect(thrown))
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name))
        bench.until(lambda: bench.session.engine.state == "done", seconds=60)
        _see_all(bench)
        names = [command.name for command in bench.window.commands if command.name not in SKIPPED]
        memory: list[float] = []
        handles = _handles()
        gestures = 0
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            pick = chance.random()
            page = bench.window.stack.currentWidget()
            assert page is not None
            if pick < 0.35:
                bench.window.commands.run(names[int(chance.integers(len(names)))])
            elif pick < 0.8:
                target = page.childAt(int(chance.integers(page.width())), int(chance.integers(page.height()))) or page
                first, last = (
                    QPoint(int(chance.integers(max(1, target.width()))), int(chance.integers(max(1, target.height()))))
                    for _ in range(2)
                )
                _unselect(page)
                QTest.mousePress(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, first)
                QTest.mouseMove(target, last)
                QTest.mouseRelease(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, last)
            else:
                focus = QApplication.focusWidget() or page
                keys = (
                    Qt.Key.Key_Up,
                    Qt.Key.Key_Down,
                    Qt.Key.Key_Left,
                    Qt.Key.Key_Right,
                    Qt.Key.Key_Tab,
                    Qt.Key.Key_Return,
                    Qt.Key.Key_Escape,
                    Qt.Key.Key_Space,
                )
                QTest.keyClick(focus, keys[int(chance.integers(len(keys)))])
            for dialog in QApplication.topLevelWidgets():
                if dialog is not bench.window and dialog.isVisible():
                    dialog.close()
            bench.spin(0.01)
            gestures += 1
            if gestures % 100 == 0:
                # processEvents leaves deferred deletions to a running loop, which this benchmark does not have
                QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
                gc.collect()
                memory.append(memory_mb())
        bench.window.device.close()
        bench.until(lambda: bench.session.engine.state == "done", seconds=60)
        bench.spin(1.0)
        handles = _handles() - handles
        engine_mb = memory_mb(bench.session.engine_pid)
        bench.close()
    half = memory[len(memory) // 2 :] or [0.0]
    early = memory[len(memory) // 4 : len(memory) // 2] or half
    for line in dict.fromkeys([*thrown, *map(repr, fence.caught)]):
        print(line, file=sys.stderr)
    return {
        "soak.gestures": gestures,
        "soak.exceptions": len(thrown) + len(fence.caught),
        "soak.memory_growth_mb": float(np.mean(half) - np.mean(early)),
        "soak.handles_growth": handles,
        "memory_mb": memory[-1] if memory else 0.0,
        "engine_memory_mb": engine_mb,
    }


def _see_all(bench: Bench) -> None:
    """Look at everything once: what is loaded with the first look at it is no growth."""
    for name in ("tune", "scenario", "replay", "compare", "device"):
        bench.window.show_workspace(name)
        bench.spin(1.0)
    motor = bench.window.device
    motor.connect_to("emulate:dynamixel")
    bench.until(lambda: motor.state != "connecting", seconds=60)
    bench.spin(2.0)
    motor.disconnect_all()
    bench.window.show_workspace("tune")
    bench.until(lambda: bench.session.engine.state == "done", seconds=60)
    bench.spin(1.0)


def _handles() -> int:
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QApplication

    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return len(os.listdir("/proc/self/fd"))


def _unselect(page: Any) -> None:
    """Selected text that is dragged waits in Qt for a real mouse to let go, which this benchmark does not have."""
    from PySide6.QtWidgets import QPlainTextEdit

    for edit in page.findChildren(QPlainTextEdit):
        cursor = edit.textCursor()
        cursor.clearSelection()
        edit.setTextCursor(cursor)


class _Collect(logging.Handler):
    """Notes what was logged as thrown."""

    def __init__(self, thrown: list[str]) -> None:
        super().__init__()
        self._thrown = thrown

    def emit(self, record: logging.LogRecord) -> None:
        """Note it."""
        self._thrown.append(record.getMessage())
