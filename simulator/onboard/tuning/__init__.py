"""The one declaration of every knob that a designer or an engineer may turn.

A field's dotted path (`zones.dead_half_width_deg`) is its only address: slider, `--set`, scene file, preset, recording,
sweep axis and documentation use it. What a field says of itself is its tooltip, its help and its row in docs/tuning.md.
Values change only at a tick boundary, through `Tuning.patched`, which validates the whole tree.

Read `turning.py` (zones, patience, motion, bumps), `people.py` (attention, calls, cooking, away) and `senses.py` (ears, eyes) for the
knobs, `declare.py` for how one is declared, and `tree.py` for the tree and its leaves.
"""

from simulator.onboard.tuning.declare import OUTSIDE_NAME, Knobs, Named, Value, choice, knob
from simulator.onboard.tuning.people import AttentionKnobs, AwayKnobs, CallKnobs, RecipeKnobs
from simulator.onboard.tuning.senses import FINDER_NAMES, SoundKnobs, VisionKnobs
from simulator.onboard.tuning.tree import Leaf, Tuning, TuningError, group_sentence, leaf_at, leaves, parsed
from simulator.onboard.tuning.turning import FAR_M, MID_M, NEAR_M, BumpKnobs, MotionKnobs, PatienceKnobs, ZoneKnobs

__all__ = [
    "FAR_M",
    "FINDER_NAMES",
    "MID_M",
    "NEAR_M",
    "OUTSIDE_NAME",
    "AttentionKnobs",
    "AwayKnobs",
    "BumpKnobs",
    "CallKnobs",
    "Knobs",
    "Leaf",
    "MotionKnobs",
    "Named",
    "PatienceKnobs",
    "RecipeKnobs",
    "SoundKnobs",
    "Tuning",
    "TuningError",
    "Value",
    "VisionKnobs",
    "ZoneKnobs",
    "choice",
    "group_sentence",
    "knob",
    "leaf_at",
    "leaves",
    "parsed",
]
