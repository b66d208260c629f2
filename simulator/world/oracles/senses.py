"""Ears and eyes without errors: the models of feature mode with every error at zero.

What stays is what no ears and eyes can do: two voices that are as loud as each other stay ambiguous, and nobody is seen behind a shelf,
behind a closed shutter or outside the picture.
"""

from __future__ import annotations

from functools import cache

from simulator.world.feature_model import FeatureErrors, feature_errors

NEVER_DB, FAR_M = 30.0, 20.0


@cache
def no_errors() -> FeatureErrors:
    """The error models with every error at zero."""
    fitted = feature_errors()
    ears = fitted.ears.model_copy(
        update={
            "wake_rate": 1.0, "wake_snr_db": -NEVER_DB, "sigma_deg": 0.0, "running_sigma_deg": 0.0,
            "reflection_db": NEVER_DB, "running_reflection_db": NEVER_DB, "gross_rate": 0.0, "running_gross_rate": 0.0,
            "running_blank_rate": 0.0, "right_confidence": 0.99, "running_confidence": 0.99, "confidence_spread": 0.0,
            "television_voice": 0.0, "music_voice": 0.0,
        }
    )  # fmt: skip
    eyes = fitted.eyes.model_copy(
        update={
            "recall": 1.0, "far_m": FAR_M, "turned_deg": 180.0, "hidden": 1.0, "blur_px": 100.0,
            "light": dict.fromkeys(fitted.eyes.light, 1.0), "body_recall": 1.0, "body_far_m": FAR_M,
            "body_bearing_deg": 0.0, "body_distance_share": 0.0, "bearing_deg": 0.0, "distance_share": 0.0,
            "distance_bias": 0.0, "head_yaw_deg": 0.0, "ghosts_per_frame": 0.0, "poster_rate": 0.0,
            "television_rate": 0.0,
        }
    )  # fmt: skip
    return FeatureErrors(ears=ears, eyes=eyes)
