"""Algorithms of other packages that hang, die or take all memory cost their own run and nothing else."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from simulator.cli.main import main
from simulator.runtime.run import run_scene
from simulator.runtime.watched import Allowance, memory_mb, watched
from simulator.scene.loader import load
from tests.runtime.example_packages import install

SCENES = Path(__file__).resolve().parents[2] / "scenes"
SCENE = SCENES / "follow" / "across-the-kitchen.scene.yaml"
BAD = """
import os
import numpy
from simulator.onboard.zones.stage import ZoneStage

class Stuck(ZoneStage):
    def tick(self, intent, *given, **named):
        while intent.tick > 100:
            pass
        return super().tick(intent, *given, **named)

class Hungry(ZoneStage):
    def tick(self, intent, *given, **named):
        if intent.tick > 100:
            self.much = numpy.ones(4_000_000_000 // 8)
        return super().tick(intent, *given, **named)

class Dead(ZoneStage):
    def tick(self, intent, *given, **named):
        if intent.tick > 100:
            os._exit(9)
        return super().tick(intent, *given, **named)

class Good(ZoneStage):
    pass
"""
pytestmark = pytest.mark.process


@pytest.fixture
def here(tmp_path, monkeypatch):
    (tmp_path / "bad_planners.py").write_text(BAD)
    about = tmp_path / "bad_planners-0.1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: bad-planners\nVersion: 0.1\n")
    points = "\n".join(f"{name.lower()} = bad_planners:{name}" for name in ("Stuck", "Hungry", "Dead", "Good"))
    (about / "entry_points.txt").write_text(f"[swivel.planners]\n{points}\n")
    monkeypatch.syspath_prepend(str(tmp_path))


def run(name: str, *more: str) -> int:
    return main(["run", str(SCENE), "--mode", "feature", "--with", f"planner=bad-planners/{name}", *more])


def test_a_hang_is_stopped_and_the_line_where_it_hangs_is_told(here, capfd):
    began_s = time.monotonic()
    assert run("stuck", "--limit-time", "12") == 4
    assert time.monotonic() - began_s < 60
    told = capfd.readouterr().err
    assert "planner=bad-planners/stuck: stopped, since it took more than 12 s" in told
    assert 'bad_planners.py", line' in told


def test_four_gigabytes_fail_where_they_are_asked_for(here, capfd):
    assert run("hungry", "--limit-memory", "1500") == 4
    told = capfd.readouterr().err
    assert "bad-planners/hungry failed" in told
    assert "MemoryError" in told
    assert "(bad_planners.py:15)" in told


def test_a_process_that_ends_itself_is_no_pass(here, capfd):
    assert run("dead") == 9
    assert run("good") == 0
    assert "pass:" in capfd.readouterr().out


def test_a_good_package_decides_the_same_inside_the_limits(here, capfd):
    assert run("good", "--json") == 0
    shipped = run_scene(load(SCENE), mode="feature")
    assert shipped.trace_hash in capfd.readouterr().out


def test_memory_that_is_only_taken_from_outside_is_seen_too():
    eats = "import time; kept = b'x' * 1_200_000_000; time.sleep(60)"
    code, why = watched(
        [sys.executable, "-c", eats], Allowance(time_s=50, memory_mb=300), hear=lambda *_: None, extra={}
    )
    assert (code, why) == (-9, "it took more than 300 MB of memory")
    assert memory_mb(2**22 + 1) == 0.0


@pytest.mark.long
@pytest.mark.parametrize(
    ("folder", "mode", "part"),
    [
        ("outside_tracker", "feature", "tracker=nearest-tracker/nearest"),
        ("outside_ears", "audio", "ears=steady-ears/steady"),
        ("outside_eyes", "full", "eyes=resting-eyes/resting"),
    ],
)
def test_the_example_of_each_stage_installs_and_faces_who_calls(folder, mode, part, tmp_path, monkeypatch, capfd):
    install(tmp_path / "site", folder, build=tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    scene = tmp_path / "call.scene.yaml"
    scene.write_text(
        "scene: 1\nclaim: The screen faces who calls.\nduration: 5 s\npeople:\n  anna: {at: [1.0, 2.4], faces: device}\n"
        "timeline:\n  - {at: 1.5 s, who: anna, does: say wake word}\n"
        "expect:\n  - {id: faces, after: anna says wake word, within: 3 s, then: anna in dead zone}\n"
    )
    assert main(["run", str(scene), "--mode", mode, "--with", part]) == 0, capfd.readouterr()


def test_the_examples_are_short():
    sources = [path for path in (SCENES.parent / "examples").glob("outside_*/*.py")]
    assert len(sources) == 6
    assert max(len(path.read_text().splitlines()) for path in sources) <= 60
