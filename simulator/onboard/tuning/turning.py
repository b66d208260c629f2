"""The knobs of the turn: where the screen stays put, how long it waits, how it moves, and what it does when it meets something."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from simulator.onboard.tuning.declare import Knobs, knob

# Where zone widths are declared; between them they follow a smooth curve. 0.6 m: reading on a counter, 1.5 m: cooking,
# 3.0 m: the far end of a kitchen.
NEAR_M, MID_M, FAR_M = 0.6, 1.5, 3.0

# A knob is two lines here: what it may be, and what it does.
# fmt: off


class ZoneKnobs(Knobs):
    """Where in the field of view the screen stays put, waits, or follows."""

    dead_half_width_deg: float = knob(
        12.0, 2.0, 40.0, unit="°", step=0.5, label="Dead zone at 1.5 m",
        says="Half width of the dead zone at 1.5 m: a person inside it never causes motion.",
    )
    dead_near_half_width_deg: float = knob(
        18.0, 2.0, 45.0, unit="°", step=0.5, label="Dead zone at 0.6 m",
        says="Half width of the dead zone at 0.6 m, where a small step is a large angle.",
    )
    dead_far_half_width_deg: float = knob(
        9.0, 2.0, 40.0, unit="°", step=0.5, label="Dead zone at 3 m",
        says="Half width of the dead zone at 3 m.",
    )
    holding_half_width_deg: float = knob(
        28.0, 4.0, 52.0, unit="°", step=0.5, label="Holding zone at 1.5 m",
        says="Half width of the holding zone at 1.5 m: between the dead zone and this edge the screen waits for a person to settle.",
    )
    holding_near_half_width_deg: float = knob(
        36.0, 4.0, 54.0, unit="°", step=0.5, label="Holding zone at 0.6 m",
        says="Half width of the holding zone at 0.6 m.",
    )
    holding_far_half_width_deg: float = knob(
        22.0, 4.0, 52.0, unit="°", step=0.5, label="Holding zone at 3 m",
        says="Half width of the holding zone at 3 m.",
    )
    hysteresis_deg: float = knob(
        2.0, 0.0, 8.0, unit="°", step=0.5, label="Zone edge stickiness",
        says="How far past an edge a person must go before the zone changes.",
    )

    @model_validator(mode="after")
    def _holding_outside_dead(self) -> Self:
        for name in ("", "near_", "far_"):
            dead, holding = getattr(self, f"dead_{name}half_width_deg"), getattr(self, f"holding_{name}half_width_deg")
            if holding < dead + 2.0:
                raise ValueError(
                    f"zones.holding_{name}half_width_deg = {holding:g}: must be at least 2° more than "
                    f"zones.dead_{name}half_width_deg = {dead:g}"
                )
        return self


class PatienceKnobs(Knobs):
    """How long the screen waits before it answers."""

    settle_s: float = knob(
        1.5, 0.0, 10.0, unit="s", step=0.1, label="Settle time",
        says="How long a person must stay in a new place in the holding zone before the screen turns there.",
    )
    settle_radius_deg: float = knob(
        6.0, 1.0, 20.0, unit="°", step=0.5, label="Settled when moving less than",
        says="A person who moves less than this counts as settled.",
    )
    motion_delay_s: float = knob(
        0.15, 0.0, 2.0, unit="s", step=0.05, label="Follow delay",
        says="How long a person must be in the motion zone before the screen follows.",
    )
    rest_after_move_s: float = knob(
        0.6, 0.0, 5.0, unit="s", step=0.1, label="Rest after a turn",
        says="Pause after a turn before the next one that was not asked for.",
    )
    ignore_sound_under_s: float = knob(
        0.3, 0.0, 2.0, unit="s", step=0.05, label="Ignore speech shorter than",
        says="Speech shorter than this never draws attention.",
    )
    forget_s: float = knob(
        20.0, 2.0, 120.0, unit="s", step=1.0, label="Remember a person for",
        says="How long a person out of view is remembered.",
    )
    look_after_s: float = knob(
        1.5, 0.0, 10.0, unit="s", step=0.1, label="Follow out of view for",
        says="How long the screen still turns towards a person who has just left the picture.",
    )


class MotionKnobs(Knobs):
    """How the turn feels."""

    max_rate_dps: float = knob(
        60.0, 5.0, 180.0, unit="°/s", step=5.0, label="Top speed",
        says="Highest speed of a turn; at 180°/s a glass in the way tips over, at 60°/s it slides.",
    )
    max_accel_dps2: float = knob(
        180.0, 20.0, 360.0, unit="°/s²", step=10.0, label="Acceleration",
        says="How fast a turn speeds up and slows down.",
    )
    max_jerk_dps3: float = knob(
        1800.0, 200.0, 7200.0, unit="°/s³", step=100.0, label="Briskness of start and stop",
        says="Rate of change of acceleration: more is brisker, less is softer.",
    )
    patrol_rate_dps: float = knob(
        15.0, 5.0, 60.0, unit="°/s", step=1.0, label="Patrol speed",
        says="Speed of the turns of a patrol.",
    )
    stop_short_deg: float = knob(
        15.0, 2.0, 30.0, unit="°", step=1.0, label="Emergency stop within", tier="engineering",
        says="The speed is kept so low that an emergency stop ends within this angle.",
    )
    aim_tolerance_deg: float = knob(
        1.0, 0.2, 5.0, unit="°", step=0.1, label="Smallest turn worth making", tier="engineering",
        says="A turn smaller than this is not made.",
    )


class BumpKnobs(Knobs):
    """What the screen does when it meets a thing or a hand."""

    bump_torque_nm: float = knob(
        0.16, 0.05, 1.0, unit="N m", step=0.01, label="Torque that counts as a bump",
        says="Unexpected torque that counts as contact; less feels sooner, too little feels things that are not there.",
    )
    retreat_deg: float = knob(
        2.0, 0.0, 10.0, unit="°", step=0.5, label="Back off after a bump",
        says="How far the screen backs off from what it hit.",
    )
    push_hold_s: float = knob(
        0.35, 0.1, 1.0, unit="s", step=0.05, label="A push lasts at least",
        says="Torque must last this long to count as a hand turning the screen.",
    )
    push_turn_deg: float = knob(
        3.0, 0.5, 10.0, unit="°", step=0.5, label="A push turns the screen at least",
        says="Torque that turns the screen this far, within half the time that a push lasts, counts as a hand as well.",
    )
    manual_rest_s: float = knob(
        3.0, 0.5, 30.0, unit="s", step=0.5, label="Respect a hand for",
        says="How long after a hand let go the motor does not push back.",
    )
    manual_keep_s: float = knob(
        20.0, 0.0, 300.0, unit="s", step=5.0, label="Keep the hand's direction for",
        says="How long the direction set by hand is kept unless a person asks for the screen.",
    )
    unblock_s: float = knob(
        30.0, 1.0, 300.0, unit="s", step=1.0, label="Try a blocked side again after",
        says="How long a side that was bumped into stays blocked unless a person elsewhere gives a new reason.",
    )
    friction_slack_nm_per_dps: float = knob(
        0.0008, 0.0, 0.01, unit="N m s/°", step=0.0001, label="Extra bump torque per speed", tier="engineering",
        says="Torque added to that of a bump per speed, for what the friction model misses.",
    )
    accel_slack_nm_per_dps2: float = knob(
        0.0004, 0.0, 0.005, unit="N m s²/°", step=0.0001, label="Extra bump torque per acceleration", tier="engineering",
        says="Torque added to that of a bump per acceleration, for what the inertia model misses.",
    )
