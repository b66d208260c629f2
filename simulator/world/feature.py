"""Feature mode: what ears and eyes would report, drawn from the truth and error models instead of samples and pixels.

A thousand times cheaper than rendering, for sweeps and for checking every scene on every push. The models are in
feature_ears.py and feature_eyes.py, their numbers in assets/feature/errors.json.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulator.onboard.facts import DeviceFacts
from simulator.world.chances import Chances
from simulator.world.feature_ears import HearsWord, ModelledEars
from simulator.world.feature_eyes import ModelledEyes
from simulator.world.feature_model import FeatureErrors, feature_errors
from simulator.world.sightlines import SightLines
from simulator.world.spec import WorldSpec


def feature_senses(
    spec: WorldSpec,
    facts: DeviceFacts,
    streams: Callable[[str], np.random.Generator],
    *,
    errors: FeatureErrors | None = None,
    hears: HearsWord | None = None,
) -> tuple[ModelledEars, ModelledEyes]:
    """Modelled ears and eyes of one run: each is a seam of the stack. `hears` says whether a wake word is heard where it is said."""
    errors = errors or feature_errors()
    lines = SightLines(spec, eye_height_m=spec.device.height_m + facts.camera.height_above_base_m)
    places = _places(spec)
    ears = ModelledEars(
        spec, errors.ears, chances=Chances(streams, prefix="feature.ears", called=places), lines=lines, hears=hears
    )
    eyes = ModelledEyes(
        spec, facts, errors.eyes, chances=Chances(streams, prefix="feature.eyes", called=places), lines=lines
    )
    return ears, eyes


def _places(spec: WorldSpec) -> dict[str, str]:
    """What chance calls everybody: by the place where they begin, because neither a room nor a microphone knows names.

    So another arrangement has other luck with the same seed, and the same people under other names have the same.
    """
    room, device = spec.room, spec.device
    where = f"{room.width_m} {room.depth_m} {device.x_m} {device.y_m} {device.heading_deg}"
    called: dict[str, str] = {}
    for what, name, at in [
        *(("person", person.name, person.at) for person in spec.people),
        *(("thing", thing.name, thing.at) for thing in spec.things),
        *(("source", source.name, source.at) for source in spec.sources),
    ]:
        place = f"{what} {at[0]} {at[1]} in {where}"
        while place in called.values():
            place += " too"
        called[name] = place
    return called
