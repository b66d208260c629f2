"""Commands take other keys, everywhere at once, and keep them over a restart."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from simulator.gui.panels.keys_editor import KeysEditor
from simulator.gui.shell.settings import Settings


def test_a_command_is_given_another_key_and_one_that_is_taken_is_refused(window, session):
    window.commands.run("help.change_keys")
    editor = window.findChild(KeysEditor)
    assert not editor.give("time.loop", "B")
    assert "belongs to “Bookmark this moment”" in editor.says.text()
    edit = editor.edits["time.loop"]
    edit.setKeySequence(QKeySequence("Alt+L"))
    edit.editingFinished.emit()
    assert window.commands["time.loop"].keys == ("Alt+L",)
    assert Settings(window.settings.folder).values.keys == {"time.loop": ["Alt+L"]}
    editor.hide()
    window.activateWindow()
    QApplication.processEvents()
    view = window.tune.timeline.view
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_L)
    assert session.document.loop is None, "the old key does nothing"
    QTest.keyClick(view, Qt.Key.Key_L, Qt.KeyboardModifier.AltModifier)
    assert session.document.loop is not None
    editor.back.click()
    assert window.commands["time.loop"].keys == ("L",)
    assert Settings(window.settings.folder).values.keys == {}


def test_with_reduced_motion_one_move_stands_at_its_end(window):
    panel = window.tune.one_move
    window.tune.room.show_kind("move")
    assert panel._timer.isActive()
    window.commands.run("view.calm")
    assert not panel._timer.isActive()
    assert panel.canvas.at_s == panel.canvas.now.duration_s
    assert Settings(window.settings.folder).values.calm
    window.commands.run("view.calm")
    assert panel._timer.isActive()
