"""A wake word that was not sure enough is believed when three answers in a row agree, and not before."""

import pytest

from simulator.onboard.fusion.agreement import APART_TICKS, LATEST_TICKS, Agreement
from tests.onboard.fusion.test_fusion import Ears


def waiting():
    agreement = Agreement()
    agreement.wait(40.0, tick=100)
    return agreement


def test_three_in_a_row_agree():
    agreement = waiting()
    assert not agreement.confirmed(44.0, tick=100 + APART_TICKS)
    assert agreement.confirmed(36.0, tick=100 + 2 * APART_TICKS)
    # Once said it is over.
    assert not agreement.confirmed(40.0, tick=100 + 4 * APART_TICKS)


def test_answers_that_share_their_sound_count_once():
    agreement = waiting()
    assert not any(agreement.confirmed(40.0, tick=tick) for tick in range(101, 100 + 2 * APART_TICKS))


@pytest.mark.parametrize(("azimuth", "tick"), [(51.0, 100 + APART_TICKS), (40.0, 101 + LATEST_TICKS)])
def test_another_place_or_too_late_ends_the_wait(azimuth, tick):
    agreement = waiting()
    assert not agreement.confirmed(azimuth, tick=tick)
    assert not agreement.confirmed(40.0, tick=tick + APART_TICKS)
    assert not agreement.confirmed(40.0, tick=tick + 2 * APART_TICKS)


def test_without_a_wake_word_nothing_is_confirmed():
    assert not any(Agreement().confirmed(40.0, tick=tick) for tick in range(0, 400, 10))


def test_fusion_believes_an_unsure_call_once_the_caller_goes_on_talking():
    ears = Ears(attention__min_sound_confidence=0.55)
    called = ears.run(0.5, voice_from=(60.0,), wake=True, confidence=0.45)
    assert called.wake_confidence == 0.45
    first_tick = called.wake_tick
    later = ears.run(1.2, voice_from=(63.0,), confidence=0.45)
    assert later.wake_confidence >= 0.9
    assert later.wake_tick > first_tick
    assert later.wake_azimuth_deg == pytest.approx(62.0, abs=3.0)


@pytest.mark.parametrize(("second_deg", "confidence"), [(-40.0, 0.45), (63.0, 0.8)])
def test_fusion_leaves_a_call_alone_that_moves_or_was_sure_at_once(second_deg, confidence):
    ears = Ears(attention__min_sound_confidence=0.55)
    called = ears.run(0.5, voice_from=(60.0,), wake=True, confidence=confidence)
    later = ears.run(1.2, voice_from=(second_deg,), confidence=confidence)
    assert later.wake_tick == called.wake_tick
