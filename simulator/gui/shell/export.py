"""Exports what one sees: PNG and PDF of the workspace, the run as film, the run as table. Each says which run it is."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QMarginsF, QPoint, QPointF, QProcess, QRectF, QSizeF, QTimer
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter, QPixmap
from PySide6.QtWidgets import QWidget

from simulator.gui.look.theme import Theme
from simulator.gui.panels.ask import ask_file
from simulator.gui.panels.why import why
from simulator.gui.processes.child_environment import complained
from simulator.gui.render import room, text, timeline
from simulator.gui.session_model import SessionModel
from simulator.gui.shell.window_protocol import Host
from simulator.onboard.messages import TICK_S
from simulator.runtime.digest import HOLDS, MODES, ZONES

STAMP_PX = 22
FILM_FPS, FILM_SIZE = 25, (1280, 720)
FILTERS = {"png": "Pictures (*.png)", "pdf": "Documents (*.pdf)", "mp4": "Films (*.mp4 *.gif)", "csv": "Tables (*.csv)"}


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
        elif path.suffix in (".mp4", ".gif"):
            Film(window, path).start()
            return
        else:
            raise OSError(f"{path.name}: the ending must be png, pdf, mp4, gif or csv")
    except OSError as error:
        window.banner.tell("error", f"{path}: cannot be written: {error.strerror or error}")
        return
    window.banner.tell("info", f"Exported {path.name}")


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


class Film:
    """The run as film: room and timeline, frame by frame, through ffmpeg."""

    def __init__(self, window: Host, path: Path) -> None:
        self._window, self._path = window, path
        self._process = QProcess(window.stack)
        self._frames = self._images()
        window.film = self  # a film under way lives as long as its window

    def start(self) -> None:
        """Begin; the window stays usable while the film is made."""
        tool = shutil.which("ffmpeg")
        if tool is None:
            self._window.banner.tell(
                "error",
                "Films need the program ffmpeg, which is not installed; a picture or a table can be exported without it",
            )
            return
        wide, high = FILM_SIZE
        raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{wide}x{high}", "-r", str(FILM_FPS), "-i", "-"]
        if self._path.suffix == ".gif":
            shape = ["-vf", "fps=12,scale=800:-1:flags=lanczos,split[a][b];[a]palettegen[p];[b][p]paletteuse"]
        else:
            shape = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "20"]
        self._process.finished.connect(self._ended)
        self._process.start(tool, ["-y", "-loglevel", "error", *raw, *shape, str(self._path)])
        self._timer = QTimer(self._window.stack)
        self._timer.timeout.connect(self._next)
        self._timer.start(0)

    def _next(self) -> None:
        if self._process.bytesToWrite() > 8_000_000:
            return
        image = next(self._frames, None)
        if image is None or self._process.state() == QProcess.ProcessState.NotRunning:
            self._timer.stop()
            self._process.closeWriteChannel()
            return
        self._process.write(bytes(image.constBits()))

    def _ended(self, code: int) -> None:
        if code == 0:
            self._window.banner.tell("info", f"Exported {self._path.name}")
        else:
            said = complained(self._process).strip().splitlines()
            self._window.banner.tell("error", f"The film was not made: {said[-1] if said else 'ffmpeg failed'}")
        self._process.deleteLater()

    def _images(self) -> Iterator[QImage]:
        session = self._window.session
        loop = session.document.loop
        first, last = (loop[0], loop[1]) if loop else (0, len(session.run))
        for tick in range(first, min(last, len(session.run)), round(100 / FILM_FPS)):
            yield film_frame(session, tick, self._window.look.theme, self._window)


def film_frame(session: SessionModel, tick: int, theme: Theme, window: Host) -> QImage:
    """One frame: the room above, why and timeline below."""
    wide, high = FILM_SIZE
    image = QImage(wide, high, QImage.Format.Format_RGB888)
    image.fill(theme.colour("card"))
    moment = session.run.moment(tick)
    painter = QPainter(image)
    view = window.tune.room.view
    scene = room.RoomScene(
        spec=session.spec,
        facts=session.facts,
        tuning=session.tuning,
        moment=moment,
        sight=session.sight,
        options=view.options,
    )
    area = QRectF(0, 0, wide, high - 250)
    room.draw_room(painter, room.RoomFrame(session.spec, area), scene, theme)
    text.plain(
        painter, theme, QPointF(24, high - 232), why(moment, session.spec), colour="text", size_px=13, weight=500
    )
    painter.translate(0, high - 222)
    lanes = QRectF(0, 0, wide, 216)
    shown = window.tune.timeline.view
    timeline.draw_lanes(painter, lanes, shown.scene(), theme)
    timeline.draw_cursor(painter, lanes, shown.scene(), theme, tick)
    painter.end()
    return image
