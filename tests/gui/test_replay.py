"""Replay: results of a QA run, their report, the culprit, the first difference, and a baseline that is accepted."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from conftest import SCENE
from PySide6.QtGui import QDesktopServices

from simulator.lab.qa.results_file import ResultsHead, write_results
from simulator.lab.run_result import FORMAT, CheckResult, GoldenMatch, RunResult, RunVerdict
from simulator.lab.why.blame_result import Blame
from simulator.scene.checks import Verdict


def test_results_are_listed_with_the_failed_first(window, tmp_path):
    (tmp_path / "junit.xml").write_text(
        '<testsuite name="wake"><testcase name="a"/><testcase name="b"><failure message="late"/></testcase></testsuite>'
    )
    window.show_workspace("replay")
    replay = window.workspace("replay")
    replay.open(tmp_path / "junit.xml")
    assert replay.results.list.item(0).text() == "×  wake · b"
    assert "1 of 2 failed" in replay.results.source.text()
    picture = replay.results.list.grab(replay.results.list.visualItemRect(replay.results.list.item(0))).toImage()
    shown = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}
    assert window.look.theme.colours["bad"] in shown, "also the chosen line says in red that it failed"
    (tmp_path / "seed.xml").write_text(
        '<testsuite name="wake"><testcase name="a [seed 0]"/><testcase name="b [seed 0]"/></testsuite>'
    )
    replay.open(tmp_path / "seed.xml")
    assert replay.results.list.item(0).text() == "✓  wake · a"
    (tmp_path / "seeds.xml").write_text(
        '<testsuite name="wake"><testcase name="a [seed 0]"/><testcase name="a [seed 1]"/></testsuite>'
    )
    replay.open(tmp_path / "seeds.xml")
    assert replay.results.list.item(1).text() == "✓  wake · a [seed 1]"
    replay.open(tmp_path / "junit.xml")
    replay.results._pick(replay.results.list.item(0))
    assert "recording is not there" in window.banner.words
    replay.open(Path(tmp_path / "nothing.xml"))
    assert window.banner.kind == "error"


def test_results_are_narrowed_by_words_and_become_a_page(window, tmp_path, monkeypatch):
    check = CheckResult(
        id="faces", verdict=Verdict.FAIL, sentence="It is faced.", detail="late", margin=None, unit="", at_s=1.0,
        who="", judged=1, file="wake", line=1, column=1,
    )  # fmt: skip
    drift = GoldenMatch(same=False, at_s=2.5, stage="zones", text="calm, was waiting")
    runs = [
        RunResult(
            key=f"k{n}", scene=f"scene-{n}", name=f"scene-{n}", seed=0, mode="feature", verdict=RunVerdict.PASS,
            counts_as=RunVerdict.PASS, outcomes=(replace(check, verdict=Verdict.PASS),), golden=drift if n == 3 else None,
        )
        for n in range(8)
    ]  # fmt: skip
    head = ResultsHead(format=FORMAT, pass_rates={}, plan="", shard=1, shards=1, complete=True)
    write_results(tmp_path, runs, head=head)
    window.show_workspace("replay")
    results = window.workspace("replay").results
    assert results.open(tmp_path / "results.jsonl")
    assert results.list.item(0).text() == "×  scene-3 · golden"
    assert "first divergence at 2.50 s in zones" in results.list.item(0).toolTip()
    results.wanted.setText("scene-5")
    shown = [one for one in map(results.list.item, range(results.list.count())) if not one.isHidden()]
    assert [one.text() for one in shown] == ["✓  scene-5 · faces"]
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    results.write_report(tmp_path / "report.html")
    assert "golden drift" in (tmp_path / "report.html").read_text()
    assert [url.toLocalFile() for url in opened] == [str(tmp_path / "report.html")]


def test_a_baseline_needs_a_reason_and_says_what_it_will_write(window, session, tmp_path):
    scene = tmp_path / "kitchen.scene.yaml"
    shutil.copy(SCENE, scene)
    session.open_scene(scene, play=False)
    window.show_workspace("replay")
    bar = window.workspace("replay").baseline
    bar.ask.click()
    assert "not computed to its end" in bar.words.text()
    session.shown.complete = True
    session.turn({"motion.max_rate_dps": 42.0})
    bar._refresh()
    assert "First writes into the file: Top speed 42.0." in bar.words.text()
    assert not bar.accept.isEnabled()
    bar.reason.setText("calmer")
    assert bar.accept.isEnabled()
    scene.write_text(scene.read_text() + "# somebody else was here\n")
    bar._refresh()
    assert "is another one than this run was made of" in bar.words.text()
    assert not bar.accept.isEnabled()


def test_the_culprit_of_a_failed_run_is_told_under_its_gates(window, tmp_path):
    check = CheckResult(
        id="faces", verdict=Verdict.FAIL, sentence="It is faced.", detail="late", margin=None, unit="", at_s=1.0,
        who="", judged=1, file="wake", line=1, column=1,
    )  # fmt: skip
    run = RunResult(
        key="k", scene="wake", name="wake", seed=0, mode="feature", verdict=RunVerdict.FAIL,
        counts_as=RunVerdict.FAIL, outcomes=(check,), blame=Blame(culprits=("eyes",), broken=("faces",)),
    )  # fmt: skip
    write_results(
        tmp_path, [run], head=ResultsHead(format=FORMAT, pass_rates={}, plan="", shard=1, shards=1, complete=True)
    )
    window.show_workspace("replay")
    replay = window.workspace("replay")
    assert replay.blame.isHidden()
    replay.open(tmp_path / "results.jsonl")
    replay.results._pick(replay.results.list.item(0))
    assert not replay.blame.isHidden()
    assert replay.blame.culprits.text() == "To blame: eyes"
    assert "faces is kept once eyes are repaired" in replay.blame.words.text()


def test_the_first_difference_is_found_and_jumped_to(window, session):
    window.show_workspace("replay")
    replay = window.workspace("replay")
    session.shown.before = session.run.copy()
    session.before._rows["yaw_deg"][900:] += 1.0
    session.run_changed.emit()
    assert replay.difference.text() == "The runs first differ at 9.00 s."
    replay.jump.click()
    assert session.tick == 900
    session.shown.before = session.run.copy()
    session.run_changed.emit()
    assert "the same" in replay.difference.text()
