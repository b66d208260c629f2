"""What a strip under a slider says of a curve is what the figures of service say of the run with that curve."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simulator.lab.service import service
from simulator.onboard.tuning import leaf_at
from simulator.runtime.run import RunLog, run_scene
from simulator.scene.columns import Columns
from simulator.scene.loader import load
from simulator.workbench.range_strip import Call, calls_of, is_flat, not_sketched, point, range_named, sketch, words
from simulator.workbench.replan import Replanner
from simulator.workbench.run_data import RunData, run_data_of
from simulator.world.placement import setup_of

ROOT = Path(__file__).resolve().parents[2]
SCENE = ROOT / "scenes" / "wake" / "from-the-right.scene.yaml"


@pytest.fixture(scope="module")
def log() -> RunLog:
    return run_scene(load(SCENE), seed=0, mode="feature")


@pytest.fixture(scope="module")
def run(log: RunLog) -> RunData:
    return run_data_of(log.traces, log.truths)


def calls(run: RunData) -> list[Call]:
    return next(found for found in calls_of(run) if found is not None)


def test_time_to_face_is_that_of_the_figures_of_service(log: RunLog, run: RunData) -> None:
    header = log.header
    wanted = service(Columns(log.traces, log.truths, spec=header.spec, facts=header.facts, tuning=header.tuning))
    found = point(0.0, run.column("yaw_deg"), calls(run), half_view_deg=log.header.facts.camera.half_fov_deg)
    assert wanted.seconds_to_face is not None
    assert found.face_s == pytest.approx(wanted.seconds_to_face, abs=0.06)
    assert (found.faced, found.calls) == (wanted.served, wanted.served + wanted.lost)
    assert found.travelled_deg == pytest.approx(wanted.turned_deg, rel=0.01)


def test_a_screen_that_never_turns_faces_nobody(log: RunLog, run: RunData) -> None:
    still = np.full(len(run), 90.0, dtype=np.float32)
    found = point(0.0, still, calls(run), half_view_deg=log.header.facts.camera.half_fov_deg)
    assert found.face_s is None
    assert found.out_of_view_s > 1.0
    assert found.turns_per_min == 0


def test_a_slower_top_speed_faces_later_and_a_knob_of_the_patrol_changes_nothing(log: RunLog, run: RunData) -> None:
    header = log.header
    replanner = Replanner(run, header.facts, setup_of(header.spec))

    def points(path: str):
        work = sketch(replanner, range_named(path), calls(run), header.facts, now=header.tuning, wanted=header.tuning)
        return [one for one in work if one is not None]

    speeds = points("motion.max_rate_dps")
    assert speeds[0].face_s is None or speeds[0].face_s > speeds[-1].face_s + 0.5
    assert "turns a minute" in words(speeds, [])
    assert is_flat(points("away.dwell_s"))


def test_a_place_that_a_rule_between_knobs_forbids_is_left_out(log: RunLog, run: RunData) -> None:
    replanner = Replanner(run, log.header.facts, setup_of(log.header.spec))
    slider = range_named("zones.dead_half_width_deg")
    narrow = log.header.tuning.patched({"zones.dead_near_half_width_deg": 12.0})
    work = sketch(replanner, slider, calls(run), log.header.facts, now=log.header.tuning, wanted=narrow)
    shares = [one.share for one in work if one is not None]
    assert 0 < len(shares) < len(slider.places)


def test_a_range_goes_from_end_to_end_in_steps_of_its_knob() -> None:
    leaf = leaf_at("patience.settle_s")
    values = [knobs[leaf.path] for _, knobs in range_named(leaf.path).places]
    assert (values[0], values[-1]) == (leaf.low, leaf.high)
    assert all(abs(value / leaf.step - round(value / leaf.step)) < 1e-6 for value in values)


def test_what_senses_and_touch_report_is_not_sketched() -> None:
    assert not_sketched(range_named("vision.facing_yaw_deg"))
    assert not_sketched(range_named("bump.push_hold_s"))
    assert not not_sketched(range_named("sound.voice_threshold"))
