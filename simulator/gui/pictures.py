"""The window's side of the picture maker: views say what they want to show, and get the newest of it, one picture at a time."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from simulator.gui.customer.orders import (
    PICTURE_ORDERS,
    PICTURE_REPORTS,
    ROOMS,
    DrawMoment,
    Drawn,
    MomentDrawn,
    OpenRoom,
    PictureOrder,
    PictureReport,
)
from simulator.gui.processes.engine_process import PipeProcess
from simulator.onboard.facts import DeviceFacts
from simulator.runtime.onlooker import LOOK_BACK_TICKS, Instant, MomentReader
from simulator.workbench.run_data import RunData
from simulator.world.camera.customer_place import Standpoint
from simulator.world.spec import WorldSpec

MakerProcess = PipeProcess[PictureOrder, PictureReport]
MOST_DEATHS = 2  # in a row, after which nobody tries any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A picture that a view would like to have."""

    client: str
    spec: WorldSpec
    facts: DeviceFacts
    seed: int
    run: RunData
    take: tuple[int, int]
    tick: int
    drawn: Drawn
    place: Standpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture, and of what it is: the tick, and the run with its scene and settings."""

    image: QImage
    tick: int
    take: tuple[int, int]  # of RunData: which run, with which scene and settings
    place: Standpoint


@dataclass(slots=True)
class OpenedRoom:
    """A room that the maker has open."""

    spec: WorldSpec
    facts: DeviceFacts
    reader: MomentReader

    def is_of(self, wanted: Wanted) -> bool:
        """Whether it is the room of a picture; two runs that are compared hold equal ones."""
        if self.spec is wanted.spec and self.facts is wanted.facts:
            return True
        if self.spec == wanted.spec and self.facts == wanted.facts:
            self.spec, self.facts = wanted.spec, wanted.facts
            return True
        return False


class Pictures(QObject):
    """One picture maker for all views; it is started when the first of them wants something."""

    arrived = Signal(str, object)  # client, and a Picture
    failed = Signal(str, str)  # client, and why

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: MakerProcess | None = None
        self._waiting: dict[str, Wanted] = {}  # by client: what it wants next
        self._asked: Wanted | None = None
        self._rooms: dict[int, OpenedRoom] = {}  # by their place in the maker, the last used at the end
        self._number = self._deaths = 0
        self._died = ""

    @property
    def pid(self) -> int:
        """Its process; 0 while it does not run."""
        return self._process.pid if self._process is not None else 0

    def want(self, wanted: Wanted) -> None:
        """Draw this next for its client; what it wanted before and has not got is dropped."""
        if self._deaths >= MOST_DEATHS:
            self.failed.emit(wanted.client, self._died)
            return
        self._waiting.pop(wanted.client, None)  # to the end of the queue
        self._waiting[wanted.client] = wanted
        self._next()

    def leave(self, client: str) -> None:
        """A view that is not looked at wants nothing."""
        self._waiting.pop(client, None)

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def _next(self) -> None:
        while self._asked is None and self._waiting:
            wanted = self._waiting.pop(next(iter(self._waiting)))
            now = instant_of(wanted.run, wanted.tick) if len(wanted.run) else None
            if now is None:
                self.failed.emit(wanted.client, "Nothing is known of the room at this moment")
                continue
            process = self._running()
            self._asked = wanted
            place, room = self._room_of(wanted, process)
            self._number += 1
            moment = room.reader.moment(now)
            process.send(
                DrawMoment(number=self._number, room=place, drawn=wanted.drawn, moment=moment, place=wanted.place)
            )

    def _running(self) -> MakerProcess:
        if self._process is None:
            self._process = PipeProcess(
                lambda: (PICTURE_ORDERS, PICTURE_REPORTS), name="The picture maker",
                arguments=("-m", "simulator.gui.customer.maker"), parent=self,
            )  # fmt: skip
            self._process.arrived.connect(self._take)
            self._process.died.connect(self._gone)
        if not self._process.pid:
            self._rooms.clear()
            self._process.start()
        return self._process

    def _room_of(self, wanted: Wanted, process: MakerProcess) -> tuple[int, OpenedRoom]:
        for place, room in self._rooms.items():
            if room.is_of(wanted):
                self._rooms[place] = self._rooms.pop(place)
                return place, room
        place = len(self._rooms) if len(self._rooms) < ROOMS else next(iter(self._rooms))
        self._rooms.pop(place, None)
        room = self._rooms[place] = OpenedRoom(wanted.spec, wanted.facts, MomentReader(wanted.spec))
        spec, facts = wanted.spec.model_dump_json(), wanted.facts.model_dump_json()
        process.send(OpenRoom(room=place, spec=spec, facts=facts, seed=wanted.seed))
        return place, room

    def _take(self, report: PictureReport) -> None:
        asked = self._asked
        if asked is None or report.number != self._number:
            return
        self._asked, self._deaths = None, 0
        if isinstance(report, MomentDrawn):
            image = QImage(report.body, report.columns, report.rows, 3 * report.columns, QImage.Format.Format_RGB888)
            picture = Picture(image=image.copy(), tick=asked.tick, take=asked.take, place=asked.place)
            self.arrived.emit(asked.client, picture)
        else:
            self.failed.emit(asked.client, report.text)
        self._next()

    def _gone(self, why: str) -> None:
        asked, self._asked = self._asked, None
        self._deaths += 1
        self._died = f"{why}. Pictures of rooms cannot be drawn now"
        if asked is not None:
            self.failed.emit(asked.client, self._died)
        self._next()


def instant_of(run: RunData, tick: int) -> Instant | None:
    """What there is to draw of a tick; None where the room is not known, as in a recording of a real device."""
    now = run.moment(tick)
    if now.truth is None:
        return None
    wakes = [one.tick for one in run.happenings if one.kind == "wake word"]
    woke = bisect_right(wakes, now.tick) - 1
    before = run.message("truth", max(0, now.tick - LOOK_BACK_TICKS))
    return Instant(
        tick=now.tick, truth=now.truth, before=before or now.truth, yaw_deg=now.yaw_deg, rate_dps=now.rate_dps,
        sound=now.sound, intent=now.intent, shutter_closed=now.shutter_closed,
        woke_tick=wakes[woke] if woke >= 0 else None,
    )  # fmt: skip
