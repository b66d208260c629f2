"""The row over the timeline that names the what-if under way and those that are kept; it is there only when there are any."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from simulator.gui import what_if_actions as do
from simulator.gui.look.theme import SMALL_PX, font
from simulator.gui.panels.basics import button, label
from simulator.gui.session_model import SessionModel


class WhatIfBar(QWidget):
    """Names and what can be done with them."""

    def __init__(self, session: SessionModel) -> None:
        super().__init__()
        self._session = session
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        session.what_ifs_changed.connect(self._fill)
        session.document_changed.connect(lambda part: self._fill() if part == "all" else None)
        self._fill()

    def _fill(self) -> None:
        while (item := self._row.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        found, session = self._session.what_ifs, self._session
        if found.open is not None:
            self._row.addWidget(label(found.open.words, "changed", size_px=SMALL_PX, weight=600))
            tip = "Back to the whole run; this one is kept beside it"
            ended = button("End and keep", partial(do.end, session), kind="chip", tip=tip)
            ended.setFont(font(SMALL_PX, 500))
            self._row.addWidget(ended)
        for one in found.kept:
            made = button(one.name, lambda: None, kind="chip", tip=f"{one.words}: take its knobs, or delete it")
            made.setFont(font(SMALL_PX, 500))
            menu = QMenu(made)
            menu.addAction("Take its knobs for the whole run", partial(do.take, session, one.name))
            menu.addAction("Delete", partial(do.drop, session, one.name))
            made.setMenu(menu)
            self._row.addWidget(made)
        self._row.addStretch(1)
        self.setVisible(found.open is not None or bool(found.kept))
