"""What renderers are told of a tick: the room's people, things and sources as the sound field and the camera take them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.messages import BLOCK_SAMPLES
from simulator.world.camera.view import PersonView, ThingView
from simulator.world.people import CLIP_DB, STRIDE_M, Cast
from simulator.world.sound.view import Directivity, Obstacle, SourceNow
from simulator.world.spec import DevicePlace, SourceSpec, WorldSpec
from simulator.world.truth import ThingTruth

Samples = NDArray[np.float32]
Noises = Callable[[str], Samples]  # the endless loop of a kind of noise, at 60 dB
# A body that stands in the way of sound: shoulders and depth of an adult.
SHOULDERS_M, CHEST_M, HEAD_OVER_MOUTH_M = 0.45, 0.26, 0.15


def voices_now(cast: Cast, *, tick: int) -> Iterator[SourceNow]:
    """Everybody's mouth, silent or not."""
    for name, person in cast.people.items():
        if person.present:
            yield SourceNow(
                name=name,
                position_m=(person.x_m, person.y_m, person.mouth_height_m),
                facing_deg=person.head_deg,
                directivity=Directivity.MOUTH,
                samples=cast.voice_block(name, tick=tick),
            )


def noises_now(spec: WorldSpec, *, tick: int, on: Mapping[str, bool], loops: Noises | None) -> Iterator[SourceNow]:
    """Everything else that may sound."""
    for source in spec.sources:
        yield SourceNow(
            name=source.name,
            position_m=(*source.at, source.height_m),
            directivity=Directivity.LOUDSPEAKER if source.kind == "television" else Directivity.OMNI,
            facing_deg=_towards_device_deg(source, spec),
            samples=_loop_block(loops(source.kind), source.loudness_db, tick=tick)
            if on[source.name] and loops is not None
            else None,
        )


def obstacles_now(spec: WorldSpec, things: Sequence[ThingTruth], cast: Cast) -> tuple[Obstacle, ...]:
    """What stands in the way of sound: furniture, and the bodies of people."""
    furniture = (
        Obstacle(
            name=thing.name,
            x_m=thing.x_m,
            y_m=thing.y_m,
            width_m=described.size[0],
            depth_m=described.size[1],
            heading_deg=thing.angle_deg,
            low_m=described.bottom_m,
            high_m=described.bottom_m + described.height_m,
        )
        for described, thing in zip(spec.things, things, strict=True)
        if described.fixed
    )
    bodies = (
        Obstacle(
            name=name,
            x_m=person.x_m,
            y_m=person.y_m,
            width_m=CHEST_M,
            depth_m=SHOULDERS_M,
            heading_deg=person.body_deg,
            high_m=person.mouth_height_m + HEAD_OVER_MOUTH_M,
            wearer=name,
        )
        for name, person in cast.people.items()
        if person.present
    )
    return (*furniture, *bodies)


def seen_people(cast: Cast, *, tick: int) -> tuple[PersonView, ...]:
    """Everybody as the camera draws them."""
    return tuple(
        PersonView(
            name=name,
            look=person.spec.look,
            x_m=person.x_m,
            y_m=person.y_m,
            body_deg=person.body_deg,
            head_deg=person.head_deg,
            posture=person.posture,
            stride_rad=person.walked_m / STRIDE_M * math.pi if person.walk_to is not None else None,
            mouth_open=cast.mouth_open(name, tick=tick),
        )
        for name, person in cast.people.items()
        if person.present
    )


def seen_things(things: Sequence[ThingTruth], *, on: Mapping[str, bool]) -> tuple[ThingView, ...]:
    """Every thing as the camera draws it."""
    return tuple(
        ThingView(
            name=thing.name,
            x_m=thing.x_m,
            y_m=thing.y_m,
            angle_deg=thing.angle_deg,
            tipped=thing.tipped,
            on=on[thing.name],
        )
        for thing in things
    )


def own_loudspeaker_now(place: DevicePlace, *, tick: int, loops: Noises | None) -> Samples | None:
    """What the device itself plays in this tick."""
    if place.plays == "nothing" or loops is None:
        return None
    return _loop_block(loops(place.plays), place.own_loudness_db, tick=tick)


def _loop_block(loop: Samples, loudness_db: float, *, tick: int) -> Samples:
    start = tick * BLOCK_SAMPLES % (len(loop) - BLOCK_SAMPLES)
    block: Samples = loop[start : start + BLOCK_SAMPLES] * np.float32(10.0 ** ((loudness_db - CLIP_DB) / 20.0))
    return block


def _towards_device_deg(source: SourceSpec, spec: WorldSpec) -> float:
    return math.degrees(math.atan2(spec.device.y_m - source.at[1], spec.device.x_m - source.at[0]))
