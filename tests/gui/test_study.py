"""A feel study in its window: by keys from consent to thanks, blind, once more on request, left at any time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from simulator.cli.main import main
from simulator.gui.render.device_seen import draw
from simulator.gui.study.clip_store import ClipStore
from simulator.gui.study.clip_view import ClipView
from simulator.gui.study.display_view import DisplayView
from simulator.gui.study.study_window import StudyWindow
from simulator.lab.study.findings import findings
from simulator.lab.study.page import as_text
from simulator.lab.study.plan import StudyError, StudyPlan, load_plan
from simulator.lab.study.preference import Choice
from simulator.lab.study.record import StudyRecord
from simulator.lab.study.template import TEMPLATE


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> tuple[StudyPlan, ClipStore]:
    """A short study whose clips are run."""
    path = tmp_path_factory.mktemp("study") / "short.study.yaml"
    text = TEMPLATE.replace("pairs: 9", "pairs: 3").replace("to: 9 s", "to: 4 s")
    path.write_text(text.replace("view: room", "view: screen"))
    plan = load_plan(path)
    clips = ClipStore(plan)
    assert list(clips.prepare())[-1] == (4, 4)
    return plan, clips


@pytest.fixture
def window(study, qtbot):
    """A window with the answers of nobody yet."""
    plan, clips = study
    StudyRecord(plan.path).path.unlink(missing_ok=True)
    made = StudyWindow(plan, ClipView(clips))
    qtbot.addWidget(made)
    made.resize(1280, 720)
    made.show()
    return made


def see(window: StudyWindow) -> None:
    """Let both clips go by, as if time had passed."""
    while window.view.playing:
        window.view.advance(0.25)


def test_a_rater_goes_by_keys_from_consent_to_thanks(window) -> None:
    """And what was answered is what the report counts."""
    QTest.keyClick(window, Qt.Key.Key_Return)
    keys = [Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Down]
    pressed = 0
    while window.pages.currentIndex() == 1:
        see(window)
        QTest.keyClick(window, keys[pressed % 3])
        pressed += 1
    assert pressed == 2 + 3 + 1 + 1  # warm-ups, pairs, one repeated, one planted
    for slider in window.sliders.values():
        slider.setValue(80)
    QTest.keyClick(window, Qt.Key.Key_Return)
    (session,) = StudyRecord(window.plan.path).sessions()
    assert session.finished
    assert session.rater in window.name.text()
    assert [pair.choice for pair in session.judged][:3] == [Choice.FIRST, Choice.SECOND, Choice.SAME]
    assert set(session.sliders.values()) == {80}
    assert findings(window.plan, [session]).judged in (0, 3)


def test_nothing_on_the_screen_names_a_setting(window) -> None:
    """Blind: neither words nor titles tell which is which."""
    QTest.keyClick(window, Qt.Key.Key_Return)
    words = " ".join(label.text() for label in window.findChildren(QLabel)) + window.windowTitle()
    for setting in window.plan.shown:
        assert setting.name not in words


def test_an_answer_before_both_were_seen_is_not_taken(window) -> None:
    """Whoever presses at once has seen nothing."""
    QTest.keyClick(window, Qt.Key.Key_Return)
    QTest.keyClick(window, Qt.Key.Key_Left)
    assert window.asking.answered == 0
    assert not window.buttons[Choice.FIRST].isEnabled()
    see(window)
    QTest.mouseClick(window.buttons[Choice.FIRST], Qt.MouseButton.LeftButton)
    assert window.asking.answered == 1


def test_a_pair_can_be_seen_once_more_and_it_is_kept(window) -> None:
    """Once only, so that everybody sees about as much."""
    QTest.keyClick(window, Qt.Key.Key_Return)
    see(window)
    QTest.keyClick(window, Qt.Key.Key_R)
    assert window.view.playing
    see(window)
    QTest.keyClick(window, Qt.Key.Key_R)
    assert not window.view.playing
    QTest.keyClick(window, Qt.Key.Key_Right)
    (session,) = StudyRecord(window.plan.path).sessions()
    assert session.judged[0].replays == 1


def test_escape_leaves_and_the_rater_is_left_out(window) -> None:
    """At any time; what was answered is kept and said to be broken off."""
    QTest.keyClick(window, Qt.Key.Key_Return)
    see(window)
    QTest.keyClick(window, Qt.Key.Key_Left)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
    (out,) = findings(window.plan, StudyRecord(window.plan.path).sessions()).left_out
    assert out.why.startswith("broke off")


def test_who_does_not_agree_leaves_no_line(window) -> None:
    """Nothing is kept of somebody who said no."""
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert StudyRecord(window.plan.path).sessions() == []


def test_the_screen_is_drawn_where_it_turns() -> None:
    """Seen from the front the dark glass is widest; turned by 60 degrees it is half as wide, and from behind there is none."""
    widths = []
    for yaw_deg in (0.0, 60.0, 180.0):
        image = QImage(640, 360, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        draw(painter, image.rect().toRectF(), yaw_deg=yaw_deg, viewer_deg=0.0, viewer_m=2.0, listening=False)
        painter.end()
        dark = [x for x in range(640) if any(image.pixelColor(x, y).lightness() < 32 for y in range(0, 250, 3))]
        widths.append(len(dark))
    assert widths[1] == pytest.approx(0.5 * widths[0], rel=0.15)
    assert widths[2] < 0.1 * widths[0]


@pytest.mark.render
def test_pairs_that_tune_knobs_are_drawn_in_their_room_before_they_are_shown(tmp_path: Path, qtbot) -> None:
    """A pair follows from the answers before it, so it is drawn when its turn comes; the window goes on meanwhile."""
    path = tmp_path / "speed.study.yaml"
    moment = "moments:\n  Called: {scene: sample.scene.yaml, from: 2.6 s, to: 3.6 s}\n"
    path.write_text("study: 1\nknobs: {motion.max_rate_dps: [20, 90]}\nview: room\n" + moment)
    plan = load_plan(path)
    clips = ClipStore(plan)
    assert list(clips.prepare()) == []
    window = StudyWindow(plan, ClipView(clips))
    qtbot.addWidget(window)
    window.show()
    QTest.keyClick(window, Qt.Key.Key_Return)
    assert "being drawn" in window.hint.text()
    QTest.keyClick(window, Qt.Key.Key_Left)
    assert window.asking.answered == 0
    qtbot.waitUntil(lambda: window.view.playing, timeout=30_000)
    shown = window.asking.now
    first, second = (clips(setting, shown.moment) for setting in (shown.first, shown.second))
    assert (len(first.pictures), len(second.pictures)) == (20, 20)
    assert first.pictures[0] == second.pictures[0]  # at rest
    assert first.pictures[-1] != second.pictures[-1]  # on the way at another speed
    window.close()


@pytest.mark.process
def test_beside_a_display_the_rater_watches_it_and_the_report_says_so(study, tmp_path: Path, qtbot) -> None:
    """An emulated servo, which takes no time: back to its start, first motion, back, second motion, answer."""
    path = tmp_path / "display.study.yaml"
    path.write_text(study[0].path.read_text())
    plan = load_plan(path)
    rig = "hybrid:emulated:dynamixel"
    window = StudyWindow(plan, DisplayView(rig=rig, seed=plan.seed), shown_on=rig)
    qtbot.addWidget(window)
    window.show()
    said: list[str] = []
    QTest.keyClick(window, Qt.Key.Key_Return)
    window.view._process.reported.connect(lambda report: said.append(f"{type(report).__name__} {report.place}"))
    QTest.keyClick(window, Qt.Key.Key_Left)
    assert window.asking.answered == 0
    qtbot.waitUntil(lambda: not window.view.playing, timeout=60_000)
    qtbot.wait(300)  # nobody answers faster
    assert said == ["ReturnsToStart 0", "MotionBegins 0", "ReturnsToStart 1", "MotionBegins 1"]
    QTest.keyClick(window, Qt.Key.Key_Left)
    assert window.asking.answered == 1
    window.close()
    (session,) = StudyRecord(plan.path).sessions()
    assert session.shown_on == rig
    session.finished = True
    assert rig in as_text(plan, findings(plan, [session]))


@pytest.mark.process
def test_a_display_that_is_not_there_ends_the_study_with_the_reason(study, tmp_path: Path, qtbot) -> None:
    """What was answered before stays."""
    path = tmp_path / "gone.study.yaml"
    path.write_text(study[0].path.read_text())
    plan = load_plan(path)
    window = StudyWindow(plan, DisplayView(rig="hybrid:dynamixel:/dev/none?id=1", seed=0), shown_on="hybrid")
    qtbot.addWidget(window)
    window.show()
    QTest.keyClick(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(window.problem), timeout=60_000)
    assert "/dev/none" in window.problem
    assert not window.isVisible()


def test_a_view_that_there_is_not_is_told_with_those_that_there_are(tmp_path: Path) -> None:
    """In the line of the file."""
    path = tmp_path / "x.study.yaml"
    path.write_text(TEMPLATE.replace("view: room", "view: hologram"))
    with pytest.raises(StudyError, match="'hologram': must be room or screen"):
        load_plan(path)


@pytest.mark.process
def test_without_a_display_a_study_says_so(study, tmp_path: Path) -> None:
    """One line, and the code of something that did not run."""
    plan, _ = study
    surroundings = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    command = [sys.executable, "-m", "simulator.cli.main", "study", "run", str(plan.path)]
    done = subprocess.run(
        [sys.executable, "-c", "from simulator.cli.main import main; import sys; sys.exit(main())", *command[3:]],
        env=surroundings, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 5
    assert "display" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_study_that_is_not_there_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """As for every file."""
    assert main(["study", "run", "nowhere.study.yaml"]) == 2
    assert "nowhere.study.yaml" in capsys.readouterr().err
