"""`swivel qa --homes`: homes become scenes, failures become causes, and seeds for tests stay untouched."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.cli.main import main
from simulator.cli.qa import qa
from simulator.cli.qa_options import add_arguments
from simulator.lab.homes.causes import Cause, cause_of, figures, grouped, promise_of
from simulator.lab.homes.files import write_homes
from simulator.lab.qa.run_task import perform
from simulator.lab.qa.worker_messages import RunTask
from simulator.lab.run_result import BrokenPromise, RunResult, RunVerdict
from simulator.lab.why.blame_result import Blame
from simulator.runtime.exit_codes import ExitCode

DEAF = """\
scene: 1
duration: 6 s
people: {anna: {at: [1.2, 2.2]}}
timeline:
  - {at: 0 s, who: ears, does: miss 100 % of wake words}
  - {at: 1 s, who: anna, does: say wake word}
expect:
  - {id: faces-anna-1, after: 1 s, within: 2.5 s, then: angle to anna < 15 °, for: 0.5 s}
"""


def result(name: str, *, verdict: RunVerdict = RunVerdict.PASS, **more: object) -> RunResult:
    made = RunResult(key=name, scene=name, name=name, seed=0, mode="feature", verdict=verdict, counts_as=verdict)
    return replace(made, **more)


def test_homes_are_written_once_and_only_changed_ones_again(tmp_path: Path) -> None:
    paths = write_homes(tmp_path, range(100_000, 100_003), hard=1.0)
    assert [path.name for path in paths] == [f"home-10000{k}.scene.yaml" for k in range(3)]
    before = [path.stat().st_mtime_ns for path in paths]
    paths[1].write_text("spoiled")
    write_homes(tmp_path, range(100_000, 100_003), hard=1.0)
    assert [path.stat().st_mtime_ns for path in paths][::2] == before[::2]
    assert paths[1].read_text().startswith("# Home 100001 (development)")


@pytest.mark.parametrize(
    ("check", "promise"),
    [("faces-anna-1.5", "faces"), ("faces-ben-seen", "faces"), ("still-0.5", "still"), ("still", "still"), ("in-view-dan", "in-view"),
     ("no-tv", "no-tv"), ("alerts-once", "alerts-once")],
)  # fmt: skip
def test_the_kind_of_a_promise_is_its_id_without_whose_and_when(check: str, promise: str) -> None:
    assert promise_of(check) == promise


def test_failures_are_grouped_by_promise_stage_and_reason() -> None:
    broken = (BrokenPromise(id="faces-anna-2", reason="stays: settling"), BrokenPromise(id="no-echo", reason="x"))
    bad = {"verdict": RunVerdict.FAIL, "broken": broken, "blame": Blame(culprits=("ears",), broken=("faces-anna-2",))}
    results = [
        result("a"),
        result("b", **bad),
        result("c", **bad),
        result("d", verdict=RunVerdict.ERROR, error="gone\nx"),
    ]
    groups = grouped(results)
    assert [(group.cause, group.scenes) for group in groups] == [
        (Cause("faces", "ears", "stays: settling"), ("b", "c")),
        (Cause("runs", "simulator", "gone"), ("d",)),
    ]
    assert figures(results).kept == 1


@pytest.mark.long
def test_a_run_that_fails_tells_why_and_who_is_to_blame(tmp_path: Path) -> None:
    scene = tmp_path / "deaf.scene.yaml"
    scene.write_text(DEAF)
    found = perform(RunTask(key="k", scene=str(scene), seed=0, mode="feature", keep="none"))
    assert cause_of(found) == Cause("faces", "ears", "wake word not heard")


@pytest.mark.process
def test_a_batch_of_homes_ends_with_figures_and_causes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    code = qa(parser.parse_args(["--homes", "3", "--hard", "0", "--out", str(tmp_path), "--keep", "none"]))
    told = capsys.readouterr().out
    assert code in (ExitCode.PASSED, ExitCode.FAILED)
    assert " of 3 homes kept every promise (" in told
    rows = [json.loads(line) for line in (tmp_path / "results.jsonl").read_text().splitlines()]
    assert sum("home-1" in str(row) for row in rows) >= 3


def test_seeds_for_tests_and_stories_that_there_are_not_are_bad_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["qa", "--homes", "2", "--seed", "200000", "--out", str(tmp_path)]) == ExitCode.BAD_USAGE
    assert main(["qa", "--homes", "2", "--story", "nosuch", "--out", str(tmp_path)]) == ExitCode.BAD_USAGE
    assert main(["scene", "home", "200000"]) == ExitCode.BAD_USAGE
    assert capsys.readouterr().err.count("200000") == 2


def test_a_home_is_printed_as_a_scene_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scene", "home", "100007", "--hard", "1.5"]) == ExitCode.PASSED
    assert capsys.readouterr().out.startswith("# Home 100007 (development), hardness 1.5")
