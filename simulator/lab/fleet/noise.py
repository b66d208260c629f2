"""Discrete Laplace noise, drawn exactly: whole numbers in, whole numbers out, no floating point on the way.

P(x) is proportional to exp(-|x| / scale). Drawn from fair coins only, after Canonne, Kamath and Steinke 2020 (algorithms 1 and 2), since
noise from rounded logarithms tells of the number that it hides (Mironov 2012).
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from fractions import Fraction

Below = Callable[[int], int]  # a whole number from 0 to n - 1, each as likely


def discrete_laplace(scale: Fraction, *, below: Below = secrets.randbelow) -> int:
    """One draw; the chance comes from the system's own source unless another is given."""
    if scale <= 0:
        raise ValueError(f"scale {scale}: must be above 0")
    top, bottom = scale.numerator, scale.denominator
    while True:
        # |x| = (u + top * v) // bottom with u below top and v geometric has the wanted tail exp(-|x| * bottom / top).
        u = below(top)
        if not _exp_coin(Fraction(u, top), below):
            continue
        v = 0
        while _exp_coin(Fraction(1), below):
            v += 1
        size = (u + top * v) // bottom
        negative = below(2) == 1
        if not (negative and size == 0):  # zero has one sign only
            return -size if negative else size


def share_of(x: int, scale: Fraction) -> float:
    """The probability of a draw."""
    tail = math.exp(-1 / scale)
    return (1 - tail) / (1 + tail) * tail ** abs(x)


def _exp_coin(rate: Fraction, below: Below) -> bool:
    """True with probability exp(-rate), for a rate from 0 to 1: count how long coins of rate / 1, rate / 2, … keep falling."""
    k = 1
    while below(rate.denominator * k) < rate.numerator:
        k += 1
    return k % 2 == 1
