"""The panel of a served room: its address, who is connected, who has the screen, and what apps were told last."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QColor, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.panels.basics import button, label
from simulator.gui.serving_session import ServingSession
from simulator.gui.views.canvas import Look
from simulator.server.window_pipe import AnswerNow, ClientNow

WIDTH_PX, HEIGHT_PX = 460, 560
OFF = "Apps on this computer can move this display: a web page, a Python program, a test. What they do is recorded."


class ServingPanel(QWidget):
    """A small window beside the big one."""

    def __init__(self, serving: ServingSession, look: Look, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Tool)
        self._serving, self._look = serving, look
        self.setWindowTitle("Serve this room")
        self.setAccessibleName("Serve this room")
        self.resize(WIDTH_PX, HEIGHT_PX)
        self.words = label(OFF, "dim", size_px=SMALL_PX)
        self.words.setWordWrap(True)
        self.address = label("", "title", weight=600)
        self.address.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.go = button("Serve", self._go, kind="main")
        self.page = button("Open the page", self._open_page, tip="In a browser: room, device and buttons")
        self.copy = button(
            "Copy the link", self._copy, tip="The address with a token: whoever has it may move the display"
        )
        self.clients = _list("Who is connected")
        self.answers = _list("Last answers")
        self._tokens = label("", "dim", size_px=SMALL_PX)
        self._tokens.setWordWrap(True)
        self._moves = label("", size_px=SMALL_PX)
        self._moves.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addWidget(self.words)
        column.addWidget(self.address)
        row = QHBoxLayout()
        for one in (self.go, self.page, self.copy):
            row.addWidget(one, 1)
        column.addLayout(row)
        column.addWidget(self._tokens)
        column.addWidget(label("Who is connected", "dim", size_px=SMALL_PX))
        column.addWidget(self.clients, 2)
        column.addWidget(self._moves)
        column.addWidget(label("Last answers", "dim", size_px=SMALL_PX))
        column.addWidget(self.answers, 5)
        serving.changed.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what is so now."""
        serving = self._serving
        on, served, status = serving.state != "off", serving.served, serving.status
        self.go.setText({"off": "Serve", "starting": "Starting…", "serving": "Stop serving"}[serving.state])
        self.go.setAccessibleName(self.go.text())
        for one in (self.page, self.copy):
            one.setEnabled(served is not None)
        self.address.setText("" if served is None else served.address)
        self.address.setVisible(served is not None)
        self.words.setVisible(not on)
        self._tokens.setText("" if served is None else f"Python finds its token in {served.token_file}.")
        self._tokens.setVisible(served is not None)
        clients = () if status is None else status.clients
        _fill(self.clients, [(client_words(one), "text") for one in clients] or [("nobody", "faint")])
        self._moves.setText("" if status is None else f"Screen at {status.yaw_deg:g}°: {status.why}")
        answers = () if status is None else status.answers
        theme_of = {True: "text", False: "changed"}
        _fill(self.answers, [(answer_words(one), theme_of[one.good]) for one in answers] or [("none yet", "faint")])
        for box in (self.clients, self.answers):
            for row in range(box.count()):
                item = box.item(row)
                item.setForeground(QColor(self._look.theme.colours[str(item.data(COLOUR))]))

    def shut(self) -> None:
        """The window closes: end the server without a word."""
        self._serving.blockSignals(True)
        self._serving.stop()

    def _go(self) -> None:
        if self._serving.state == "off":
            self._serving.start()
        else:
            self._serving.stop()

    def _open_page(self) -> None:
        if self._serving.served is not None:
            QDesktopServices.openUrl(QUrl(self._serving.served.page))

    def _copy(self) -> None:
        if self._serving.served is not None:
            QGuiApplication.clipboard().setText(self._serving.served.page)


COLOUR = Qt.ItemDataRole.UserRole


def client_words(client: ClientNow) -> str:
    """Who that is, and what is theirs."""
    lease = "" if client.lease_s is None else f" · has the screen for another {client.lease_s:g} s"
    waits = f" · {client.open_commands} open" if client.open_commands else ""
    return f"{client.name} (may {client.scope}){lease}{waits}"


def answer_words(answer: AnswerNow) -> str:
    """A command and what became of it."""
    kind = "" if answer.sentence.startswith(answer.kind) else f"{answer.kind}. "
    return f"{answer.client}: {answer.command or 'not a command'} → {kind}{answer.sentence}"


def _list(name: str) -> QListWidget:
    made = QListWidget()
    made.setFont(font(SMALL_PX))
    made.setWordWrap(True)
    made.setAccessibleName(name)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return made


def _fill(box: QListWidget, rows: list[tuple[str, str]]) -> None:
    """Rows with their colours; an unchanged list keeps its place."""
    shown = [(box.item(row).text(), box.item(row).data(COLOUR)) for row in range(box.count())]
    if shown == rows:
        return
    box.clear()
    for text, colour in rows:
        item = QListWidgetItem(text)
        item.setData(COLOUR, colour)
        box.addItem(item)
