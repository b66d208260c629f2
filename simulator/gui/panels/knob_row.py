"""One knob: its name by feel, its typed value with unit, and a slider with a tick at the preset's value."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QMenu, QSlider, QVBoxLayout, QWidget

from simulator.gui.look.fence import fenced
from simulator.gui.look.painting import painting
from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.panels import typed
from simulator.gui.panels.basics import Elided
from simulator.gui.range_sketches import RangeSketches
from simulator.gui.views.canvas import Look
from simulator.gui.views.range_strip_view import RangeStrip, guards_of
from simulator.onboard.tuning import Leaf, TuningError, Value
from simulator.workbench.lengths import METRES
from simulator.workbench.new_scene import title

STEPS = 1000
HANDLE_PX = 6.0


class KnobSlider(QSlider):
    """A slider that shows the preset's value as a tick and how far the knob is from it."""

    moved_to = Signal(float)  # share of the range
    let_go = Signal()
    nudged = Signal(float)
    reset = Signal()

    def __init__(self, look: Look, name: str) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._look, self._preset = look, 0.0
        self.setRange(0, STEPS)
        self.setAccessibleName(name)
        self.setFixedHeight(18)
        look.changed.connect(self.update)

    def show_value(self, share: float, preset: float) -> None:
        """Move without telling anybody."""
        self._preset = preset
        self.blockSignals(True)
        self.setValue(round(share * STEPS))
        self.blockSignals(False)
        self.update()

    @fenced
    def paintEvent(self, _: QPaintEvent) -> None:
        """Groove, way from the preset, tick, handle."""
        theme = self._look.theme
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            y, now, preset = self.height() / 2, self._x(self.value() / STEPS), self._x(self._preset)
            changed = abs(self.value() / STEPS - self._preset) > 0.5 / STEPS
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("line"))
            painter.drawRoundedRect(QRectF(HANDLE_PX, y - 1.5, self.width() - 2 * HANDLE_PX, 3), 1.5, 1.5)
            painter.setBrush(theme.colour("dim"))
            painter.drawRoundedRect(
                QRectF(HANDLE_PX, y - 1.5, max(0.0, (min(now, preset) if changed else now) - HANDLE_PX), 3), 1.5, 1.5
            )
            if changed:
                painter.setBrush(theme.colour("changed"))
                painter.drawRect(QRectF(min(now, preset), y - 1.5, abs(now - preset), 3))
            painter.setPen(theme.pen("changed" if changed else "strong", width=1.5))
            painter.drawLine(QPointF(preset, y - 6), QPointF(preset, y + 6))
            painter.setPen(theme.pen("focus" if self.hasFocus() else "card", width=2.0))
            painter.setBrush(theme.colour("text"))
            radius = HANDLE_PX + (1.0 if self.isSliderDown() else 0.0)
            painter.drawEllipse(QPointF(now, y), radius, radius)

    @fenced
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold where the mouse is."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.setSliderDown(True)
            self.moved_to.emit(self._share(event.position().x()))

    @fenced
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag."""
        if self.isSliderDown():
            self.moved_to.emit(self._share(event.position().x()))

    @fenced
    def mouseReleaseEvent(self, _: QMouseEvent) -> None:
        """Let go."""
        if self.isSliderDown():
            self.setSliderDown(False)
            self.let_go.emit()
            self.update()

    @fenced
    def mouseDoubleClickEvent(self, _: QMouseEvent) -> None:
        """Back to the preset's value."""
        self.setSliderDown(False)
        self.reset.emit()

    @fenced
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Left to the list, so that scrolling never turns a knob by accident."""
        event.ignore()

    @fenced
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys 1 % of the range, with Shift 10 %, with Alt 0.1 %; Home is the preset's value."""
        signs = {Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1}
        big = {Qt.Key.Key_PageUp: 1, Qt.Key.Key_PageDown: -1}
        key = Qt.Key(event.key())
        if key in signs or key in big:
            self.nudged.emit((signs.get(key) or big[key]) * (typed.COARSE if key in big else share_of(event)))
        elif key == Qt.Key.Key_Home:
            self.reset.emit()
        else:
            super().keyPressEvent(event)

    def _x(self, share: float) -> float:
        return HANDLE_PX + share * (self.width() - 2 * HANDLE_PX)

    def _share(self, x: float) -> float:
        return min(1.0, max(0.0, (x - HANDLE_PX) / max(1.0, self.width() - 2 * HANDLE_PX)))


