"""Writes, for tests that drive the window with a real mouse, where things are on the screen and what state they are in."""

from __future__ import annotations

from pathlib import Path

import orjson
from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtWidgets import QWidget

from simulator.gui.render import room
from simulator.gui.shell.window_protocol import Host
from simulator.gui.workspaces.replay import ReplayWorkspace
from simulator.gui.workspaces.scenario import ScenarioWorkspace

EVERY_MS = 100


class Reporter(QObject):
    """Reports ten times a second into a file."""

    def __init__(self, window: Host, path: Path) -> None:
        super().__init__(window.stack)
        self._window, self._path = window, path
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._report)
        self._timer.start(EVERY_MS)

    def _report(self) -> None:
        data = orjson.dumps(self.state())
        part = self._path.with_suffix(".part")
        part.write_bytes(data)
        part.replace(self._path)

    def state(self) -> dict[str, object]:
        """Everything a test may want to know."""
        window, session = self._window, self._window.session
        tune = window.tune
        handles = {}
        view = tune.room.view
        for (edge, knot, side), point in room.handle_points(view.frame(), view.scene()).items():
            handles[f"{edge}.{knot}.{'left' if side > 0 else 'right'}"] = _screen(view, point.toPoint())
        buttons = {name: _screen(one, one.rect().center()) for name, one in tune.timeline.transport.buttons.items()}
        tabs = {name: _screen(one, one.rect().center()) for name, one in window.top.tabs.buttons.items()}
        return {
            "visible": window.isVisible(), "workspace": window.current, "handles": handles, "buttons": buttons, "tabs": tabs,
            "knobs": session.document.tuning().changed(), "tick": session.tick, "ticks": len(session.run),
            "duration": session.duration_ticks, "playing": session.head.playing, "engine": session.engine.state,
            "engine_pid": session.engine_pid, "hash": session.trace_hash,
            "undo": session.document.undo_text, "banner": window.banner.words if window.banner.isVisible() else "",
            "scene": str(session.document.path), "edited": session.document.edited,
            "complete": session.shown.complete and not session.shown.old, "checks": [mark.passed for mark in session.checks],
            "tour": window.tour is not None and window.tour.isVisible(), **self._workspace(),
        }  # fmt: skip

    def _workspace(self) -> dict[str, object]:
        """What only the workspace in front has: the floor in pixels, the cause of a failure."""
        page = self._window.workspace(self._window.current)
        if isinstance(page, ScenarioWorkspace):
            frame = page.view.frame()
            return {"floor": [_screen(page.view, frame.to_px(at, at).toPoint()) for at in (0.0, 1.0)]}
        if isinstance(page, ReplayWorkspace):
            go = page.cause.go
            ask = page.baseline.ask
            return {
                "cause": page.cause.words.text(), "found": page.cause.found.text(), "go": _screen(go, go.rect().center()),
                "accept": _screen(ask, ask.rect().center()),
            }  # fmt: skip
        return {}


def _screen(widget: QWidget, at: QPoint) -> list[int]:
    found = widget.mapToGlobal(at)
    return [found.x(), found.y()]
