"""The sound field: what the turning microphones hear of everything that sounds in the room, ten milliseconds at a time.

Early echoes are exact image sources, one impulse response per source and microphone, built again when anything moved and
faded from the last one across the block. Later echoes come from one network for the whole room. Silence costs next to nothing.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from simulator.onboard.angles import wrap_deg
from simulator.onboard.facts import ArrayFacts, DeviceFacts
from simulator.onboard.messages import BLOCK_SAMPLES, SAMPLE_RATE_HZ
from simulator.world.sound import kernels, plain
from simulator.world.sound.directivity import radiated, towards
from simulator.world.sound.high_pass import HighPass
from simulator.world.sound.images import TRACED_ORDER, BoxImages, Images, PlanImages, images_of
from simulator.world.sound.noises import DeviceNoise
from simulator.world.sound.occlusion import blocks, shadow
from simulator.world.sound.response import body_table, microphones
from simulator.world.sound.room import SoundRoom, room_of
from simulator.world.sound.tail import EARLY_S, LateTail
from simulator.world.sound.view import Directivity, Obstacle, SoundView, SourceNow
from simulator.world.spec import DevicePlace, WorldSpec
from simulator.world.truth import SoundPath

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
C64 = NDArray[np.complex64]
RESPONSE_SAMPLES = int(EARLY_S * SAMPLE_RATE_HZ) + kernels.KERNEL_TAPS
FFT_SAMPLES = fft.next_fast_len(RESPONSE_SAMPLES + BLOCK_SAMPLES, real=True)
RING_OUT_BLOCKS = math.ceil(RESPONSE_SAMPLES / BLOCK_SAMPLES)
# Movements below these are inaudible (a tenth of a sample; a third of a degree of a 60 mm ring is 0.3 mm) and not worth a rebuild.
STILL_M = 0.002
STILL_DEG = 0.1
# Shadows are cast again at most this often: a walker covers 5 cm in between.
SHADOW_EVERY_TICKS = 5
LOUDSPEAKER = "own loudspeaker"
# The device's own loudspeaker: under the array, a little to the front.
LOUDSPEAKER_OFFSET_M = (0.04, 0.0, -0.08)
QUIET_PATH = 1e-6


@dataclass(slots=True)
class _Heard:
    """What the field remembers of one source between ticks."""

    position: F64
    facing_deg: float
    directivity: Directivity
    images: Images
    gains: F32  # of every path, in every band, without the distance
    offsets: F64
    spectra: C64 | None = None  # of the responses last used; None while silent
    yaw_deg: float = math.nan
    obstacles: tuple[Obstacle, ...] = ()
    shadow_tick: int = -SHADOW_EVERY_TICKS
    stale: bool = True
    low: F64 | None = None  # what the high-pass remembers; None while silent


@dataclass(slots=True)
class FieldState:
    """Everything that changes from tick to tick."""

    tail: LateTail
    ringing: F32  # what past blocks still add to the coming ones
    ringing_blocks: int = 0
    heard: dict[str, _Heard] = field(default_factory=dict)


class SoundField:
    """One verb: `block`, the samples of all microphones in one tick."""

    def __init__(
        self,
        spec: WorldSpec,
        facts: DeviceFacts,
        streams: Callable[[str], np.random.Generator],
        *,
        measured_folder: Path | None = None,
        pure_numpy: bool = False,
    ) -> None:
        """Build the field of a world; `streams` gives a named source of chance."""
        self._setup(
            room_of(spec.room), spec.device, facts.microphones, streams, folder=measured_folder, pure_numpy=pure_numpy
        )

    @classmethod
    def of_room(
        cls,
        room: SoundRoom,
        place: DevicePlace,
        array: ArrayFacts,
        streams: Callable[[str], np.random.Generator],
        *,
        pure_numpy: bool = False,
    ) -> SoundField:
        """Build the field of a room whose walls are given by their numbers: for benchmarks and tests."""
        made = cls.__new__(cls)
        made._setup(room, place, array, streams, folder=None, pure_numpy=pure_numpy)
        return made

    def _setup(
        self,
        room: SoundRoom,
        place: DevicePlace,
        array: ArrayFacts,
        streams: Callable[[str], np.random.Generator],
        *,
        folder: Path | None,
        pure_numpy: bool,
    ) -> None:
        self._room = room
        self._images: BoxImages | PlanImages = images_of(room, pure_numpy=pure_numpy)
        self._centre = np.array([place.x_m, place.y_m, place.height_m])
        self._heading_deg = place.heading_deg
        self._microphones = microphones(array)
        self._places, self._turned_for = self._microphones, -self._heading_deg  # the last answer of _turned
        self._table = kernels.kernel_table()
        self._high_pass = HighPass()
        self._body = body_table(array, folder=folder)
        self._respond = plain.ring_response if pure_numpy else kernels.ring_response
        rise = (np.arange(BLOCK_SAMPLES) + 0.5) / BLOCK_SAMPLES
        self._rise = rise.astype(np.float32)
        channels = len(self._microphones)
        self._noise = DeviceNoise(
            channels=channels,
            noise_db=array.noise_db,
            hiss=streams("microphone hiss"),
            motor=streams("motor noise"),
        )
        self._state = FieldState(
            tail=LateTail(room, rng=streams("late tail")),
            ringing=np.zeros((channels, FFT_SAMPLES), np.float32),
        )

    def snapshot(self) -> FieldState:
        """A copy of all that changes; small, and picklable."""
        return copy.deepcopy(self._state)

    def restore(self, state: FieldState) -> None:
        """Go on from a snapshot."""
        self._state = copy.deepcopy(state)

    def block(self, view: SoundView) -> F32:
        """What the microphones hear in this tick (channels, 160)."""
        state = self._state
        out = self._noise.block(view.tick, rate_dps=view.rate_dps)
        turned = self._turned(view.yaw_deg)
        spectrum: C64 | None = None
        dry: F32 | None = None
        for source in self._sources(view):
            if source.samples is None:
                self._fall_silent(source.name)
                continue
            heard = self._follow(source, view)
            samples, heard.low = self._high_pass.block(source.samples, heard.low)
            part = self._early(heard, samples, view.yaw_deg, turned)
            spectrum = part if spectrum is None else spectrum + part
            share = samples * np.float32(math.sqrt(radiated(source.directivity)))
            dry = share if dry is None else dry + share
        if spectrum is not None:
            state.ringing += fft.irfft(spectrum, FFT_SAMPLES, axis=1)
            state.ringing_blocks = RING_OUT_BLOCKS + 1
        if state.ringing_blocks:
            out += state.ringing[:, :BLOCK_SAMPLES]
            state.ringing[:, :-BLOCK_SAMPLES] = state.ringing[:, BLOCK_SAMPLES:]
            state.ringing[:, -BLOCK_SAMPLES:] = 0
            state.ringing_blocks -= 1
        state.tail.block(dry, turned, out)
        return out

    def paths(self, view: SoundView, *, most_order: int = 2) -> tuple[SoundPath, ...]:
        """The ways of every source that sounds now, up to an order: truth for scoring and drawing."""
        found = []
        for source in self._sources(view):
            if source.samples is None:
                continue
            images = self._images.seen_from(np.asarray(source.position_m, dtype=float), self._centre)
            gains, blocked = self._gains(source, images, view.obstacles)
            offsets = images.positions - self._centre
            distances = np.linalg.norm(offsets, axis=1)
            for i in np.flatnonzero(images.orders <= most_order):
                loudness = float(np.sqrt(np.mean(gains[i] ** 2))) / max(float(distances[i]), 0.03)
                order = int(images.orders[i])
                found.append(
                    SoundPath(
                        source=source.name,
                        order=order,
                        walls=tuple(self._room.surfaces[w].name for w in images.walls[i] if w >= 0),
                        azimuth_deg=wrap_deg(
                            math.degrees(math.atan2(offsets[i, 1], offsets[i, 0])) - self._heading_deg
                        ),
                        delay_s=float(distances[i]) / kernels.SPEED_OF_SOUND_MPS,
                        gain_db=20 * math.log10(max(loudness, QUIET_PATH)),
                        blocked_by=tuple(view.obstacles[k].name for k in np.flatnonzero(blocked[i])),
                        image_m=_point(images.positions[i]),
                        points_m=tuple(_point(p) for p in images.points[i, : order + 2]),
                    )
                )
        return tuple(sorted(found, key=lambda path: (path.source, path.delay_s)))

    def _sources(self, view: SoundView) -> tuple[SourceNow, ...]:
        """The sources of the room, and the device's own loudspeaker where it stands now."""
        if view.own_loudspeaker is None and LOUDSPEAKER not in self._state.heard:
            return view.sources
        turn = math.radians(self._heading_deg + view.yaw_deg)
        x, y, z = LOUDSPEAKER_OFFSET_M
        place = self._centre + (x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn), z)
        own = SourceNow(name=LOUDSPEAKER, position_m=_point(place), samples=view.own_loudspeaker)
        return (*view.sources, own)

    def _turned(self, yaw_deg: float) -> F64:
        """Where the microphones are now, from the array's centre, along the room's axes."""
        if self._turned_for != yaw_deg:
            turn = math.radians(self._heading_deg + yaw_deg)
            x, y, z = self._microphones.T
            self._places = np.stack(
                [x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn), z], axis=1
            )
            self._turned_for = yaw_deg
        return self._places

    def _fall_silent(self, name: str) -> None:
        """Forget the response of a source that has stopped: it starts afresh, without a fade from an old place."""
        heard = self._state.heard.get(name)
        if heard is not None:
            heard.spectra = heard.low = None

    def _follow(self, source: SourceNow, view: SoundView) -> _Heard:
        """The paths of a source, renewed as far as something about them has changed."""
        position = np.asarray(source.position_m, dtype=float)
        heard = self._state.heard.get(source.name)
        moved = heard is None or float(np.abs(position - heard.position).max()) > STILL_M
        if heard is None or moved:
            images = self._images.seen_from(position, self._centre)
            fresh = _Heard(
                position=position,
                facing_deg=source.facing_deg,
                directivity=source.directivity,
                images=images,
                gains=np.empty(0, np.float32),
                offsets=images.positions - self._centre,
            )
            if heard is not None:
                fresh.spectra, fresh.low = heard.spectra, heard.low
            heard = self._state.heard[source.name] = fresh
        turned_away = (
            abs(wrap_deg(source.facing_deg - heard.facing_deg)) > STILL_DEG or source.directivity != heard.directivity
        )
        shadows_due = view.obstacles != heard.obstacles and view.tick - heard.shadow_tick >= SHADOW_EVERY_TICKS
        if heard.gains.size == 0 or turned_away or shadows_due:
            gains, _ = self._gains(source, heard.images, view.obstacles)
            heard.gains = gains.astype(np.float32)
            heard.facing_deg, heard.directivity = source.facing_deg, source.directivity
            heard.obstacles, heard.shadow_tick = view.obstacles, view.tick
            heard.stale = True
        return heard

    def _gains(
        self, source: SourceNow, images: Images, obstacles: tuple[Obstacle, ...]
    ) -> tuple[F64, NDArray[np.bool_]]:
        """Pressure of each path in each band: walls, the source's own shape, shadows; and who casts them."""
        gains = images.gains.copy()
        if source.directivity is not Directivity.OMNI:
            facing = math.radians(source.facing_deg)
            mirrored = images.mirrors @ np.array([math.cos(facing), math.sin(facing), 0.0])
            gains *= towards(source.directivity, facing=mirrored, directions=self._centre - images.positions)
        others = tuple(thing for thing in obstacles if thing.wearer != source.name)
        blocked = np.zeros((len(gains), len(obstacles)), np.bool_)
        if others:
            kept = np.ones_like(gains)
            hit = np.zeros((len(gains), len(others)), np.bool_)
            shadow(images.points, images.orders, blocks(others), TRACED_ORDER, kept, hit)
            gains *= kept
            blocked[:, [k for k, thing in enumerate(obstacles) if thing.wearer != source.name]] = hit
        # Late echoes are many and weak: one gain for all bands makes them four times cheaper and is not heard.
        late = images.orders > TRACED_ORDER
        gains[late] = np.sqrt(np.mean(gains[late] ** 2, axis=1, keepdims=True))
        return gains, blocked

    def _early(self, heard: _Heard, samples: F32, yaw_deg: float, turned: F64) -> C64:
        """The spectrum of this block through the early echoes, faded from the last response where it changed."""
        before = heard.spectra
        if before is not None and not heard.stale and abs(wrap_deg(yaw_deg - heard.yaw_deg)) <= STILL_DEG:
            return np.asarray(before * fft.rfft(samples, FFT_SAMPLES))
        response = np.zeros((len(turned), RESPONSE_SAMPLES), np.float32)
        if self._body is None:
            self._respond(heard.offsets, heard.gains, turned, self._table, response)
        else:
            directions = np.degrees(np.arctan2(heard.offsets[:, 1], heard.offsets[:, 0]))
            kernels.body_response(
                heard.offsets, heard.gains, directions, self._heading_deg + yaw_deg, self._body, response
            )
        now = heard.spectra = np.asarray(fft.rfft(response, FFT_SAMPLES, axis=1))
        heard.yaw_deg, heard.stale = yaw_deg, False
        if before is None:
            return np.asarray(now * fft.rfft(samples, FFT_SAMPLES))
        rising = samples * self._rise
        return np.asarray(now * fft.rfft(rising, FFT_SAMPLES) + before * fft.rfft(samples - rising, FFT_SAMPLES))


def _point(values: F64) -> tuple[float, float, float]:
    """Three plain numbers."""
    return (float(values[0]), float(values[1]), float(values[2]))
