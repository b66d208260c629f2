"""The knobs that fusion reads, taken out of the tuning tree once, and the numbers that nobody tunes."""

from __future__ import annotations

from typing import Final

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.state import Unchanging
from simulator.onboard.tuning import Tuning

# A person is about 0.5 m wide: 10 deg at 3 m, so what lies nearer than this is taken for the same place.
SAME_PLACE_DEG: Final = 12.0
# Faces at the picture's edge are cut; nothing is concluded from an empty edge.
EDGE_DEG: Final = 6.0
# More people than this are not told apart; it bounds the time of a thought.
MAX_SIGHTINGS, MAX_TRACKS = 20, 24
# Bearings from the eyes: pixel noise, encoder and the width of a face.
SIGHT_SIGMA_DEG: Final = 1.5


class FusionRules(Unchanging):
    """Knobs by value, so that a thought reads plain numbers."""

    __slots__ = (
        "ambiguity_gap_deg",
        "ambiguity_ratio",
        "clear_half_fov_deg",
        "engaged_threshold",
        "face_me",
        "forget_s",
        "half_fov_deg",
        "ignore_sound_under_s",
        "min_person",
        "min_sound_confidence",
        "reflector_forget_s",
        "settle_radius_deg",
        "voice_threshold",
    )

    def __init__(self, tuning: Tuning, facts: DeviceFacts) -> None:
        attention, patience = tuning.attention, tuning.patience
        self.half_fov_deg = facts.camera.half_fov_deg
        self.clear_half_fov_deg = max(self.half_fov_deg - EDGE_DEG, 0.5 * self.half_fov_deg)
        self.ambiguity_gap_deg = attention.ambiguity_gap_deg
        self.ambiguity_ratio = attention.ambiguity_ratio
        self.engaged_threshold = attention.engaged_threshold
        self.face_me = attention.face_me_preference
        self.forget_s = patience.forget_s
        self.ignore_sound_under_s = patience.ignore_sound_under_s
        self.min_person = attention.min_person
        self.min_sound_confidence = attention.min_sound_confidence
        self.reflector_forget_s = attention.reflector_forget_s
        self.settle_radius_deg = patience.settle_radius_deg
        self.voice_threshold = tuning.sound.voice_threshold
