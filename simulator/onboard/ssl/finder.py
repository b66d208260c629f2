"""The precise answer: from a stretch of sound to one direction, how sure it is, and what else it might be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import RangeOfMotion, distance_deg, wrap_all_deg, wrap_deg
from simulator.onboard.messages import SoundCandidate
from simulator.onboard.ssl.candidates import describe, peaks, refined_deg, score, with_mirrored
from simulator.onboard.ssl.dictionary import Dictionary
from simulator.onboard.ssl.evidence import Evidence, Noise, gather
from simulator.onboard.ssl.forest import Forest
from simulator.onboard.tuning import AttentionKnobs

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
# A talker may stand a little outside the arc that the screen can point along.
RANGE_SLACK_DEG = 6.0
# A range wider than this is an island: its ends say nothing about walls.
NO_EDGE_DEG = 300.0
# A runner-up less likely than this is no rival, however unsure the best is.
AMBIGUOUS_LEAST = 0.25
# Two directions that carry as much sound are two talkers unless the best is this likely: of 160 lone talkers in near-wall rooms
# (1000 to 1039, four cases) none is doubted for it.
TIE_UNSURE = 0.8
# Delay likelihood against energy likelihood: the best of 0, 2, 4, 8 and 15 on rooms 1000 to 1079 of the near-wall recipe.
DELAY_WEIGHT = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Where the talker is; all directions are azimuths of the base."""

    azimuth_deg: float
    confidence: float
    ambiguous: bool
    candidates: tuple[SoundCandidate, ...]
    ring: F32  # the score around the array's own frame
    features: F32  # (candidate, feature): what the classifier was asked about


def find(
    samples: F32,
    *,
    noise: Noise,
    plain: Dictionary,
    walled: Dictionary | None,
    algorithm: str,
    range_of_motion: RangeOfMotion | None,
    yaw_deg: float,
    forest: Forest,
    doubt: AttentionKnobs,
) -> Answer:
    """Localize the talker of one stretch (microphone, sample) that the array heard while standing still at a yaw."""
    evidence = gather(samples, noise=noise, plain=plain, walled=walled)
    return choose(
        evidence,
        plain=plain,
        algorithm=algorithm,
        range_of_motion=range_of_motion,
        yaw_deg=yaw_deg,
        forest=forest,
        doubt=doubt,
    )


def choose(
    evidence: Evidence,
    *,
    plain: Dictionary,
    algorithm: str,
    range_of_motion: RangeOfMotion | None,
    yaw_deg: float,
    forest: Forest,
    doubt: AttentionKnobs,
) -> Answer:
    """Pick among the candidates of maps already made."""
    known = range_of_motion is not None
    allowed = allowed_azimuths(plain.azimuths_deg, range_of_motion, yaw_deg=yaw_deg)
    arc = arc_edges_deg(range_of_motion, yaw_deg=yaw_deg)
    score_map = score(evidence, algorithm, range_known=known)
    found = peaks(score_map, allowed, plain.azimuths_deg)
    if algorithm == "fused":
        found = with_mirrored(score_map, found, allowed, arc, plain.azimuths_deg)
    rows, waves = describe(evidence, found, plain, allowed=allowed, arc_deg=arc)
    ring = score_map.max(axis=0)
    heights = ring[found] - ring[allowed].mean()
    weights = np.maximum(heights, 1e-6) / np.maximum(heights, 1e-6).sum()
    if algorithm == "fused":
        direct = forest.probability(rows)
    else:
        ranking = waves.likelihood(delay_weight=DELAY_WEIGHT) if algorithm == "decomposition" else np.log(weights)
        direct = _by_rank(ranking, algorithm, forest)
    best = int(np.argmax(direct))
    # The map of the walls is sharp but leans; the place of a summit is read off the plain maps.
    exact = score_map if evidence.walled is None else score(evidence, "plain", range_known=known)
    azimuths = [wrap_deg(refined_deg(exact, k, plain.azimuths_deg) + yaw_deg) for k in found]
    rivals = [k for k in range(len(found)) if distance_deg(azimuths[k], azimuths[best]) > doubt.ambiguity_gap_deg]
    rival = max((float(direct[k]) for k in rivals), default=0.0)
    as_likely = rival > AMBIGUOUS_LEAST and rival > doubt.ambiguity_ratio * float(direct[best])
    loudest = max((float(weights[k]) for k in rivals), default=0.0)
    as_loud = float(direct[best]) < TIE_UNSURE and loudest > doubt.ambiguity_ratio * float(weights[best])
    order = np.argsort(-direct)
    confidence = float(direct[best])
    if algorithm == "fused":
        confidence = forest.confidence(confidence, range_known=known)
    elevations = plain.elevations_deg[score_map[:, found].argmax(axis=0)]
    return Answer(
        azimuth_deg=azimuths[best],
        confidence=confidence,
        ambiguous=as_likely or as_loud,
        candidates=tuple(
            SoundCandidate(
                azimuth_deg=azimuths[k],
                elevation_deg=float(elevations[k]),
                weight=float(weights[k]),
                direct=float(direct[k]),
            )
            for k in order
        ),
        ring=ring,
        features=rows,
    )


def allowed_azimuths(azimuths_deg: F64, range_of_motion: RangeOfMotion | None, *, yaw_deg: float) -> NDArray[np.bool_]:
    """Which directions of the array's frame the customer allowed the screen to turn to."""
    if range_of_motion is None:
        return np.ones(len(azimuths_deg), np.bool_)
    half_width_deg = 0.5 * range_of_motion.width_deg + RANGE_SLACK_DEG
    from_centre = wrap_all_deg(azimuths_deg + yaw_deg - range_of_motion.centre_deg)
    return np.asarray(np.abs(from_centre) <= half_width_deg)


def arc_edges_deg(range_of_motion: RangeOfMotion | None, *, yaw_deg: float) -> tuple[float, float] | None:
    """The two ends of the range in the array's frame; none while it is unknown or goes all the way round."""
    if range_of_motion is None or range_of_motion.width_deg >= NO_EDGE_DEG:
        return None
    return range_of_motion.min_deg - yaw_deg, range_of_motion.max_deg - yaw_deg


def _by_rank(ranking: F64, algorithm: str, forest: Forest) -> F64:
    """Probabilities of bare rankings: the best gets the calibrated trust in its lead, the others share the rest."""
    order = np.argsort(-ranking)
    lead = float(ranking[order[0]] - ranking[order[1]]) if len(order) > 1 else 3.0
    trust = forest.trust(algorithm, lead)
    shares = np.exp(ranking - ranking.max())
    shares[order[0]] = 0.0
    out = (1 - trust) * shares / max(float(shares.sum()), 1e-12)
    out[order[0]] = trust
    return np.asarray(out)
