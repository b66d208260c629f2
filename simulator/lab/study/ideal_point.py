"""Tuning by pairs: where between a few knobs' ends a person's ideal lies, and which two settings to show next.

The belief is a cloud of guesses, drawn once. Each guess is a kind of person: an ideal, how much each knob matters, and how the
dislike grows with the distance (from straight to steeper than a square, since nobody knows the law). Every answer makes the
guesses heavier or lighter that had expected it or not. The next pair is the one whose answer is worth most: uncertain to all
guesses together, certain to each alone. Answers wear the cloud out: weights say when too few guesses still count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import qmc

from simulator.lab.study.preference import Choice
from simulator.runtime.seeds import stream

Floats = NDArray[np.float64]

GUESSES = 12_000
CANDIDATES = 48  # settings that may be shown, spread evenly; all their pairs are weighed
PAIRS_WEIGHED = 400
LAPSE = 0.04  # of answers are slips of the hand
SAME_WIDTH = 0.5  # difference of liking below which "same" is as likely as either


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """Where the ideal is thought to be, as shares of each knob's range."""

    ideal: tuple[float, ...]
    spread: tuple[float, ...]  # standard deviation
    guesses_left: float  # as many as count fully


class IdealPoint:
    """What is known of one person or group, answer by answer."""

    def __init__(self, *, knobs: int, seed: int) -> None:
        if not 1 <= knobs <= 4:
            raise ValueError(f"{knobs} knobs: pairs can tune one to four")
        self._chance = stream(seed, f"study of {knobs} knobs")
        spread_evenly = qmc.Sobol(2 * knobs + 2, seed=self._chance).random(1 << (GUESSES - 1).bit_length())[:GUESSES]
        self._ideals = spread_evenly[:, :knobs]
        self._weights_of_knobs = np.exp(np.log(1.5) + np.log(10.0) * spread_evenly[:, knobs : 2 * knobs])  # 1.5 to 15
        self._power = 1.0 + 1.5 * spread_evenly[:, 2 * knobs]
        self._steepness = 0.6 + 0.8 * spread_evenly[:, 2 * knobs + 1]
        self._logs = np.zeros(GUESSES)
        self._settings = 0.02 + 0.96 * qmc.Sobol(knobs, seed=self._chance).random(64)[:CANDIDATES]
        self._liking = np.stack([self._liked(setting) for setting in self._settings])

    def next_pair(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """The two settings to show next, as shares of each knob's range, in an order drawn by lot."""
        weights = self._weights()
        drawn = self._chance.choice(GUESSES, size=600, p=weights)
        every = np.array([(a, b) for a in range(CANDIDATES) for b in range(a)])
        tried = every[self._chance.permutation(len(every))[:PAIRS_WEIGHED]]
        liking = self._liking[:, drawn]
        chances = LAPSE / 2 + (1 - LAPSE) * expit(liking[tried[:, 0]] - liking[tried[:, 1]])
        worth = _entropy(chances.mean(axis=1)) - _entropy(chances).mean(axis=1)
        a, b = tried[int(np.argmax(worth))]
        if self._chance.random() < 0.5:
            a, b = b, a
        return tuple(map(float, self._settings[a])), tuple(map(float, self._settings[b]))

    def learn(self, first: tuple[float, ...], second: tuple[float, ...], choice: Choice) -> None:
        """Take one answer."""
        gap = self._liked(np.array(first)) - self._liked(np.array(second))
        if choice is Choice.SAME:
            chance = np.exp(-0.5 * (gap / SAME_WIDTH) ** 2)
        else:
            chance = expit(gap if choice is Choice.FIRST else -gap)
        self._logs += np.log(LAPSE / 2 + (1 - LAPSE) * chance)

    def belief(self) -> Belief:
        """Where the ideal is thought to be now."""
        weights = self._weights()
        middle = weights @ self._ideals
        spread = np.sqrt(weights @ (self._ideals - middle) ** 2)
        return Belief(
            ideal=tuple(map(float, middle)),
            spread=tuple(map(float, spread)),
            guesses_left=float(1.0 / (weights**2).sum()),
        )

    def _liked(self, setting: Floats) -> Floats:
        """How much each guess likes a setting."""
        far = np.abs(setting - self._ideals)
        liked: Floats = -self._steepness * (self._weights_of_knobs * far ** self._power[:, None]).sum(axis=1)
        return liked

    def _weights(self) -> Floats:
        weights = np.exp(self._logs - self._logs.max())
        normal: Floats = weights / weights.sum()
        return normal


def _entropy(chance: Floats) -> Floats:
    entropy: Floats = -chance * np.log(chance) - (1 - chance) * np.log(1 - chance)
    return entropy
