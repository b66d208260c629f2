"""The typed result of a run: what is written is read again, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from simulator.lab.qa.result_store import CODE, ResultStore
from simulator.lab.qa.results_file import ResultsHead, read_results, write_results
from simulator.lab.qa.summary import counted, exit_code
from simulator.lab.run_result import (
    FORMAT,
    CheckResult,
    DecisionResult,
    Divergence,
    GateResult,
    GoldenMatch,
    ResultError,
    RunResult,
    RunVerdict,
    crashed,
    from_json,
)
from simulator.runtime.exit_codes import ExitCode
from simulator.scene.checks import Verdict
from simulator.workbench import qa_results
from simulator.world.assets import CHECKOUT

CHECK = CheckResult(
    id="faces", verdict=Verdict.FAIL, sentence="After Anna calls, she is faced.", detail="came 0.4 s late", margin=-0.4, unit="s",
    at_s=2.9, who="anna", judged=1, file="a.scene.yaml", line=9, column=5,
)  # fmt: skip
GATE = GateResult(name="settled", value=0.4, threshold=0.8, margin=-0.4, unit="s", passed=False)
FAILED = RunResult(
    key="0123", scene="a.scene.yaml", name="a", claim="Anna is faced.", seed=3, mode="feature", verdict=RunVerdict.FAIL,
    counts_as=RunVerdict.FAIL, trace_hash="ab", decisions_hash="cd", sim_s=5.0, x_real_time=80.25, wall_s=0.2, processor_s=0.1,
    outcomes=(CHECK,), figures={"moves": 2.0},
    golden=GoldenMatch(same=False, at_s=1.0, stage="tracks", text="1, was 2", stages=("tracks",)),
    repeat=Divergence(at_s=2.0, stage="intent"), recording="runs/a.mcap", picture="<svg/>", film="<svg/>", plots="<svg/>",
    gates=(DecisionResult(at_s=2.9, why="Still: not settled.", gates=(GATE,)),),
)  # fmt: skip
PASSED = replace(FAILED, verdict=RunVerdict.PASS, counts_as=RunVerdict.PASS, golden=None, repeat=None, outcomes=())


def test_a_result_is_read_as_it_was_written() -> None:
    broken = crashed(key="k", scene="a", seed=0, mode="full", error="out of memory", wall_s=1.0)
    for result in (FAILED, PASSED, broken):
        assert from_json(result.to_json()) == result
    assert (broken.verdict, broken.clean) == (RunVerdict.ERROR, False)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": 1}, f"format 1: must be {FORMAT}"),
        ({"verdict": "good"}, "verdict"),
        ({"seed": "3"}, "seed"),
        ({"outcomes": [{"id": "faces"}]}, "outcomes.0"),
    ],
)
def test_what_is_not_a_result_is_refused_with_its_place(change: dict[str, object], words: str) -> None:
    with pytest.raises(ResultError, match=words):
        from_json(orjson.dumps({**orjson.loads(FAILED.to_json()), **change}))


def test_a_stored_result_of_an_older_format_is_run_again(tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    store.put("0123", FAILED)
    assert store.get("0123") == FAILED
    store.put("0123", replace(FAILED, format=1))
    assert store.get("0123") is None


def test_all_code_that_shapes_a_result_is_there() -> None:
    assert [place for place in CODE if not (CHECKOUT / place).exists()] == []


def test_the_file_of_a_run_is_read_again_and_by_the_window_too(tmp_path: Path) -> None:
    (tmp_path / "a.mcap").touch()
    head = ResultsHead(format=FORMAT, pass_rates={"a.scene.yaml": 0.9}, plan="p", shard=1, shards=1, complete=True)
    write_results(tmp_path, [FAILED, PASSED], head=head)
    assert read_results(tmp_path) == ([FAILED, PASSED], head)
    case, drift = qa_results.read_results(tmp_path / "results.jsonl")
    assert (drift.name, drift.passed) == ("a.scene.yaml · golden [seed 3]", False)
    assert (case.name, case.passed, case.message) == ("a.scene.yaml · faces [seed 3]", False, "came 0.4 s late")
    assert case.recording == tmp_path / "a.mcap"  # moved together with the file
    (tmp_path / "old.jsonl").write_bytes(orjson.dumps(replace(head, format=1)) + b"\n")
    with pytest.raises(ResultError, match=f"format 1: must be {FORMAT}"):
        read_results(tmp_path / "old.jsonl")
    with pytest.raises(qa_results.ResultsError, match="format 1"):
        qa_results.read_results(tmp_path / "old.jsonl")


def test_what_is_worst_gives_the_exit_code() -> None:
    broken = crashed(key="k", scene="a", seed=0, mode="full", error="out of memory", wall_s=1.0)
    unlike = replace(PASSED, repeat=Divergence(at_s=2.0, stage="intent"))
    failed = replace(FAILED, repeat=None, golden=None)
    unused = replace(PASSED, verdict=RunVerdict.NOT_EXERCISED, counts_as=RunVerdict.NOT_EXERCISED)
    drifted = replace(PASSED, golden=FAILED.golden)
    worst_first = [
        (broken, ExitCode.CRASHED), (unlike, ExitCode.NOT_REPEATABLE), (failed, ExitCode.FAILED),
        (unused, ExitCode.NOT_EXERCISED), (drifted, ExitCode.GOLDEN_DRIFT), (PASSED, ExitCode.PASSED),
    ]  # fmt: skip
    for k, (_, code) in enumerate(worst_first):
        assert exit_code([result for result, _ in worst_first[k:]]) == code
    assert exit_code([]) == ExitCode.NOT_EXERCISED


def test_a_scene_may_fail_as_many_seeds_as_its_pass_rate_allows_and_never_crash() -> None:
    failed = replace(FAILED, golden=None, repeat=None)
    nine = [replace(PASSED, seed=seed) for seed in range(4, 13)]
    forgiven = counted([failed, *nine], pass_rates={"a.scene.yaml": 0.8})
    assert {result.counts_as for result in forgiven} == {RunVerdict.PASS}
    assert {result.counts_as for result in counted([failed, *nine], pass_rates={})} == {
        RunVerdict.PASS,
        RunVerdict.FAIL,
    }
    broken = replace(failed, verdict=RunVerdict.ERROR, error="crashed")
    assert counted([broken, *nine], pass_rates={"a.scene.yaml": 0.8})[0].counts_as is RunVerdict.ERROR
