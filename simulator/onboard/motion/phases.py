"""The phases of motion, and the numbers that say when one ends."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Final

from simulator.onboard.facts import MotorFacts
from simulator.onboard.motion.profile import Limits, speed_to_stop_within
from simulator.onboard.tuning import MotionKnobs

# A screen at rest is held by more friction than a turning one. Until it has come loose it falls behind its set point, and then
# catches up with a jolt; so a turn from rest builds its acceleration up over 0.4 s until the set point has this speed. Measured on
# the plant over 24 starts, over 30 ms: true acceleration peaks at up to 2.4 times the limit without, at up to 1.25 times with it.
SOFT_JERK_PER_S, LOOSE_DPS = 2.5, 30.0
# Where the torque turns round, play opens and closes with a jolt. A turn that slows down with three quarters of its acceleration takes
# 60 ms more; over 40 ends on the plant, over 30 ms, the true deceleration then peaks at up to 1.24 times the limit instead of 1.65.
# At the slowest setting tried, 40 °/s and 120 °/s², it is still 1.5.
BRAKE_SHARE: Final = 0.75


def turn_limits(motion: MotionKnobs, facts: MotorFacts) -> Limits:
    """What ordinary turns may do: as tuned, as far as the motor can."""
    short_dps = speed_to_stop_within(motion.stop_short_deg, decel_dps2=facts.stop_decel_dps2)
    return Limits(
        rate_dps=min(motion.max_rate_dps, facts.max_rate_dps, short_dps),
        accel_dps2=min(motion.max_accel_dps2, facts.max_accel_dps2),
        jerk_dps3=motion.max_jerk_dps3,
        brake_share=BRAKE_SHARE,
    )


def softened(limits: Limits) -> Limits:
    """The limits with which a screen at rest comes loose."""
    return replace(limits, jerk_dps3=min(limits.jerk_dps3, SOFT_JERK_PER_S * limits.accel_dps2))


class Phase(StrEnum):
    """What the motion stage is doing."""

    REST = "rest"
    TURN = "turn"
    STOP = "stop"
    RELEASE = "release"
    RETREAT = "retreat"
    YIELD = "yield"
    EASE = "ease"


RELEASE_TICKS: Final = 4
# Backing off is no matter of taste: brisk enough to be over in a quarter of a second, whatever the knobs say.
RETREAT: Final = Limits(rate_dps=30.0, accel_dps2=180.0, jerk_dps3=3600.0)
RETREAT_TORQUE_NM: Final = 0.5
# After a hand let go: hold so gently that a second grip meets hardly any resistance.
EASE_TORQUE_NM: Final = 0.12
EASE_GIVE_DEG: Final = 1.5
# A hand has let go when the screen neither turns nor feels anything for this long. By angle, not by speed: an encoder on
# the edge of a count shows some degrees a second at rest.
LET_GO_DEG, LET_GO_NM, LET_GO_TICKS = 0.4, 0.08, 30
# A turn begins at the measured yaw instead of the held one when they differ by more.
REANCHOR_DEG: Final = 1.0
SAME_GOAL_DEG: Final = 0.05
# Torque from outside is reported in steps, so that a quiet body reports the same object again.
TORQUE_STEP_NM: Final = 0.03
