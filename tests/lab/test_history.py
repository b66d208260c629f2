"""The history of revisions: what is kept, what is flaky and with which seeds, and that a quarantine ends on its day."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from simulator.cli.qa import qa
from simulator.cli.qa_options import add_arguments
from simulator.lab.qa.history import FlakyScene, history, note, quarantined
from simulator.lab.qa.ledger import LedgerError
from simulator.lab.qa.plan import PlanError
from simulator.lab.run_result import RunResult, RunVerdict
from simulator.lab.service import ServiceFigures


def result(seed: int, verdict: RunVerdict, **more: object) -> RunResult:
    return RunResult(
        key="k", scene="a.scene.yaml", name="a", seed=seed, mode="feature", verdict=verdict, counts_as=verdict,
        service=ServiceFigures(sim_s=10.0, sessions=1, served=1, face_s=1.0), processor_s=0.5, **more,
    )  # type: ignore[arg-type]  # fmt: skip


def test_revisions_are_told_apart_and_a_run_made_again_replaces_the_one_before(tmp_path: Path) -> None:
    note(tmp_path, [result(0, RunVerdict.PASS)], revision="aaa", when="2026-01-01T10:00:00")
    note(tmp_path, [result(0, RunVerdict.FAIL), result(1, RunVerdict.PASS)], revision="bbb", when="2026-01-02T10:00:00")
    first, second = history(tmp_path)
    assert (first.revision, first.runs, first.passed, first.flaky) == ("aaa", 1, 1, ())
    assert (second.runs, second.passed, second.processor_s) == (2, 1, 1.0)
    assert second.service.seconds_to_face == 1.0
    assert second.served.rate is None  # two sessions say nothing
    assert second.flaky == (FlakyScene(scene="a.scene.yaml", mode="feature", failed_seeds=(0,), seeds=2),)
    note(tmp_path, [result(0, RunVerdict.PASS)], revision="bbb", when="2026-01-03T10:00:00")
    assert history(tmp_path)[1].flaky == ()
    assert history(tmp_path)[1].first == "2026-01-02T10:00:00"


def test_a_folder_without_a_ledger_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="there is no ledger"):
        history(tmp_path / "nothing")


def test_a_quarantine_ends_after_its_day(tmp_path: Path) -> None:
    (tmp_path / "a.scene.yaml").touch()
    (tmp_path / "quarantine.json").write_text('{"a.scene.yaml": {"until": "2026-03-01", "why": "the fan is too loud"}}')
    assert set(quarantined(tmp_path, today=date(2026, 3, 1))) == {"a.scene.yaml"}
    assert quarantined(tmp_path, today=date(2026, 3, 2)) == {}
    (tmp_path / "quarantine.json").write_text('{"b.scene.yaml": {"until": "2026-03-01", "why": "x"}}')
    with pytest.raises(PlanError, match="there is no such scene"):
        quarantined(tmp_path, today=date(2026, 3, 1))
    (tmp_path / "quarantine.json").write_text('{"a.scene.yaml": {"why": "for ever"}}')
    with pytest.raises(PlanError, match="until"):
        quarantined(tmp_path, today=date(2026, 3, 1))


def run(*arguments: object) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return qa(parser.parse_args([str(argument) for argument in arguments]))


@pytest.mark.process
def test_the_command_keeps_and_shows_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenes, out = tmp_path / "scenes", tmp_path / "out"
    scenes.mkdir()
    fails = scenes / "fails.scene.yaml"
    fails.write_text("scene: 1\nduration: 1 s\nexpect: [{id: moves, at least: 1 move}]\n")
    assert run(scenes, "--out", out) == 1
    today = datetime.now(UTC).date()
    for until, code in ((today + timedelta(days=1), 0), (today - timedelta(days=1), 1)):
        held = {"fails.scene.yaml": {"until": until.isoformat(), "why": "known"}}
        (scenes / "quarantine.json").write_text(json.dumps(held))
        capsys.readouterr()
        assert run(scenes, "--out", out) == code
        assert ("QUARANTINED" in capsys.readouterr().err) == (code == 0)
    assert run("--history", "--out", out) == 0
    assert "0 of 1 passed" in capsys.readouterr().out
    assert run("--history", "--out", out, "--json") == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["runs"], row["passed"]) == (1, 0)
    assert run("--history", "--out", tmp_path / "nothing") == 2
