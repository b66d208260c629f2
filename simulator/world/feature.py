"""Feature mode: what ears and eyes would report, drawn from the truth and error models instead of samples and pixels.

A thousand times cheaper than rendering, for sweeps and for checking every scene on every push. The models are in
feature_ears.py and feature_eyes.py, their numbers in assets/feature/errors.json.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import SensorFrame, SoundReport, VisionReport
from simulator.onboard.tuning import Tuning
from simulator.world.chances import Chances
from simulator.world.feature_ears import ModelledEars
from simulator.world.feature_eyes import ModelledEyes
from simulator.world.feature_model import FeatureErrors, feature_errors
from simulator.world.sightlines import SightLines
from simulator.world.spec import WorldSpec
from simulator.world.truth import TruthFrame


class FeatureSenses:
    """Modelled ears and eyes of one run."""

    def __init__(
        self,
        spec: WorldSpec,
        facts: DeviceFacts,
        streams: Callable[[str], np.random.Generator],
        *,
        errors: FeatureErrors | None = None,
    ) -> None:
        errors = errors or feature_errors()
        lines = SightLines(spec, eye_height_m=spec.device.height_m + facts.camera.height_above_base_m)
        self._ears = ModelledEars(spec, errors.ears, chances=Chances(streams, prefix="feature.ears"), lines=lines)
        self._eyes = ModelledEyes(
            spec, facts, errors.eyes, chances=Chances(streams, prefix="feature.eyes"), lines=lines
        )
        self._woken = False

    def hear(self, truth: TruthFrame, sensors: SensorFrame, tuning: Tuning) -> SoundReport:
        """What the ears report in this tick."""
        report = self._ears.hear(truth, sensors, tuning)
        self._woken = report.wake_word and report.tick == sensors.tick
        return report

    def see(self, truth: TruthFrame, sensors: SensorFrame, tuning: Tuning, *, frame_wanted: bool) -> VisionReport:
        """What the eyes report in this tick; the modelled eyes choose their own frame rate, as the real ones do."""
        del frame_wanted
        return self._eyes.see(truth, sensors, tuning, wake_word=self._woken)

    def snapshot(self) -> Any:
        """Everything that changes."""
        return self._ears.snapshot(), self._eyes.snapshot(), self._woken

    def restore(self, state: Any) -> None:
        """Go back to a snapshot."""
        ears, eyes, self._woken = state
        self._ears.restore(ears)
        self._eyes.restore(eyes)
