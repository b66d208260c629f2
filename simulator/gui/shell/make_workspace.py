"""Makes a workspace when it is first looked at; each is imported here only, so that the window starts without it."""

from __future__ import annotations

from simulator.gui.shell.window_protocol import Host
from simulator.gui.workspaces.tune import TuneWorkspace
from simulator.gui.workspaces.workspace import Workspace
from simulator.workbench.presets import Presets


def make_workspace(window: Host, name: str, *, presets: Presets) -> Workspace:
    """The workspace of this name."""
    session, look, commands = window.session, window.look, window.commands
    if name == "tune":
        made = TuneWorkspace(session, look, commands, presets, home=window.settings.folder)
        made.panel.scene_wanted.connect(lambda scene: window.open(window.samples / scene))
        return made
    if name == "scenario":
        from simulator.gui.workspaces.scenario import ScenarioWorkspace

        return ScenarioWorkspace(session, look, commands, window.samples)
    if name == "replay":
        from simulator.gui.workspaces.replay import ReplayWorkspace

        return ReplayWorkspace(session, look, commands)
    if name == "compare":
        from simulator.gui.workspaces.compare import CompareWorkspace

        return CompareWorkspace(session, look, commands, window.samples)
    if name == "explore":
        from simulator.gui.workspaces.explore import ExploreWorkspace

        return ExploreWorkspace(session, look, commands, samples=window.samples, home=window.settings.folder)
    from simulator.gui.workspaces.device import DeviceWorkspace

    return DeviceWorkspace(session, look, commands, window.device)
