"""Why the screen turns or rests at the playhead: one sentence and the gates behind it, from the decision's record only."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QToolTip, QWidget

from simulator.gui.look.fence import fenced
from simulator.gui.look.theme import BODY_PX, SMALL_PX, Theme, font
from simulator.gui.render import text
from simulator.gui.session_model import SessionModel
from simulator.gui.views.canvas import Canvas, Look
from simulator.lab.why.why_sentences import SAME_PLACE_DEG, sentence
from simulator.onboard.angles import distance_deg
from simulator.onboard.gate_words import label
from simulator.onboard.messages import Gate, HoldReason
from simulator.workbench.lengths import METRES, Lengths
from simulator.workbench.run_data import RunMoment
from simulator.workbench.who_is_hidden import hidden_talker
from simulator.world.spec import WorldSpec

ROW_PX = 23.0
WORDS_PX = 15  # the sentence is the largest text of the window: it is what everything else explains
CHIP_GAP_PX = 6.0


def names_at(moment: RunMoment) -> dict[int, str]:
    """Which track is which person of the scene, by who is nearest."""
    found: dict[int, str] = {}
    if moment.tracks is None or moment.truth is None:
        return found
    for track in moment.tracks.tracks:
        near = min(
            ((distance_deg(person.azimuth_deg, track.azimuth_deg), person.name) for person in moment.truth.people),
            default=(999.0, ""),
        )
        if near[0] < SAME_PLACE_DEG:
            found[track.track_id] = near[1]
    return found


def why(moment: RunMoment | None, spec: WorldSpec | None = None) -> str:
    """The sentence for a moment; with the room, also who is hidden behind what."""
    if moment is None or moment.decision is None:
        return "Nothing has been decided yet."
    if moment.decision.hold is HoldReason.NOBODY_THERE and moment.decision.subject_bearing_deg is None:
        hidden = hidden_talker(spec, moment.truth) if spec is not None and moment.truth is not None else None
        if hidden is not None:
            return f"Still: cannot see who spoke: the {hidden[1]} hides {hidden[0].capitalize()}."
        if (
            moment.tracks is not None
            and any(track.seen for track in moment.tracks.tracks)
            and moment.intent is not None
        ):
            return f"Still: {moment.intent.why}."
    return sentence(moment.decision, names=names_at(moment))


def value_words(gate: Gate, lengths: Lengths = METRES) -> str:
    """What was found, as a person would write it."""
    if gate.unit == "" and gate.value in (0.0, 1.0) and gate.threshold in (0.0, 1.0, 0.5):
        return "yes" if gate.value else "no"
    return _number(gate.value, gate.unit, lengths)


def needs_words(gate: Gate, lengths: Lengths = METRES) -> str:
    """What was needed: which side of the threshold passes follows from the margin."""
    if value_words(gate) in ("yes", "no"):
        passes = gate.passed == bool(gate.value)
        return "yes" if passes else "no"
    rising = abs((gate.value - gate.threshold) - gate.margin) <= abs((gate.threshold - gate.value) - gate.margin)
    return f"{'≥' if rising else '≤'} {_number(gate.threshold, gate.unit, lengths)}"


def _number(value: float, unit: str, lengths: Lengths) -> str:
    if unit == "m":
        return text.number(lengths.value(value), lengths.unit)
    return text.number(value, unit, step=1.0 if unit == "°" and abs(value) >= 10 else 0.01 if unit == "" else 0.1)


def folded_gates(gates: Sequence[Gate], *, room: int) -> tuple[list[Gate], str]:
    """The gates in the rows there are, what stops it first; and what is said of those without a row."""
    ordered = sorted(gates, key=lambda gate: gate.passed)
    if len(ordered) <= room:
        return ordered, ""
    rest = ordered[room - 1 :]
    return ordered[: room - 1], f"… {len(rest)} {'passed' if all(gate.passed for gate in rest) else 'more'}"


class WhyBar(Canvas):
    """One line: the sentence, and the gates as chips as far as there is room."""

    def __init__(self, session: SessionModel, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "Why", parent)
        self._session = session
        self._chips: list[tuple[QRectF, Gate]] = []
        self.words = ""
        self.setFixedHeight(30)
        session.moment_changed.connect(self._moved)
        session.run_changed.connect(self._moved)
        self._moved()

    def _moved(self) -> None:
        words = why(self._session.moment, self._session.spec)
        if words != self.words:
            self.words = words
            self.setAccessibleDescription(words)
        self.update()

    def draw(self, painter: QPainter) -> None:
        """The line, drawn again only when it says something else."""
        moment = self._session.moment
        gates = moment.decision.gates if moment and moment.decision else ()
        key = (self.words, tuple((gate.name, gate.passed) for gate in gates))
        painter.drawPixmap(0, 0, self.kept("line", key, self._draw, opaque=True))
        # the chips tell the numbers of the moment, also when the picture is an old one
        now = {gate.name: gate for gate in gates}
        self._chips = [(box, now.get(gate.name, gate)) for box, gate in self._chips]

    def _draw(self, painter: QPainter) -> None:
        theme, moment = self.look.theme, self._session.moment
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        text.plain(painter, theme, QPointF(10, 20), "Why", size_px=BODY_PX, colour="dim", weight=500)
        self._chips = []
        gates = moment.decision.gates if moment and moment.decision else ()
        right = self.width() - 8.0
        needed = text.width_px(self.words, size_px=WORDS_PX, weight=600) + 60
        shown = sorted(gates, key=lambda gate: gate.passed)
        boxes: list[tuple[float, Gate]] = []
        for gate in shown:
            wide = text.width_px(label(gate)) + 24
            if right - wide < needed + 12:
                break
            right -= wide + CHIP_GAP_PX
            boxes.append((wide, gate))
        x = self.width() - 8.0 - sum(wide + CHIP_GAP_PX for wide, _ in boxes)
        painter.setFont(font(WORDS_PX, 600))
        room = QRectF(44, 0, max(40.0, x - 54), self.height())
        painter.setPen(theme.colour("text"))
        words = painter.fontMetrics().elidedText(self.words, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        for wide, gate in reversed(boxes):
            box = QRectF(x, 5, wide, 20)
            _chip(painter, box, gate, theme)
            self._chips.append((box, gate))
            x += wide + CHIP_GAP_PX

    @fenced
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell a gate's numbers, or the whole sentence when it had to be shortened."""
        lengths = self.look.theme.lengths
        for box, gate in self._chips:
            if box.contains(event.position()):
                QToolTip.showText(
                    event.globalPosition().toPoint(),
                    f"{label(gate)}: {value_words(gate, lengths)}, needs {needs_words(gate, lengths)}",
                    self,
                )
                return
        QToolTip.showText(event.globalPosition().toPoint(), self.words, self)


