"""What `swivel bridge ears` does: list what can hear, show how loud each channel is, and find out which one is which microphone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hardware_bridge.capture import ears_setup
from hardware_bridge.capture.array import MOST_CHANNELS
from hardware_bridge.capture.audio import SoundCard
from hardware_bridge.ports import PortError
from hardware_bridge.rigs.wall_clock import WallClockPace
from simulator.onboard.messages import TICKS_PER_S

DONE, FAILED, WRONG = 0, 1, 2
TAP_S = 60  # for each microphone

Say = Callable[[str], object]


def list_devices(*, asoundrc: str, say: Say) -> int:
    """What can hear; or the lines that make a source of the desktop visible."""
    if asoundrc:
        say(ears_setup.asoundrc(asoundrc).rstrip())
        return DONE
    try:
        found = ears_setup.devices()
    except PortError as error:
        say(str(error))
        return FAILED
    for one in found:
        say(f"{one.channels:3d} channels  {one.name}  ({one.words})")
    if not found:
        say("nothing to hear with: plug a microphone array in")
    return DONE if found else FAILED


def listen(
    device: str, *, channels: int, microphones: int, radius_m: float, seconds: float, out: Path | None, say: Say
) -> int:
    """Meters, dead channels and drift; with a file to write also the taps."""
    if not 2 <= microphones <= channels <= MOST_CHANNELS or not 0.005 <= radius_m <= 1.0:
        say(
            f"{microphones} microphones on {channels} channels, radius {radius_m:g} m: 2 to {MOST_CHANNELS}, 0.005 to 1 m"
        )
        return WRONG
    try:
        card = SoundCard(ears_setup.listening(device, channels))
    except PortError as error:
        say(str(error))
        return FAILED
    try:
        return _listen(card, channels, microphones=microphones, radius_m=radius_m, seconds=seconds, out=out, say=say)
    except PortError as error:
        say(str(error))
        return FAILED
    finally:
        card.close()


def _listen(
    card: SoundCard, channels: int, *, microphones: int, radius_m: float, seconds: float, out: Path | None, say: Say
) -> int:
    pace, meters, tick = WallClockPace(), ears_setup.Meters(channels), 0
    while tick < seconds * TICKS_PER_S:
        tick += 1
        pace.wait(tick)
        if (block := card.block(tick)) is not None:
            meters.hear(block.samples)
        if card.lost:
            raise PortError("the sound card gives nothing: is it another program's, or muted?")
    for channel, level in enumerate(meters.levels_db):
        say(f"channel {channel}: {level:6.1f} dB{'  DEAD' if channel in meters.dead else ''}")
    say(ears_setup.drift_words(card.drift.ppm))
    if out is None:
        return FAILED if meters.dead else DONE
    taps = ears_setup.Taps(microphones)
    say("tap microphone 1, the one that looks ahead; then the others, each to the left of the last")
    given_up = tick + TAP_S * TICKS_PER_S
    while not taps.done:
        tick += 1
        pace.wait(tick)
        block = card.block(tick)
        if block is not None and taps.hear(block.samples):
            say(f"microphone {len(taps.order)} is channel {taps.order[-1]}")
            given_up = tick + TAP_S * TICKS_PER_S
        elif taps.words:
            say(taps.words)
            taps.words = ""
        if tick > given_up:
            raise PortError(f"no click stood out for {TAP_S} s: tap harder, with a pen")
    gains = meters.gains(tuple(taps.order))
    array = ears_setup.described(
        card.queue.device, device_channels=channels, order=taps.order, gains=gains, radius_m=radius_m
    )
    ears_setup.save(array, out)
    say(f"saved {out}: name it in the bench file as microphones")
    return DONE
