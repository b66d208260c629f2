"""With modelled senses a person at the window hears the room: who talks, what plays, and nobody else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simulator.runtime.compose import header_of
from simulator.runtime.dry_sound import DrySound, began
from simulator.runtime.run import run
from simulator.scene.loader import load

SCENE = Path(__file__).resolve().parents[2] / "scenes" / "living-kitchen.scene.yaml"


@pytest.fixture(scope="module")
def kitchen():
    scene = load(SCENE)
    return scene.spec, run(header_of(scene, mode="feature"), ticks=700).truths


def level(sound: DrySound, truths, first: int, count: int) -> float:
    samples = np.frombuffer(sound.mix(truths, first, count), "<i2").astype(float)
    assert len(samples) == 160 * count
    return float(np.sqrt(np.mean(samples**2)))


def test_a_talker_is_heard_over_the_radio(kitchen):
    spec, truths = kitchen
    sound = DrySound(spec)
    radio = level(sound, truths, 60, 80)
    talk = level(sound, truths, 330, 200)
    assert radio > 5.0
    assert talk > 2.0 * radio


def test_nothing_sounds_in_a_room_without_sources_while_nobody_talks(kitchen):
    spec, truths = kitchen
    quiet = DrySound(spec.model_copy(update={"sources": ()}))
    assert level(quiet, truths, 60, 80) == 0.0
    assert level(quiet, truths, 330, 200) > 5.0


def test_the_same_ticks_sound_the_same_and_what_is_not_computed_is_silent(kitchen):
    spec, truths = kitchen
    sound = DrySound(spec)
    assert sound.mix(truths, 330, 20) == DrySound(spec).mix(truths, 330, 20)
    assert sound.mix(truths, len(truths) - 5, 10) == b""


def test_what_somebody_says_goes_on_and_does_not_begin_again_each_block(kitchen):
    _, truths = kitchen
    talking = next(tick for tick, truth in enumerate(truths) if truth.people[0].says == "speech")
    person = truths[talking + 50].people[0]
    assert began(truths, talking + 50, person) == talking
