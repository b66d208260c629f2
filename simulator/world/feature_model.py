"""How wrong the ears and eyes are, in numbers: the error models of feature mode.

The values live in assets/feature/errors.json. `python -m simulator.lab.measure.fit_senses` fits them to full runs of one half of some
random homes, where samples are heard and pixels are seen, checks them on the other half, and writes that file again. The
defaults here are what the benchmarks of ears and eyes measured: what the fit starts from.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, Field

from simulator.world.assets import ASSETS

FILE = ASSETS / "feature" / "errors.json"


class Errors(BaseModel):
    """Base: frozen, complete, finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)


class EarErrors(Errors):
    """The ears."""

    voice_delay_s: float = Field(0.15, ge=0, le=2)
    """From the start of speech until the ears say speech."""
    voice_hold_s: float = Field(0.28, ge=0, le=2)
    """From its end until they say silence."""
    wake_delay_s: float = Field(0.12, ge=-1, le=2)
    """From the end of the wake word to its report."""
    wake_rate: float = Field(0.98, ge=0, le=1)
    """Share of clear wake words that are noticed."""
    wake_snr_db: float = Field(-2.0, ge=-30, le=30)
    """Over the noise, where half of the wake words are noticed."""
    sigma_deg: float = Field(2.5, ge=0, le=45)
    """Spread of a wake word's direction when it is right."""
    running_sigma_deg: float = Field(5.0, ge=0, le=45)
    """Spread of the running direction when it is right."""
    reflection_db: float = Field(2.0, ge=-30, le=30)
    """How much louder than the direct sound a reflection must be to be taken for it half of the time."""
    reflection_spread_db: float = Field(2.5, gt=0, le=30)
    """How gradual that is."""
    running_reflection_db: float = Field(1.0, ge=-30, le=30)
    """The same for the running direction."""
    gross_rate: float = Field(0.01, ge=0, le=1)
    """Share of wake words that get a direction out of nothing."""
    noise_taken_rate: float = Field(0.05, ge=0, le=1)
    """Share of wake words that are taken to come from a television, music or kitchen noise that sounds meanwhile."""
    walking_sigma_deg: float = Field(4.0, ge=0, le=45)
    """Spread of a wake word's direction when it is right and its speaker walks."""
    running_gross_rate: float = Field(0.04, ge=0, le=1)
    """The same for running directions."""
    running_blank_rate: float = Field(0.1, ge=0, le=1)
    """Share of running reports without a direction."""
    right_confidence: float = Field(0.9, ge=0, le=1)
    """Mean confidence when right."""
    wrong_confidence: float = Field(0.55, ge=0, le=1)
    """Mean confidence of a wake word's direction when wrong."""
    running_confidence: float = Field(0.75, ge=0, le=1)
    """Mean confidence of running directions."""
    confidence_spread: float = Field(0.08, ge=0, le=0.5)
    """Spread of confidences."""
    ambiguous_db: float = Field(5.0, ge=0, le=30)
    """Two voices this near in loudness at the device are told to be ambiguous when far apart."""
    television_voice: float = Field(0.8, ge=0, le=1)
    """Share of a television's time that the ears take for speech."""
    music_voice: float = Field(0.15, ge=0, le=1)
    """Share of music's time that the ears take for speech."""
    behind_db: float = Field(9.0, ge=0, le=30)
    """How much softer speech is behind a head than before it."""
    blocked_db: float = Field(7.0, ge=0, le=30)
    """How much a thing in the way takes from the direct sound."""


