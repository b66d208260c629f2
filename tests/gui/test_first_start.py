"""The first start fetches weights before the window opens; without a network it says why, and the window opens all the same."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.gui.shell.first_start import FirstStart
from simulator.runtime.models import cache_dir, not_fetched

pytestmark = pytest.mark.process

ROOT = Path(__file__).resolve().parents[2]


def test_it_closes_by_itself_when_all_is_there(qtbot):
    dialog = FirstStart()
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.result() == FirstStart.DialogCode.Accepted, timeout=60_000)


def test_without_a_network_it_says_why_and_waits(qtbot, tmp_path, monkeypatch):
    monkeypatch.setenv("SWIVEL_CACHE", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    assert "faces" in not_fetched()
    dialog = FirstStart()
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.go_on.text() == "Open the window", timeout=60_000)
    assert "cannot be downloaded" in dialog.said.text()
    assert "swivel setup" in dialog.said.text()
    dialog.go_on.click()
    assert dialog.result() == FirstStart.DialogCode.Accepted


def test_going_on_without_leaves_no_process(qtbot):
    dialog = FirstStart(("-c", "import time; time.sleep(100)"))
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog._process.processId() > 0)
    dialog.go_on.click()
    assert dialog._process.processId() == 0


def test_a_first_start_without_a_display_or_network_runs_the_sample_with_what_there_is(tmp_path):
    (tmp_path / "models").mkdir()
    for path in (cache_dir() / "models").iterdir():
        if "pose_detection" not in path.name:  # what finds those who turn away: nobody does in the sample
            shutil.copy(path, tmp_path / "models")
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in names}
    environment |= {
        "SWIVEL_CACHE": str(tmp_path),
        "PATH": "/nonexistent",
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, str(ROOT / "main.py")],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "mediapipe" in done.stderr
    assert "cannot be downloaded" in done.stderr
    assert "pass: 20.0 s simulated" in done.stdout
    assert done.returncode == 0
