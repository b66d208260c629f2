"""The chosen thing as a form: one line a value, written as in the file; what is wrong stands under the value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Literal, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.panels.basics import Card, label
from simulator.gui.panels.completing import EntryCompleter
from simulator.gui.panels.entry_line import EntryLine
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Look
from simulator.scene.errors import SceneError
from simulator.scene.saver import EditError, SceneText
from simulator.scene.sentences import sentence
from simulator.workbench import scene_edits
from simulator.workbench.entry_phrases import happening
from simulator.workbench.scene_fixes import Fix, fix_of, with_link
from simulator.world.assets import ASSETS
from simulator.world.spec import DevicePlace, PersonSpec, RoomSpec, SourceSpec, Spec, ThingSpec

MODELS: dict[str, type[Spec]] = {
    "people": PersonSpec,
    "sounds": SourceSpec,
    "things": ThingSpec,
    "device": DevicePlace,
    "room": RoomSpec,
}
TITLES = {"people": "person", "sounds": "sound", "things": "thing", "device": "device", "room": "room"}
SKIPPED = frozenset({"name", "y_m", "corners", "walls"})


class Inspector(Card):
    """The form."""

    renamed = Signal(str, str)  # from, to

    def __init__(self, session: SessionModel, look: Look) -> None:
        super().__init__("Room")
        self._session, self._look = session, look
        self._fixes: dict[str, Fix | None] = {}
        self._lengths: set[str] = set()  # keys whose values are lengths or places
        self.name = ""
        self._shown: tuple[str, str] = ("", "")
        self.fields: dict[str, QLineEdit | QComboBox] = {}
        self.errors: dict[str, QLabel] = {}
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.viewport().setObjectName("clear")
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.add(self._area, 1)
        session.document_changed.connect(lambda part: self.refresh() if part in ("text", "whole", "all") else None)
        look.changed.connect(self._values)

    def show_thing(self, name: str) -> None:
        """Show what is chosen; nothing is the room itself."""
        self.name = name
        self._build()

    def refresh(self) -> None:
        """Take over the values of the text."""
        if (self.name, self._section()) == self._shown:
            self._values()
        else:
            self._build()

    def _section(self) -> str:
        return scene_edits.section_of(self._session.spec, self.name) if self.name else "room"

    def _path(self, key: str) -> list[str | int]:
        section = self._section()
        return [section, key] if section in ("room", "device") else [section, self.name, key]

    def _build(self) -> None:
        section = self._section()
        if not section:
            self.name, section = "", "room"
        self.title.setText(
            f"{self.name or 'Room'}" + (f" · {TITLES[section]}" if self.name and self.name != "device" else "")
        )
        inside = QWidget()
        inside.setObjectName("clear")
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 4, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        self.fields, self.errors = {}, {}
        self._lengths = set()
        row = 0
        if self.name and section != "device":
            called = QLineEdit(self.name)
            called.setFont(font())
            called.setAccessibleName(f"Name of {self.name}")
            called.editingFinished.connect(lambda: self._rename(called) if called.isModified() else None)
            grid.addWidget(label("name", "dim"), 0, 0)
            grid.addWidget(called, 0, 1)
            row = 2
        for field_name, field in MODELS[section].model_fields.items():
            if field_name in SKIPPED:
                continue
            key = "at" if field_name in ("x_m", "at") else scene_edits.key_of(field_name)
            words = label(key.replace("_", " "), "dim")
            words.setToolTip(sentence(MODELS[section], field_name))
            if field_name.endswith("_m") or get_args(field.annotation) == (float, float):
                self._lengths.add(key)
            widget = self._widget(key, field)
            widget.setToolTip(sentence(MODELS[section], field_name))
            widget.setAccessibleName(f"{self.name or 'room'} {key}")
            grid.addWidget(words, row, 0)
            grid.addWidget(widget, row, 1)
            problem = label("", "bad", size_px=SMALL_PX)
            problem.setWordWrap(True)
            problem.linkActivated.connect(lambda _, key=key: self._mend(key))
            problem.hide()
            grid.addWidget(problem, row + 1, 0, 1, 2)
            self.fields[key], self.errors[key] = widget, problem
            row += 2
        grid.setRowStretch(row, 1)
        self._shown = (self.name, section)
        _replace(self._area, inside)
        self._values()

    def _widget(self, key: str, field: FieldInfo) -> QLineEdit | QComboBox:
        if get_origin(field.annotation) is Literal:
            box = QComboBox()
            box.setFont(font())
            box.addItems([str(one) for one in get_args(field.annotation)])
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            box.textActivated.connect(lambda words: self._set(key, words))
            return box
        choices = self._choices(key)
        if choices:
            box = QComboBox()
            box.setFont(font())
            box.setEditable(True)
            box.addItems(choices)
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            box.textActivated.connect(lambda words: self._set(key, words))
            return box
        edit = QLineEdit()
        edit.setFont(font())
        edit.editingFinished.connect(lambda: self._set(key, edit.text()) if edit.isModified() else None)
        return edit

    def _rename(self, field: QLineEdit) -> None:
        field.setModified(False)
        self.renamed.emit(self.name, field.text().strip())

    def _choices(self, key: str) -> list[str]:
        """What a value may be, where the scene or the library knows."""
        if self._section() != "people":
            return []
        if key == "voice":
            return sorted(path.name for path in (ASSETS / "voices").iterdir() if path.is_dir())
        if key == "faces":
            return ["device", *(one.name for one in self._session.spec.people if one.name != self.name)]
        return []

    def _values(self) -> None:
        if not self._session.document.text:
            return
        text = SceneText(self._session.document.text)
        for key, widget in self.fields.items():
            raw = text.get(self._path(key))
            words = "" if raw is None else self._shown_value(key, _written(raw))
            if isinstance(widget, QComboBox):
                widget.setCurrentText(words or self._default(key))
            elif not widget.isModified():
                widget.setText(words)
                widget.setPlaceholderText(self._shown_value(key, self._default(key)))

    def _default(self, key: str) -> str:
        for name, field in MODELS[self._section()].model_fields.items():
            if scene_edits.key_of(name) == key:
                return "" if field.default is None or field.default is PydanticUndefined else str(field.default)
        return ""

    def _shown_value(self, key: str, written: str) -> str:
        return self._look.theme.lengths.shown(written) if key in self._lengths else written

    def _as_kept(self, key: str, typed: str) -> str:
        """What was typed, as the file has it."""
        if key not in self._lengths:
            return typed
        raw = SceneText(self._session.document.text).get(self._path(key))
        return self._look.theme.lengths.kept(typed, before="" if raw is None else _written(raw))

    def _set(self, key: str, words: str) -> None:
        document, widget, problem = self._session.document, self.fields[key], self.errors[key]
        words = self._as_kept(key, words)
        try:
            document.set_text(
                scene_edits.with_value(document.text, self._path(key), words),
                words=f"Set {self.name or 'room'} {key} to {words or 'usual'}",
            )
        except SceneError as error:
            said = error.problems[0]
            problem.setText(with_link(said.text, fix_of(said), self._look.theme.colours["focus"]))
            problem.show()
            self._fixes[key] = fix_of(said)
            _mark(widget, "wrong")
            return
        except EditError as error:
            problem.setText(with_link(f"{error}: it comes from a file that this scene uses", None, ""))
            problem.show()
            return
        problem.hide()
        _mark(widget, "")
        if isinstance(widget, QLineEdit):
            widget.setModified(False)
            self._values()

    def _mend(self, key: str) -> None:
        """Put in what the link under a value offers."""
        fix, widget = self._fixes.get(key), self.fields[key]
        if fix is not None and isinstance(widget, QLineEdit):
            widget.setText(widget.text().replace(fix.wrong, fix.right) if fix.wrong in widget.text() else fix.right)
            self._set(key, widget.text())


class Happenings(Card):
    """Timeline and checks of the scene as lists of lines that can be edited, added and taken away."""

    def __init__(
        self, session: SessionModel, look: Look, section: str, title: str, template: Callable[[], Mapping[str, object]]
    ) -> None:
        self._session, self._look, self._section, self._template = session, look, section, template
        self.plus = QPushButton("Add")
        self.plus.setObjectName("chip")
        self.plus.setFont(font(SMALL_PX, 500))
        self.plus.setAccessibleName(f"Add to {title}")
        self.plus.clicked.connect(self._add)
        super().__init__(title, [self.plus])
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.viewport().setObjectName("clear")
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.add(self._area, 1)
        self.lines: list[EntryLine] = []
        self.problems: dict[int, QLabel] = {}
        self._fixes: dict[int, Fix | None] = {}
        session.document_changed.connect(lambda part: self.refresh() if part in ("text", "whole", "all") else None)
        self.refresh()

    def refresh(self) -> None:
        """Show the entries of the text."""
        inside = QWidget()
        inside.setObjectName("clear")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(3)
        self.lines, self.problems, self._fixes, self._column = [], {}, {}, column
        text = self._session.document.text
        entries = (SceneText(text).get([self._section]) if text else None) or []
        for index, (entry, said) in enumerate(zip(entries, self._sentences(entries), strict=True)):
            line = EntryLine(_written(entry).removeprefix("{").removesuffix("}"), said)
            line.setAccessibleName(f"{self._section} {index + 1}")
            line.entered.connect(partial(self._complete, line))
            line.editingFinished.connect(lambda index=index, line=line: self._set(index, line))
            column.addWidget(line)
            self.lines.append(line)
        column.addStretch(1)
        _replace(self._area, inside)

    def _complete(self, line: EntryLine) -> None:
        """Offer words as soon as somebody types here."""
        if line.completer() is None:
            EntryCompleter(self._session, self._section, line)

    def _sentences(self, entries: Sequence[Mapping[str, object]]) -> list[str]:
        """What the entries say, one each."""
        if self._section == "timeline":
            return [happening(one) for one in entries]
        scene = self._session.document.scene
        said = [check.sentence for check in scene.expect] if scene is not None else []
        return said if len(said) == len(entries) else [""] * len(entries)

    def _add(self) -> None:
        document = self._session.document
        self._try(
            lambda: scene_edits.with_entry(document.text, self._section, self._template()),
            f"Add to {self._section}",
            None,
        )
        if self.lines:
            self.lines[-1].setFocus()

    def _set(self, index: int, line: EntryLine) -> None:
        if not line.isModified():
            return
        line.setModified(False)
        text = self._session.document.text
        if not line.text().strip():
            self._try(
                lambda: scene_edits.without_entry(text, self._section, index),
                f"Take {self._section} {index + 1} away",
                line,
            )
        else:
            words = "{" + line.text() + "}"
            self._try(
                lambda: scene_edits.with_value(text, [self._section, index], words),
                f"Change {self._section} {index + 1}",
                line,
            )

    def _try(self, change: Callable[[], str], words: str, line: EntryLine | None) -> None:
        try:
            self._session.document.set_text(change(), words=words)
        except (SceneError, EditError) as error:
            said = error.problems[0].text if isinstance(error, SceneError) else str(error)
            if line is None:
                self._session.notice.emit("warning", said)
                return
            _mark(line, "wrong")
            self._tell(line, said, fix_of(error.problems[0]) if isinstance(error, SceneError) else None)

    def _tell(self, line: EntryLine, said: str, fix: Fix | None) -> None:
        """Say under a line what is wrong with it, with the fix as a link."""
        place, column = self.lines.index(line), self._column
        problem = self.problems.get(place)
        if problem is None:
            problem = self.problems[place] = label("", "bad", size_px=SMALL_PX)
            problem.setWordWrap(True)
            column.insertWidget(column.indexOf(line) + 1, problem)
            problem.linkActivated.connect(lambda _: self._mend(place))
        self._fixes[place] = fix if fix is not None and fix.right else None
        problem.setText(with_link(said, self._fixes[place], self._look.theme.colours["focus"]))

    def _mend(self, place: int) -> None:
        fix, line = self._fixes[place], self.lines[place]
        if fix is not None:
            line.setText(line.text().replace(fix.wrong, fix.right, 1))
            line.setModified(True)
            self._set(place, line)


def _replace(area: QScrollArea, inside: QWidget) -> None:
    """Show other contents; the old ones go only when whatever they are just doing is done."""
    old = area.takeWidget()
    area.setWidget(inside)
    if old is not None:
        old.deleteLater()


def _written(raw: object) -> str:
    """A value as it stands in a file, in one line."""
    if isinstance(raw, dict):
        return "{" + ", ".join(f"{key}: {_written(value)}" for key, value in raw.items()) + "}"
    if isinstance(raw, list):
        return "[" + ", ".join(_written(one) for one in raw) + "]"
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return str(raw)


def _mark(widget: QWidget, name: str) -> None:
    widget.setObjectName(name)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
