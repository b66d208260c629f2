"""Direction finders of other packages: what their answers must be like, and who is named when they are not."""

from __future__ import annotations

import numpy as np

from simulator.onboard.ssl.finders import Finder, Found
from simulator.onboard.ssl.question import Question
from simulator.runtime.outside import OutsideCrash, called, make


def outside_finder(name: str) -> Finder:
    """A direction finder of another package, by PACKAGE/NAME."""
    return OutsideFinder(name, make("finder", name))


class OutsideFinder:
    """Asks a finder of another package, and takes only answers that can be."""

    def __init__(self, name: str, finder: Finder) -> None:
        if not callable(getattr(finder, "find", None)):
            raise OutsideCrash(f"{name}: {type(finder).__name__} has no method find")
        self._name, self._finder = name, finder

    def find(self, question: Question) -> Found:
        """Ask the finder, and refuse an answer that cannot be."""
        found = called(self._name, self._finder.find, question)
        wrong = _wrong(found, question)
        if wrong:
            raise OutsideCrash(f"{self._name} answered {wrong}")
        return found


def _wrong(found: object, question: Question) -> str:
    """What cannot be in an answer; empty if all can."""
    if not isinstance(found, Found):
        return f"{type(found).__name__}, not Found"
    plain = question.evidence.plain
    wanted = (len(plain.elevations_deg), plain.directions)
    for what, score in (("score", found.score), ("exact", found.score if found.exact is None else found.exact)):
        if np.shape(score) != wanted or not np.isfinite(score).all():
            return f"a map {what} of shape {np.shape(score)}: must be finite, of shape {wanted} (elevation, azimuth)"
    if not found.at or len(set(found.at)) != len(found.at) or not all(0 <= k < wanted[1] for k in found.at):
        return f"directions {list(found.at)}: must be different whole numbers from 0 to {wanted[1] - 1}, at least one"
    direct = np.asarray(found.direct, dtype=float)
    if direct.shape != (len(found.at),) or not ((direct >= 0) & (direct <= 1)).all():
        return f"probabilities {direct.tolist()}: must be {len(found.at)} numbers from 0 to 1"
    if not 0 <= found.confidence <= 1:
        return f"a confidence of {found.confidence}: must be from 0 to 1"
    return ""
