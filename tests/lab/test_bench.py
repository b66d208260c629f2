"""The bench: a table that one bad entry cannot spoil, homes that a published digest binds, scores that the truth decides."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from simulator.cli.main import main
from simulator.lab.bench.baselines import NeverMove
from simulator.lab.bench.board import COLUMNS, RUN_COLUMNS, board, interval, share
from simulator.lab.bench.draws import SecretError, commit, hidden, public, read_secret
from simulator.lab.bench.entries import BASELINES, OURS, STILL, Entry
from simulator.lab.bench.runner import BenchRun
from simulator.lab.bench.tracks import TRACKS, Score
from simulator.onboard.algorithms import Algorithms
from simulator.onboard.messages import SoundReport, TrackReport
from simulator.runtime.compose import build, header_of
from simulator.runtime.run import run_scene, run_session
from simulator.runtime.seeds import stream
from simulator.scene.homes.seeds import Purpose, purpose_of
from simulator.scene.loader import loads
from tests.runtime.example_packages import ROOT, install

BAD = """
import time
import numpy
from simulator.onboard.zones.stage import ZoneStage

class Stuck(ZoneStage):
    def tick(self, intent, *given, **named):
        while intent.tick > 100:
            time.sleep(1)
        return super().tick(intent, *given, **named)

class Hungry(ZoneStage):
    def tick(self, intent, *given, **named):
        if intent.tick > 100:
            self.much = numpy.ones(4_000_000_000 // 8)
        return super().tick(intent, *given, **named)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("site")
    install(target, "outside_planner", build=tmp_path_factory.mktemp("source"))
    (target / "bad_planners.py").write_text(BAD)
    about = target / "bad_planners-0.1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: bad-planners\nVersion: 0.1\n")
    (about / "entry_points.txt").write_text(
        "[swivel.planners]\nstuck = bad_planners:Stuck\nhungry = bad_planners:Hungry\n"
    )
    return target


@pytest.mark.process
@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_good_package_one_that_hangs_and_one_that_takes_4_gb_leave_the_table_whole(
    site, tmp_path, monkeypatch, capsys
):
    monkeypatch.syspath_prepend(str(site))
    entries = [
        "good=planner:calm-planner/rested",
        "hangs=planner:bad-planners/stuck",
        "hungry=planner:bad-planners/hungry",
    ]
    options = [word for entry in entries for word in ("--entry", entry)]
    assert main(["bench", *options, "--track", "planning", "--track", "whole", "--homes", "4", "--limit-time", "8",
                 "--limit-memory", "1500", "--out", str(tmp_path)]) == 0  # fmt: skip
    with (tmp_path / "leaderboard.csv").open() as file:
        rows = {(row["track"], row["entry"]): row for row in csv.DictReader(file)}
    assert {entry for _, entry in rows} == {OURS, STILL, "good", "hangs", "hungry"}
    assert [rows["whole", name]["failed"] for name in (OURS, STILL, "good", "hangs", "hungry")] == [
        "0",
        "0",
        "0",
        "4",
        "4",
    ]
    assert float(rows["whole", "hangs"]["score"]) == 0.0
    assert rows["planning", "hangs"]["asked"] == rows["planning", OURS]["asked"]
    runs = [json.loads(line) for line in (tmp_path / "results.jsonl").read_text().splitlines()]
    errors = {name: [run["error"] for run in runs if run["entry"] == name] for name in ("hangs", "hungry")}
    assert errors["hangs"][0] == "it took more than 8 s"
    assert "MemoryError" in errors["hungry"][0]
    assert "bad_planners.py:15" in errors["hungry"][0]
    assert errors["hangs"][3] == "not run: 3 failures in a row before it"
    page = (tmp_path / "leaderboard.html").read_text()
    assert "it took more than 8 s" in page
    assert "http" not in page.replace("http-equiv", "")
    # The same command gives the same fingerprints.
    again = tmp_path / "again"
    assert main(["bench", "--no-baselines", "--track", "whole", "--homes", "4", "--out", str(again)]) == 0
    with (again / "leaderboard.csv").open() as file:
        assert [row["trace_hash"] for row in csv.DictReader(file)] == [rows["whole", OURS]["trace_hash"]]


