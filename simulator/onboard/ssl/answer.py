"""The precise answer: from a stretch of sound to one direction, how sure it is, and what else it might be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import distance_deg, positive_deg, wrap_deg
from simulator.onboard.messages import SoundCandidate
from simulator.onboard.ssl.candidates import refined_deg, shares
from simulator.onboard.ssl.finders import Finder, Found
from simulator.onboard.ssl.question import Question
from simulator.onboard.tuning import AttentionKnobs

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
# A runner-up less likely than this is no rival, however unsure the best is.
AMBIGUOUS_LEAST: Final = 0.25
# Trees that know of several talkers give a second one a probability of its own; this share of the ratio is enough to doubt (0.1 as
# shipped): of 60 pairs in near-wall rooms, 60 degrees or more apart, 4 are then still acted on, of 320 lone talkers 298. At 0.2 it
# would be 5 and 311.
SECOND_TALKER: Final = 0.14
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
    azimuths = [wrap_deg(float(azimuth) + yaw_deg) for azimuth in _exactly(found, plain.azimuths_deg)]
    best = int(np.argmax(direct))
    rivals = [k for k in range(len(at)) if distance_deg(azimuths[k], azimuths[best]) > doubt.ambiguity_gap_deg]
    rival = max((float(direct[k]) for k in rivals), default=0.0)
    as_likely = rival > AMBIGUOUS_LEAST and rival > doubt.ambiguity_ratio * float(direct[best])
    as_likely = as_likely or (found.counts_talkers and rival > SECOND_TALKER * doubt.ambiguity_ratio)
    loudest = max((float(weights[k]) for k in rivals), default=0.0)
    as_loud = float(direct[best]) < TIE_UNSURE and loudest > doubt.ambiguity_ratio * float(weights[best])
    elevations = plain.elevations_deg[found.score[:, at].argmax(axis=0)]
    two_faced = _has_twin(question, azimuths[best] - yaw_deg, gap_deg=doubt.ambiguity_gap_deg)
    return Answer(
        azimuth_deg=azimuths[best],
        confidence=found.confidence * (0.5 if two_faced else 1.0),
        ambiguous=as_likely or as_loud or two_faced,
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


def _exactly(found: Found, azimuths_deg: F64) -> Iterable[float]:
    """The places of the summits between the steps of the ring, in the array's own frame."""
    if found.azimuths_deg is not None:
        return (float(azimuth) for azimuth in found.azimuths_deg)
    exact = found.score if found.exact is None else found.exact
    return (refined_deg(exact, k, azimuths_deg) for k in found.at)


def _has_twin(question: Question, azimuth_deg: float, *, gap_deg: float) -> bool:
    """Whether a line of microphones would hear the same from another direction that is allowed: in front or behind, who knows?"""
    line_deg = question.evidence.plain.line_deg
    if line_deg is None:
        return False
    twin_deg = 2 * line_deg - azimuth_deg
    step_deg = float(question.evidence.plain.azimuths_deg[1])
    allowed = question.allowed[round(positive_deg(twin_deg) / step_deg) % len(question.allowed)]
    return bool(allowed) and distance_deg(twin_deg, azimuth_deg) > gap_deg
