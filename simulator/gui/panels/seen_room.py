"""A room as plan or as people see it: the switch, from where, and the whole screen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QStackedWidget, QVBoxLayout, QWidget

from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.panels.basics import Segments, button
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Look
from simulator.gui.views.customer_view import CustomerView
from simulator.gui.views.room_view import RoomView
from simulator.world.camera.customer_place import Place

PLACES: tuple[tuple[Place, str], ...] = (("third", "From a corner"), ("above", "From above"), ("walk", "Walk about"))
VIEWS: dict[str, Place] = {view: view for view in ("eye", *(view for view, _ in PLACES))}
HEAD_PX = 26  # of the row over the room, as high as its chips
WALK_WORDS = "W A S D or the arrows walk and turn; drag to look around"


class PlaceChoice(QComboBox):
    """From where: somebody's eyes, a corner, above, or on foot."""

    def __init__(self, session: SessionModel, view: CustomerView) -> None:
        super().__init__()
        self._session, self._view = session, view
        self.setFont(font(SMALL_PX))
        self.setAccessibleName("From where the room is seen")
        self.setToolTip(f"From where. On foot: {WALK_WORDS}")
        self.setMinimumContentsLength(9)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.activated.connect(self._go)
        session.document_changed.connect(lambda part: self.fill() if part in ("all", "text", "whole") else None)
        self.fill()

    def fill(self) -> None:
        """The people of the scene that is open, and the places that every room has."""
        chosen = self.currentData()
        self.clear()
        for person in self._session.spec.people:
            self.addItem(f"{person.name}'s eyes", f"eye:{person.name}")
        for view, words in PLACES:
            self.addItem(words, f"{view}:")
        self.setCurrentIndex(max(0, self.findData(chosen)))
        self._go()

    def choose(self, view: Place, who: str = "") -> None:
        """Go there."""
        self.setCurrentIndex(max(0, self.findData(f"{view}:{who}")))
        self._go()

    def _go(self) -> None:
        name, _, who = self.currentData().partition(":")
        view = VIEWS[name]
        if (self._view.place.view, self._view.place.who) != (view, who):
            self._view.look_from(view, who)
        if view == "walk":
            self._view.setFocus()


class SeenRoom(QStackedWidget):
    """The plan, and the customer's view in its place."""

    def __init__(
        self, session: SessionModel, look: Look, plan: RoomView, *, others: Sequence[tuple[str, str, QWidget]] = ()
    ) -> None:
        """`others` are further views in the same place: key, name and widget."""
        super().__init__()
        self._session, self._look = session, look
        self._full: QWidget | None = None
        self.customer = CustomerView(session, look)
        self.customer.asked_full.connect(self.fill_screen)
        self._views: dict[str, QWidget] = {"plan": plan, "seen": self.customer}
        self._views.update({key: widget for key, _, widget in others})
        for view in self._views.values():
            self.addWidget(view)
        names = [("plan", "Room"), ("seen", "Customer"), *((key, name) for key, name, _ in others)]
        self.kind = Segments(names, tips={
            "plan": "The room from above, with zones and beliefs",
            "seen": "The room as people in it see it, with the display that turns",
        })  # fmt: skip
        self.kind.setFixedHeight(HEAD_PX)
        self.kind.set_low()
        self.kind.choose("plan")
        self.place = PlaceChoice(session, self.customer)
        self.full = button(
            "Full screen", self.fill_screen, kind="chip", tip="This view on the whole screen; Esc leaves it"
        )
        self.full.setFont(font(SMALL_PX, 500))
        self.place.setFixedHeight(HEAD_PX)
        self.tools = (self.place, self.full)
        for tool in self.tools:
            tool.hide()

    def show_kind(self, kind: str) -> None:
        """Bring the plan, the customer's view or another one to the front."""
        self.kind.choose(kind)
        self.setCurrentWidget(self._views[kind])
        for tool in self.tools:
            if tool.parentWidget() is not None:  # not every room has a place for them
                tool.setVisible(kind == "seen")

    def fill_screen(self) -> None:
        """Show the same place on the whole screen."""
        if self._full is not None:
            return
        whole = self._full = QWidget(self.window(), Qt.WindowType.Window)
        whole.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        whole.setWindowTitle("Swivel: customer's view")
        view = CustomerView(self._session, self._look)
        view.place = self.customer.place
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(view)
        session = self._session
        for keys, run in (
            ("Escape", whole.close),
            ("F11", whole.close),
            ("Space", lambda: session.play(not session.head.playing)),
            ("Home", lambda: session.seek(0)),
        ):
            QShortcut(QKeySequence(keys), whole).activated.connect(run)
        view.asked_full.connect(whole.close)
        whole.destroyed.connect(self._left)
        whole.showFullScreen()
        view.setFocus()

    def _left(self) -> None:
        self._full = None
