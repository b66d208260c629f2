"""What commands, exports and reports need of the window, without knowing the window itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QStackedWidget

from simulator.gui.device_session import DeviceSession
from simulator.gui.panels.banner import Banner
from simulator.gui.panels.bars import TopBar
from simulator.gui.panels.palette import Palette
from simulator.gui.panels.tour import Tour
from simulator.gui.session_model import SessionModel
from simulator.gui.shell.settings import Settings
from simulator.gui.views.canvas import Look
from simulator.gui.workspaces.tune import TuneWorkspace
from simulator.gui.workspaces.workspace import Workspace
from simulator.workbench.command_list import Commands
from simulator.workbench.presets import Presets

if TYPE_CHECKING:
    from simulator.gui.panels.gallery import Gallery
    from simulator.gui.panels.serving import ServingPanel


class UnderWay(Protocol):
    """A film that is being made, or was."""

    running: bool

    def takes(self, recorded: Path) -> bool:
        """Whether a recording that was written is the film's."""

    def cancel(self) -> None:
        """Leave off."""


class Host(Protocol):
    """The window."""

    session: SessionModel
    look: Look
    commands: Commands
    device: DeviceSession
    settings: Settings
    presets: Presets
    banner: Banner
    top: TopBar
    stack: QStackedWidget
    palette_box: Palette
    samples: Path
    current: str
    tour: Tour | None
    film: UnderWay | None  # the last one
    serving: ServingPanel | None  # once it has been looked at

    @property
    def gallery(self) -> Gallery:
        """All scenes with pictures."""

    @property
    def tune(self) -> TuneWorkspace:
        """The workspace that is always there."""

    def workspace(self, name: str) -> Workspace:
        """A workspace, made when first looked at."""

    def made(self) -> list[Workspace]:
        """The workspaces that have been looked at."""

    def show_workspace(self, name: str) -> None:
        """Bring a workspace to the front."""

    def open(self, path: Path) -> bool:
        """Open a scene or a recording."""

    def autosave(self) -> None:
        """Keep a version of the work."""

    def reset_layout(self) -> None:
        """All panels back to their first sizes."""

    def toggle_sound(self) -> None:
        """Hear the run, or silence."""

    def start_tour(self) -> None:
        """Begin the tour."""

    def set_keys(self) -> None:
        """Put every command under its keys."""

    def show_keys(self) -> None:
        """Show the page of keys."""

    def isVisible(self) -> bool:
        """Whether it is on the screen."""

    def isFullScreen(self) -> bool:
        """Whether it fills the screen."""

    def showNormal(self) -> None:
        """Be a window among others."""

    def showFullScreen(self) -> None:
        """Fill the screen."""
