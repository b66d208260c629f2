"""Finding out which channel is which microphone: levels, taps in order, taps twice, and the file that comes of it."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from hardware_bridge.capture import ears_setup
from hardware_bridge.capture.array import load_array
from hardware_bridge.programs import ears_commands
from simulator.onboard.messages import BLOCK_SAMPLES

RNG = np.random.Generator(np.random.Philox(7))
PACTL = (
    "0\tauto_null.monitor\tmodule-null-sink.c\ts16le 2ch 44100Hz\tIDLE\n"
    "3\talsa_input.usb-Array-00.multichannel-input\tmodule-alsa-card.c\ts16le 8ch 16000Hz\tSUSPENDED\nnonsense\n"
)


def _block(channels=8, *, tap=None, level=0.001):
    block = RNG.normal(0.0, level, (channels, BLOCK_SAMPLES)).astype(np.float32)
    if tap is not None:
        block[tap, 40:60] += 0.4
    return block


def test_a_source_that_only_the_desktop_knows_is_found_with_its_channels_and_its_lines():
    found = ears_setup.desktop_sources(PACTL)
    assert [one.channels for one in found] == [2, 8]
    lines = ears_setup.asoundrc(found[1].name)
    assert lines.startswith("pcm.")
    assert f'device "{found[1].name}"' in lines


def test_levels_dead_channels_and_gains():
    meters = ears_setup.Meters(4)
    for _ in range(20):
        block = _block(4)
        block[1] *= 2.0
        block[3] = 0.25
        meters.hear(block)
    assert meters.dead == [3]
    assert meters.levels_db[0] == pytest.approx(-60.0, abs=0.5)
    gains = meters.gains((0, 1, 2))
    assert gains[1] == pytest.approx(0.5, rel=0.05)
    assert gains[0] == pytest.approx(1.0, rel=0.05)


def test_a_microphone_that_is_tapped_twice_counts_once_and_the_ringing_of_a_tap_not_at_all():
    taps = ears_setup.Taps(3)
    assert taps.hear(_block(tap=5))
    assert not taps.hear(_block(tap=2))  # the finger leaves the case
    for _ in range(ears_setup.DEAF_BLOCKS):
        taps.hear(_block())
    assert not taps.hear(_block(tap=5))
    assert taps.words == "that was microphone 1 again, on channel 5"
    for channel in (0, 3):
        for _ in range(ears_setup.DEAF_BLOCKS):
            taps.hear(_block())
        assert taps.hear(_block(tap=channel))
    assert taps.done
    assert taps.order == [5, 0, 3]


class _Card:
    """A sound card on which somebody taps channels 3, 1 and 0 in turn, once a second."""

    lost = False

    def __init__(self, described):
        self.queue = SimpleNamespace(device=described.device)
        self.drift = SimpleNamespace(ppm=-30.0)
        self.closed = False

    def block(self, tick):
        tap = (3, 1, 0)[tick // 100 % 3] if tick % 100 == 0 and tick >= 300 else None
        return SimpleNamespace(samples=_block(4, tap=tap))

    def close(self):
        self.closed = True


def test_ears_writes_a_description_that_a_bench_can_use(tmp_path, monkeypatch):
    monkeypatch.setattr(ears_commands, "SoundCard", _Card)
    monkeypatch.setattr(ears_commands, "WallClockPace", lambda: SimpleNamespace(wait=lambda tick: None))
    said, out = [], tmp_path / "array.json"
    code = ears_commands.listen(
        "my array", channels=4, microphones=3, radius_m=0.05, seconds=2.0, out=out, say=said.append
    )
    assert code == 0, said
    array = load_array(out)
    assert array.channels == (3, 1, 0)
    assert array.positions_m[0] == (0.05, 0.0, 0.0)
    assert array.positions_m[1][1] > 0.04  # the next one to the left
    assert "clock: -30 millionths of 16000 Hz, 108 ms an hour" in said


def test_foolish_numbers_are_one_clear_line():
    said = []
    assert (
        ears_commands.listen("x", channels=2, microphones=8, radius_m=0.05, seconds=1, out=None, say=said.append) == 2
    )
    assert len(said) == 1
