"""Policies to compare with: leave it to the device's own mind, never move, and face whoever talks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulator.lab.gym.environment import EACH_TRACK, MOST_TRACKS, OWN, Numbers

Policy = Callable[[Numbers], Numbers]
TALKS = 0.3  # a wake word alone takes the belief to 0.4


def own_mind(seen: Numbers) -> Numbers:
    """Ask for nothing: the shipped behaviour decides."""
    return np.array([0.0, -1.0], np.float32)


def still(seen: Numbers) -> Numbers:
    """Ask for the yaw that there is, again and again, so that nothing else gets the screen."""
    return np.array([_share(float(seen[0]), seen), 1.0], np.float32)


def face_the_talker(seen: Numbers) -> Numbers:
    """Turn to whoever talks most surely, whoever is meant; else ask for nothing."""
    tracks = seen[len(OWN) :].reshape(MOST_TRACKS, len(EACH_TRACK))
    best = tracks[int(np.argmax(tracks[:, EACH_TRACK.index("talking")]))]
    if best[EACH_TRACK.index("talking")] < TALKS:
        return own_mind(seen)
    return np.array([_share(float(best[EACH_TRACK.index("azimuth_deg")]), seen), 1.0], np.float32)


POLICIES: dict[str, Policy] = {"own mind": own_mind, "still": still, "face the talker": face_the_talker}


def _share(yaw_deg: float, seen: Numbers) -> float:
    """A yaw as a place in the range of motion, -1 to 1."""
    low_deg, high_deg = float(seen[OWN.index("range_min_deg")]), float(seen[OWN.index("range_max_deg")])
    return 0.0 if high_deg <= low_deg else float(np.clip(2 * (yaw_deg - low_deg) / (high_deg - low_deg) - 1, -1, 1))
