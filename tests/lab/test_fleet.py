"""Fleet summaries: the noise has exactly the distribution that the promise needs, homes are bounded, and a spent budget refuses."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.cli.main import main
from simulator.lab.fleet.budget import Budget, BudgetError
from simulator.lab.fleet.counts import BOUNDS, HomeCounts, of_home
from simulator.lab.fleet.noise import discrete_laplace, share_of
from simulator.lab.fleet.summary import NoisyCount, rates, reach, scale_of, summary
from simulator.onboard.messages import BodyReport, Contact, SoundReport
from simulator.runtime.recorder import Recorder
from simulator.runtime.recording import read
from simulator.runtime.seeds import stream
from tests.runtime.test_recording import HEADER, trace_of


def below(seed: int):
    """Fair whole numbers from a stream that a test can repeat."""
    draw = stream(seed, "noise")
    kept: list[int] = []

    def one(n: int) -> int:
        if n <= 1:
            return 0
        if n > 2**32:
            raise ValueError(n)
        while True:  # rejection, so that every number is exactly as likely
            if not kept:
                kept.extend(draw.integers(0, 2**32, size=4096).tolist())
            drawn = kept.pop()
            if drawn < 2**32 // n * n:
                return drawn % n

    return one


@pytest.mark.parametrize("scale", [Fraction(1, 3), Fraction(1), Fraction(7, 2), Fraction(20)])
def test_draws_have_the_exact_distribution(scale):
    source, count = below(3), 20_000
    drawn = Counter(discrete_laplace(scale, below=source) for _ in range(count))
    cells = [x for x in range(-200, 201) if count * share_of(x, scale) >= 10]
    chi2 = sum((drawn[x] - count * share_of(x, scale)) ** 2 / (count * share_of(x, scale)) for x in cells)
    rest = 1 - sum(share_of(x, scale) for x in cells)
    others = count - sum(drawn[x] for x in cells)
    freedom = len(cells) - 1
    if count * rest >= 10:
        chi2, freedom = chi2 + (others - count * rest) ** 2 / (count * rest), freedom + 1
    # 4 standard deviations of chi squared.
    assert chi2 < freedom + 4 * math.sqrt(2 * freedom) + 4


@given(st.fractions(min_value=Fraction(1, 4), max_value=50))
def test_probabilities_sum_to_one_and_neighbours_differ_by_the_factor(scale):
    width = math.ceil(40 * scale) + 1
    assert sum(share_of(x, scale) for x in range(-width, width + 1)) == pytest.approx(1.0, abs=1e-9)
    assert share_of(3, scale) / share_of(4, scale) == pytest.approx(math.exp(1 / scale))


def test_the_stated_reach_covers_95_of_100_draws():
    for scale in (Fraction(2), Fraction(9, 2), Fraction(60)):
        source = below(5)
        inside = sum(abs(discrete_laplace(scale, below=source)) <= math.ceil(reach(scale)) for _ in range(4000)) / 4000
        assert 0.94 <= inside <= 0.97


def test_all_counts_together_spend_epsilon_and_no_more():
    epsilon = Fraction(1)
    spent = sum(Fraction(getattr(BOUNDS, name)) / scale_of(name, epsilon) for name in HomeCounts.__dataclass_fields__)
    assert spent == epsilon


def test_a_share_of_a_tenth_of_a_thousand_homes_is_within_two_points(tmp_path):
    budget = Budget(path=tmp_path / "budget")
    budget.open(Fraction(1000))
    source, errors = below(8), []
    for _ in range(200):
        counts = summary(HomeCounts(homes=1000, minutes=60_000, wake_words=9000, homes_with_a_push=100), Fraction(1),
                         budget, what="test", below=source)  # fmt: skip
        rate = next(one for one in rates(counts) if one.name.startswith("homes with"))
        errors.append(abs(rate.value - 0.1))
        assert rate.within < 0.02
    assert np.quantile(errors, 0.95) < 0.02


def test_a_rate_over_a_count_that_is_lost_in_noise_is_not_told():
    names = ("homes", "minutes", "wake_words", "said_again", "turns", "pushes", "homes_with_a_push")
    counts = [NoisyCount(name=name, value=5, within=14) for name in names]
    assert all(rate.value is None for rate in rates(counts))


def test_a_spent_budget_refuses_and_keeps_its_total(tmp_path):
    budget = Budget(path=tmp_path / "budget")
    budget.open(Fraction(2))
    budget.spend(Fraction(3, 2), what="one")
    with pytest.raises(BudgetError, match="1/2 of epsilon 2 is left, 1 was asked for"):
        budget.spend(Fraction(1), what="two")
    budget.spend(Fraction(1, 2), what="three")
    assert budget.left() == 0
    with pytest.raises(BudgetError, match="was opened with epsilon 2, not 9"):
        budget.open(Fraction(9))
    with pytest.raises(BudgetError, match="must be above 0"):
        budget.spend(Fraction(0), what="nothing")


def home(folder, *, wakes: int, pushes: int):
    """A home whose device heard wake words and felt hands."""
    folder.mkdir(parents=True)
    sounds = {200 * (k + 1): SoundReport(tick=200 * (k + 1), voice=1.0, wake_word=True) for k in range(wakes)}
    with Recorder(folder / "day.mcap", HEADER) as recorder:
        for tick in range(6100):
            body = BodyReport(
                tick=tick, contact=Contact.HAND if tick % 700 > 650 and tick // 700 < pushes else Contact.NONE
            )
            trace = trace_of(tick)
            recorder.write(replace(trace, sound=sounds.get(tick, SoundReport(tick=tick, voice=0.0)), body=body), None)
        recorder.close(trace_hash="")
    return folder


@pytest.mark.long
def test_a_home_counts_what_its_device_knows_up_to_its_bounds(tmp_path):
    recording = read(home(tmp_path / "a", wakes=4, pushes=2) / "day.mcap")
    counts = of_home([recording])
    assert (counts.homes, counts.minutes, counts.wake_words, counts.said_again) == (1, 1, 4, 3)
    assert (counts.pushes, counts.homes_with_a_push) == (2, 1)
    many = of_home([recording] * 40)
    assert (many.wake_words, many.pushes) == (BOUNDS.wake_words, BOUNDS.pushes)


@pytest.mark.long
def test_the_command_tells_counts_and_what_is_left_and_refuses_the_fifth_time(tmp_path, capsys):
    for number in range(3):
        home(tmp_path / "homes" / f"home-{number}", wakes=2, pushes=1)
    command = ["fleet", "summary", str(tmp_path / "homes"), "--budget", str(tmp_path / "ledger")]
    assert main(command) == 0
    told = capsys.readouterr().out
    assert "homes with a push" in told
    assert "epsilon 1 spent, 3 of 4 left" in told
    assert main([*command, "--epsilon", "7/2"]) == 2
    assert "3 is left, 7/2 was asked for" in capsys.readouterr().err
