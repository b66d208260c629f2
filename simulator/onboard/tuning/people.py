"""The knobs of whom the screen serves, and of its ways with them: attention, calls, cooking and an empty home."""

from __future__ import annotations

from typing import Literal

from simulator.onboard.tuning.declare import Knobs, choice, knob

# A knob is two lines here: what it may be, and what it does.
# fmt: off


class AttentionKnobs(Knobs):
    """Whom the screen serves."""

    ambiguity_ratio: float = knob(
        0.7, 0.3, 1.0, unit="", step=0.05, label="Directions tie from a share of",
        says="When the second direction of sound has at least this share of the first and is far from it, the screen does not turn.",
    )
    ambiguity_gap_deg: float = knob(
        40.0, 10.0, 120.0, unit="°", step=5.0, label="Directions differ beyond",
        says="Directions of sound nearer to each other than this are taken for one talker.",
    )
    min_sound_confidence: float = knob(
        0.55, 0.0, 1.0, unit="", step=0.05, label="Sound confidence needed to turn",
        says="Confidence that a direction of sound needs to turn the screen while no person is seen there.",
    )
    face_me_preference: float = knob(
        0.6, 0.0, 1.0, unit="", step=0.05, label="Face-me preference",
        says="How much a person who faces the device counts over a person who only talks.",
    )
    engaged_threshold: float = knob(
        0.5, 0.1, 0.95, unit="", step=0.05, label="Facing probability needed",
        says="Probability of facing the device from which a person counts as engaged.",
    )
    min_person: float = knob(
        0.5, 0.1, 0.95, unit="", step=0.05, label="Person probability needed",
        says="Probability of being a living person that a track needs to move the screen.",
    )
    group_margin_deg: float = knob(
        6.0, 0.0, 20.0, unit="°", step=1.0, label="Margin around a group",
        says="Room kept on both sides when several people are kept in view together.",
    )
    reflector_forget_s: float = knob(
        120.0, 10.0, 600.0, unit="s", step=10.0, label="Distrust an echo for",
        says="How long a direction that sounded but showed no person is distrusted.",
    )
    wake_policy: Literal["turn to wake word", "turn and follow", "do not move"] = choice(
        "turn and follow", label="On the wake word",
        says="What a wake word does: turn once, turn and keep following, or stay.",
    )
    reply_window_s: float = knob(
        30.0, 0.0, 300.0, unit="s", step=5.0, label="Expect a reply for",
        says="How long after the last exchange a person who faces the device and speaks is answered without a wake word.",
    )
    follow_for_s: float = knob(
        60.0, 5.0, 600.0, unit="s", step=5.0, label="Follow after a wake word for",
        says="After a wake word the screen follows until no person has faced or addressed it for this long.",
    )
    max_distance_m: float = knob(
        4.5, 1.0, 8.0, unit="m", step=0.1, label="Serve people up to",
        says="People farther away than this do not move the screen.",
    )


class CallKnobs(Knobs):
    """How a video call is framed."""

    framing: Literal["automatic", "centre", "left", "right"] = choice(
        "automatic", label="Framing of a call",
        says="Where in the picture the people of a call are put.",
    )
    crop_zoom_max: float = knob(
        2.0, 1.0, 4.0, unit="x", step=0.1, label="Largest crop zoom",
        says="How far the digital part of the framing may zoom in.",
    )
    crop_smooth_s: float = knob(
        0.8, 0.1, 4.0, unit="s", step=0.1, label="Crop calmness",
        says="Time in which the crop follows; longer is calmer.",
    )
    recentre_share: float = knob(
        0.55, 0.2, 0.9, unit="", step=0.05, label="Turn when crop reaches",
        says="The screen turns when the crop has moved this share of the way to the edge of the picture.",
    )
    settle_s: float = knob(
        0.8, 0.0, 5.0, unit="s", step=0.1, label="Settle time in a call",
        says="How long the people of a call must stay in place before the screen turns for them.",
    )


class RecipeKnobs(Knobs):
    """How the screen stays visible to a busy cook."""

    settle_s: float = knob(
        0.8, 0.0, 5.0, unit="s", step=0.1, label="Settle time of a cook",
        says="How long a cook must stay in a new place before the screen turns there; facing it is not needed.",
    )
    widen: float = knob(
        1.2, 0.5, 2.0, unit="x", step=0.05, label="Zone widths while cooking",
        says="Zone widths while cooking, relative to the normal ones: hands at work move the head a lot.",
    )


class AwayKnobs(Knobs):
    """How the device watches an empty home."""

    patrol_every_s: float = knob(
        30.0, 5.0, 600.0, unit="s", step=5.0, label="Patrol every",
        says="Pause between two patrols of an empty home.",
    )
    dwell_s: float = knob(
        2.0, 0.5, 10.0, unit="s", step=0.5, label="Patrol stops at each place for",
        says="How long a patrol stops at each place.",
    )
    step_deg: float = knob(
        45.0, 15.0, 90.0, unit="°", step=5.0, label="Patrol turns per place",
        says="Angle between two places of a patrol.",
    )
    alert_after_s: float = knob(
        0.6, 0.1, 5.0, unit="s", step=0.1, label="Alert after seeing a person for",
        says="How long a person must be seen in an empty home before the alert is sent.",
    )
    alert_again_s: float = knob(
        60.0, 5.0, 3600.0, unit="s", step=5.0, label="Repeat an alert after",
        says="Pause before the same presence is reported again.",
    )
    remote_timeout_s: float = knob(
        30.0, 5.0, 300.0, unit="s", step=5.0, label="Remote view ends after",
        says="Without a new request of the remote user for this long, the remote view ends.",
    )
    remote_rate_dps: float = knob(
        45.0, 5.0, 90.0, unit="°/s", step=5.0, label="Remote turn speed",
        says="Speed of turns that the remote user asks for.",
    )
