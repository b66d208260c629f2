"""The customer's view: what is drawn is the moment under the playhead, by a process that draws nothing else."""

from __future__ import annotations

import numpy as np
import pytest
import synthetic
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from simulator.gui.pictures import Picture, Pictures, Wanted, instant_of
from simulator.runtime.onlooker import MomentReader, Moments
from simulator.scene.loader import loads
from simulator.world.camera.customer_place import Standpoint

ROOM = """scene: 1
claim: A bare room.
duration: 2 s
room: {width: 5 m, depth: 4 m, height: 2.4 m, style: plain}
device: {at: [0.5, 0.5], height: 0.9 m, heading: 60 °}
people: {ana: {at: [2.0, 1.4]}}
expect:
  - {never: device turning}
"""


@pytest.fixture
def view(window, session, look, monkeypatch):
    """A view whose wishes are kept instead of drawn."""
    wishes: list[Wanted] = []
    monkeypatch.setattr(session.pictures, "want", wishes.append)
    window.tune.room.show_kind("seen")
    made = window.tune.room.rooms.customer
    QApplication.processEvents()
    made.wishes = wishes
    return made


def test_a_moment_of_the_window_is_the_moment_of_the_recording(session, made_up):
    traces, truths = synthetic.run()
    moments = Moments(session.spec, traces, truths)
    tick = next(tick for tick in range(800, 1600, 10) if traces[tick].sound.wake_word or truths[tick].people)
    now = instant_of(made_up, tick)
    assert now is not None
    made, recorded = MomentReader(session.spec).moment(now), moments.at(tick)
    assert made.glass == recorded.glass
    assert [one.name for one in made.view.people] == [one.name for one in recorded.view.people]
    assert made.view.yaw_deg == pytest.approx(recorded.view.yaw_deg, abs=1e-4)


def test_it_wants_the_moment_under_the_playhead_from_where_one_chose(view, window, session):
    session.seek(900)
    assert view.wishes[-1].tick == 900
    assert view.wishes[-1].drawn == "person"
    assert view.wishes[-1].place.view == "eye"
    assert view.wishes[-1].place.who == "ana"
    window.tune.room.rooms.place.choose("eye", "ben")
    assert view.wishes[-1].place.who == "ben"
    window.tune.room.rooms.place.choose("above")
    assert view.wishes[-1].place.view == "above"
    assert not window.tune.room._chips[0].isVisible()
    count = len(view.wishes)
    window.tune.room.show_kind("plan")
    session.seek(950)
    assert len(view.wishes) == count, "nobody looks"


def test_a_picture_of_another_run_is_not_shown_and_one_of_another_moment_is_hatched(view, session):
    image = QImage(64, 36, QImage.Format.Format_RGB888)
    image.fill(Qt.GlobalColor.white)
    client = view.wishes[-1].client
    session.pictures.arrived.emit(
        client, Picture(image=image, tick=session.tick, take=session.run.take, place=Standpoint())
    )
    middle = view.rect().center()
    assert view.grab().toImage().pixelColor(middle).lightness() > 240
    session.seek(session.tick + 500)
    rows = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    shown = np.frombuffer(rows.constBits(), np.uint8).reshape(rows.height(), -1)
    assert shown[40:].min() < 240, "hatched"
    session.run.cut(len(session.run) - 1)
    assert view.grab().toImage().pixelColor(middle - QPoint(0, 30)).lightness() < 60


def test_on_foot_the_keys_walk_and_the_mouse_looks_around(view, window, session):
    window.tune.room.rooms.place.choose("walk")
    before = view.place
    press = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_W, Qt.KeyboardModifier.NoModifier)
    press.ignore()
    QApplication.sendEvent(view, press)
    assert press.isAccepted(), "W would begin a what-if"
    QTest.keyClick(view, Qt.Key.Key_W)
    assert view.place.eye != before.eye
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.place.direction_deg == pytest.approx(before.direction_deg + 6.0)
    for _ in range(200):
        QTest.keyClick(view, Qt.Key.Key_W)
    x, y, _ = view.place.eye
    assert 0.0 <= x <= session.spec.room.width_m
    assert 0.0 <= y <= session.spec.room.depth_m


@pytest.mark.process
@pytest.mark.long
def test_a_process_of_its_own_draws_both_what_people_and_what_the_device_see(session, qtbot):
    room = loads(ROOM)
    pictures = Pictures()
    got: dict[str, Picture] = {}
    pictures.arrived.connect(got.__setitem__)
    failed: list[str] = []
    pictures.failed.connect(lambda client, why: failed.append(why))

    def want(client: str, drawn: str, tick: int) -> Picture:
        got.pop(client, None)
        pictures.want(
            Wanted(
                client=client, spec=room.spec, facts=room.facts, seed=0, run=session.run,
                take=session.run.take, tick=tick, drawn=drawn, place=Standpoint(pixels=(320, 180)),
            )
        )  # fmt: skip
        qtbot.waitUntil(lambda: client in got or bool(failed), timeout=120_000)
        return got[client]

    try:
        person, device = want("person", "person", 830), want("device", "device", 830)
        assert (person.image.width(), person.image.height()) == (320, 180)
        assert device.image.height() == room.facts.camera.rows
        assert (person.tick, person.take) == (830, session.run.take)
        assert want("person", "person", 830).image == person.image, "the same moment is the same picture"
        assert want("person", "person", 2000).image != person.image
    finally:
        pictures.close()
    assert not failed


def test_a_view_on_the_whole_screen_hears_nothing_more_once_it_is_closed(view, window, session, monkeypatch):
    thrown: list[BaseException] = []
    monkeypatch.setattr("sys.excepthook", lambda _kind, error, _trace: thrown.append(error))
    rooms = window.tune.room.rooms
    rooms.fill_screen()
    assert rooms._full is not None
    rooms._full.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    assert rooms._full is None
    session.document.set_knobs({"motion.max_rate_dps": 40.0})
    session.document_changed.emit("settings")
    assert thrown == []
