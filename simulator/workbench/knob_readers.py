"""Which knobs the two stages before the zones read: a re-plan keeps what a turned knob cannot have changed.

A test reads the sources of these stages and fails when a path is missing here, or is here and no longer read.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

FUSION = frozenset({
    "attention.ambiguity_gap_deg", "attention.ambiguity_ratio", "attention.engaged_threshold", "attention.face_me_preference",
    "attention.min_person", "attention.min_sound_confidence", "attention.reflector_forget_s", "patience.forget_s",
    "patience.ignore_sound_under_s", "patience.settle_radius_deg", "sound.voice_threshold",
})  # fmt: skip
BEHAVIOUR = frozenset({
    "attention.engaged_threshold", "attention.follow_for_s", "attention.group_margin_deg", "attention.max_distance_m",
    "attention.min_person", "attention.min_sound_confidence", "attention.reply_window_s", "attention.wake_policy",
    "away.alert_after_s", "away.alert_again_s", "away.dwell_s", "away.patrol_every_s", "away.remote_rate_dps",
    "away.remote_timeout_s", "away.step_deg", "bump.manual_keep_s", "bump.manual_rest_s", "call.crop_smooth_s",
    "call.crop_zoom_max", "call.framing", "motion.aim_tolerance_deg", "motion.patrol_rate_dps",
    "patience.ignore_sound_under_s",
})  # fmt: skip

# Read by the behaviour for what it answers to a request; no intent depends on them.
ANSWERED = frozenset({"motion.max_rate_dps"})

# What ears, eyes and touch make of the world is recorded and not asked again: knobs that only these read show nothing in a sketch.
SENSED_GROUPS = frozenset({"sound", "vision", "bump"})


class Redone(IntEnum):
    """Where the mind has to begin again."""

    ZONES = 0  # tracks and intents stand as recorded
    BEHAVIOUR = 1  # tracks stand as recorded
    FUSION = 2  # only what ears and eyes reported stands


def redone_for(paths: Iterable[str]) -> Redone:
    """Where the mind has to begin again when these knobs are turned."""
    turned = set(paths)
    if turned & FUSION:
        return Redone.FUSION
    return Redone.BEHAVIOUR if turned & BEHAVIOUR else Redone.ZONES


def is_sketched(path: str) -> bool:
    """Whether a re-plan over a recorded run can show what a knob does."""
    return path in FUSION or path.partition(".")[0] not in SENSED_GROUPS
