"""Exports what one sees: PNG and PDF of the workspace, the run as film, the run as table. Each says which run it is."""

from __future__ import annotations

import csv
from pathlib import Path

from PySide6.QtCore import QMarginsF, QPoint, QPointF, QRectF, QSizeF
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter, QPixmap
from PySide6.QtWidgets import QWidget

from simulator.gui.look.theme import Theme
from simulator.gui.panels.ask import ask_file
from simulator.gui.panels.why import why
from simulator.gui.render import text
from simulator.gui.session_model import SessionModel
from simulator.gui.shell.filming import Filming
from simulator.gui.shell.window_protocol import Host
from simulator.onboard.messages import TICK_S
from simulator.runtime.digest import HOLDS, MODES, ZONES

STAMP_PX = 22
FILTERS = {
    "png": "Pictures (*.png)",
    "pdf": "Documents (*.pdf)",
    "mp4": "Films (*.mp4 *.webm *.gif)",
    "csv": "Tables (*.csv)",
}


def ask_and_export(window: Host, kind: str) -> None:
    """Ask where to, then write."""
    scene = window.session.document.scene
    name = f"{scene.name if scene else 'swivel'}-{window.current}.{kind}"
    ask_file(
        window.stack,
        "Export",
        save_as=name,
        folder=window.session.document.path.parent,
        filters=FILTERS[kind],
        then=lambda path: export(window, path),
    )


def export(window: Host, path: Path) -> None:
    """Write what the path's ending asks for; a mistake is told in the window."""
    session = window.session
    try:
        if path.suffix == ".png":
            save_picture(window.stack.currentWidget(), path, stamp(session), window.look.theme)
        elif path.suffix == ".pdf":
            save_document(window.stack.currentWidget(), path, session, window.look.theme)
        elif path.suffix == ".csv":
            save_table(session, path)
        elif path.suffix in (".mp4", ".webm", ".gif"):
            _film(window, path)
            return
        else:
            raise OSError(f"{path.name}: the ending must be png, pdf, mp4, webm, gif or csv")
    except OSError as error:
        window.banner.tell("error", f"{path}: cannot be written: {error.strerror or error}")
        return
    window.banner.tell("info", f"Exported {path.name}")


def _film(window: Host, path: Path) -> None:
    """A film from where the customer's view stands; one at a time."""
    if window.film is not None and window.film.running:
        window.banner.tell("warning", "A film is being made already; cancel it, or wait for it")
        return
    film = window.film = Filming(window, path, window.tune.room.rooms.customer.place)
    film.start()


def stamp(session: SessionModel) -> str:
    """Which run this is, and the moment under the playhead."""
    return f"{session.label.sentence}  ·  at {session.tick * TICK_S:.2f} s"


def save_picture(widget: QWidget | None, path: Path, words: str, theme: Theme) -> None:
    """The workspace as it looks, with a line that says which run it is."""
    assert widget is not None
    shot = widget.grab()
    ratio = shot.devicePixelRatio()
    whole = QPixmap(shot.width(), shot.height() + round(STAMP_PX * ratio))
    whole.setDevicePixelRatio(ratio)
    whole.fill(theme.colour("bg"))
    painter = QPainter(whole)
    painter.drawPixmap(0, 0, shot)
    text.plain(painter, theme, QPointF(widget.width() - 14, widget.height() + 14), words, align="right")
    painter.end()
    if not whole.save(str(path)):
        raise OSError(f"{path}: the picture cannot be written")


def save_document(widget: QWidget | None, path: Path, session: SessionModel, theme: Theme) -> None:
    """A report on one page: why, the workspace as vectors, the checks."""
    assert widget is not None
    if not path.parent.exists():
        raise FileNotFoundError(2, "there is no such folder", str(path))
    writer = QPdfWriter(str(path))
    writer.setTitle(stamp(session))
    writer.setResolution(144)
    wide, high = 1000.0, 1000.0 * widget.height() / widget.width() + 120 + 22 * len(session.checks)
    writer.setPageSize(QPageSize(QSizeF(wide / 72 * 25.4, high / 72 * 25.4), QPageSize.Unit.Millimeter))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    painter = QPainter(writer)
    painter.scale(2.0, 2.0)
    painter.fillRect(QRectF(0, 0, wide, high), theme.colour("bg"))
    text.plain(painter, theme, QPointF(24, 30), stamp(session), colour="text", weight=600)
    text.plain(painter, theme, QPointF(24, 52), why(session.moment, session.spec), colour="text")
    for line, mark in enumerate(session.checks):
        sign = {True: "✓", False: "×", None: "–"}[mark.passed]
        words = f"{sign}  {mark.text}  {mark.detail}"
        text.plain(painter, theme, QPointF(24, 76 + 22 * line), words, colour="bad" if mark.passed is False else "dim")
    painter.translate(0, 84 + 22 * len(session.checks))
    painter.scale(wide / widget.width(), wide / widget.width())
    widget.render(painter, QPoint(0, 0))
    painter.end()


def save_table(session: SessionModel, path: Path) -> None:
    """One row a tick: time, yaw, speed, goal, force, zone, mode, and the reason to be still."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["# " + stamp(session)])
        table.writerow(
            [
                "time_s",
                "yaw_deg",
                "rate_dps",
                "wanted_yaw_deg",
                "goal_yaw_deg",
                "force_n",
                "hand_nm",
                "zone",
                "mode",
                "still_because",
            ]
        )
        for tick, row in enumerate(session.run.rows):
            goal = f"{row['goal_yaw_deg']:.3f}" if row["goal_yaw_deg"] == row["goal_yaw_deg"] else ""
            table.writerow([
                f"{tick * TICK_S:.2f}", f"{row['yaw_deg']:.4f}", f"{row['rate_dps']:.4f}", f"{row['wanted_yaw_deg']:.4f}", goal,
                f"{row['force_n']:.4f}", f"{row['hand_nm']:.4f}",
                str(ZONES[row["zone"] - 1]) if row["zone"] else "", str(MODES[row["mode"]]),
                str(HOLDS[row["state"] - 1]) if row["state"] else "",
            ])  # fmt: skip
