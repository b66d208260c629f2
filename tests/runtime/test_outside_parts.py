"""Trackers, planners, profiles and senses of other packages: they run, go on from a checkpoint, and are blamed for what they do."""

import pickle
import sys
from pathlib import Path

import pytest

from simulator.cli.main import main
from simulator.onboard.motion.profile import Limits, SetPoint
from simulator.runtime.compose import build, header_of
from simulator.runtime.outside import OutsideCrash, OutsideMissing
from simulator.runtime.outside_parts import OutsideProfile
from simulator.scene.loader import load
from tests.runtime.example_packages import install

SCENE = Path(__file__).resolve().parents[2] / "scenes" / "follow" / "across-the-kitchen.scene.yaml"
BOTH = {"planner": "calm-planner/rested", "profile": "quintic-profile/quintic"}
BROKEN = """
from simulator.onboard.fusion.stage import FusionStage

class Prose(FusionStage):
    def tick(self, *given, **named):
        return "somebody is there"

class Forgetful:
    def __init__(self, facts): pass
    def tick(self, *given, **named): pass

class Late(FusionStage):
    def tick(self, *given, tick, **named):
        if tick > 100:
            raise KeyError("person 3")
        return super().tick(*given, tick=tick, **named)
"""
pytestmark = pytest.mark.process
LIMITS = Limits(rate_dps=60.0, accel_dps2=180.0, jerk_dps3=1800.0)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    target = tmp_path_factory.mktemp("site")
    install(target, "outside_planner", "outside_profile", build=tmp_path_factory.mktemp("source"))
    (target / "broken_trackers.py").write_text(BROKEN)
    about = target / "broken_trackers-0.1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-trackers\nVersion: 0.1\n")
    points = "\n".join(f"{name} = broken_trackers:{name.capitalize()}" for name in ("prose", "forgetful", "late"))
    (about / "entry_points.txt").write_text(f"[swivel.trackers]\n{points}\n")
    return target


@pytest.fixture
def here(installed, monkeypatch):
    monkeypatch.syspath_prepend(str(installed))


def session(**parts):
    return build(header_of(load(SCENE), mode="feature", parts=parts))


def run(session, ticks):
    for _ in range(ticks):
        session.step()
    return session.trace_hash


def test_planner_and_profile_of_other_packages_decide_and_turn(here):
    """The planner changes when the screen turns, the profile how; both differ from what ships, and repeat to the last bit."""
    hashes = {names: run(session(**dict(names)), 950) for names in ((), *((item,) for item in BOTH.items()))}
    assert len(set(hashes.values())) == 3
    assert run(session(**BOTH), 950) == run(session(**BOTH), 950)


def test_a_run_goes_on_from_a_checkpoint_in_the_middle_of_an_outside_turn(here):
    first = session(**BOTH)
    run(first, 215)
    assert abs(first.step().motor.rate_dps) > 5.0, "the screen turns"
    kept = pickle.dumps(first.checkpoint())
    whole = run(first, 300)
    again = session(**BOTH)
    again.restore(pickle.loads(kept))
    assert run(again, 300) == whole


def test_a_recording_says_what_stood_in_and_what_is_missing(here, installed, tmp_path, monkeypatch, capsys):
    options = [f"--with={kind}={name}" for kind, name in BOTH.items()]
    main(["run", str(SCENE), "--mode", "feature", *options, "--out", str(tmp_path)])
    recording = next(tmp_path.glob("*.mcap"))
    assert main(["replay", str(recording)]) == 0
    monkeypatch.setattr(sys, "path", [folder for folder in sys.path if folder != str(installed)])
    capsys.readouterr()
    assert main(["replay", str(recording)]) == 2
    assert "--with planner = calm-planner/rested: package calm-planner is not installed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "code", "said"),
    [
        ("tracker=broken-trackers/prose", 4, "broken-trackers/prose answered str, not TrackReport"),
        ("tracker=broken-trackers/forgetful", 4, "Forgetful has no method snapshot"),
        ("tracker=broken-trackers/late", 4, "late failed: KeyError: 'person 3' (broken_trackers.py:15)"),
        (
            "tracker=broken-trackers/prosa",
            2,
            "broken-trackers has no prosa in swivel.trackers; it has forgetful, late, prose",
        ),
        ("eyes=broken-trackers/prose", 2, "has nothing in swivel.eyes"),
        ("nose=a/b", 2, "must be KIND=PACKAGE/NAME, KIND one of ears, eyes, tracker, planner, profile"),
        ("planner=rested", 2, "must be KIND=PACKAGE/NAME"),
    ],
)
def test_what_is_wrong_with_a_part_is_said_in_one_line(here, capsys, option, code, said):
    assert main(["run", str(SCENE), "--mode", "feature", "--with", option]) == code
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1


def test_senses_that_a_mode_does_not_have_cannot_be_replaced(here, monkeypatch):
    monkeypatch.setattr("simulator.runtime.outside.check", lambda kind, name: None)
    with pytest.raises(ValueError, match="--with eyes: mode audio has no eyes; it needs mode full"):
        build(header_of(load(SCENE), mode="audio", parts={"eyes": "some/eyes"}))


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([], "answered 0 set points"),
        ([(0.0, 0.0, 0.0), (float("nan"), 0.0, 0.0)], "not finite"),
        ([(5.0, 10.0, 0.0)], "must rest at 10°"),
        ([(5.0, 90.0, 0.0), (10.0, 0.0, 0.0)], "turns at 90 °/s: must be at most 60 °/s"),
        ([(10.0, 0.0)], "TypeError"),
    ],
)
def test_a_way_that_cannot_be_is_refused(points, said):
    profile = OutsideProfile("some/profile", lambda start, *, goal_deg, limits: points)
    with pytest.raises(OutsideCrash, match=said):
        profile(SetPoint(0.0, 0.0, 0.0), goal_deg=10.0, limits=LIMITS, tick=0)


def test_a_missing_part_is_noticed_before_anything_runs():
    with pytest.raises(OutsideMissing, match=r"package nobodys is not installed; swivel\.trackers has"):
        session(tracker="nobodys/tracker")
