"""Sketches what the ranges of sliders would do in the run on the screen: some milliseconds at a time, never in a frame's way.

A sketch belongs to a run and to the other knobs. When one of these changes it is stale, and made again when somebody looks at it.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from simulator.gui.session_model import SessionModel
from simulator.onboard.tuning import Tuning
from simulator.workbench.range_strip import Call, Range, StripPoint, calls_of, not_sketched, range_named, sketch

SLICE_MS = 4  # of a frame of 15 ms
PAUSE_MS = 8  # between two slices: a picture has its turn
Of = tuple[tuple[int, int], int, str]  # the run, its ticks, the other knobs


class RangeSketches(QObject):
    """All of one window."""

    sketched = Signal(str)  # of which knob or feel there is more
    ended = Signal()  # nothing is left to do

    def __init__(self, session: SessionModel) -> None:
        super().__init__()
        self._session = session
        self._ranges: dict[str, Range] = {}
        self._points: dict[str, tuple[Of, list[StripPoint]]] = {}
        self._calls: tuple[tuple[int, int], list[Call]] | None = None
        self._queue: list[str] = []
        self._now = ""
        self._of: Of | None = None
        self._made: list[StripPoint] = []
        self._going: Iterator[StripPoint | None] | None = None
        self.timer = QTimer(self)
        self.timer.setInterval(PAUSE_MS)
        self.timer.timeout.connect(self.work)

    @property
    def busy(self) -> bool:
        """Whether something is being sketched."""
        return self.timer.isActive()

    def is_at_work(self, name: str) -> bool:
        """Whether this range is being sketched just now."""
        return name == self._now

    def range(self, name: str) -> Range:
        """What a slider goes through."""
        if name not in self._ranges:
            self._ranges[name] = range_named(name)
        return self._ranges[name]

    def points(self, name: str) -> list[StripPoint]:
        """What is known of a range; empty when it was never sketched."""
        return self._made if name == self._now and self._made else self._points.get(name, (None, []))[1]

    def is_stale(self, name: str) -> bool:
        """Whether what is known belongs to another run or to other knobs."""
        if name == self._now:
            return False
        kept = self._points.get(name)
        return kept is None or kept[0] != self._key(name)

    def ask(self, names: list[str], *, first: bool = False) -> None:
        """Sketch these ranges, unless they are known; `first` lets them go before what waits."""
        if not self.possible:
            return
        wanted = [one for one in names if self.is_stale(one) and not not_sketched(self.range(one))]
        others = [one for one in self._queue if one not in wanted]
        self._queue = [*wanted, *others] if first else [*others, *wanted]
        if first and wanted and self._now not in wanted:
            self._drop()
        if self._queue:
            self.timer.start()

    @property
    def possible(self) -> bool:
        """Whether there is a whole run that stands still."""
        shown = self._session.shown
        return shown.complete and shown.coming is None and len(self._session.run) > 1

    def cancel(self) -> None:
        """Leave everything that is not done."""
        self._queue = []
        self._drop()
        self.timer.stop()

    def _drop(self) -> None:
        self._going, self._now, self._made = None, "", []

    def work(self) -> None:
        """Work for a moment."""
        if not self.possible or (self._now and self._of != self._key(self._now)):
            self._drop()
        since = QElapsedTimer()
        since.start()
        while since.elapsed() < SLICE_MS:
            if self._going is None and not self._begin():
                self.timer.stop()
                self.ended.emit()
                return
            assert self._going is not None
            try:
                point = next(self._going)
            except StopIteration:
                self._end()
                return
            if point is not None:
                self._made.append(point)
                self.sketched.emit(self._now)

    def _begin(self) -> bool:
        """Take the next that is not known."""
        while self._queue and self.possible:
            name = self._queue.pop(0)
            if self.is_stale(name):
                self._now, self._made, self._of = name, [], self._key(name)
                self._going = self._steps(name)
                return True
        self._queue = []
        return False

    def _end(self) -> None:
        assert self._of is not None
        name = self._now
        self._points[name] = (self._of, self._made)
        self._drop()
        self.sketched.emit(name)

    def _steps(self, name: str) -> Iterator[StripPoint | None]:
        session = self._session
        run = session.run
        if self._calls is None or self._calls[0] != run.take:
            for found in calls_of(run):
                if found is not None:
                    self._calls = (run.take, found)
                yield None
        assert self._calls is not None
        replanner = session.forecast.prepared(run, session.spec, session.facts)
        standing = Tuning().patched(session.shown.settings)
        yield from sketch(
            replanner, self.range(name), self._calls[1], session.facts, now=standing, wanted=session.tuning
        )  # fmt: skip

    def _key(self, name: str) -> Of:
        """What a sketch of this range depends on."""
        run, own = self._session.run, self.range(name).paths
        others = {path: value for path, value in self._session.tuning.changed().items() if path not in own}
        return run.take, len(run), repr(sorted(others.items()))
