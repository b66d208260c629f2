"""Feel studies from the window: a new one, people one after the other, what was found, and the preset that came out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from simulator.gui.panels.study import StudyPanel
from simulator.lab.study.record import StudyRecord
from simulator.lab.study.template import TEMPLATE
from simulator.onboard.tuning import Value
from tests.lab.test_study import judge_all

Kept = list[tuple[str, dict[str, Value], str]]


@pytest.fixture
def kept() -> Kept:
    """What was kept as presets."""
    return []


@pytest.fixture
def panel(tmp_path: Path, kept: Kept, qtbot) -> Iterator[StudyPanel]:
    """A panel without a study."""

    def keep(name: str, knobs: dict[str, Value], about: str) -> None:
        kept.append((name, knobs, about))

    parent = QWidget()
    qtbot.addWidget(parent)
    made = StudyPanel(folder=tmp_path, keep=keep, parent=parent)
    made.show()
    yield made
    parent.close()


def press(button) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_from_a_new_study_to_a_kept_preset(panel: StudyPanel, kept: Kept, tmp_path: Path) -> None:
    assert not panel.begin.isEnabled()
    panel.write_new(tmp_path / "eager")
    assert panel.plan is not None
    assert panel.plan.path == tmp_path / "eager.study.yaml"
    assert panel.begin.isEnabled()
    assert not panel.report.isEnabled()
    assert not panel.keep.isEnabled()
    record = StudyRecord(panel.plan.path)
    for _ in range(6):
        judge_all(panel.plan, record, likes=[0.0, 2.0, 1.0, -3.0])
    panel.refresh()
    assert "Calmer is preferred" in panel.found.toPlainText()
    press(panel.keep)
    ((name, knobs, about),) = kept
    assert name == panel.plan.name
    assert knobs["motion.max_rate_dps"] == 45.0
    assert "6 raters" in about


def test_a_study_is_not_written_over_another(panel: StudyPanel, tmp_path: Path) -> None:
    path = tmp_path / "mine.study.yaml"
    path.write_text("study: 1\n")
    panel.write_new(path)
    assert "is there already" in panel.words.text()
    assert path.read_text() == "study: 1\n"
    panel.take(path)
    assert "moments: none" in panel.words.text()
    assert panel.plan is None


@pytest.mark.process
def test_a_study_that_cannot_be_shown_says_why(
    panel: StudyPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    path = tmp_path / "short.study.yaml"
    path.write_text(TEMPLATE)
    panel.take(path)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    press(panel.begin)
    assert not panel.begin.isEnabled()
    qtbot.waitUntil(lambda: "ended" in panel.words.text(), timeout=30_000)
    assert "display" in panel.words.text()
    assert panel.begin.isEnabled()
    path.write_text("study: 1\n")  # edited meanwhile, with a mistake
    press(panel.begin)
    assert "moments: none" in panel.words.text()
    assert panel.begin.isEnabled()
