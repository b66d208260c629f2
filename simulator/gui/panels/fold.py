"""Parts that stand beside one another while there is room, and one at a time under a row of names when there is not."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from simulator.gui.look.fence import fenced
from simulator.gui.panels.basics import Segments


class Fold(QWidget):
    """Holds a splitter (with others inside it), and hides all parts but one when the splitter would be too small."""

    def __init__(
        self, whole: QSplitter, parts: Sequence[tuple[str, QWidget]], *, groups: Sequence[QSplitter] = ()
    ) -> None:
        """`groups` are the splitters inside `whole`: one whose parts are all hidden is hidden too."""
        super().__init__()
        self._whole, self._groups = whole, list(groups)
        self._parts = dict(parts)
        self.folded = False
        self._chosen = parts[0][0]
        self.names = Segments([(name, name) for name, _ in parts])
        self.names.chosen.connect(self.choose)
        self.names.choose(self._chosen)
        self.names.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.names)
        column.addWidget(whole, 1)

    def choose(self, name: str) -> None:
        """Bring one part to the front; without effect for the eye while all are shown."""
        self._chosen = name
        self.names.choose(name)
        self._arrange()

    def open_size(self) -> QSize:
        """The least room that all parts need beside one another."""
        return self._least(self._whole)

    def minimumSizeHint(self) -> QSize:
        """Folded, it needs the room of its largest part and of the names."""
        parts = [part.minimumSizeHint().expandedTo(part.minimumSize()) for part in self._parts.values()]
        names = self.names.sizeHint()
        wide = max(names.width(), *(size.width() for size in parts))
        return QSize(wide, names.height() + 4 + max(size.height() for size in parts))

    @fenced
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold or unfold."""
        super().resizeEvent(event)
        least = self.open_size()
        folded = event.size().width() < least.width() or event.size().height() < least.height()
        if folded != self.folded:
            self.folded = folded
            self._arrange()

    def _arrange(self) -> None:
        self.names.setVisible(self.folded)
        for name, part in self._parts.items():
            part.setVisible(not self.folded or name == self._chosen)
        for group in self._groups:
            group.setVisible(any(not one.isHidden() for one in _parts(group)))

    def _least(self, one: QWidget) -> QSize:
        """What a splitter needs with all its parts shown; Qt's own hint leaves out hidden ones."""
        if not isinstance(one, QSplitter):
            return one.minimumSizeHint().expandedTo(one.minimumSize())
        sizes = [self._least(part) for part in _parts(one)]
        gaps = one.handleWidth() * (len(sizes) - 1)
        wide, high = [size.width() for size in sizes], [size.height() for size in sizes]
        if one.orientation().name == "Horizontal":
            return QSize(sum(wide) + gaps, max(high))
        return QSize(max(wide), sum(high) + gaps)


def _parts(one: QSplitter) -> list[QWidget]:
    return [part for place in range(one.count()) if (part := one.widget(place)) is not None]
