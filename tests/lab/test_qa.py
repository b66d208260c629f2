"""`swivel qa` as CI meets it: every exit code, what the reports say, and that no kill loses anything."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from simulator.cli.qa import qa
from simulator.cli.qa_options import add_arguments
from simulator.lab.qa.ledger import Ledger, LedgerError
from simulator.lab.qa.result_store import ResultStore

pytestmark = pytest.mark.process

ROOT = Path(__file__).resolve().parents[2]

TURNS = """\
scene: 1
claim: Anna calls and is faced.
duration: 5 s
people: {anna: {at: [1.2, 2.2]}}
timeline:
  - {at: 1 s, who: anna, does: say wake word}
expect:
  - {id: limit, never: yaw speed > 180 °/s}
  - {id: faces, after: anna says wake word, within: 2.5 s, then: anna in dead zone, for: 0.5 s}
"""
RESTS = "scene: 1\nduration: 2 s\nexpect:\n  - {id: still, never: device moving}\n"


def run(*arguments: object) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return qa(parser.parse_args([str(argument) for argument in arguments]))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A scene folder with one scene that turns and one that rests."""
    scenes = tmp_path / "scenes"
    scenes.mkdir()
    (scenes / "turns.scene.yaml").write_text(TURNS)
    (scenes / "rests.scene.yaml").write_text(RESTS)
    return scenes


def out(folder: Path) -> Path:
    return folder.parent / "out"


def results(folder: Path) -> list[dict[str, object]]:
    lines = (out(folder) / "results.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines[1:]]


def test_all_passed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "--out", out(folder), "--twice", "--seeds", 2, "--json") == 0
    summary = json.loads(capsys.readouterr().out)
    assert (summary["runs"], summary["passed"], summary["failed"]) == (4, 4, [])
    assert not list((out(folder) / "recordings").glob("*")) if (out(folder) / "recordings").exists() else True
    # The same command again knows everything; a damaged result is made again, the others are not.
    damaged = next((out(folder) / "results").rglob("*.json"))
    damaged.write_bytes(damaged.read_bytes()[:-20])
    assert run(folder, "--out", out(folder), "--twice", "--seeds", 2) == 0
    assert "3 known from before" in capsys.readouterr().out


