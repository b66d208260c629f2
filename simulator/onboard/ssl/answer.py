"""The precise answer: from a stretch of sound to one direction, how sure it is, and what else it might be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import distance_deg, wrap_deg
from simulator.onboard.messages import SoundCandidate
from simulator.onboard.ssl.candidates import refined_deg, shares
from simulator.onboard.ssl.finders import Finder
from simulator.onboard.ssl.question import Question
from simulator.onboard.tuning import AttentionKnobs

F32 = NDArray[np.float32]
# A runner-up less likely than this is no rival, however unsure the best is.
AMBIGUOUS_LEAST: Final = 0.25
# Two directions that carry as much sound are two talkers unless the best is this likely: of 160 lone talkers in near-wall rooms
# (1000 to 1039, four cases) none is doubted for it.
TIE_UNSURE: Final = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Where the talker is; all directions are azimuths of the base."""

    azimuth_deg: float
    confidence: float
    ambiguous: bool
    candidates: tuple[SoundCandidate, ...]
    ring: F32  # the score around the array's own frame


def answer(question: Question, finder: Finder, *, yaw_deg: float, doubt: AttentionKnobs) -> Answer:
    """Let a finder find the talker, and see whether another direction is as likely or as loud."""
    found = finder.find(question)
    plain, at, direct = question.evidence.plain, found.at, found.direct
    ring = found.score.max(axis=0)
    weights = shares(ring, at, question.allowed)
    exact = found.score if found.exact is None else found.exact
    azimuths = [wrap_deg(refined_deg(exact, k, plain.azimuths_deg) + yaw_deg) for k in at]
    best = int(np.argmax(direct))
    rivals = [k for k in range(len(at)) if distance_deg(azimuths[k], azimuths[best]) > doubt.ambiguity_gap_deg]
    rival = max((float(direct[k]) for k in rivals), default=0.0)
    as_likely = rival > AMBIGUOUS_LEAST and rival > doubt.ambiguity_ratio * float(direct[best])
    loudest = max((float(weights[k]) for k in rivals), default=0.0)
    as_loud = float(direct[best]) < TIE_UNSURE and loudest > doubt.ambiguity_ratio * float(weights[best])
    elevations = plain.elevations_deg[found.score[:, at].argmax(axis=0)]
    return Answer(
        azimuth_deg=azimuths[best],
        confidence=found.confidence,
        ambiguous=as_likely or as_loud,
        candidates=tuple(
            SoundCandidate(
                azimuth_deg=azimuths[k],
                elevation_deg=float(elevations[k]),
                weight=float(weights[k]),
                direct=float(direct[k]),
            )
            for k in np.argsort(-direct)
        ),
        ring=ring,
    )
