"""A moment is commented on and passed on: a comment stands at its flag, and a command opens the window there."""

from __future__ import annotations

import shlex

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QInputDialog

from simulator.cli import main as cli
from simulator.gui.app import go_to
from simulator.onboard.tuning import TuningError


def comment(window, words: str) -> None:
    window.commands.run("time.comment")
    dialog = window.findChild(QInputDialog)
    dialog.setTextValue(words)
    dialog.accept()
    QApplication.processEvents()


def test_a_comment_is_kept_changed_and_taken_back(window, session):
    session.seek(900)
    comment(window, "turns too early")
    assert session.document.bookmarks == [(900, "turns too early")]
    assert any(mark.name == "turns too early" for mark in session.document.bookmarks)
    session.seek(905)
    comment(window, "turns much too early")
    assert session.document.bookmarks == [(900, "turns much too early")]
    window.commands.run("edit.undo")
    assert session.document.bookmarks == [(900, "turns too early")]


def test_the_command_of_a_moment_opens_the_window_there(window, session, monkeypatch):
    session.turn({"motion.max_rate_dps": 42.0})
    session.seek(1234)
    window.commands.run("export.moment")
    words = shlex.split(QGuiApplication.clipboard().text())
    assert words[:2] == ["swivel", "gui"]
    asked = {}
    monkeypatch.setattr(cli, "_has_display", lambda: True)
    monkeypatch.setattr("simulator.gui.app.main", lambda scene, **options: asked.update(options, scene=scene) or 0)
    monkeypatch.setattr("simulator.runtime.waiting.check_waiting", lambda _: None)
    options = cli.command_parser(words[1:]).parse_args(words[1:])
    assert cli._gui(options) == 0
    assert asked == {"scene": session.document.path, "at_s": 12.34, "knobs": {"motion.max_rate_dps": 42.0}}
    session.open_scene(asked["scene"], play=True)
    go_to(window, at_s=asked["at_s"], knobs=asked["knobs"])
    assert session.tuning.value("motion.max_rate_dps") == 42.0
    assert session.head.at == pytest.approx(1234)
    assert not session.head.playing
    with pytest.raises(TuningError, match=r"motion\.no_such"):
        cli._linked_knobs(["motion.no_such=3"])
