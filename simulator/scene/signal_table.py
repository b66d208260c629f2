"""The named things that a check may speak of: yaw, speed, zone of anna, target, mode, hold, glass tipped …

Each row says how a sentence names the signal, its unit or its possible words, and how to compute its column from a run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from simulator.onboard.messages import (
    AnswerCode,
    AnswerKind,
    Contact,
    HoldReason,
    IntentKind,
    Mode,
    MotorMode,
    Owner,
    Seeing,
    Zone,
)
from simulator.scene.columns import NOTHING, REFLECTION, REQUEST, Columns
from simulator.scene.signal import Column, Signal

# What counts as looking at somebody or moving: below these the eye sees no difference.
FACING_DEG = 25.0
STILL_DPS = 1.0


def _words(kind: Any) -> tuple[str, ...]:
    return tuple(str(member) for member in kind)


def _zone_slack(zone: Zone | None) -> Callable[[Columns, str], Column]:
    return lambda c, who: c.zone_slack_of(who, zone)


def _zone_flag(zone: Zone) -> Callable[[Columns, str], Column]:
    return lambda c, who: c.zone_of(who) == str(zone)


SIGNALS: tuple[Signal, ...] = (
    # numbers of the screen
    Signal(
        pattern="yaw speed",
        kind="number",
        unit="°/s",
        column=lambda c, _: np.abs(c.truth("rate_dps")),
        says="Speed of the screen, either way.",
    ),
    Signal(
        pattern="yaw accel",
        kind="number",
        unit="°/s²",
        column=lambda c, _: np.abs(c.truth_over("accel_dps2", ticks=3)),
        says="Acceleration of the screen over 30 ms, either way; shorter ripple is not felt.",
    ),
    Signal(
        pattern="yaw",
        kind="number",
        unit="°",
        column=lambda c, _: c.truth("yaw_deg"),
        says="Where the screen points, relative to the base.",
    ),
    Signal(
        pattern="commanded speed",
        kind="number",
        unit="°/s",
        column=lambda c, _: np.abs(c.trace("command_sent", "rate_dps")),
        says="Speed that the guard let through to the motor.",
    ),
    Signal(
        pattern="goal",
        kind="number",
        unit="°",
        column=lambda c, _: c.trace("decision", "goal_yaw_deg"),
        says="Yaw the screen wants to reach; no value while it holds.",
    ),
    Signal(
        pattern="answered yaw",
        kind="number",
        unit="°",
        column=lambda c, _: c.answered_yaw(),
        says="Where the screen will end by the last answer that says so.",
    ),
    Signal(
        pattern="contact force",
        kind="number",
        unit="N",
        column=lambda c, _: c.truth("contact_force_n"),
        says="Force at the screen's edge.",
    ),
    Signal(
        pattern="hand torque",
        kind="number",
        unit="N m",
        column=lambda c, _: np.abs(c.truth("hand_torque_nm")),
        says="Torque of a hand on the screen.",
    ),
    # numbers of somebody
    Signal(
        pattern="angle to NAME",
        kind="number",
        unit="°",
        subject="anything",
        column=lambda c, who: np.abs(c.bearing_of(who)),
        says="How far NAME is from the middle of the screen, either side.",
    ),
    Signal(
        pattern="bearing of NAME",
        kind="number",
        unit="°",
        subject="anything",
        circular=True,
        column=lambda c, who: c.bearing_of(who),
        says="Where NAME is as seen from the screen, left positive.",
    ),
    Signal(
        pattern="azimuth of NAME",
        kind="number",
        unit="°",
        subject="anything",
        circular=True,
        column=lambda c, who: c.azimuth_of(who),
        says="Where NAME is relative to the base.",
    ),
    Signal(
        pattern="distance of NAME",
        kind="number",
        unit="m",
        subject="anything",
        column=lambda c, who: c.distance_of(who),
        says="How far NAME is from the device.",
    ),
    # what the stack believes
    Signal(
        pattern="sound direction",
        kind="number",
        unit="°",
        circular=True,
        column=lambda c, _: c.trace("sound", "azimuth_deg"),
        says="Where the ears take the talker to be; no value in silence.",
    ),
    Signal(
        pattern="sound confidence",
        kind="number",
        column=lambda c, _: c.trace("sound", "confidence"),
        says="What the ears think their direction is worth, 0 to 1.",
    ),
    Signal(
        pattern="voice",
        kind="number",
        column=lambda c, _: c.trace("sound", "voice"),
        says="Probability of speech, 0 to 1.",
    ),
    Signal(
        pattern="number of tracks",
        kind="number",
        column=lambda c, _: c.per_object("tracks", "number", lambda r: float(len(r.tracks))),
        says="How many people the device believes in.",
    ),
    Signal(
        pattern="settled time",
        kind="number",
        unit="s",
        column=lambda c, _: c.trace("decision", "settled_s"),
        says="For how long the person that matters has kept still.",
    ),
    Signal(
        pattern="crop width",
        kind="number",
        column=lambda c, _: c.per_object("intent", "crop width", lambda r: np.nan if r.crop is None else r.crop.width),
        says="Width of the call's crop as a share of the picture.",
    ),
    Signal(
        pattern="crop middle",
        kind="number",
        column=lambda c, _: c.per_object(
            "intent", "crop middle", lambda r: np.nan if r.crop is None else r.crop.x + 0.5 * r.crop.width
        ),
        says="Middle of the call's crop across the picture, 0 to 1.",
    ),
    # words
    Signal(
        pattern="zone of NAME",
        kind="word",
        subject="person",
        words=_words(Zone),
        column=lambda c, who: c.zone_of(who),
        says="Zone that NAME really is in.",
    ),
    Signal(
        pattern="zone",
        kind="word",
        words=(*_words(Zone), "none"),
        column=lambda c, _: c.word("decision", "zone"),
        says="Zone that the device takes the person that matters to be in.",
    ),
    Signal(
        pattern="mode",
        kind="word",
        words=_words(Mode),
        column=lambda c, _: c.word("intent", "mode"),
        says="What the device is there for.",
    ),
    Signal(
        pattern="owner",
        kind="word",
        words=_words(Owner),
        column=lambda c, _: c.word("intent", "owner"),
        says="Who holds the right to move the screen.",
    ),
    Signal(
        pattern="intent",
        kind="word",
        words=_words(IntentKind),
        column=lambda c, _: c.word("intent", "kind"),
        says="What the behaviour asks for.",
    ),
    Signal(
        pattern="hold",
        kind="word",
        words=(*_words(HoldReason), "none"),
        column=lambda c, _: c.word("decision", "hold"),
        says="Why the screen stays; none while it turns.",
    ),
    Signal(
        pattern="target",
        kind="word",
        words=(NOTHING, REFLECTION, REQUEST),
        named=True,
        column=lambda c, _: c.target(),
        says="Whom or what the screen turns to, from the truth: a name, reflection, request, or nobody.",
    ),
    Signal(
        pattern="contact",
        kind="word",
        words=_words(Contact),
        column=lambda c, _: c.word("body", "contact"),
        says="What the motion stage feels.",
    ),
    Signal(
        pattern="motor",
        kind="word",
        words=_words(MotorMode),
        column=lambda c, _: c.word("motor", "mode"),
        says="What the motor's electronics is doing.",
    ),
    Signal(
        pattern="eyes",
        kind="word",
        words=_words(Seeing),
        column=lambda c, _: c.word("vision", "seeing"),
        says="State of the eyes.",
    ),
    Signal(
        pattern="answer",
        kind="word",
        words=(*_words(AnswerKind), "none"),
        column=lambda c, _: c.answer("kind", ""),
        says="How the last request was answered; a word of the last answer so far.",
    ),
    Signal(
        pattern="answer to NAME",
        kind="word",
        subject="asker",
        words=(*_words(AnswerKind), "none"),
        column=lambda c, who: c.answer("kind", who),
        says="The same for one of those who ask: app, remote, settings.",
    ),
    Signal(
        pattern="answer code",
        kind="word",
        words=(*_words(AnswerCode), "none"),
        column=lambda c, _: c.answer("code", ""),
        says="What the last answer is about.",
    ),
    # flags
    Signal(
        pattern="device moving",
        kind="flag",
        unit="°/s",
        column=lambda c, _: np.abs(c.truth("rate_dps")) > STILL_DPS,
        slack=lambda c, _: np.abs(c.truth("rate_dps")) - STILL_DPS,
        says="The screen turns faster than 1 °/s, by itself or by hand.",
    ),
    Signal(
        pattern="device turning",
        kind="flag",
        column=lambda c, _: c.per_object("body", "moving", lambda r: float(r.moving)) > 0,
        says="The motor carries out a turn.",
    ),
    Signal(
        pattern="shutter closed",
        kind="flag",
        column=lambda c, _: c.shutter_closed(),
        says="The camera is covered.",
    ),
    Signal(
        pattern="shutter open",
        kind="flag",
        column=lambda c, _: ~c.shutter_closed(),
        says="The camera is not covered.",
    ),
    Signal(
        pattern="sound ambiguous",
        kind="flag",
        column=lambda c, _: c.per_object("sound", "ambiguous", lambda r: float(r.ambiguous)) > 0,
        says="Two directions of sound are equally strong and far apart.",
    ),
    Signal(
        pattern="blocked left",
        kind="flag",
        column=lambda c, _: c.per_object("body", "blocked_left", lambda r: float(r.blocked_left)) > 0,
        says="A bump has closed the way to the left.",
    ),
    Signal(
        pattern="blocked right",
        kind="flag",
        column=lambda c, _: c.per_object("body", "blocked_right", lambda r: float(r.blocked_right)) > 0,
        says="A bump has closed the way to the right.",
    ),
    Signal(
        pattern="guard steps in",
        kind="flag",
        column=lambda c, _: c.guarded(),
        says="The guard changed or refused a command.",
    ),
    Signal(
        pattern="NAME in dead zone",
        kind="flag",
        subject="person",
        unit="°",
        column=_zone_flag(Zone.DEAD),
        slack=_zone_slack(Zone.DEAD),
        says="NAME really is in the dead zone.",
    ),
    Signal(
        pattern="NAME in holding zone",
        kind="flag",
        subject="person",
        unit="°",
        column=_zone_flag(Zone.HOLDING),
        slack=_zone_slack(Zone.HOLDING),
        says="NAME really is where the screen waits.",
    ),
    Signal(
        pattern="NAME in motion zone",
        kind="flag",
        subject="person",
        unit="°",
        column=_zone_flag(Zone.MOTION),
        slack=_zone_slack(Zone.MOTION),
        says="NAME really is where the screen follows.",
    ),
    Signal(
        pattern="NAME out of view",
        kind="flag",
        subject="person",
        unit="°",
        column=_zone_flag(Zone.OUT_OF_VIEW),
        slack=_zone_slack(Zone.OUT_OF_VIEW),
        says="NAME really is outside the picture, or has left.",
    ),
    Signal(
        pattern="NAME in view",
        kind="flag",
        subject="person",
        unit="°",
        column=lambda c, who: c.zone_of(who) != str(Zone.OUT_OF_VIEW),
        slack=_zone_slack(None),
        says="NAME really is inside the picture.",
    ),
    Signal(
        pattern="NAME talking",
        kind="flag",
        subject="person",
        column=lambda c, who: c.person(who, "talking") > 0,
        says="NAME speaks.",
    ),
    Signal(
        pattern="NAME facing device",
        kind="flag",
        subject="person",
        unit="°",
        column=lambda c, who: c.person(who, "facing_deg") < FACING_DEG,
        slack=lambda c, who: FACING_DEG - c.person(who, "facing_deg"),
        says="The head of NAME is within 25° of the device.",
    ),
    Signal(
        pattern="NAME tipped",
        kind="flag",
        subject="thing",
        column=lambda c, who: c.thing(who, "tipped") > 0,
        says="A thing has fallen over.",
    ),
)
