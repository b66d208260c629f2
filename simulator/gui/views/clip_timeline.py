"""The timeline of a scene under work: what is said and what happens is dragged with the mouse, and the text follows."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from simulator.gui.look.fence import fenced
from simulator.gui.render import text, timeline
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Look
from simulator.gui.views.timeline_view import TimelineView
from simulator.onboard.messages import TICK_S, TICKS_PER_S
from simulator.scene.errors import SceneError
from simulator.workbench.clips import LEAST_S, Clip, clips, moved, snapped, stretched

EDGE_PX, NEAR_PX, SNAP_PX = 6.0, 8.0, 6.0
DRAG_PX = 3.0
SAID_S = 0.8  # what has no length of its own, such as a wake word, is taken hold of over this


class ClipTimeline(TimelineView):
    """Clips can be moved, and stretched at their end. Alt leaves out the snapping."""

    def __init__(self, session: SessionModel, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(session, look, parent)
        self.held: tuple[Clip, str] | None = None  # and "move" or "stretch"
        self._grip_s = 0.0
        self._press = QPointF()
        self._wanted_s: float | None = None  # None until the mouse has moved
        self._clips: tuple[str, list[Clip]] = ("", [])

    def all_clips(self) -> list[Clip]:
        """The clips of the scene's text."""
        now = self.session.document.text
        if self._clips[0] != now:
            self._clips = (now, clips(now) if now else [])
        return self._clips[1]

    def clip_at(self, at: QPointF) -> tuple[Clip, str] | None:
        """What lies under the mouse, and whether its end."""
        lanes, axis = timeline.layout(self.area, self.scene()), self._axis()
        people = [person.name for person in self.session.spec.people]
        for name, lane in zip(people, lanes.voices, strict=False):
            if not lane.contains(at):
                continue
            for clip in reversed(self.all_clips()):
                if clip.talks and clip.who == name:
                    first, last = (axis.x(one * TICKS_PER_S) for one in (clip.at_s, clip.at_s + (clip.for_s or SAID_S)))
                    if clip.for_s is not None and abs(at.x() - last) <= EDGE_PX:
                        return clip, "stretch"
                    if first - 2 <= at.x() <= last:
                        return clip, "move"
        if lanes.events.contains(at):
            near = [(abs(axis.x(clip.at_s * TICKS_PER_S) - at.x()), clip) for clip in self.all_clips()]
            best = min(near, key=lambda one: one[0], default=None)
            if best is not None and best[0] <= NEAR_PX:
                return best[1], "move"
        return None

    def draw(self, painter: QPainter) -> None:
        """The timeline, and what is being dragged where it would be."""
        super().draw(painter)
        if self.held is None or self._wanted_s is None:
            return
        clip, how = self.held
        theme, axis, lanes = self.look.theme, self._axis(), timeline.layout(self.area, self.scene())
        people = [person.name for person in self.session.spec.people]
        lane = (
            lanes.voices[people.index(clip.who)]
            if clip.talks and clip.who in people[: len(lanes.voices)]
            else lanes.events
        )
        start_s = self._wanted_s if how == "move" else clip.at_s
        length_s = (clip.for_s or (SAID_S if clip.talks else 0.0)) if how == "move" else self._wanted_s
        left, right = axis.x(start_s * TICKS_PER_S), axis.x((start_s + length_s) * TICKS_PER_S)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.pen("changed", width=1.5))
        painter.setBrush(theme.colour("changed", 0.25))
        painter.drawRoundedRect(QRectF(left, lane.top() + 1, max(6.0, right - left), lane.height() - 2), 3, 3)
        painter.drawLine(QPointF(left, lane.top()), QPointF(left, lanes.yaw.bottom()))
        words = f"{clip.who} {clip.does.partition(' for ')[0]}  "
        words += f"at {start_s:.1f} s" if how == "move" else f"for {length_s:.1f} s"
        text.bubble(painter, theme, QPointF(left, lane.bottom() + 12), words, inside=self.area, border="changed")

    # --- mouse --------------------------------------------------------------------------------------------------------

    @fenced
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a clip, else scrub."""
        plain = (
            event.button() == Qt.MouseButton.LeftButton and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        )
        self.held = self.clip_at(event.position()) if plain else None
        if self.held is None:
            super().mousePressEvent(event)
            return
        clip, how = self.held
        self._press, self._wanted_s = event.position(), None
        held_s = clip.at_s if how == "move" else clip.at_s + (clip.for_s or 0.0)
        self._grip_s = self._axis().tick(event.position().x()) * TICK_S - held_s

    @fenced
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, or show what could be dragged."""
        if self.held is None:
            if not self._mode:
                found = self.clip_at(event.position())
                if found is None:
                    self.unsetCursor()
                else:
                    stretch = found[1] == "stretch"
                    self.setCursor(Qt.CursorShape.SizeHorCursor if stretch else Qt.CursorShape.OpenHandCursor)
            super().mouseMoveEvent(event)
            return
        if self._wanted_s is None and abs(event.position().x() - self._press.x()) < DRAG_PX:
            return
        clip, how = self.held
        axis = self._axis()
        at_s = axis.tick(event.position().x()) * TICK_S - self._grip_s
        if not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            others = [one.at_s for one in self.all_clips() if one.index != clip.index]
            others += [one.at_s + one.for_s for one in self.all_clips() if one.for_s and one.index != clip.index]
            others.append(self.session.tick * TICK_S)
            at_s = snapped(at_s, others, reach_s=SNAP_PX / axis.px_per_s)
        last_s = self.session.document.duration_ticks * TICK_S - 0.1
        at_s = max(0.0, min(at_s, last_s))
        self._wanted_s = at_s if how == "move" else max(LEAST_S, at_s - clip.at_s)
        self.update()

    @fenced
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go: the text follows. A click that moved nothing scrubs."""
        held, wanted_s = self.held, self._wanted_s
        self.held = self._wanted_s = None
        if held is None:
            super().mouseReleaseEvent(event)
            return
        if wanted_s is None:
            self.session.seek(self._snapped(event.position()))
            return
        clip, how = held
        document = self.session.document
        name = f"{clip.who}: {clip.does.partition(' for ')[0]}"
        try:
            if how == "move":
                document.set_text(moved(document.text, clip, wanted_s), words=f"Move {name} to {wanted_s:.1f} s")
            else:
                document.set_text(stretched(document.text, clip, wanted_s), words=f"Stretch {name} to {wanted_s:.1f} s")
        except SceneError as error:
            self.session.notice.emit("warning", error.problems[0].text)
        self.update()
