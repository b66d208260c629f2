"""What the screen feels: quiet, stall, bump and hand told apart from torque, time and angle alone."""

from __future__ import annotations

import math

import pytest

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import Contact, MotorMode, MotorState, Touch
from simulator.onboard.motion.feel import Feel
from simulator.onboard.tuning import Tuning

KNOBS = Tuning().bump


class Skin:
    """A feel alone, fed with numbers."""

    def __init__(self) -> None:
        self.feel, self.tick, self.yaw_deg = Feel(DeviceFacts().motor), 0, 0.0

    def run(
        self,
        seconds: float,
        *,
        torque_nm: float = 0.0,
        rate_dps: float = 0.0,
        wanted_dps: float = 0.0,
        behind_deg: float = 0.0,
        touch: Touch | None = None,
    ) -> list[Contact]:
        """All answers over this time."""
        found = []
        for _ in range(round(seconds * 100)):
            self.tick += 1
            self.yaw_deg += 0.01 * rate_dps
            state = MotorState(
                tick=self.tick, yaw_deg=self.yaw_deg, rate_dps=rate_dps, torque_nm=torque_nm, mode=MotorMode.HOLDING
            )
            found.append(
                self.feel.tick(
                    state,
                    touch or Touch(),
                    KNOBS,
                    wanted_rate_dps=wanted_dps,
                    wanted_accel_dps2=0.0,
                    behind_deg=behind_deg,
                )
            )
        return found


def test_standing_still_and_turning_freely_feel_like_nothing() -> None:
    skin = Skin()
    assert set(skin.run(1.0)) == {Contact.NONE}
    driving_nm = skin.feel.driving_nm(skin.yaw_deg, 30.0, 0.0)
    skin.run(0.05, rate_dps=15.0, torque_nm=skin.feel.driving_nm(0.0, 15.0, 1500.0), wanted_dps=30.0)
    assert set(skin.run(1.0, rate_dps=30.0, torque_nm=driving_nm, wanted_dps=30.0)[20:]) == {Contact.NONE}


def test_torque_against_the_turn_is_a_bump_within_three_ticks() -> None:
    answers = Skin().run(0.2, torque_nm=0.6, wanted_dps=40.0)
    assert Contact.BUMP in answers[:3]


def test_a_set_point_that_runs_away_is_a_stall() -> None:
    answers = Skin().run(0.4, wanted_dps=20.0, behind_deg=6.0)
    first = answers.index(Contact.STALL)
    assert first == 14
    assert Contact.STALL not in Skin().run(0.4, wanted_dps=20.0, rate_dps=10.0, behind_deg=6.0)[:20]


def test_a_short_push_is_nothing_and_a_long_one_a_hand() -> None:
    assert Contact.HAND not in Skin().run(0.25, torque_nm=-0.4)
    answers = Skin().run(0.6, torque_nm=-0.4)
    assert 30 <= answers.index(Contact.HAND) <= 40


def test_the_same_push_from_a_scrolling_finger_is_a_touch() -> None:
    sliding = Touch(down=True, speed_per_s=0.8)
    assert set(Skin().run(1.0, torque_nm=-0.4, touch=sliding)) == {Contact.TOUCH}


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_none_are_not_felt(bad: float) -> None:
    skin = Skin()
    skin.run(0.1, torque_nm=bad)
    skin.run(0.1, rate_dps=bad)
    assert math.isfinite(skin.feel.external_nm)
    skin.yaw_deg = 0.0
    assert set(skin.run(0.5)) == {Contact.NONE}
