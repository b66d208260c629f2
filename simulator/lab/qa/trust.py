"""Where modelled senses cannot know: scenes whose outcome hangs on what ears make of noise and of several voices at once.

The error models of feature mode are numbers read off full runs. They say how often a plain wake word is heard, not what a finder of
directions makes of two voices in one room. A verdict of such a scene says "check with full".
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable

from simulator.world.assets import CHECKOUT
from simulator.world.feature_model import feature_errors
from simulator.world.people import mouth_height_m
from simulator.world.sightlines import SightLines
from simulator.world.spec import PersonSpec, Say, WorldSpec
from simulator.world.things import at_the_start
from simulator.world.truth import PersonTruth

# Noise this little below a wake word at the device is loud: of random homes, those that both modes judge otherwise lie below.
LOUD_BELOW_DB = 12.0
# The longest wake word, and the time in which the ears still listen to what was around it.
WORD_S = 1.0
# Whose face is hidden by more than this is heard from where the sound comes round, which is no matter of chance.
HIDDEN = 0.5
SENSES = ("simulator/onboard/ssl", "simulator/onboard/vision")


def check_with_full(spec: WorldSpec) -> str:
    """Why a verdict of modelled senses over this scene is worth little; empty when it is worth its name."""
    said = [action for action in spec.actions if isinstance(action, Say)]
    calls = [action for action in said if action.what == "wake word"]
    for call in calls:
        for other in said:
            ends_s = other.at_s + (other.for_s if other.for_s is not None else WORD_S)
            if other.who != call.who and other.at_s < call.at_s + WORD_S and ends_s > call.at_s:
                return "people speak at once"
    voices_db = {person.name: _level_db(spec, person.at, person.loudness_db) for person in spec.people}
    noise_db = max(
        (_level_db(spec, source.at, source.loudness_db) for source in spec.sources if source.on), default=-99.0
    )
    if any(voices_db[call.who] - noise_db < LOUD_BELOW_DB for call in calls):
        return "a noise is nearly as loud as a call"
    callers = {call.who for call in calls}
    if any(_hidden(spec, person) > HIDDEN for person in spec.people if person.name in callers):
        return "something hides a caller"
    return ""


def _hidden(spec: WorldSpec, person: PersonSpec) -> float:
    """How much of somebody's face things hide where they begin."""
    truth = PersonTruth(
        name=person.name, x_m=person.at[0], y_m=person.at[1],
        mouth_height_m=mouth_height_m(person.look, posture=person.posture),
        azimuth_deg=0.0, distance_m=math.dist(person.at, (spec.device.x_m, spec.device.y_m)), body_deg=0.0, head_deg=0.0,
        facing_deg=0.0, talking=False, says="", posture=person.posture,
    )  # fmt: skip
    lines = SightLines(spec, eye_height_m=spec.device.height_m)
    return lines.hidden(truth, people=(), things=at_the_start(spec.things))[0]


def _level_db(spec: WorldSpec, at: tuple[float, float], loudness_db: float) -> float:
    """Level of the direct sound at the device."""
    away_m = math.hypot(at[0] - spec.device.x_m, at[1] - spec.device.y_m)
    return loudness_db - 20.0 * math.log10(max(away_m, 0.3))


def senses_digest() -> str:
    """A fingerprint of the code of ears and eyes."""
    found = hashlib.sha256()
    for folder in SENSES:
        for path in sorted((CHECKOUT / folder).rglob("*.py")):
            found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


def notes(reasons: Iterable[str]) -> list[str]:
    """What a batch of modelled runs has to say of itself: which verdicts to check, and whether its models are of these senses."""
    counted = Counter(reason for reason in reasons if reason)
    told = [f"CHECK WITH FULL: {count} runs in which {reason}" for reason, count in counted.most_common()]
    fitted = feature_errors().fitted
    if fitted is None or fitted.senses != senses_digest():
        when = "never" if fitted is None else f"on {fitted.on}, with other ears and eyes"
        told.append(
            f"STALE: modelled senses were fitted {when}; python -m simulator.lab.measure.fit_senses renews them"
        )
    return told