class EyeErrors(Errors):
    """The eyes."""

    recall: float = Field(0.99, ge=0, le=1)
    """Share of faces found, close by and facing the lens."""
    far_m: float = Field(4.2, gt=0, le=20)
    """Distance at which half of the faces are found."""
    far_spread_m: float = Field(0.4, gt=0, le=5)
    """How gradual that is."""
    turned_deg: float = Field(72.0, gt=0, le=180)
    """Turn of a head at which half of the faces are found."""
    turned_spread_deg: float = Field(6.0, gt=0, le=60)
    """How gradual that is."""
    hidden: float = Field(0.45, gt=0, le=1)
    """Share of a face that may be hidden for half of them to be found."""
    hidden_spread: float = Field(0.08, gt=0, le=1)
    """How gradual that is."""
    blur_px: float = Field(13.0, gt=0, le=100)
    """Length of the smear at which half of the faces are found."""
    blur_spread_px: float = Field(3.0, gt=0, le=50)
    """How gradual that is."""
    light: dict[str, float] = {"day": 1.0, "evening": 1.0, "lamp": 0.99, "dim": 0.95, "dark": 0.25}
    """Factor on recall by light."""
    body_recall: float = Field(0.85, ge=0, le=1)
    """Share of looks in which the body of somebody without a visible face is found, close by."""
    body_far_m: float = Field(4.5, gt=0, le=20)
    """Distance at which half of the bodies are found."""
    body_bearing_deg: float = Field(1.5, ge=0, le=20)
    """Spread of a body's direction."""
    body_distance_share: float = Field(0.15, ge=0, le=1)
    """Spread of its distance, as a share."""
    bearing_deg: float = Field(0.4, ge=0, le=10)
    """Spread of a face's direction."""
    distance_share: float = Field(0.05, ge=0, le=1)
    """Spread of its distance, as a share."""
    distance_bias: float = Field(0.0, ge=-0.5, le=0.5)
    """How much farther than they are faces seem, as a share."""
    head_yaw_deg: float = Field(4.0, ge=0, le=45)
    """Spread of a head's direction."""
    ghosts_per_frame: float = Field(0.002, ge=0, le=1)
    """Faces seen where there is nothing."""
    poster_rate: float = Field(0.9, ge=0, le=1)
    """Share of pictures in which a poster's face is found."""
    television_rate: float = Field(0.5, ge=0, le=1)
    """Share of pictures in which a face on a television is found."""
    television_seen: float = Field(0.9, ge=0, le=1)
    """Share of pictures in which the television is known for one."""


class Fitted(Errors):
    """Where the numbers come from, and how well the models did on scenes that they were not fitted on."""

    on: str
    """Day of the fit."""
    code: str
    """Fingerprint of the code whose ears and eyes were measured."""
    senses: str = ""
    """Fingerprint of the code of ears and eyes alone; other senses make the models stale."""
    scenes: int
    """Full runs that were measured."""
    held_out: int
    """Full runs that were kept for checking."""
    simulated_s: float
    """Length of the measured runs."""
    cases: dict[str, int]
    """How many cases each number was read off; numbers that are missing here kept their defaults."""
    by: dict[str, tuple[int, int, int]] = {}
    """Wake words said, heard and rightly placed, by voice, noise, facing, pace and range of who said them."""
    agreement_held_out: dict[str, float]
    """Verdicts of full and feature mode on the held-out homes, both with the seed that CI uses."""
    agreement_other_seeds: dict[str, float]
    """The same with another seed for each home in feature mode: chance alone parts some."""
    agreement_all: dict[str, float]
    """The same over all homes."""


class FeatureErrors(Errors):
    """Both, and where the numbers come from."""

    ears: EarErrors = EarErrors()
    eyes: EyeErrors = EyeErrors()
    fitted: Fitted | None = None
    """None: not fitted from full runs."""


@cache
def feature_errors() -> FeatureErrors:
    """The error models that ship with the project."""
    return FeatureErrors.model_validate(orjson.loads(FILE.read_bytes()))


def as_file(errors: FeatureErrors) -> str:
    """The text of the data file."""
    import json

    plain: dict[str, Any] = errors.model_dump()
    return json.dumps(plain, indent=1, ensure_ascii=False) + "\n"
