"""The session's side of the talk with the engine, without an engine: jobs, deaths, pauses; and the playhead."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.runtime.orders.engine_pipe import (
    CheckpointKept,
    EditCommands,
    EngineReady,
    OpenScene,
    OrderFailed,
    PauseEngine,
    ResumeEngine,
    RunDone,
)
from simulator.runtime.orders.run_messages import Ticks
from simulator.workbench.document import Document
from simulator.workbench.engine_session import RESTARTS_ALLOWED, EngineSession
from simulator.workbench.live_script import Script
from simulator.workbench.playhead import Playhead

SAMPLE = Path(__file__).resolve().parents[2] / "scenes" / "sample.scene.yaml"


class Listener:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, object]] = []

    def tell(self, kind, text):
        self.told.append((kind, text))

    def __getattr__(self, name):
        return lambda *reports: self.told.append((name, *reports))


@pytest.fixture
def listener():
    return Listener()


@pytest.fixture
def sent():
    return []


@pytest.fixture
def engine(listener, sent):
    made = EngineSession(sent.append, listener)
    yield made
    made.close()


@pytest.fixture
def document():
    made = Document()
    made.open(SAMPLE, SAMPLE.read_text())
    return made


def test_a_report_on_an_older_job_is_dropped(engine, listener, document):
    engine.open(document, Script(), seed=0, mode="feature")
    engine.edit(5, ())
    listener.told.clear()
    engine.take(RunDone(job=1, ticks=10, trace_hash="old"))
    assert listener.told == []
    assert engine.state == "running"
    done = RunDone(job=2, ticks=10, trace_hash="new")
    engine.take(done)
    assert listener.told == [("run_done", done)]
    assert engine.state == "done"


def test_the_next_engine_gets_the_checkpoint_of_the_one_that_died(engine, sent, document):
    engine.open(document, Script(), seed=0, mode="feature")
    engine.take(CheckpointKept(job=1, tick=100, body=b"as it was"))
    assert engine.died("It was killed")
    assert engine.state == "restarting"
    engine.open(document, Script(), seed=0, mode="feature", send_from=90, go_on=True)
    assert isinstance(sent[-1], OpenScene)
    assert (sent[-1].body, sent[-1].send_from, sent[-1].job) == (b"as it was", 90, 2)
    engine.open(document, Script(), seed=0, mode="feature")
    assert sent[-1].body == b""


def test_an_engine_that_dies_again_and_again_is_left_alone_until_a_run_comes_to_its_end(engine, listener, document):
    engine.open(document, Script(), seed=0, mode="feature")
    assert [engine.died("It died") for _ in range(RESTARTS_ALLOWED + 1)] == [True] * RESTARTS_ALLOWED + [False]
    assert engine.state == "failed"
    assert [kind for kind, *_ in listener.told if kind in ("warning", "error")][-2:] == ["warning", "error"]
    engine.take(RunDone(job=1, ticks=10, trace_hash="x"))
    assert engine.died("It died")


def test_a_paused_engine_goes_on_when_something_plays_and_only_then(engine, sent, document):
    engine.open(document, Script(), seed=0, mode="feature")
    engine.resume()
    assert len(sent) == 1
    engine.pause()
    engine.resume()
    engine.resume()
    assert [type(one) for one in sent[1:]] == [PauseEngine, ResumeEngine]
    engine.pause()
    engine.edit(3, ())  # runs by itself
    engine.resume()
    assert isinstance(sent[-1], EditCommands)


def test_what_is_simpler_than_it_could_be_is_told_once_a_session(engine, listener, document):
    for _ in range(2):
        engine.open(document, Script(), seed=0, mode="full")
        engine.take(Ticks(job=engine.job, first=0, count=0, notes=("no OpenGL here",)))
    assert [one for one in listener.told if one[0] == "warning"] == [("warning", "No OpenGL here")]


def test_a_failed_order_says_whether_there_is_still_a_run(engine, listener, document):
    engine.open(document, Script(), seed=0, mode="feature")
    engine.take(OrderFailed(job=1, text="disk full"))
    assert engine.state == "running"
    engine.take(OrderFailed(job=1, text="no such scene", run_lost=True))
    assert engine.state == "failed"
    assert [one for one in listener.told if one[0] == "error"] == [("error", "disk full"), ("error", "no such scene")]


def test_an_engine_that_starts_is_ready_but_does_not_end_a_restart(engine):
    engine.take(EngineReady(pid=1))
    assert engine.state == "ready"
    engine.died("It died")
    engine.take(EngineReady(pid=2))
    assert engine.state == "restarting"


def test_the_playhead_waits_for_the_engine_and_stops_at_the_end():
    head = Playhead(at=10.0, speed=2.0, playing=True)
    assert head.move_on(0.1, computed=1000, last=1000) == "on"
    assert head.at == pytest.approx(30.0)
    assert head.move_on(1.0, computed=50, last=1000) == "waits"
    assert (head.at, head.waits) == (49.0, True)
    assert head.move_on(1.0, computed=100, last=100) == "end"
    assert (head.at, head.waits) == (99.0, False)
    head.seek(-5.0, computed=100)
    assert head.tick(100) == 0
    head.seek(500.0, computed=100)
    assert head.tick(100) == 99
    assert Playhead(at=3.0).tick(0) == 0
