"""Presets: take one and see before what it changes, take some of its knobs only, keep, rename and delete one's own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QDateTime, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from simulator.gui.look.fence import fenced
from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.panels import typed
from simulator.gui.panels.basics import button
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Look
from simulator.onboard.tuning import TuningError, leaf_at
from simulator.workbench.document import OWN
from simulator.workbench.presets import Presets

KNOB = Qt.ItemDataRole.UserRole
MOST_LINES = 14  # of a tooltip
LIST_PX = 150


class Unfolding(QComboBox):
    """A choice that says what each name means only when somebody looks at the list: while a knob is dragged nobody does."""

    def __init__(self, before: Callable[[], None]) -> None:
        super().__init__()
        self.before = before

    @fenced
    def showPopup(self) -> None:
        """Unfold."""
        self.before()
        super().showPopup()


class PresetBar(QWidget):
    """The choice, and what unfolds under it."""

    def __init__(self, session: SessionModel, look: Look, presets: Presets) -> None:
        super().__init__()
        self._session, self._look, self._presets = session, look, presets
        self._partial = self._renaming = ""
        self.choice = Unfolding(self._say_changes)
        self.choice.setFont(font())
        self.choice.setAccessibleName("Preset")
        self.choice.textActivated.connect(self.take)
        self.keep = button("Save as…", self.ask_name, tip="Keep these knobs under a name")
        self.more = button("…", lambda: None, tip="Take some knobs of a preset, rename or delete one")
        self.more.setAccessibleName("More about presets")
        menu = QMenu(self.more)
        menu.aboutToShow.connect(self.fill_menu)
        self.more.setMenu(menu)
        self.menu = menu
        self.naming = QLineEdit()
        self.naming.setPlaceholderText("Name of the preset, then Enter")
        self.naming.setAccessibleName("Name of the preset")
        self.naming.returnPressed.connect(self._named)
        self.parts = QListWidget()
        self.parts.setFont(font(SMALL_PX))
        self.parts.setAccessibleName("Knobs of the preset")
        self.parts.setFixedHeight(LIST_PX)
        self.take_parts = button("Take these", self._take_parts, kind="main")
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self.choice, 1)
        top.addWidget(self.keep)
        top.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(top)
        for part in (self.naming, self.parts, self.take_parts):
            column.addWidget(part)
            part.hide()

    def refresh(self) -> None:
        """Show the names and the present one."""
        document = self._session.document
        names = [OWN, *self._presets.names()]
        now = document.state.preset[document.slot]
        wanted = [f"{name} (modified)" if name == now and self._modified(now) else name for name in names]
        if wanted != [self.choice.itemText(index) for index in range(self.choice.count())]:
            self.choice.clear()
            self.choice.addItems(wanted)
        self.choice.setCurrentIndex(names.index(now) if now in names else 0)

    def _say_changes(self) -> None:
        """Put into each tooltip what taking the preset would change."""
        for place, name in enumerate([OWN, *self._presets.names()]):
            self.choice.setItemData(place, self.words(name), Qt.ItemDataRole.ToolTipRole)

    def changes(self, name: str) -> list[tuple[str, str]]:
        """What taking a preset would change now: the knob, and from what to what."""
        document, lengths = self._session.document, self._look.theme.lengths
        try:
            wanted = document.base.patched(self._presets.settings(name, document.base))
        except TuningError:
            return []
        return [
            (leaf.path, f"{leaf.label}  {typed.shown(leaf, a, lengths)} → {typed.shown(leaf, b, lengths)}")
            for leaf, (a, b) in ((leaf_at(path), both) for path, both in document.tuning().differences(wanted).items())
        ]

    def words(self, name: str) -> str:
        """Where a preset comes from and what it would change."""
        lines = [line for _, line in self.changes(name)]
        shown = lines[:MOST_LINES] + ([f"and {len(lines) - MOST_LINES} more"] if len(lines) > MOST_LINES else [])
        about = "The values of the scene's file" if name == OWN else self._presets.about(name)
        return "\n".join(filter(None, (about, *(shown or ["Changes nothing now"]))))

    def take(self, name: str) -> None:
        """Take all of a preset."""
        name = name.removesuffix(" (modified)")
        document = self._session.document
        values = self._presets.settings(name, document.base)
        document.take_settings(values, name=name, text=f"Take preset {name}")
        self._session.release()

    def fill_menu(self) -> None:
        """What can be done with each preset now."""
        self.menu.clear()
        some = self.menu.addMenu("Take some knobs of")
        for name in self._presets.names():
            some.addAction(name, partial(self.show_parts, name))
        own = [name for name in self._presets.names() if self._presets.own(name)]
        for title, run in (("Rename", self._ask_rename), ("Delete", self._delete)):
            sub = self.menu.addMenu(title)
            sub.setEnabled(bool(own))
            for name in own:
                sub.addAction(name, partial(run, name))

    def show_parts(self, name: str) -> None:
        """List what a preset would change, each with a tick."""
        self._partial = name
        self.parts.clear()
        for path, line in self.changes(name):
            item = QListWidgetItem(line)
            item.setData(KNOB, path)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            self.parts.addItem(item)
        if not self.parts.count():
            self._session.notice.emit("info", f"{name} changes nothing now")
        self.parts.setVisible(self.parts.count() > 0)
        self.take_parts.setVisible(self.parts.count() > 0)
        self.take_parts.setText(f"Take the ticked ones of {name}")

    def ask_name(self) -> None:
        """Ask under which name these knobs are kept."""
        self._renaming = ""
        self.naming.setVisible(not self.naming.isVisible())
        if self.naming.isVisible():
            self.naming.setFocus()

    def _ask_rename(self, name: str) -> None:
        self._renaming = name
        self.naming.setText(name)
        self.naming.show()
        self.naming.setFocus()
        self.naming.selectAll()

    def _named(self) -> None:
        name = self.naming.text().strip()
        if not name:
            return
        document = self._session.document
        before, self._renaming = self._renaming, ""
        if before:
            try:
                name = self._presets.rename(before, name)
            except TuningError as error:
                self._session.notice.emit("warning", str(error))
                return
            for slot, preset in document.state.preset.items():
                document.state.preset[slot] = name if preset == before else preset
            words = f"Preset {before} is called {name} now"
        else:
            self._presets.save(name, document.tuning().changed(), about=self._origin())
            document.state.preset[document.slot] = name
            words = f"Preset {name} is kept"
        self.naming.clear()
        self.naming.hide()
        self._session.notice.emit("info", words)
        self.refresh()

    def _origin(self) -> str:
        """Where the knobs come from that are kept now."""
        document = self._session.document
        scene = document.scene.name if document.scene is not None else "no scene"
        day = QDateTime.currentDateTime().toString("d MMMM yyyy")
        before = document.state.preset[document.slot]
        return f"Kept on {day} in {scene}" + (f", begun with {before}" if before != OWN else "")

    def _delete(self, name: str) -> None:
        self._presets.delete(name)
        document = self._session.document
        for slot, preset in document.state.preset.items():
            document.state.preset[slot] = OWN if preset == name else preset
        self._session.notice.emit("info", f"Preset {name} is deleted; knobs that were taken from it stay")
        self.refresh()

    def _take_parts(self) -> None:
        document, name = self._session.document, self._partial
        wanted = document.base.patched(self._presets.settings(name, document.base))
        rows = [self.parts.item(row) for row in range(self.parts.count())]
        ticked = [item.data(KNOB) for item in rows if item.checkState() == Qt.CheckState.Checked]
        self.parts.hide()
        self.take_parts.hide()
        if ticked:
            self._session.turn({path: wanted.value(path) for path in ticked})
            self._session.release()

    def _modified(self, name: str) -> bool:
        document = self._session.document
        return document.state.settings[document.slot] != self._presets.settings(name, document.base)
