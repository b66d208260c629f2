"""What the device is there for, who may move the screen, and what can happen to that."""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """What the device is there for just now."""

    IDLE = "idle"
    WAKE = "wake word"
    FOLLOW = "follow"
    RECIPE = "recipe"
    CALL = "call"
    AWAY = "away"
    REMOTE = "remote"
    MANUAL = "manual"
    APP = "app"
    SETUP = "setup"
    FAULT = "fault"


class Owner(StrEnum):
    """Who holds the right to move the screen; earlier members win over later ones."""

    HAND = "hand"
    SAFETY = "safety"
    REMOTE = "remote user"
    CALL = "call framing"
    APP = "app"
    FOLLOW = "follow"
    AWAY = "away patrol"
    NOBODY = "nobody"


class WakePolicy(StrEnum):
    """What a wake word does to the screen."""

    TURN = "turn to wake word"
    FOLLOW = "turn and follow"
    STAY = "do not move"


class ModeEvent(StrEnum):
    """What can happen to the modes."""

    WAKE_TURN = "wake word, turn"
    WAKE_FOLLOW = "wake word, follow"
    WAKE_STAY = "wake word, stay"
    REPLY = "reply"
    FOLLOW_ASKED = "follow asked for"
    RECIPE_ASKED = "recipe asked for"
    CALL_ASKED = "call begins"
    AWAY_ASKED = "away asked for"
    IDLE_ASKED = "idle asked for"
    APP_ASKED = "app asks"
    REMOTE_ASKED = "remote user asks"
    SETUP_ASKED = "set-up asked for"
    HAND = "hand on screen"
    HAND_OVER = "hand forgotten"
    STOP_ASKED = "stop"
    DONE = "done"
    FAULT = "fault"
    FAULT_OVER = "fault over"
