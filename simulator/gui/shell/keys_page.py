"""The page of keys, made from the commands, inside the screen and in the window's own colours."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTextBrowser, QWidget

from simulator.workbench.command_list import Commands, keys_table

WIDE_PX, HIGH_PX = 560, 680


class KeysPage(QTextBrowser):
    """A page of its own beside the work."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowFlag(Qt.WindowType.Tool)
        self.setWindowTitle("Keys")
        self.setAccessibleName("All keys")

    def show_keys(self, commands: Commands) -> None:
        """Show it over the middle of the window."""
        words = keys_table(commands).replace("Made from the window's list of commands by `make docs`. ", "")
        self.setMarkdown(words)
        over = self.parentWidget()
        assert over is not None
        wide, high = min(WIDE_PX, over.width() - 40), min(HIGH_PX, over.height() - 60)
        self.resize(wide, high)
        self.move(over.mapToGlobal(over.rect().center()) - self.rect().center())
        self.show()
        self.raise_()
