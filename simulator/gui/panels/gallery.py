"""A page of scenes with pictures, claims and tags to begin with: templates, recent ones, and the whole library; found by a few letters."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from simulator.gui.look.fence import fenced
from simulator.gui.look.theme import BODY_PX, Theme, font
from simulator.gui.panels.basics import button, label, parent_of
from simulator.gui.panels.offer import Offer
from simulator.gui.render import room
from simulator.gui.views.canvas import Look
from simulator.scene.errors import SceneError
from simulator.world.spec import WorldSpec

PICTURE = QSize(132, 96)
CELL = QSize(196, 156)
LOAD_MS = 12  # between two scenes that are read for their picture, so that the window stays quick


class Gallery(QFrame):
    """Over the whole window until something is chosen or Escape is pressed."""

    def __init__(self, parent: QWidget, look: Look) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._look = look
        self.offers: list[Offer] = []
        self._waiting: list[int] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        self.title = label("", "title", size_px=14, weight=600)
        self.search = QLineEdit()
        self.search.setFont(font(BODY_PX + 1))
        self.search.setPlaceholderText("Search names, claims and tags")
        self.search.setAccessibleName("Search scenes")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        top = QHBoxLayout()
        top.addWidget(self.title)
        top.addWidget(self.search, 1)
        top.addWidget(button("Close", self.hide, tip="Back to the open scene (Escape)"))
        column.addLayout(top)
        self.list = QListWidget()
        self.list.setFont(font())
        self.list.setAccessibleName("Scenes")
        self.list.setViewMode(QListWidget.ViewMode.IconMode)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setMovement(QListWidget.Movement.Static)
        self.list.setIconSize(PICTURE)
        self.list.setGridSize(CELL)
        self.list.setWordWrap(True)
        self.list.setUniformItemSizes(True)
        self.list.itemActivated.connect(self._open)
        self.list.itemClicked.connect(self._open)
        column.addWidget(self.list, 1)
        self._timer = QTimer(self)
        self._timer.setInterval(LOAD_MS)
        self._timer.timeout.connect(self._load_one)
        self.hide()

    def offer(self, title: str, offers: Sequence[Offer]) -> None:
        """Show scenes; their pictures come one by one."""
        self.title.setText(title)
        self.offers = list(offers)
        self.list.clear()
        for one in self.offers:
            item = QListWidgetItem(one.title)
            item.setToolTip("\n".join(filter(None, (one.title, one.group, one.detail))))
            item.setData(Qt.ItemDataRole.UserRole, f"{one.title} {one.group} {one.detail}".lower())
            item.setIcon(QIcon(self._empty()))
            self.list.addItem(item)
        self._waiting = list(range(len(self.offers)))
        self._timer.start()
        self.search.clear()
        self.place()
        self.show()
        self.raise_()
        self.list.setCurrentRow(0)
        self.search.setFocus()

    def place(self) -> None:
        """Over the whole window, under the top bar."""
        over = parent_of(self)
        self.setGeometry(8, 50, over.width() - 16, over.height() - 58)

    def _filter(self, typed: str) -> None:
        words = typed.lower().split()
        first = None
        for row in range(self.list.count()):
            item = self.list.item(row)
            found = str(item.data(Qt.ItemDataRole.UserRole))
            shown = all(word in found for word in words)
            item.setHidden(not shown)
            first = row if first is None and shown else first
        if first is not None:
            self.list.setCurrentRow(first)

    def _open(self, item: QListWidgetItem) -> None:
        self.hide()
        self.offers[self.list.row(item)].open()

    def _load_one(self) -> None:
        if not self._waiting or not self.isVisible():
            self._timer.stop()
            return
        row = self._waiting.pop(0)
        item, offer = self.list.item(row), self.offers[row]
        try:
            scene = offer.read()
        except (SceneError, OSError, UnicodeDecodeError) as error:
            item.setToolTip(f"{offer.title}\n{str(error).splitlines()[0]}")
            return
        tags = ", ".join(scene.tags)
        item.setToolTip("\n".join(filter(None, (offer.title, scene.claim, offer.group, tags, offer.detail))))
        item.setData(Qt.ItemDataRole.UserRole, f"{item.data(Qt.ItemDataRole.UserRole)} {scene.claim} {tags}".lower())
        item.setIcon(QIcon(picture(scene.spec, self._look.theme)))

    def _empty(self) -> QPixmap:
        made = QPixmap(PICTURE)
        made.fill(self._look.theme.colour("raised"))
        return made

    @fenced
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys walk among the scenes, Enter opens, Escape closes."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self.hide()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                item = self.list.currentItem()
                if item is not None and not item.isHidden():
                    self._open(item)
                return True
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self.list.setFocus()
                return True
        return bool(super().eventFilter(watched, event))


def picture(spec: WorldSpec, theme: Theme) -> QPixmap:
    """A small plan of a room: walls, furniture, the device and who is there."""
    made = QPixmap(PICTURE)
    made.fill(theme.colour("card"))
    painter = QPainter(made)
    area = QRectF(0, 0, PICTURE.width(), PICTURE.height())
    frame = room.RoomFrame(spec, area)
    room.draw_ground(painter, frame, spec, theme, (), grid=False)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("text"))
    for person in spec.people:
        painter.drawEllipse(frame.to_px(*person.at), 4, 4)
    painter.setBrush(theme.colour("voice"))
    for source in spec.sources:
        painter.drawEllipse(frame.to_px(*source.at), 3, 3)
    painter.setBrush(theme.colour("focus"))
    painter.drawEllipse(frame.to_px(spec.device.x_m, spec.device.y_m), 5, 5)
    painter.end()
    return made