class ValueEdit(QLineEdit):
    """A typed value; arrow keys turn it as they turn the slider."""

    nudged = Signal(float)

    @fenced
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down turn the knob, Escape gives up."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.nudged.emit(share_of(event) * (1 if event.key() == Qt.Key.Key_Up else -1))
        elif event.key() == Qt.Key.Key_Escape and self.isModified():
            self.undo()
            self.setModified(False)
            self.clearFocus()
        else:
            super().keyPressEvent(event)

    @fenced
    def focusInEvent(self, event: QFocusEvent) -> None:
        """Everything is selected, ready to be typed over."""
        super().focusInEvent(event)
        self.selectAll()


class KnobRow(QWidget):
    """One knob of the panel."""

    turned = Signal(str, object, str)  # path, value, gesture
    released = Signal()
    refused = Signal(str)

    touched = Signal(str)  # somebody is at the knob: its path
    scene_wanted = Signal(str)  # a scene in which one sees the knob: its path inside the library

    def __init__(self, look: Look, leaf: Leaf, sketches: RangeSketches | None = None) -> None:
        super().__init__()
        self.leaf, self._look = leaf, look
        self._sketches = sketches
        self.strip: RangeStrip | None = None
        self._now: Value = leaf.default
        self._preset: Value = leaf.default
        self._expert = False
        self._shown = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(1)
        row = QHBoxLayout()
        row.setSpacing(6)
        self.name = Elided(look, leaf.label)
        row.addWidget(self.name, 1)
        column.addLayout(row)
        self.slider: KnobSlider | None = None
        self.edit: ValueEdit | None = None
        self.box: QComboBox | None = None
        self.switch: QCheckBox | None = None
        if leaf.kind in ("number", "whole"):
            self._numeric(look, row, column)
        elif leaf.kind == "switch":
            self.switch = QCheckBox()
            self.switch.setAccessibleName(leaf.label)
            self.switch.clicked.connect(lambda on: self._turn_and_release(bool(on)))
            row.addWidget(self.switch)
        else:
            self.box = QComboBox()
            self.box.setFont(font())
            self.box.addItems(list(leaf.choices))
            self.box.setAccessibleName(leaf.label)
            self.box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.box.textActivated.connect(self._turn_and_release)
            column.addWidget(self.box)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        look.changed.connect(self._look_changed)
        self._tell()

    def _numeric(self, look: Look, row: QHBoxLayout, column: QVBoxLayout) -> None:
        self.edit = ValueEdit()
        self.edit.setObjectName("value")
        self.edit.setFont(font())
        self.edit.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.edit.setFixedWidth(106)
        self.edit.setAccessibleName(f"{self.leaf.label}, value")
        self.edit.editingFinished.connect(self._typed)
        self.edit.nudged.connect(self._nudged)
        row.addWidget(self.edit)
        self.slider = KnobSlider(look, self.leaf.label)
        self.slider.moved_to.connect(self._slid)
        self.slider.let_go.connect(self.released)
        self.slider.nudged.connect(self._nudged)
        self.slider.reset.connect(self.to_preset)
        column.addWidget(self.slider)
        if self._sketches is not None:
            self.strip = RangeStrip(look, self._sketches, self.leaf.path, inset_px=HANDLE_PX)
            column.addWidget(self.strip)

    @fenced
    def enterEvent(self, event: QEnterEvent) -> None:
        """The mouse comes to the knob."""
        super().enterEvent(event)
        self.touched.emit(self.leaf.path)

    @property
    def changed(self) -> bool:
        """Whether the knob is not at its preset's value."""
        return self._now != self._preset

    def show_value(self, now: Value, preset: Value) -> None:
        """Show a value without turning the knob."""
        typing = self.edit is not None and (self.edit.isModified() or self.edit.objectName() == "wrong")
        if self._shown and now == self._now and preset == self._preset and not typing:
            return
        self._shown = True
        self._now, self._preset = now, preset
        if self.edit is not None and self.slider is not None:
            words = self._words(now)
            if self.edit.text() != words and not (self.edit.hasFocus() and self.edit.isModified()):
                self.edit.setText(words)
                self.edit.setModified(False)
            self._mark_wrong(False)
            self.slider.show_value(self._share(now), self._share(preset))
        if self.switch is not None:
            self.switch.setChecked(bool(now))
        if self.box is not None:
            if self.box.findText(str(now)) < 0:  # the name of something that another package brings
                self.box.addItem(str(now))
            self.box.setCurrentText(str(now))
        self._tell()

    def set_expert(self, on: bool) -> None:
        """Show the knob's address instead of its name by feel."""
        self._expert = on
        self._tell()

    def to_preset(self) -> None:
        """Back to the preset's value."""
        self._turn_and_release(self._preset)

    def _slid(self, share: float) -> None:
        leaf = self.leaf
        assert leaf.low is not None
        assert leaf.high is not None
        value = leaf.low + round(share * (leaf.high - leaf.low) / leaf.step) * leaf.step
        value = round(min(max(value, leaf.low), leaf.high), 6)
        self.turned.emit(leaf.path, round(value) if leaf.kind == "whole" else value, f"slide {leaf.path}")

    def _nudged(self, share: float) -> None:
        self.turned.emit(self.leaf.path, typed.stepped(self.leaf, self._now, share=share), f"keys {self.leaf.path}")

    def _typed(self) -> None:
        assert self.edit is not None
        if not self.edit.isModified():
            return
        self.edit.setModified(False)
        try:
            value = typed.typed(self.leaf, self.edit.text(), now=self._now, lengths=self._look.theme.lengths)
        except TuningError as error:
            self._mark_wrong(True)
            self.edit.setToolTip(str(error))
            self.refused.emit(str(error))
            return
        self._turn_and_release(value)
        self.edit.setText(self._words(self._now))
        self.edit.setModified(False)

    def _turn_and_release(self, value: Value) -> None:
        self.turned.emit(self.leaf.path, value, "")
        self.released.emit()

    def _mark_wrong(self, wrong: bool) -> None:
        assert self.edit is not None
        name = "wrong" if wrong else "value"
        if self.edit.objectName() != name:
            self.edit.setObjectName(name)
            self.edit.style().unpolish(self.edit)
            self.edit.style().polish(self.edit)
        if not wrong:
            self.edit.setToolTip("")

    def _tell(self) -> None:
        leaf, lengths = self.leaf, self._look.theme.lengths
        words = leaf.path if self._expert else lengths.in_words(leaf.label)
        self.name.set(f"●  {words}" if self.changed else words, colour="changed" if self.changed else "text")
        said = "<br>".join(filter(None, (leaf.path, typed.bounds(leaf, lengths))))
        was = f"\nscene's own: {self._words(self._preset)}" if self.changed else ""
        guards = [title(Path(scene)) for scene in guards_of(frozenset({leaf.path}))]
        was += f"\nseen in the scenes: {', '.join(guards)}" if guards else ""
        self.name.setToolTip(
            f"<b>{lengths.in_words(leaf.label)}</b><br>{lengths.in_words(leaf.sentence)}<br><span>{said}{was}</span>".replace(
                "\n", "<br>"
            )
        )

    def _menu(self, at: QPoint) -> None:
        leaf = self.leaf
        menu = QMenu(self)
        menu.setFont(font(SMALL_PX))
        for words in (
            leaf.path,
            typed.bounds(leaf, self._look.theme.lengths),
            leaf.sentence,
        ):
            if words:
                menu.addAction(words).setEnabled(False)
        menu.addSeparator()
        menu.addAction(f"Back to {self._words(self._preset)}", self.to_preset).setEnabled(self.changed)
        guards = guards_of(frozenset({leaf.path}))
        used = menu.addMenu("Open a scene that shows it")
        used.setEnabled(bool(guards))
        for scene in guards:
            used.addAction(title(Path(scene)), partial(self.scene_wanted.emit, scene))
        menu.addAction("Copy name and value", lambda: QGuiApplication.clipboard().setText(f"{leaf.path}={self._now}"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(at))

    def _words(self, value: Value) -> str:
        return typed.shown(self.leaf, value, self._look.theme.lengths)

    def _look_changed(self) -> None:
        """The unit of lengths may be another one."""
        if self.leaf.unit == METRES.unit and self._shown:
            self._shown = False
            self.show_value(self._now, self._preset)
        self._tell()

    def _share(self, value: Value) -> float:
        leaf = self.leaf
        assert leaf.low is not None
        assert leaf.high is not None
        return (float(value) - leaf.low) / (leaf.high - leaf.low)


def share_of(event: QKeyEvent) -> float:
    """How far an arrow key goes, by the keys held with it."""
    if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
        return typed.COARSE
    return typed.FINE if event.modifiers() & Qt.KeyboardModifier.AltModifier else typed.NORMAL
