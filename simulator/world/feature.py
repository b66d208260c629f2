"""Feature mode: what ears and eyes would report, drawn from the truth and error models instead of samples and pixels.

A thousand times cheaper than rendering, for sweeps and for checking every scene on every push. The models are in
feature_ears.py and feature_eyes.py, their numbers in assets/feature/errors.json.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulator.onboard.facts import DeviceFacts
from simulator.world.chances import Chances
from simulator.world.feature_ears import ModelledEars
from simulator.world.feature_eyes import ModelledEyes
from simulator.world.feature_model import FeatureErrors, feature_errors
from simulator.world.sightlines import SightLines
from simulator.world.spec import WorldSpec


def feature_senses(
    spec: WorldSpec,
    facts: DeviceFacts,
    streams: Callable[[str], np.random.Generator],
    *,
    errors: FeatureErrors | None = None,
) -> tuple[ModelledEars, ModelledEyes]:
    """Modelled ears and eyes of one run: each is a seam of the stack."""
    errors = errors or feature_errors()
    lines = SightLines(spec, eye_height_m=spec.device.height_m + facts.camera.height_above_base_m)
    ears = ModelledEars(spec, errors.ears, chances=Chances(streams, prefix="feature.ears"), lines=lines)
    eyes = ModelledEyes(spec, facts, errors.eyes, chances=Chances(streams, prefix="feature.eyes"), lines=lines)
    return ears, eyes
