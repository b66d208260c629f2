"""Algorithms of other packages: installed, named, run; missing ones and failing ones are said in one line."""

import re
import sys
from importlib import metadata
from pathlib import Path

import pytest

from simulator.cli.main import main
from simulator.runtime.outside import OutsideCrash, OutsideMissing, names
from simulator.runtime.outside_finder import outside_finder
from tests.runtime.example_packages import install, typed_off_the_page

pytestmark = pytest.mark.process

ROOT = Path(__file__).resolve().parents[2]
SCENE = str(ROOT / "scenes" / "wake" / "from-the-left.scene.yaml")
CAPON = "capon-finder/capon"
BROKEN = """
import numpy as np
from simulator.onboard.ssl.finders import Found, by_summits

class Raises:
    def find(self, question):
        return 1 / 0

class Lies:
    def find(self, question):
        return Found(score=np.zeros((2, 7), np.float32), at=[3], direct=np.ones(1), confidence=1.0)

class Sure:
    def find(self, question):
        plain = question.evidence.plain
        score = np.ones((len(plain.elevations_deg), plain.directions), np.float32)
        return Found(score=score, at=[3], direct=np.ones(1), confidence=float("nan"))

class Mute:
    pass

class Stillborn:
    def __init__(self):
        raise OSError("no weights")
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The example, installed as its reader would, beside a package full of faults."""
    target = tmp_path_factory.mktemp("site")
    source = tmp_path_factory.mktemp("source")
    install(target, "outside_finder", build=source, others=[typed_off_the_page(source / "loudest-finder")])
    (target / "broken.py").write_text(BROKEN)
    about = target / "broken_finders-2.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: Broken_Finders\nVersion: 2.0\n")
    points = [f"{name} = broken:{name.capitalize()}" for name in ("raises", "lies", "sure", "mute", "stillborn")]
    (about / "entry_points.txt").write_text("[swivel.finders]\n" + "\n".join([*points, "gone = broken:Gone"]) + "\n")
    return target


@pytest.fixture
def here(installed, monkeypatch):
    monkeypatch.syspath_prepend(str(installed))


def run(*settings, mode="audio"):
    return main(["run", SCENE, "--mode", mode, *(f"--set=sound.algorithm={name}" for name in settings)])


def test_the_example_runs_a_scene_and_answers_in_the_benchmark(here, capsys):
    assert run(CAPON) == 0
    assert "anna in dead zone after" in capsys.readouterr().out
    from benchmarks.ssl import FIRST_SEED, Bench

    bench = Bench(CAPON)
    bench.near_walls(range(FIRST_SEED, FIRST_SEED + 2))
    figures = bench.figures()
    assert figures["facing.capon_finder_capon.median_deg"] < 5.0
    assert figures["answer_ms.capon_finder_capon"] > 0


def test_the_package_of_the_how_to_page_runs_as_it_is_printed(here):
    assert run("loudest-finder/loudest") == 0


def test_what_is_not_installed_is_named_in_one_line(here, capsys):
    for name, said in (
        ("capon-finder/capno", "package capon-finder has no capno in swivel.finders; it has capon"),
        ("nobodys/finder", "package nobodys is not installed; swivel.finders has broken-finders/gone"),
        ("numpy/finder", f"package numpy {metadata.version('numpy')} has nothing in swivel.finders"),
        ("fuesd", "must be one of fused, decomposition"),
    ):
        assert run(name, mode="feature") == 2
        told = capsys.readouterr().err
        assert told.count("\n") == 1
        assert f"sound.algorithm = {name}: {said}" in told


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("raises", r"broken-finders/raises failed: ZeroDivisionError: division by zero \(broken.py:7\)"),
        ("lies", r"answered a map score of shape \(2, 7\): must be finite, of shape \(2, 120\)"),
        ("sure", "answered a confidence of nan: must be from 0 to 1"),
        ("mute", "Mute has no method find"),
        ("stillborn", "stillborn failed: OSError: no weights"),
        ("gone", "gone failed: AttributeError"),
    ],
)
def test_what_fails_in_another_package_is_a_crash_that_names_it(here, capsys, name, said):
    assert run(f"broken-finders/{name}") == 4
    told = capsys.readouterr().err
    assert re.search(said, told), told
    assert len([line for line in told.splitlines() if line.startswith("swivel:")]) == 1


def test_a_recording_names_the_package_that_is_missing(here, tmp_path, monkeypatch, capsys, installed):
    assert main(["run", SCENE, "--mode", "audio", f"--set=sound.algorithm={CAPON}", "--out", str(tmp_path)]) == 0
    recording = next(tmp_path.glob("*.mcap"))
    assert main(["replay", str(recording)]) == 0
    monkeypatch.setattr(sys, "path", [folder for folder in sys.path if folder != str(installed)])
    capsys.readouterr()
    assert main(["replay", str(recording)]) == 2
    assert "sound.algorithm = capon-finder/capon: package capon-finder is not installed" in capsys.readouterr().err


def test_names_are_those_of_packages_as_an_index_writes_them(here):
    assert {CAPON, "broken-finders/raises"} <= set(names("finder"))
    assert outside_finder("Capon_Finder/capon") is not None
    with pytest.raises(OutsideMissing):
        outside_finder("capon-finder/Capon")
    with pytest.raises(OutsideCrash):
        outside_finder("broken-finders/mute")
