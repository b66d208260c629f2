"""A table that was taken block by block says the same as one of all messages."""

from dataclasses import replace
from pathlib import Path

import pytest

from simulator.lab.qa import run_task
from simulator.lab.qa.run_task import TableReader, decisions_hash, figures, perform
from simulator.lab.qa.worker_messages import RunTask
from simulator.lab.service import service
from simulator.runtime import run as running
from simulator.runtime.run import RunLog, run_scene
from simulator.scene.judge import judge
from simulator.scene.loader import Scene, load
from simulator.world.assets import SCENES


def chosen() -> list[Path]:
    """A few scenes of different folders."""
    return sorted(SCENES.rglob("*.scene.yaml"))[5::101]


@pytest.fixture(scope="module", params=chosen(), ids=lambda path: path.name.removesuffix(".scene.yaml"))
def ran(request: pytest.FixtureRequest) -> tuple[Scene, RunLog]:
    scene = load(request.param)
    if "feature" not in scene.modes:
        pytest.skip("heard or seen only")
    return scene, run_scene(scene, mode="feature")


def test_blocks_of_any_length_give_the_same_outcomes(ran: tuple[Scene, RunLog]) -> None:
    scene, log = ran
    whole = log.columns()
    for ticks in (170, 900):
        reader = TableReader(scene, tuning=scene.tuning)
        for first in range(0, log.ticks, ticks):
            reader.take(
                log.traces[first : first + ticks], [t for t in log.truths[first : first + ticks] if t is not None]
            )
        table = reader.columns()
        assert judge(scene.expect, table) == judge(scene.expect, whole)
        assert (figures(table), service(table), table.events()) == (figures(whole), service(whole), whole.events())
        assert reader.decisions_hash == decisions_hash(log.traces)


def test_what_nobody_asked_for_beforehand_is_an_error(ran: tuple[Scene, RunLog]) -> None:
    scene, log = ran
    reader = TableReader(scene, tuning=scene.tuning)
    reader.take(log.traces, [truth for truth in log.truths if truth is not None])
    with pytest.raises(KeyError, match="not read in every block"):
        reader.columns().truth("accel_dps2_of_nothing")


def test_a_long_run_keeps_no_messages_and_has_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    path = SCENES / "sample.scene.yaml"
    task = RunTask(key="k", scene=str(path), seed=3, mode="feature", keep="none", explained=False)
    usual = perform(task)
    kept: list[RunLog] = []

    def noted(*args: object, **given: object) -> RunLog:
        kept.append(run_scene(*args, **given))  # type: ignore[arg-type]
        return kept[-1]

    monkeypatch.setattr(run_task, "BLOCK_TICKS", 700)
    monkeypatch.setattr(running, "BLOCK_TICKS", 700)
    monkeypatch.setattr(run_task, "run_scene", noted)
    found = perform(task)
    assert (kept[0].ticks, kept[0].traces) == (2000, [])
    assert replace(found, processor_s=0.0, x_real_time=0.0) == replace(usual, processor_s=0.0, x_real_time=0.0)
