"""Puts feel studies into the window."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from simulator.gui.panels.study import StudyPanel
from simulator.gui.shell.window_protocol import Host
from simulator.onboard.tuning import Value


def show_study(window: Host) -> StudyPanel:
    """Bring the panel to the front; it is made when first asked for, and goes with the window."""
    panel = window.stack.findChild(StudyPanel)
    if panel is None:

        def keep(name: str, knobs: dict[str, Value], about: str) -> None:
            window.presets.save(name, knobs, about=about)
            window.session.document_changed.emit("settings")

        path = window.session.document.path
        folder = path.parent if path.is_absolute() else window.settings.folder
        panel = StudyPanel(folder=folder, keep=keep, parent=window.stack)
        if (app := QCoreApplication.instance()) is not None:
            app.aboutToQuit.connect(panel.shut)
    panel.show()
    panel.activateWindow()
    return panel
