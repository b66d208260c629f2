"""The oracles of some parts as seams of a run. A planner, motion and a motor without faults are those of the stack and the room."""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.seams import NO_SEAMS, Seams
from simulator.world.feature import feature_senses
from simulator.world.oracles.senses import no_errors
from simulator.world.oracles.tracker import TruthTracker
from simulator.world.spec import FaultAction, WorldSpec

PARTS = ("ears", "eyes", "fusion", "planner", "motion", "motor")  # from the room to the room


def oracle_seams(
    parts: Collection[str], *, spec: WorldSpec, facts: DeviceFacts, streams: Callable[[str], np.random.Generator]
) -> Seams:
    """Ears, eyes and tracker that make no mistakes, as far as they are asked for."""
    seams = NO_SEAMS
    ears, eyes = feature_senses(spec, facts, streams, errors=no_errors())
    if "ears" in parts:
        seams = Seams(sound=ears).then(seams)
    if "eyes" in parts:
        seams = seams.then(Seams(vision=eyes))
    if "fusion" in parts:
        its_ears, _ = feature_senses(spec, facts, streams, errors=no_errors())
        tracker = TruthTracker(facts, its_ears)
        seams = seams.then(Seams(sound=tracker.hear, tracks=tracker))
    return seams


def repaired(spec: WorldSpec, parts: Collection[str]) -> WorldSpec:
    """The scene without the faults of some parts."""
    kept = tuple(a for a in spec.actions if not (isinstance(a, FaultAction) and a.part in parts))
    return spec if len(kept) == len(spec.actions) else spec.model_copy(update={"actions": kept})
