"""The window's sound: on when it can be, a lost output is a notice, and the choice is remembered."""

from __future__ import annotations

import sys
import types

import pytest


class Output:
    """A sound output that can be pulled out."""

    def __init__(self, **_) -> None:
        self.gone, self.written = False, []

    def start(self) -> None:
        pass

    def write(self, data: bytes) -> None:
        if self.gone:
            raise OSError("PaErrorCode -9988")
        self.written.append(data)

    def close(self) -> None:
        if self.gone:
            raise OSError("PaErrorCode -9988")


@pytest.fixture
def output(monkeypatch):
    made = Output()
    monkeypatch.setitem(sys.modules, "sounddevice", types.SimpleNamespace(RawOutputStream=lambda **_: made))
    return made


def play(window, session) -> None:
    session.head.playing = True
    session.seek(100)
    window.sound.sound._feed()


def test_it_plays_and_the_buttons_and_the_settings_know(window, session, output):
    window.toggle_sound()
    assert window.tune.timeline.transport.buttons["view.sound"]._drawing == "sound"
    assert window.settings.values.sound
    play(window, session)
    assert output.written
    window.toggle_sound()
    assert not window.settings.values.sound
    assert window.tune.timeline.transport.buttons["view.sound"]._drawing == "mute"


def test_an_output_that_is_pulled_out_is_a_notice_and_not_an_error(window, session, output):
    window.toggle_sound()
    output.gone = True
    play(window, session)
    assert "The sound output is gone" in window.banner.words
    assert window.banner.kind == "warning"
    assert window.tune.timeline.transport.buttons["view.sound"]._drawing == "mute"
    play(window, session)
    window.toggle_sound()
    assert window.sound.sound.on, "it can be switched on again"


def test_without_an_output_the_reason_is_told_and_the_wish_is_kept(window, monkeypatch):
    def none(**_):
        raise OSError("no device")

    monkeypatch.setitem(sys.modules, "sounddevice", types.SimpleNamespace(RawOutputStream=none))
    window.toggle_sound()
    assert window.banner.words == "There is no sound output here: no device"
    assert window.settings.values.sound


def test_what_the_room_sounds_like_is_heard_with_modelled_senses(window, session, output):
    window.toggle_sound()
    session.head.playing = True
    session.seek(100)
    import numpy as np

    loud = (np.ones(1600) * 8000).astype("<i2").tobytes()
    session.heard.emit(101, loud)
    window.sound.sound._sent_tick = 100
    window.sound.sound._feed()
    assert max(np.abs(np.frombuffer(output.written[0], "<i2"))) > 7000
