"""Serving a room from the window: apps connect, are seen, and what they did replays to the same hash, headless and in the window."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListWidget

from simulator.gui.look.theme import theme
from simulator.gui.panels.serving import ServingPanel
from simulator.gui.serving_session import ServingSession
from simulator.gui.window import MainWindow
from simulator.runtime.recording import read
from simulator.runtime.run import run
from simulator.server.window_pipe import AnswerNow, ClientNow, Serving, ServingStatus
from swivel_client import Display, Refused

PATIENCE_S = 120.0


def wait_for(good: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not good():
        assert time.monotonic() < end, f"never came: {what}"
        QApplication.processEvents()
        time.sleep(0.01)


def rows(box: QListWidget) -> list[str]:
    return [box.item(row).text() for row in range(box.count())]


def test_the_panel_says_who_is_there_who_has_the_screen_and_what_was_answered(window):
    panel = shown(window)
    serving = panel._serving
    serving.state, serving.served = (
        "serving",
        Serving(address="http://127.0.0.1:8760/", page="http://127.0.0.1:8760/#t", token_file=Path("/home/me/t.json")),
    )
    serving.status = ServingStatus(
        clients=(
            ClientNow(name="app-1", scope="app", open_commands=2, lease_s=12.0),
            ClientNow(name="watch-2", scope="watch", open_commands=0),
        ),
        answers=(
            AnswerNow(client="app-3", command="TurnTo", kind="Refused", good=False, sentence="App-1 has a lease."),
            AnswerNow(client="app-1", command="TurnTo", kind="Done", good=True, sentence="Done: as asked."),
        ),
        answered=2, yaw_deg=14.0, why="an app asked",
    )  # fmt: skip
    serving.changed.emit()
    assert panel.address.text() == "http://127.0.0.1:8760/"
    assert panel.go.text() == "Stop serving"
    assert rows(panel.clients) == ["app-1 (may app) · has the screen for another 12 s · 2 open", "watch-2 (may watch)"]
    assert rows(panel.answers)[0] == "app-3: TurnTo → Refused. App-1 has a lease."
    refused = theme("dark").colours["changed"]
    assert panel.answers.item(0).foreground().color().name().lower() == refused.lower()
    panel.copy.click()
    assert QApplication.clipboard().text().endswith("#t")
    serving.state = "off"


def test_without_a_scene_there_is_nothing_to_serve(window):
    assert window.commands["scene.serve"].enabled()
    window.session.document.scene = None
    assert not window.commands["scene.serve"].enabled()


@pytest.mark.process
def test_a_session_with_an_app_replays_to_the_same_hash(window, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    window.session.start()
    panel = shown(window)
    ended: list[Path] = []
    panel._serving.ended.connect(ended.append)
    window.session.document.set_knobs({"motion.max_rate_dps": 90.0})
    QTest.mouseClick(panel.go, Qt.MouseButton.LeftButton)
    wait_for(lambda: panel._serving.state == "serving", "the address")
    with ThreadPoolExecutor(1) as app:
        done = app.submit(use, panel._serving.served.address, panel._serving.served.token_file)
        wait_for(lambda: any("has the screen" in row for row in rows(panel.clients)), "a lease")
        wait_for(lambda: any("TurnTo → Done" in row for row in rows(panel.answers)), "a final answer")
        wait_for(done.done, "the app")
        done.result()
    wait_for(lambda: rows(panel.clients) == ["nobody"], "the app has gone")
    QTest.mouseClick(panel.go, Qt.MouseButton.LeftButton)
    wait_for(lambda: ended, "the recording")
    recording = read(ended[0])
    assert recording.header.tuning.value("motion.max_rate_dps") == 90.0
    assert len(recording.commands) > 3
    again = run(recording.header, commands=tuple(recording.commands), ticks=len(recording.traces))
    assert again.trace_hash == recording.trace_hash
    assert window.current == "replay"
    wait_for(lambda: len(window.session.run) == len(recording.traces), "the recording in Replay")
    window.session.run_again()
    wait_for(lambda: window.session.trace_hash, "the run again")
    assert window.session.trace_hash == recording.trace_hash


def use(address: str, token_file: Path) -> None:
    token = json.loads(token_file.read_text())["app"]
    url = address.rstrip("/")
    with Display(url, token=token) as mine, Display(url, token=token) as other, mine.lease(lease_ms=60_000):
        mine.turn_to(20).wait()
        with pytest.raises(Refused):
            other.turn_to(0)
        mine.turn_to(-15).wait()
        time.sleep(1.0)


def shown(window: MainWindow) -> ServingPanel:
    window.commands.run("scene.serve")
    panel = window.serving
    assert isinstance(panel, ServingPanel)
    assert isinstance(panel._serving, ServingSession)
    return panel