@pytest.mark.process
@pytest.mark.long
@pytest.mark.timeout(900)
def test_the_finders_of_pyroomacoustics_find_most_directions(tmp_path):
    assert main(["bench", "--track", "direction", "--homes", "6", "--out", str(tmp_path)]) == 0
    with (tmp_path / "leaderboard.csv").open() as file:
        rows = {row["entry"]: row for row in csv.DictReader(file)}
    assert set(rows) == {OURS, "pyroomacoustics-srp", "pyroomacoustics-music"}
    assert len({row["trace_hash"] for row in rows.values()}) == 3
    assert all(float(row["score"]) > 0.3 for row in rows.values())
    assert all(row["failed"] == "0" for row in rows.values())


def test_hidden_homes_follow_from_a_secret_whose_digest_came_first(tmp_path):
    path = tmp_path / "secret.json"
    digest = commit(path)
    assert path.stat().st_mode & 0o077 == 0
    secret, known = read_secret(path)
    assert known == digest == hashlib.sha256(secret.encode()).hexdigest()
    draw = hidden(path, 8)
    assert draw == hidden(path, 8)
    assert draw.seeds[:4] == hidden(path, 4).seeds
    assert len(set(draw.seeds)) == 8
    assert {purpose_of(seed) for seed in draw.seeds} == {Purpose.TEST}
    assert {purpose_of(seed) for seed in public(8).seeds} == {Purpose.DEVELOPMENT}
    with pytest.raises(FileExistsError):
        commit(path)
    other = tmp_path / "other.json"
    commit(other)
    assert hidden(other, 8).seeds != draw.seeds
    path.write_text(json.dumps({"secret": secret[::-1], "sha256": digest}))
    with pytest.raises(SecretError, match="one of them was changed"):
        hidden(path, 5)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--track", "smell"], "--track smell: must be one of direction"),
        (["--entry", "x=planner:nobodys/y"], "package nobodys is not installed"),
        (["--entry", "x=nose:a/b"], "must be NAME=KIND:PACKAGE/NAME"),
        (["--entry", "ours=planner:numpy/y"], "package numpy"),
        (["--hidden", "gone.json"], "gone.json: holds no secret"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(options, said, capsys):
    assert main(["bench", *options]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    draw = stream(7, "test")
    covered = 0
    for _ in range(300):
        calls = draw.integers(1, 5, size=40)
        scores = [Score(right=int(draw.binomial(n, 0.7)), asked=int(n), group="a") for n in calls]
        low, high = interval(scores)
        covered += low <= 0.7 <= high
    assert 0.90 <= covered / 300 <= 0.98
    assert interval([Score(right=1, asked=1, group="a")] * 30) == (pytest.approx(0.9), 1.0)
    assert interval([]) == (0.0, 1.0)
    assert share([Score(right=0, asked=0, group="a")]) is None


def test_a_failed_home_counts_as_asked_and_the_worst_group_is_named():
    track = TRACKS["planning"]
    entries = [BASELINES[0], Entry(name="x", parts={"planner": "a/b"})]

    def run(entry: str, seed: int, right: int, group: str) -> BenchRun:
        score = Score(right=right, asked=2, group=group, more={"minutes": 0.5, "false": 1.0, "turned_deg": 45.0})
        return BenchRun(
            entry=entry, seed=seed, mode="feature", scores={"planning": score}, trace_hash="h", sim_s=30, processor_s=2
        )

    runs = [run(OURS, seed, 2 if seed < 6 else 1, "walk" if seed < 6 else "chat") for seed in range(10)]
    runs += [run("x", seed, 2, "walk") for seed in range(6)]
    runs += [BenchRun(entry="x", seed=seed, mode="feature", error="it hangs") for seed in range(6, 10)]
    ours, other = board(entries, [track], runs)
    assert (ours.entry, ours.score, ours.worst_group, ours.worst_score) == (OURS, 0.8, "chat", 0.5)
    assert (ours.wrong_per_min, ours.turned_deg_per_min, ours.x_real_time) == (2.0, 90.0, 15.0)
    assert (other.score, other.failed, other.asked, other.worst_group, other.worst_score) == (0.6, 4, 20, "chat", 0.0)
    assert other.low < 0.6 < other.high


SCENE = """
scene: 1
claim: Two people talk.
duration: 6 s
people:
  anna: {at: [1.0, 2.4], faces: device, voice: voice-3}
timeline:
  - {at: 1.0 s, who: anna, does: say wake word}
expect:
  - {id: faces, after: anna says wake word, within: 3 s, then: anna in dead zone}
"""


def test_scores_of_a_run_are_those_of_its_truth():
    scene = loads(SCENE)
    log = run_scene(scene, mode="feature")
    scores = {name: track.score(scene, log) for name, track in TRACKS.items()}
    assert {name: (score.right, score.asked) for name, score in scores.items() if name != "tracking"} == {
        "direction": (1, 1), "wake-word": (1, 1), "addressed": (scores["addressed"].right, scores["addressed"].asked),
        "planning": (1, 1), "whole": (1, 1),
    }  # fmt: skip
    assert scores["direction"].group == "voice-3"
    header = header_of(scene, mode="feature")
    still = run_session(build(header, algorithms=Algorithms(planner=NeverMove)), header)
    assert TRACKS["planning"].score(scene, still).right == TRACKS["whole"].score(scene, still).right == 0
    assert scores["tracking"].right / scores["tracking"].asked > 0.9
    assert 3 <= scores["addressed"].asked <= 8
    blind = replace(log, traces=[replace(trace, tracks=TrackReport(tick=trace.tick)) for trace in log.traces])
    assert TRACKS["tracking"].score(scene, blind).right == 0
    assert TRACKS["addressed"].score(scene, blind).right < scores["addressed"].right
    deaf = replace(log, traces=[replace(trace, sound=SoundReport(tick=trace.tick, voice=0.0)) for trace in log.traces])
    assert TRACKS["wake-word"].score(scene, deaf).right == TRACKS["direction"].score(scene, deaf).right == 0


def test_a_bundle_for_codabench_names_only_what_is_in_it(tmp_path):
    path = tmp_path / "bundle.zip"
    assert main(["bench", "--codabench", str(path), "--track", "whole", "--homes", "2"]) == 0
    with zipfile.ZipFile(path) as bundle:
        names = set(bundle.namelist())
        plan = YAML(typ="safe").load(bundle.read("competition.yaml"))
        bundle.extractall(tmp_path / "bundle")
    assert {plan["image"], plan["terms"], plan["pages"][0]["file"]} <= names
    [task] = plan["tasks"]
    for part in ("ingestion_program", "scoring_program", "input_data", "reference_data"):
        assert any(name.startswith(f"{task[part]}/") for name in names), part
    for part in ("ingestion_program", "scoring_program"):
        [program] = re.findall(r"/app/program/(\S+)", (tmp_path / "bundle" / part / "metadata.yaml").read_text())
        assert f"{part}/{program}" in names
    assert plan["phases"][0]["tasks"] == [task["index"]]
    assert {column["key"] for column in plan["leaderboards"][0]["columns"]} == {"whole", "whole_worst", "failed"}


@pytest.mark.process
@pytest.mark.long
@pytest.mark.timeout(900)
def test_the_programs_of_the_bundle_score_an_example_package(tmp_path):
    assert main(["bench", "--codabench", str(tmp_path / "b.zip"), "--track", "whole", "--homes", "2"]) == 0
    zipfile.ZipFile(tmp_path / "b.zip").extractall(tmp_path / "b")
    for folder in ("out", "scored"):
        (tmp_path / folder).mkdir()
    commit(tmp_path / "b" / "input_data" / "secret.json")
    example = tmp_path / "entry"
    example.mkdir()
    for file in (ROOT / "examples" / "outside_planner").iterdir():
        if file.is_file():
            (example / file.name).write_bytes(file.read_bytes())
    ingestion = [sys.executable, tmp_path / "b" / "ingestion_program" / "ingestion.py", tmp_path / "b" / "input_data"]
    subprocess.run([*ingestion, tmp_path / "out", example, "--no-build-isolation", "--no-index"], check=True, cwd=ROOT)
    subprocess.run(
        [sys.executable, tmp_path / "b" / "scoring_program" / "scoring.py", tmp_path / "out", tmp_path / "scored"],
        check=True,
    )
    scores = json.loads((tmp_path / "scored" / "scores.json").read_text())
    assert set(scores) == {"whole", "whole_worst", "failed"}
    assert scores["failed"] == 0
    assert 0.0 <= scores["whole"] <= 1.0


def test_every_column_has_its_sentence():
    assert all(sentence.endswith(".") for sentence in (*COLUMNS.values(), *RUN_COLUMNS.values()))
    assert {name: track.name for name, track in TRACKS.items()} == {name: name for name in TRACKS}
