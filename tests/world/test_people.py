"""People do what the scene says, at a person's pace."""

from __future__ import annotations

import itertools
import math
import typing

import numpy as np
import pytest

from simulator.world.assets import ASSETS
from simulator.world.people import BODY_RATE_DPS, HEAD_RATE_DPS, MOUTH_M, WALK_ACCEL_MPS2, Cast
from simulator.world.spec import DevicePlace, Enter, PersonSpec, Posture, Say, Turn, Walk
from simulator.world.truth_events import Arrives


class Tones:
    """A library with one tone a clip: 0.5 s of wake word, 1 s of speech."""

    def clip(self, voice, kind, *, index=0):
        seconds = 0.5 if kind == "wake_word" else 1.0
        return np.full(int(16_000 * seconds), 0.05 + 0.01 * index, np.float32)


def cast(*people: PersonSpec) -> Cast:
    made = Cast(device=DevicePlace(x_m=2.5, y_m=0.4, heading_deg=90.0), clips=Tones())
    for person in people:
        made.add(person)
    return made


ANNA = PersonSpec(name="anna", at=(2.5, 2.4))
BEN = PersonSpec(name="ben", at=(1.0, 2.0), faces="anna")


def truth(made: Cast, name: str):
    return next(person for person in made.truth() if person.name == name)


def test_somebody_in_front_is_at_azimuth_0_and_looks_at_the_device():
    anna = truth(cast(ANNA), "anna")
    assert anna.azimuth_deg == pytest.approx(0)
    assert anna.distance_m == pytest.approx(2)
    assert anna.facing_deg == pytest.approx(0)


def test_left_of_the_device_is_a_positive_azimuth():
    assert truth(cast(BEN), "ben").azimuth_deg > 0


def test_who_faces_another_person_does_not_face_the_device():
    assert truth(cast(ANNA, BEN), "ben").facing_deg > 30


def test_a_walk_arrives_and_never_exceeds_its_pace():
    made = cast(ANNA)
    made.begin(Walk(at_s=0, who="anna", to=(4.0, 1.0), speed_mps=1.2), tick=0)
    places = [(2.5, 2.4)]
    for tick in range(400):
        made.step(tick)
        anna = truth(made, "anna")
        places.append((anna.x_m, anna.y_m))
    speeds = [math.dist(a, b) / 0.01 for a, b in itertools.pairwise(places)]
    assert places[-1] == (4.0, 1.0)
    assert max(speeds) <= 1.2 + 1e-9
    assert max(b - a for a, b in itertools.pairwise(speeds)) <= WALK_ACCEL_MPS2 * 0.01 + 0.03
    assert Arrives(who="anna") in made.events


def test_body_and_head_turn_at_a_persons_pace_and_the_head_leads():
    made = cast(ANNA)
    made.begin(Turn(at_s=0, who="anna", to="away"), tick=0)
    before = truth(made, "anna")
    for tick in range(20):
        made.step(tick)
        now = truth(made, "anna")
        assert abs(now.body_deg - before.body_deg) <= BODY_RATE_DPS * 0.01 + 1e-6
        assert abs(now.head_deg - before.head_deg) <= HEAD_RATE_DPS * 0.01 + 1e-6
        before = now
    assert before.facing_deg > 50
    for tick in range(20, 150):
        made.step(tick)
    assert truth(made, "anna").facing_deg == pytest.approx(180)


def test_a_head_turns_without_the_body():
    made = cast(ANNA, BEN)
    body_deg = truth(made, "anna").body_deg
    made.begin(Turn(at_s=0, who="anna", to="ben", head_only=True), tick=0)
    for tick in range(100):
        made.step(tick)
    assert truth(made, "anna").body_deg == body_deg
    assert truth(made, "anna").facing_deg > 30


def test_speech_lasts_as_long_as_its_clip_or_as_asked_and_goes_on_to_the_next_clip():
    made = cast(ANNA)
    made.begin(Say(at_s=0, who="anna", what="wake word"), tick=0)
    spoken = 0
    for tick in range(100):
        spoken += made.voice_block("anna", tick=tick) is not None
        made.step(tick)
    assert spoken == 50
    made.begin(Say(at_s=1, who="anna", what="speech", for_s=2.5), tick=100)
    levels = []
    for tick in range(100, 400):
        block = made.voice_block("anna", tick=tick)
        if block is not None:
            levels.append(round(float(block[0]), 4))
        made.step(tick)
    assert len(levels) == 250
    assert len(set(levels)) == 3


def test_loudness_is_in_decibels_at_one_metre():
    made = cast(PersonSpec(name="anna", at=(2.5, 2.4), loudness_db=80.0))
    made.begin(Say(at_s=0, who="anna", what="wake word"), tick=0)
    assert made.voice_block("anna", tick=1)[0] == pytest.approx(0.5, rel=1e-3)


def test_who_left_is_neither_there_nor_heard():
    made = cast(ANNA)
    made.begin(Say(at_s=0, who="anna"), tick=0)
    made.begin(Enter(at_s=0, do="leave", who="anna"), tick=0)
    assert made.truth() == ()
    assert made.voice_block("anna", tick=1) is None


@pytest.mark.parametrize("look", typing.get_args(PersonSpec.model_fields["look"].annotation))
def test_the_voice_comes_from_the_mouth_that_the_camera_sees(look):
    mesh = np.load(ASSETS / "people" / f"{look}.npz")
    height_m = mesh["vertices_tenth_mm"].astype(float)[:, 2] / 1e4
    travel = np.linalg.norm(mesh["jaw_tenth_mm"].astype(float), axis=1)
    jaw_m = height_m[travel > 0.9 * travel.max()].mean() - height_m.min()
    assert MOUTH_M[look] == pytest.approx(jaw_m + 0.02, abs=0.02)


def test_sitting_down_lowers_the_mouth():
    made = cast(ANNA)
    standing_m = truth(made, "anna").mouth_height_m
    made.begin(Posture(at_s=0, who="anna", posture="sitting"), tick=0)
    assert truth(made, "anna").mouth_height_m < standing_m - 0.3
