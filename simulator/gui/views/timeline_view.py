"""The timeline as a view: scrub, zoom with the wheel, loop with Shift, and a card of words over what is too short for words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QElapsedTimer, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from simulator.gui.look.fence import fenced
from simulator.gui.render import timeline
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Canvas, Look
from simulator.onboard.messages import TICK_S, TICKS_PER_S
from simulator.workbench import run_spans
from simulator.workbench.run_data import RunData
from simulator.workbench.run_spans import CheckMark, Span

if TYPE_CHECKING:
    from simulator.workbench.teaching import Teaching

SNAP_PX = 5.0
LEAST_SPAN_S = 0.5
# While the engine computes a longer run, lanes are derived and drawn again only so often.
REFRESH_MS = ((1_000, 60), (6_000, 350), (10**9, 2_000))  # for runs of at most so many ticks


class TimelineView(Canvas):
    """The whole run, with the playhead."""

    covers = True

    def __init__(self, session: SessionModel, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "Timeline", parent)
        self.session = session
        self.other: RunData | None = None  # run B
        self.other_name = "run B"
        self.other_checks: Sequence[CheckMark] = ()
        self.other_offset = 0  # ticks by which B is moved to the left, so that both begin at the same event
        self.teaching: Teaching | None = None  # its pushes are drawn
        self.more: Sequence[tuple[str, RunData]] = ()  # further runs on the same clock
        self.flipped = False  # B in the place of A
        self.divergence_tick: int | None = None
        self._zoom: tuple[float, float] | None = None  # seconds shown; None shows everything
        self._mode = ""
        self._anchor = 0
        self._since = QElapsedTimer()
        self._drawn = 0  # rises with each scene, for the kept picture
        self._scene: timeline.TimelineScene | None = None
        self._key: tuple[object, ...] | None = None
        self.setMinimumSize(300, 126)
        session.moment_changed.connect(self.update)
        session.run_changed.connect(self.update)
        session.ghost_changed.connect(self.update)
        session.document_changed.connect(lambda _: self.update())

    @property
    def shown_s(self) -> tuple[float, float]:
        """First and last second in view."""
        return self._zoom or (0.0, max(1.0, self.session.duration_ticks * TICK_S))

    def scene(self) -> timeline.TimelineScene:
        """What is to be drawn now; lanes are derived again only when the run changed."""
        session, run = self.session, self.session.run
        key = self._state()
        growing = session.engine.state == "running" and self._key is not None and key[1:] == self._key[1:]
        pause_ms = next(pause for ticks, pause in REFRESH_MS if len(run) <= ticks)
        fresh = self._since.isValid() and self._since.elapsed() < pause_ms
        if self._scene is not None and (key == self._key or (growing and fresh)):
            return self._scene
        self._since.restart()
        self._drawn += 1
        self._key, self._scene = key, self._derived()
        return self._scene

    def _state(self) -> tuple[object, ...]:
        """Everything that the lanes depend on; first how far the run has grown."""
        session, run = self.session, self.session.run
        shown, found = session.shown, session.what_ifs
        return (
            run.version, run.serial, shown.old, len(found.kept), found.open, self.shown_s, self.other.serial if self.other else 0,
            len(self.other or ()), session.before.serial if session.before else 0, session.duration_ticks, session.forecast.version,
            tuple(session.document.bookmarks), session.document.loop, self.divergence_tick, len(session.checks),
            session.trace_hash, len(self.other_checks), self.other_offset, len(self.more), self.flipped, session.tuning.motion.max_rate_dps,
            self.teaching.version if self.teaching else -1,
        )  # fmt: skip

    def _derived(self) -> timeline.TimelineScene:
        session, run = self.session, self.session.run
        trying, arc = session.what_ifs.open, session.spec.device.range
        people = tuple(person.name for person in session.spec.people)
        first_s, last_s = self.shown_s
        made = timeline.TimelineScene(
            run=run,
            duration_ticks=session.duration_ticks,
            first_s=first_s,
            last_s=last_s,
            people=people,
            voices=run_spans.voices(run, len(people)),
            decisions=run_spans.decisions(run),
            happenings=run.happenings,
            checks=session.checks,
            top_rate_dps=session.tuning.motion.max_rate_dps,
            curves=self._curves(),
            rates=self._rates(),
            names=(session.document.slot, self.other_name.removeprefix("run ")),
            bookmarks=session.document.bookmarks,
            loop=session.document.loop,
            divergence_tick=self.divergence_tick,
            seam=(trying.seam_tick, trying.name) if trying else None,
            yaw_limits_deg=(arc.min_deg, arc.max_deg) if arc else (-180.0, 180.0),
        )
        if self.other is None:
            return made
        both = self._with_other(made, self.other)
        return flipped(both, self.other) if self.flipped else both

    def _curves(self) -> list[timeline.Curve]:
        session, run = self.session, self.session.run
        trying, predicted = session.what_ifs.open, session.forecast.predicted
        slot = f"run {session.document.slot}"
        name = "before" if session.shown.old else trying.name if trying else slot
        curves = [timeline.Curve(run.column("yaw_deg"), name, style="faint" if session.shown.old else "solid")]
        if self.other is None and session.before is not None:
            name = slot if trying else "before"
            curves.append(timeline.Curve(session.before.column("yaw_deg"), name, style="faint"))
        for one in session.what_ifs.kept:
            after = one.run.column("yaw_deg")[one.seam_tick :]
            curves.append(timeline.Curve(after, one.name, first_tick=one.seam_tick, style="dotted"))
        if predicted is not None:
            curves.append(timeline.Curve(predicted[1], "sketch", first_tick=predicted[0], style="dashed"))
        if self.teaching is not None and (pushed := self.teaching.curve()) is not None:
            curves.append(timeline.Curve(pushed[1], "should be", first_tick=pushed[0], style="dashed"))
        return curves

    def _rates(self) -> list[timeline.Curve]:
        """The speeds beside that of the run: what was before, and what a turned knob would make of it."""
        before, predicted = self.session.before, self.session.forecast.predicted
        rates = []
        if self.other is None and before is not None:
            rates.append(timeline.Curve(before.column("rate_dps"), "before", style="faint"))
        if predicted is not None:
            first, yaw_deg = predicted
            rate_dps = np.diff(yaw_deg, prepend=yaw_deg[:1]) * TICKS_PER_S
            rates.append(timeline.Curve(rate_dps, "sketch", first_tick=first, style="dashed"))
        return rates

    def _with_other(self, made: timeline.TimelineScene, other: RunData) -> timeline.TimelineScene:
        """B beside A: its curve, its speed, its decisions and its checks, moved to where it was aligned."""
        first = -self.other_offset
        yaw, rate = (
            timeline.Curve(other.column(name), self.other_name, first_tick=first, style="dashed")
            for name in ("yaw_deg", "rate_dps")
        )
        more = [timeline.Curve(one.column("yaw_deg"), name, style="dotted") for name, one in self.more]
        return replace(
            made,
            curves=[made.curves[0], yaw, *made.curves[1:], *more],
            rates=[rate],
            other_decisions=run_spans.moved(run_spans.decisions(other), first),
            other_checks=self.other_checks,
        )

    def draw(self, painter: QPainter) -> None:
        """Lanes from their kept picture, then the playhead."""
        scene, theme = self.scene(), self.look.theme
        picture = self.kept(
            "lanes", self._drawn, lambda inner: timeline.draw_lanes(inner, self.area, scene, theme), opaque=True
        )
        painter.drawPixmap(0, 0, picture)
        timeline.draw_cursor(painter, self.area, scene, theme, self.session.head.at)

    def fit(self) -> None:
        """Show the whole run."""
        self._zoom = None
        self.update()

    def zoom(self, factor: float, *, around_s: float | None = None) -> None:
        """Show less or more time, around a point that stays where it is."""
        first, last = self.shown_s
        middle = self.session.tick * TICK_S if around_s is None else around_s
        whole = max(1.0, self.session.duration_ticks * TICK_S)
        span = min(whole, max(LEAST_SPAN_S, (last - first) * factor))
        if span >= whole:
            self._zoom = None
        else:
            start = min(max(0.0, middle - (middle - first) * span / (last - first)), whole - span)
            self._zoom = (start, start + span)
        self.update()

    # --- mouse --------------------------------------------------------------------------------------------------------

    @fenced
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to scrub; with Shift, to mark a loop; the middle button moves the view."""
        tick = self._axis().tick(event.position().x())
        if event.button() == Qt.MouseButton.MiddleButton:
            self._mode, self._anchor = "pan", tick
        elif event.button() == Qt.MouseButton.LeftButton:
            self._anchor = max(0, tick)
            self._mode = "loop" if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else "scrub"
            if self._mode == "scrub":
                self.session.seek(self._snapped(event.position()))

    @fenced
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub, mark, move, or tell what is under the mouse."""
        tick = self._axis().tick(event.position().x())
        if self._mode == "scrub":
            self.session.seek(self._snapped(event.position()))
        elif self._mode == "loop":
            first, last = sorted((self._anchor, max(0, min(tick, self.session.duration_ticks))))
            if last - first >= 20:
                self.session.document.set_loop((first, last), gesture="loop")
        elif self._mode == "pan" and self._zoom is not None:
            shift = (self._anchor - tick) * TICK_S
            whole = self.session.duration_ticks * TICK_S
            shift = max(-self._zoom[0], min(shift, whole - self._zoom[1]))
            self._zoom = (self._zoom[0] + shift, self._zoom[1] + shift)
            self.update()
        else:
            words = self.words_at(event.position())
            QToolTip.showText(
                event.globalPosition().toPoint() + QPoint(12, 8), words, self
            ) if words else QToolTip.hideText()

    @fenced
    def mouseReleaseEvent(self, _: QMouseEvent) -> None:
        """End of the gesture."""
        if self._mode == "loop":
            self.session.document.history.end_gesture()
        self._mode = ""

    @fenced
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On the ruler: play the whole scene again."""
        if event.position().y() < timeline.RULER_PX and self.session.document.loop is not None:
            self.session.document.set_loop(None)

    @fenced
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the mouse; with Shift, move sideways."""
        delta = event.angleDelta().y() or event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self._zoom is not None:
            shift = -delta / 1200 * (self._zoom[1] - self._zoom[0])
            whole = self.session.duration_ticks * TICK_S
            shift = max(-self._zoom[0], min(shift, whole - self._zoom[1]))
            self._zoom = (self._zoom[0] + shift, self._zoom[1] + shift)
            self.update()
        else:
            self.zoom(0.85 ** (delta / 120), around_s=self._axis().tick(event.position().x()) * TICK_S)
        event.accept()

    def words_at(self, at: QPointF) -> str:
        """What is under a place, in words: a decision, a check, an event."""
        scene = self.scene()
        boxes = timeline.layout(self.area, scene)
        tick = self._axis().tick(at.x())
        if boxes.decisions.contains(at):
            return _span_words(scene.decisions, tick)
        if boxes.other is not None and boxes.other.contains(at):
            return _span_words(scene.other_decisions, tick)
        for box, marks in ((boxes.checks, scene.checks), (boxes.other_checks, scene.other_checks)):
            if box is not None and box.contains(at):
                here = timeline.check_boxes(box, self._axis(), marks)
                return "\n".join(f"{mark.text}\n{mark.detail}" for mark, block in here if block.contains(at))
        if boxes.events.contains(at):
            reach = round(8 / self._axis().px_per_s / TICK_S)
            return "\n".join(
                f"{one.tick * TICK_S:.2f} s  {one.text}" for one in scene.happenings if abs(one.tick - tick) <= reach
            )
        return ""

    def _axis(self) -> timeline.TimeAxis:
        return timeline.TimeAxis(self.area, *self.shown_s)

    def _snapped(self, at: QPointF) -> int:
        """The tick under the mouse, drawn to bookmarks and events nearby."""
        axis = self._axis()
        tick = axis.tick(at.x())
        marks = [one.tick for one in self.session.run.happenings] + [
            one.tick for one in self.session.document.bookmarks
        ]
        near = min(marks, key=lambda mark: abs(mark - tick), default=None)
        if near is not None and abs(axis.x(near) - at.x()) < SNAP_PX:
            return near
        return tick


def _span_words(spans: Iterable[Span], tick: int) -> str:
    for span in spans:
        if span.first <= tick < span.last:
            return f"{span.text}\n{span.first * TICK_S:.2f}–{span.last * TICK_S:.2f} s, {span.seconds:.2f} s long"
    return ""


def flipped(scene: timeline.TimelineScene, other: RunData) -> timeline.TimelineScene:
    """A and B in each other's place."""
    mine, theirs, *rest = scene.curves
    return replace(
        scene,
        run=other,
        decisions=scene.other_decisions,
        other_decisions=scene.decisions,
        checks=scene.other_checks,
        other_checks=scene.checks,
        curves=[replace(mine, style="dashed"), replace(theirs, style="solid"), *rest],
        rates=[timeline.Curve(scene.run.column("rate_dps"), mine.name, style="dashed")],
        names=(scene.names[1], scene.names[0]),
    )