def test_a_broken_planner_fails_the_right_lines(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    junit, html = folder.parent / "r.xml", folder.parent / "r.html"
    code = run(
        folder, "--out", out(folder), "--fault", "faults:lazy_planner", "--annotate", "github", "--junit", junit,
        "--html", html,
    )  # fmt: skip
    assert code == 1
    said = capsys.readouterr().out
    scene = folder / "turns.scene.yaml"
    assert f"::error file={scene},line=9,col=5,title=faces::anna in dead zone did not come within 2.5 s" in said
    assert said.count("::error") == 1  # the scene in which nothing has to move still passes
    root = Xml.parse(junit).getroot()
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("3", "1", "0")
    case = root.find(".//testcase[failure]")
    assert case is not None
    assert (case.get("file"), case.get("line")) == (str(scene), "9")
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("type") == "fail"
    page = html.read_text()
    assert len(page) < 360_000
    assert page.count("<section") == 1
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in page
    assert page.count("<svg") >= 3
    recording = Path(str(results(folder)[1]["recording"]))
    assert recording.suffix == ".mcap"
    assert recording.stat().st_size > 1000


def test_a_bad_scene_is_bad_usage(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "bad.scene.yaml").write_text("scene: 1\nroom: {width: 1 kg}\n")
    (folder / "worse.scene.yaml").write_text("scene: 1\npeople: 3\n")
    assert run(folder, "--out", out(folder)) == 2
    said = capsys.readouterr().err
    assert "bad.scene.yaml:2:15: room.width: 1 kg: must be a length" in said
    assert "worse.scene.yaml:2:9: people: must be a mapping" in said
    assert run(folder / "nowhere", "--out", out(folder)) == 2
    assert run(folder / "rests.scene.yaml", "--golden", "update", "--out", out(folder)) == 2
    assert run("merge", folder) == 2


def test_golden_drift_names_the_stage(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scene = folder / "turns.scene.yaml"
    assert run(scene, "--golden", "update", "--reason", "first", "--out", out(folder)) == 0
    assert run(scene, "--golden", "check", "--out", out(folder)) == 0
    golden = folder / "golden" / "feature" / "turns.json"
    kept = json.loads(golden.read_text())
    assert kept["reason"] == "first"
    # As if the device had once decided to turn 40 ms sooner.
    first_goal = next(row for row in kept["stages"]["decision"] if row[3] is not None)
    first_goal[0] -= 4
    golden.write_text(json.dumps(kept))
    assert run(scene, "--golden", "check", "--out", out(folder)) == 3
    assert "in decision:" in capsys.readouterr().out
    assert run(scene, "--golden", "update", "--reason", "the old one was edited", "--out", out(folder)) == 0
    assert "1 changed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("fault", "limits", "words"),
    [
        ("crash", (), "crashed: RuntimeError: the planner has lost its plan (faults.py:"),
        ("hang", ("--timeout", 5), "timed out after 5 s"),
        ("eat_memory", ("--memory", 900), "out of memory:"),
        ("die", (), "the worker died 3 times (SIGKILL)"),
    ],
)
def test_a_crash_is_never_a_pass(
    folder: Path, fault: str, limits: tuple[object, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    junit = folder.parent / "r.xml"
    scene = folder / "rests.scene.yaml"
    assert run(scene, "--out", out(folder), "--fault", f"faults:{fault}", "--junit", junit, *limits) == 4
    assert words in capsys.readouterr().out
    assert Xml.parse(junit).getroot().get("errors") == "1"
    if fault == "hang":  # the stack was written down before the worker was stopped
        assert "time.sleep" in str(results(folder)[0]["error"]) or "faults.py" in str(results(folder)[0]["error"])


def test_a_worker_that_dies_once_costs_nothing_and_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mark = folder.parent / "mark"
    monkeypatch.setenv("QA_TEST_MARK", str(mark))
    assert run(folder / "rests.scene.yaml", "--out", out(folder), "--fault", "faults:die_once", "--seeds", 3) == 0
    assert "WORKER DIED 1 times and was replaced: SIGKILL" in capsys.readouterr().out
    assert mark.exists()
    assert [result["seed"] for result in results(folder)] == [0, 1, 2]


def test_what_was_not_exercised_is_no_pass(folder: Path) -> None:
    (folder / "never.scene.yaml").write_text(
        "scene: 1\nduration: 1 s\npeople: {anna: {at: [1, 2]}}\nexpect:\n"
        "  - {after: bump, within: 0.5 s, then: yaw < 3 °}\n"
    )
    assert run(folder / "never.scene.yaml", "--out", out(folder)) == 5
    assert run(folder, "--tag", "nothing-has-this-tag", "--out", out(folder)) == 5


def test_a_flaky_stage_is_found(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scene = folder / "rests.scene.yaml"
    assert run(scene, "--out", out(folder), "--twice", "--fault", "faults:flaky_stage") == 6
    assert "not repeatable, decision differs from 0.00 s on" in capsys.readouterr().out


def test_shards_share_the_work_and_are_merged(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for k in range(6):
        (folder / f"rests-{k}.scene.yaml").write_text(RESTS.replace("2 s", "0.5 s"))
    outs = [folder.parent / f"shard-{k}" for k in (1, 2)]
    for k, place in enumerate(outs, start=1):
        assert run(folder, "--shard", f"{k}/2", "--out", place, "--durations-out", place / "d.json") == 0
    parts = [
        [json.loads(line)["scene"] for line in (place / "results.jsonl").read_text().splitlines()[1:]] for place in outs
    ]
    assert all(parts)
    assert sorted(parts[0] + parts[1]) == sorted(map(str, folder.glob("*.scene.yaml")))
    capsys.readouterr()
    assert run("merge", *outs, "--junit", folder.parent / "all.xml") == 0
    assert "8 of 8 runs passed" in capsys.readouterr().out
    assert Xml.parse(folder.parent / "all.xml").getroot().get("tests") == "9"
    capsys.readouterr()
    for lost, words in (((outs[0],), "shard 2 of 2 is missing"), ((outs[0], outs[0]), "shard 1 of 2 is there twice")):
        assert run("merge", *lost) == 2
        assert words in capsys.readouterr().err
    # Parts of two different runs are no whole.
    assert run(
        folder / "rests-1.scene.yaml", folder / "rests-2.scene.yaml", "--shard", "2/2", "--out", folder.parent / "x"
    ) in (0, 5)
    assert run("merge", outs[0], folder.parent / "x") == 2
    assert "is missing" in capsys.readouterr().err
    # With recorded durations the parts are balanced, and every machine makes the same ones.
    durations = json.loads((outs[0] / "d.json").read_text()) | json.loads((outs[1] / "d.json").read_text())
    (folder.parent / "d.json").write_text(json.dumps(durations))
    capsys.readouterr()
    for k in (1, 2):
        run(folder, "--shard", f"{k}/2", "--durations", folder.parent / "d.json", "--list")
    listed = [line.split("  ")[0] for line in capsys.readouterr().out.splitlines()]
    assert sorted(listed) == sorted(map(str, folder.glob("*.scene.yaml")))


def test_one_folder_has_one_driver(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    with pytest.raises(LedgerError, match="another swivel qa is using this folder"):
        Ledger(tmp_path)
    ledger.close()
    Ledger(tmp_path).close()


def test_a_broken_ledger_is_one_clear_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out(folder).mkdir()
    (out(folder) / "ledger.sqlite").write_bytes(b"this is no database" * 100)
    assert run(folder, "--out", out(folder)) == 2
    assert "delete it to start again" in capsys.readouterr().err


def test_a_killed_driver_loses_nothing(folder: Path) -> None:
    (folder / "turns.scene.yaml").unlink()
    command = [sys.executable, "main.py", "qa", str(folder), "--seeds", "12", "--jobs", "2", "--out", str(out(folder))]
    store, done = ResultStore(out(folder) / "results"), 0
    for least in (2, 5):
        driver = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while driver.poll() is None and len(list((out(folder) / "results").rglob("*.json"))) < least:
            time.sleep(0.05)
        driver.send_signal(signal.SIGKILL)
        driver.wait()
        found = len(list((out(folder) / "results").rglob("*.json")))
        assert found >= done
        done = found
    # A worker that outlived its driver may still be writing; the lock is the dead driver's and is free again.
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "12 of 12 runs passed" in finished.stdout
    with closing(sqlite3.connect(out(folder) / "ledger.sqlite")) as db:
        rows = db.execute("select key, tries from run").fetchall()
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)
    assert len(rows) == 12
    assert all(store.get(key) is not None for key, _ in rows)
    assert sum(tries for _, tries in rows) <= 12 + 2 * 2  # at most the runs that were under way were begun again
    assert os.listdir(out(folder) / "results")
