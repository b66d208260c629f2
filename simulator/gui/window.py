"""The main window: top bar, workspaces on one clock, status line, and every command under a key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from simulator.gui.device_session import DeviceSession
from simulator.gui.look.fence import fenced
from simulator.gui.look.style_sheet import style_sheet
from simulator.gui.panels.banner import Banner
from simulator.gui.panels.bars import StatusLine, TopBar
from simulator.gui.panels.palette import Palette
from simulator.gui.panels.tour import Tour
from simulator.gui.session_model import SessionModel
from simulator.gui.shell import window_place
from simulator.gui.shell.device_chip import device_words
from simulator.gui.shell.focus_keeper import FocusKeeper
from simulator.gui.shell.keys_page import KeysPage
from simulator.gui.shell.make_workspace import make_workspace
from simulator.gui.shell.opening import OPENED, open_path
from simulator.gui.shell.palette_entries import entries
from simulator.gui.shell.settings import Settings
from simulator.gui.shell.window_commands import WORKSPACES, declare
from simulator.gui.views.canvas import Look
from simulator.gui.workspaces.tune import TuneWorkspace
from simulator.gui.workspaces.workspace import Workspace
from simulator.workbench.command_list import Commands
from simulator.workbench.presets import Presets
from simulator.workbench.run_label import SENSES_WORDS

if TYPE_CHECKING:
    from simulator.gui.panels.gallery import Gallery
    from simulator.gui.panels.serving import ServingPanel
    from simulator.gui.shell.sound_switch import SoundSwitch
    from simulator.gui.shell.window_protocol import UnderWay

AUTOSAVE_MS = 1500
STATUS_MS = 500


class MainWindow(QMainWindow):
    """Everything."""

    def __init__(self, *, settings: Settings, session: SessionModel, look: Look, samples: Path) -> None:
        super().__init__()
        self.settings, self.session, self.look, self.samples = settings, session, look, samples
        self.presets = Presets(settings.folder / "presets")
        self.device = DeviceSession(session, settings.folder, self)
        self.commands = Commands()
        declare(self)
        self.setWindowTitle("Swivel")
        self.setAcceptDrops(True)
        self.setMinimumSize(window_place.LEAST)
        self.resize(window_place.WISHED)
        self._made: dict[str, Workspace] = {}
        self._first_sizes: dict[str, list[int]] = {}
        self.tour: Tour | None = None
        self.keys_page: KeysPage | None = None
        self.sound: SoundSwitch | None = None
        self.film: UnderWay | None = None
        self._kept = False  # the newest version of the work is kept
        self.serving: ServingPanel | None = None
        self._middle = middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.top = TopBar(self.look, WORKSPACES)
        column.addWidget(self.top)
        self.stack = QStackedWidget()
        column.addWidget(self.stack, 1)
        self.status = StatusLine(self.look)
        column.addWidget(self.status)
        self.setCentralWidget(middle)
        self.banner = Banner(middle, look)
        self._gallery: Gallery | None = None
        self.palette_box = Palette(middle, lambda: entries(self, samples))
        self._shortcuts: list[QShortcut] = []
        self.set_keys()
        self._autosave = QTimer(self)
        self._autosave.setSingleShot(True)
        self._autosave.setInterval(AUTOSAVE_MS)
        self._autosave.timeout.connect(self.autosave)
        self._status = QTimer(self)
        self._status.setInterval(STATUS_MS)
        self._status.timeout.connect(self._refresh_status)
        self._status.start()
        self.top.tabs.chosen.connect(self.show_workspace)
        self.top.slots.chosen.connect(lambda key: self.commands.run(f"tuning.slot_{key.lower()}"))
        self.top.device.clicked.connect(lambda: self.show_workspace("device"))
        self.top.stop.clicked.connect(lambda: self.commands.run("device.stop"))
        self.device.notice.connect(self.banner.tell)
        self.device.changed.connect(self._refresh_device)
        self.device.matching.changed.connect(self._refresh_device)
        self.top.search.clicked.connect(lambda: self.commands.run("help.palette"))
        look.changed.connect(self._restyle)
        session.notice.connect(self.banner.tell)
        session.document_changed.connect(self._document)
        session.engine_changed.connect(self._refresh_device)
        session.recorded.connect(self._recorded)
        session.document.history.changed = self._refresh_status
        self._focus = FocusKeeper(self, self._to_timeline)
        self._restyle()
        self.show_workspace(settings.values.workspace if settings.values.workspace in dict(WORKSPACES) else "tune")

    # --- workspaces ---------------------------------------------------------------------------------------------------

    def workspace(self, name: str) -> Workspace:
        """A workspace, made when first looked at."""
        if name not in self._made:
            made = make_workspace(self, name, presets=self.presets)
            for key, one in made.splitters.items():
                self._first_sizes[key] = one.sizes()
                sizes = self.settings.values.splitters.get(key)
                if sizes and len(sizes) == one.count():
                    one.setSizes(sizes)
                one.splitterMoved.connect(lambda *_, key=key, one=one: self._keep_splitter(key, one.sizes()))
            self._made[name] = made
            self.stack.addWidget(made)
        return self._made[name]

    @property
    def tune(self) -> TuneWorkspace:
        """The workspace that is always there."""
        made = self.workspace("tune")
        assert isinstance(made, TuneWorkspace)
        return made

    def made(self) -> list[Workspace]:
        """The workspaces that have been looked at."""
        return list(self._made.values())

    def show_workspace(self, name: str) -> None:
        """Bring a workspace to the front."""
        made = self.workspace(name)
        self.stack.setCurrentWidget(made)
        self.top.tabs.choose(name)
        self.current = name
        if self.tour is not None:
            self.tour.setVisible(name == "tune" and not self.tour.ended)
        self._to_timeline()

    def _to_timeline(self) -> None:
        self.workspace(self.current).focus()

    def reset_layout(self) -> None:
        """All panels back to their first sizes."""
        self.settings.values.splitters = {}
        self.settings.save()
        for made in self._made.values():
            for key, one in made.splitters.items():
                one.setSizes(self._first_sizes[key])

    # --- scenes -------------------------------------------------------------------------------------------------------

    def open(self, path: Path) -> bool:
        """Open a scene, a recording or the results of a QA run; what is wrong with it is told in the window."""
        return open_path(self, path)

    def autosave(self) -> None:
        """Keep a version of the work; nothing ever asks whether to save."""
        document = self.session.document
        if document.scene is None:
            return
        try:
            self.settings.autosave(document.path, document.to_data())
        except OSError as error:
            self.banner.tell("error", f"The work cannot be kept: {error.strerror or error}")
            return
        self._kept = True
        self.top.saved.set(self._saved_words())

    def _saved_words(self) -> str:
        """How the work differs from the file."""
        return " · ".join(filter(None, (self.session.document.changes_words, "autosaved" if self._kept else "")))

    def _recorded(self, path: str, trace_hash: str) -> None:
        if self.film is None or not self.film.takes(Path(path)):
            self.banner.tell("info", f"Recorded to {path}  ·  {self.session.label.sentence}")

    # --- parts --------------------------------------------------------------------------------------------------------

    def set_keys(self) -> None:
        """Put every command under its keys: those that a person has given it, else its own."""
        for old in self._shortcuts:
            old.setEnabled(False)
            old.deleteLater()
        self.commands.take_keys(self.settings.values.keys)
        self._shortcuts = [self._shortcut(command.name, key) for command in self.commands for key in command.keys]

    def _shortcut(self, name: str, key: str) -> QShortcut:
        made = QShortcut(QKeySequence(key), self)
        made.setContext(Qt.ShortcutContext.WindowShortcut)
        made.activated.connect(lambda: self.commands.run(name))
        return made

    def _keep_splitter(self, key: str, sizes: list[int]) -> None:
        self.settings.values.splitters[key] = sizes

    # --- help ---------------------------------------------------------------------------------------------------------

    def start_tour(self) -> None:
        """Five hints on the Tune workspace."""
        self.show_workspace("tune")
        if self.tour is not None:
            self.tour.deleteLater()
        self.tour = Tour(self._middle, self.tune.hints(), self._seen_tour)

    def _seen_tour(self) -> None:
        self.settings.values.seen_tour = True
        self.settings.save()

    def show_keys(self) -> None:
        """The page of keys, made from the commands."""
        self.keys_page = self.keys_page or KeysPage(self)
        self.keys_page.show_keys(self.commands)

    def toggle_sound(self) -> None:
        """Hear the room and the motor, or silence."""
        if self.sound is None:
            from simulator.gui.shell.sound_switch import SoundSwitch

            self.sound = SoundSwitch(self)
        self.sound.toggle()

    @property
    def gallery(self) -> Gallery:
        """All scenes with pictures, made when first looked at."""
        if self._gallery is None:
            from simulator.gui.panels.gallery import Gallery

            self._gallery = Gallery(self._middle, self.look)
        return self._gallery

    # --- refreshing ---------------------------------------------------------------------------------------------------

    def _document(self, part: str) -> None:
        document = self.session.document
        self.top.scene_name.set(document.scene.name if document.scene else "")
        self._kept = False
        self.top.saved.set(self._saved_words())
        self.top.slots.choose(document.slot)
        if part != "slot" and document.scene is not None:
            self._autosave.start()
        self._refresh_status()

    def _refresh_device(self) -> None:
        device = self.device
        words, kind = device_words(self.session.engine.state, device)
        self.top.stop.setVisible(device.connected or device.matching.running or device.setting_up.running)
        text = f"●  {words}"
        if text != self.top.device.text():
            self.top.device.setText(text)
            self.top.device.setObjectName(f"device_{kind}" if kind else "")
            self.top.device.style().unpolish(self.top.device)
            self.top.device.style().polish(self.top.device)

    def _refresh_status(self) -> None:
        history, session = self.session.document.history, self.session
        undo = f"Undo: {history.undo_text}   (Ctrl+Z)" if history.undo_text else ""
        redo = f"Redo: {history.redo_text}   (Ctrl+Shift+Z)" if history.redo_text else ""
        self.status.undo_words.set("      ".join(one for one in (undo, redo) if one))
        label = session.label
        speed = f"engine {session.engine.speed_x:.0f}× real time · " if session.engine.speed_x else ""
        shown_hash = f"hash {label.trace_hash[:8]} · " if label.trace_hash else ""
        part = f"{label.what_if} · " if label.what_if else ""
        senses = SENSES_WORDS[label.mode]
        self.status.run_words.setText(
            f"{part}{shown_hash}{speed}{senses} · seed {label.seed} · ° {self.look.theme.lengths.unit} s"
        )
        self.top.saved.set(self._saved_words())

    def _restyle(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.setPalette(self.look.theme.palette())
        app.setStyleSheet(style_sheet(self.look.theme))
        self.settings.values.theme = self.look.theme.name
        self._refresh_status()

    # --- events -------------------------------------------------------------------------------------------------------

    @fenced
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what floats over the window in place."""
        super().resizeEvent(event)
        self.banner.place()
        self.palette_box.hide()
        if self._gallery is not None:
            self._gallery.place()
        if self.tour is not None and self.tour.isVisible():
            QTimer.singleShot(0, self.tour.place)  # when the layout has followed

    @fenced
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hold the key left of 1 to look at the other set of knobs."""
        if event.key() == Qt.Key.Key_QuoteLeft and not event.isAutoRepeat():
            self.flip(True)
        elif event.key() == Qt.Key.Key_Escape:
            self.escape()
        else:
            super().keyPressEvent(event)

    @fenced
    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Let go: back to the set in use."""
        if event.key() == Qt.Key.Key_QuoteLeft and not event.isAutoRepeat():
            self.flip(False)
        else:
            super().keyReleaseEvent(event)

    def escape(self) -> None:
        """Close what floats over the window, the topmost first."""
        if self.tour is not None and self.tour.isVisible():
            self.tour.finish()
        elif self.banner.isVisible():
            self.banner.hide()
        else:
            self._to_timeline()

    def flip(self, on: bool) -> None:
        """Show the other of A and B for as long as asked."""
        session = self.session
        session.held_slot = ("B" if session.document.slot == "A" else "A") if on else None
        session.document_changed.emit("settings")
        self.top.slots.choose(session.held_slot or session.document.slot)
        compare = self._made.get("compare")
        if compare is not None and self.current == "compare":
            compare.flip(on)
        elif on:
            words = f"The zones of {session.held_slot}; its run is in Compare (Ctrl+4)"
            self.banner.tell("info", words)

    @fenced
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Scene files and recordings may be dropped anywhere."""
        if any(url.toLocalFile().endswith(OPENED) for url in event.mimeData().urls()):
            event.acceptProposedAction()

    @fenced
    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        for url in event.mimeData().urls():
            self.open(Path(url.toLocalFile()))
            break

    @fenced
    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep everything and stop the engine."""
        self._autosave.stop()
        self._status.stop()
        if self.session.document.undo_text:
            self.autosave()
        window_place.keep(self, self.settings.values)
        self.settings.values.workspace = self.current
        self.settings.save()
        for made in self._made.values():
            made.shut()
        if self.film is not None and self.film.running:
            self.film.cancel()
        if self.sound is not None:
            self.sound.shut()
        if self.serving is not None:
            self.serving.shut()
        self.device.close()
        self.session.close()
        super().closeEvent(event)
