"""The knobs of ears and eyes."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator

from simulator.onboard.tuning.declare import Knobs, Named, choice, knob

# The direction finders that ship; onboard/ssl/finders.py has the methods.
FINDER_NAMES: Final = ("fused", "decomposition", "whitened", "onset", "srp-phat")

# A knob is two lines here: what it may be, and what it does.
# fmt: off


class SoundKnobs(Knobs):
    """How the ears work."""

    algorithm: Annotated[str, AfterValidator(Named(FINDER_NAMES))] = choice(
        "fused", label="Direction finder", tier="engineering",
        says="The method that turns samples into directions of sound.",
    )
    low_hz: float = knob(
        500.0, 100.0, 2000.0, unit="Hz", step=50.0, label="Lowest tone used", tier="engineering",
        says="Tones below this say little about direction to a small array.",
    )
    high_hz: float = knob(
        7000.0, 2000.0, 7900.0, unit="Hz", step=100.0, label="Highest tone used", tier="engineering",
        says="Tones above this are mostly noise.",
    )
    voice_threshold: float = knob(
        0.5, 0.1, 0.95, unit="", step=0.05, label="Speech probability needed", tier="engineering",
        says="Probability from which a sound counts as speech.",
    )
    # Of 169 recorded words beside something else (benchmarks/hearing.py) 0.8 and 0.9 hear 149, 0.6 and 0.85 hear 155; other words
    # taken for it in 13 minutes: 1 instead of 3, one microphone 1.
    wake_threshold: float = knob(
        0.8, 0.1, 0.99, unit="", step=0.01, label="Wake word probability needed", tier="engineering",
        says="Probability from which the wake word counts as spoken.",
    )
    # Eight looks at the threshold of one microphone would take many times as many other words for the wake word.
    look_threshold: float = knob(
        0.9, 0.1, 0.99, unit="", step=0.01, label="Wake word probability needed in a look", tier="engineering",
        says="Probability from which the wake word counts as spoken when one of the eight looking beams hears it.",
    )
    window_s: float = knob(
        0.9, 0.3, 1.5, unit="s", step=0.1, label="Listening window", tier="engineering",
        says="Length of the sound, up to the end of the wake word, from which its direction is taken.",
    )
    freeze_rate_dps: float = knob(
        8.0, 0.0, 60.0, unit="°/s", step=1.0, label="Turn sound back when turning above", tier="engineering",
        says="While the screen turns faster than this, each moment of sound is turned back by its own yaw.",
    )
    wall_model: bool = choice(
        True, label="Use known walls", tier="engineering",
        says="Whether the walls found in set-up are part of the model.",
    )


class VisionKnobs(Knobs):
    """How the eyes work."""

    face_threshold: float = knob(
        0.5, 0.2, 0.95, unit="", step=0.05, label="Face score needed", tier="engineering",
        says="Score from which a detection counts as a face.",
    )
    body_threshold: float = knob(
        0.5, 0.2, 0.95, unit="", step=0.05, label="Body score needed", tier="engineering",
        says="Score from which a detection counts as a body.",
    )
    facing_yaw_deg: float = knob(
        25.0, 5.0, 60.0, unit="°", step=1.0, label="Facing when turned less than",
        says="A head turned away from the device by less than this counts as facing it.",
    )
    confirm_of_5: int = knob(
        3, 1, 5, unit="of 5", step=1, label="Pictures needed to confirm", tier="engineering",
        says="In how many of the last five pictures a person must be detected to be confirmed.",
    )
    coast_s: float = knob(
        1.5, 0.2, 5.0, unit="s", step=0.1, label="Keep an undetected person for", tier="engineering",
        says="How long a confirmed person is kept without a detection.",
    )
    life_s: float = knob(
        8.0, 2.0, 60.0, unit="s", step=1.0, label="Unchanged face is a poster after", tier="engineering",
        says="A face that has not changed at all for this long is taken for a poster.",
    )
    empty_fps: float = knob(
        2.0, 0.5, 10.0, unit="1/s", step=0.5, label="Frame rate with no person", tier="engineering",
        says="Frame rate while no person is in view.",
    )
    still_fps: float = knob(
        5.0, 1.0, 15.0, unit="1/s", step=0.5, label="Frame rate with still people", tier="engineering",
        says="Frame rate while the people in view do not move.",
    )
    moving_fps: float = knob(
        10.0, 2.0, 30.0, unit="1/s", step=0.5, label="Frame rate while things move", tier="engineering",
        says="Frame rate while a person or the screen moves, or after a wake word.",
    )
