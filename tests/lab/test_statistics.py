"""How many seeds are enough: the sequential test keeps its error rates and stops early."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.lab.statistics import MAX_SEEDS, seeds_without_failure, sequential, wilson


def decided(rng: np.random.Generator, rate: float, *, pass_rate: float) -> tuple[str, int]:
    passes = 0
    for trials in range(1, MAX_SEEDS + 1):
        passes += bool(rng.random() < rate)
        answer = sequential(passes, trials, pass_rate=pass_rate)
        if answer != "go on":
            return answer, trials
    raise AssertionError("the test must end")


@pytest.mark.parametrize(
    ("rate", "expected", "mean_at_most"), [(1.0, "good", 80), (0.99, "good", 130), (0.8, "bad", 20)]
)
def test_the_answer_is_right_and_soon(rate: float, expected: str, mean_at_most: float) -> None:
    rng = np.random.Generator(np.random.Philox(3))
    answers = [decided(rng, rate, pass_rate=0.95) for _ in range(200)]
    assert sum(answer == expected for answer, _ in answers) >= 185
    assert np.mean([trials for _, trials in answers]) <= mean_at_most


def test_a_scene_that_must_always_pass() -> None:
    assert sequential(10, 11, pass_rate=1.0) == "bad"
    assert sequential(58, 58, pass_rate=1.0) == "go on"
    assert sequential(59, 59, pass_rate=1.0) == "good"


def test_known_numbers() -> None:
    assert [seeds_without_failure(rate) for rate in (0.9, 0.95, 0.99)] == [29, 59, 299]
    low, high = wilson(95, 100)
    assert (low, high) == (pytest.approx(0.8882, abs=1e-3), pytest.approx(0.9785, abs=1e-3))
    assert wilson(0, 0) == (0.0, 1.0)