class GateTable(Canvas):
    """All gates of the decision at the playhead, with value, need and verdict."""

    def __init__(self, session: SessionModel, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "Gates of the decision", parent)
        self._session = session
        self._rows = 0
        session.moment_changed.connect(self._moved)
        session.run_changed.connect(self._moved)
        self.setMinimumHeight(int(ROW_PX * 3))

    def sizeHint(self) -> QSize:
        """As high as the gates need."""
        return QSize(260, int(ROW_PX * (self._rows + 1) + 8))

    def _moved(self) -> None:
        moment = self._session.moment
        rows = len(moment.decision.gates) if moment and moment.decision else 0
        if rows > self._rows:
            self._rows = rows
            self.updateGeometry()
        self.update()

    def draw(self, painter: QPainter) -> None:
        """Draw the table."""
        theme, moment = self.look.theme, self._session.moment
        lengths = theme.lengths
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = float(self.width())
        columns = (4.0, wide * 0.50, wide * 0.68, wide - 6)
        for x, words, align in zip(
            columns, ("Gate", "Value", "Needs", ""), ("left", "left", "left", "right"), strict=True
        ):
            text.plain(painter, theme, QPointF(x, 14), words, align=align)
        painter.setPen(theme.pen("line"))
        painter.drawLine(QPointF(0, ROW_PX - 3), QPointF(wide, ROW_PX - 3))
        gates = moment.decision.gates if moment and moment.decision else ()
        shown, folded = folded_gates(gates, room=max(1, int((self.height() - ROW_PX + 3) // ROW_PX)))
        stops = next((gate for gate in gates if not gate.passed), None)
        for row, gate in enumerate(shown):
            y = ROW_PX * (row + 1)
            blocks = gate is stops
            if blocks:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("bad", 0.13))
                painter.drawRoundedRect(QRectF(0, y - 1, wide, ROW_PX - 1), 4, 4)
            colour, weight = ("bad", 600) if blocks else ("text", 400)
            base = y + 14
            name = painter.fontMetrics().elidedText(label(gate), Qt.TextElideMode.ElideRight, int(wide * 0.47))
            text.plain(painter, theme, QPointF(columns[0], base), name, colour=colour, weight=weight)
            text.plain(
                painter, theme, QPointF(columns[1], base), value_words(gate, lengths), colour=colour, weight=weight
            )
            text.plain(painter, theme, QPointF(columns[2], base), needs_words(gate, lengths), colour="dim")
            verdict = "✓ pass" if gate.passed else "× stops" if blocks else "×"
            text.plain(
                painter,
                theme,
                QPointF(columns[3], base),
                verdict,
                colour="ok" if gate.passed else "bad",
                weight=weight,
                align="right",
            )
        if folded:
            text.plain(painter, theme, QPointF(columns[0], ROW_PX * (len(shown) + 1) + 14), folded, colour="faint")


def _chip(painter: QPainter, box: QRectF, gate: Gate, theme: Theme) -> None:
    colour = "ok" if gate.passed else "bad"
    painter.setPen(theme.pen(colour, width=1.2))
    painter.setBrush(theme.colour(colour, 0.10))
    painter.drawRoundedRect(box, 10, 10)
    painter.setFont(font(SMALL_PX))
    painter.setPen(theme.colour("text"))
    mark = "✓ " if gate.passed else "× "
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, mark + label(gate))
