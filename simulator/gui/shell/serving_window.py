"""Puts "Serve this room" into the window: the panel, and what happens when it ends."""

from __future__ import annotations

from pathlib import Path

from simulator.gui.panels.serving import ServingPanel
from simulator.gui.serving_session import ServingSession
from simulator.gui.shell.window_protocol import Host


def show_serving(window: Host) -> ServingPanel:
    """Bring the panel to the front; it is made when first asked for."""
    if window.serving is None:
        serving = ServingSession(window.session, window.settings.folder / "served", window.stack)
        serving.notice.connect(window.banner.tell)
        serving.ended.connect(lambda path: _ended(window, path))
        window.serving = ServingPanel(serving, window.look, window.stack.window())
    window.serving.show()
    window.serving.activateWindow()
    return window.serving


def _ended(window: Host, path: Path) -> None:
    """The session with its apps is there to be looked at."""
    if window.isVisible() and window.open(path):
        window.banner.tell("info", f"What the apps did is recorded in {path}")
