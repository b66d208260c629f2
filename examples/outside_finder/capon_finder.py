"""A direction finder: of each direction, what is left when a beam lets it through and shuts out all the rest (Capon 1969).

R(f) is the covariance of the frames in which speech begins, each frame scaled to the same power. The power that the best beam
towards direction g lets through is 1 / (a(f,g)ᴴ R(f)⁻¹ a(f,g)). Every frequency counts alike, so no loud tone decides alone.
"""

from __future__ import annotations

import numpy as np

from simulator.onboard.ssl.finders import Found, by_summits
from simulator.onboard.ssl.question import Question

# Share of the mean power added to the diagonal: few frames make a covariance that cannot be inverted.
LOADING = 0.1


class Capon:
    """Finds the direction whose minimum variance beam carries most."""

    def find(self, question: Question) -> Found:
        """The summits of the map; the highest is believed as far as it stands above the next."""
        evidence, plain = question.evidence, question.evidence.plain
        weight = evidence.weight / evidence.power
        x = evidence.spectra
        covariance = np.einsum("ft,ftm,ftn->fmn", weight, x, x.conj(), optimize=True)
        microphones = x.shape[2]
        mean = np.trace(covariance, axis1=1, axis2=2).real / microphones
        loaded = covariance + (LOADING * mean + 1e-12)[:, None, None] * np.eye(microphones)
        vectors = plain.vectors.transpose(0, 2, 1)  # (frequency, microphone, direction)
        through = 1 / np.einsum("fmg,fmg->fg", vectors.conj(), np.linalg.solve(loaded, vectors)).real
        through /= through.sum(axis=1, keepdims=True)
        score = through.sum(axis=0).reshape(len(plain.elevations_deg), plain.directions)
        return by_summits(question, score.astype(np.float32))
