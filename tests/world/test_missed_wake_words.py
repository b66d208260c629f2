"""A wake word that the modelled ears miss is over when it is over: silence follows, and the next one has its own luck."""

from __future__ import annotations

from simulator.world.feature_model import FeatureErrors
from tests.world.test_feature import anna, said, senses


def test_after_a_missed_wake_word_there_is_silence_and_the_next_may_be_heard() -> None:
    ears = FeatureErrors().ears.model_copy(update={"wake_rate": 0.5})
    missed = heard_next = 0
    for seed in range(60):
        one = senses(seed=seed, errors=FeatureErrors(ears=ears))
        first = said(one, anna(says="wake word"))
        if any(report.wake_word for report in first):  # type: ignore[attr-defined]
            continue
        missed += 1
        assert first[-1].voice == 0.0, "nobody speaks any more"  # type: ignore[attr-defined]
        heard_next += any(report.wake_word for report in said(one, anna(says="wake word"), tick=400))  # type: ignore[attr-defined]
    assert 20 <= missed <= 40
    assert 0.25 < heard_next / missed < 0.75
