"""What there is to draw at one moment of a run, for any viewer: shapes in the room's, the base's or the screen's frame, in metres."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from simulator.lab.why.why_sentences import episodes, names_of
from simulator.onboard.messages import TICK_S, TICKS_PER_S, ZoneDecision
from simulator.runtime.recording import Recording
from simulator.world.placement import floor_plan
from simulator.world.spec import WorldSpec

Point3 = tuple[float, float, float]
Colour = tuple[float, float, float, float]

DRAW_EVERY_TICKS = 5  # people and beliefs, 20 times a second
TURN_EVERY_TICKS = 2  # the screen, 50 times a second
# A direction is drawn while the ears are surer of speech than of none.
VOICE_DRAWN = 0.5
ZONE_RADIUS_M = 2.4
UNKNOWN_DISTANCE_M = 1.5  # of a track that was only heard
HEADING_ARROW_M = 0.35

WALL: Colour = (0.60, 0.64, 0.70, 1.0)
THING: Colour = (0.55, 0.45, 0.35, 0.9)
LISTENER: Colour = (0.48, 0.31, 0.82, 1.0)
TALKER: Colour = (0.65, 0.12, 0.43, 1.0)
DEAD: Colour = (0.25, 0.45, 0.85, 0.35)
HOLDING: Colour = (0.95, 0.82, 0.45, 0.30)
TRACK: Colour = (0.20, 0.80, 0.60, 0.6)
SOUND: Colour = (0.12, 0.70, 1.00, 1.0)
ECHO: Colour = (1.00, 0.60, 0.20, 0.6)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxShape:
    """A thing of the room."""

    name: str
    middle_m: Point3
    size_m: Point3
    turned_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonShape:
    """A person as it really is."""

    name: str
    at_m: Point3  # the mouth
    head_deg: float
    talking: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One moment; `screen` shapes turn with the screen, `base` shapes do not."""

    tick: int
    people: tuple[PersonShape, ...]
    paths_m: tuple[tuple[bool, tuple[Point3, ...]], ...]  # in the room: whether direct, and the ray
    tracks_m: tuple[tuple[str, Point3], ...]  # in the base's frame, on the floor
    sound_deg: float | None  # in the base's frame; None without speech
    confidence: float
    zones_deg: tuple[tuple[float, Colour], ...]  # half widths in the screen's frame, the wider first


def room_lines(spec: WorldSpec) -> list[tuple[Point3, ...]]:
    """The edges of the room."""
    floor, height_m = floor_plan(spec), spec.room.height_m
    loop = (*floor, floor[0])
    rings = [tuple((x, y, z) for x, y in loop) for z in (0.0, height_m)]
    return [*rings, *(((x, y, 0.0), (x, y, height_m)) for x, y in floor)]


def things(spec: WorldSpec) -> list[BoxShape]:
    """What stands in the room."""
    return [
        BoxShape(
            name=thing.name,
            middle_m=(thing.at[0], thing.at[1], thing.bottom_m + thing.height_m / 2),
            size_m=(thing.size[1], thing.size[0], thing.height_m),
            turned_deg=thing.angle_deg,
        )
        for thing in spec.things
    ]


def yaws(recording: Recording) -> Iterator[tuple[int, float]]:
    """Tick and yaw of the screen: the true one where it is known."""
    for index in range(0, len(recording.traces), TURN_EVERY_TICKS):
        truth, trace = recording.truths[index], recording.traces[index]
        yield trace.tick, trace.motor.yaw_deg if truth is None else truth.yaw_deg


def moments(recording: Recording) -> Iterator[Moment]:
    """What to draw, 20 times a second."""
    names = names_of(recording.traces, recording.truths)
    floor_m = -recording.header.spec.device.height_m
    for index in range(0, len(recording.traces), DRAW_EVERY_TICKS):
        trace, truth = recording.traces[index], recording.truths[index]
        sound = trace.sound
        heard = sound.azimuth_deg is not None and sound.voice > VOICE_DRAWN
        people: tuple[PersonShape, ...] = ()
        rays: tuple[tuple[bool, tuple[Point3, ...]], ...] = ()
        if truth is not None:
            people = tuple(
                PersonShape(
                    name=person.name,
                    at_m=(person.x_m, person.y_m, person.mouth_height_m),
                    head_deg=person.head_deg,
                    talking=person.talking,
                )
                for person in truth.people
            )
            rays = tuple((path.order == 0, path.points_m) for path in truth.paths if len(path.points_m) > 1)
        yield Moment(
            tick=trace.tick,
            people=people,
            paths_m=rays,
            tracks_m=tuple(
                (names.get(one.track_id, f"track {one.track_id}"), on_floor(one.azimuth_deg, one.distance_m, floor_m))
                for one in trace.tracks.tracks
            ),
            sound_deg=sound.azimuth_deg if heard else None,
            confidence=sound.confidence,
            zones_deg=_zones(trace.decision),
        )


def reasons(recording: Recording) -> Iterator[tuple[int, str]]:
    """Why the screen turns or stays, once for each stretch with one reason: its first tick, and a sentence."""
    names = names_of(recording.traces, recording.truths)
    for episode in episodes(recording.traces, names=names):
        yield round(episode.start_s / TICK_S), episode.sentence


def on_floor(azimuth_deg: float, distance_m: float | None, floor_m: float) -> Point3:
    """A direction and a distance as a point on the floor, from the device."""
    radius_m = UNKNOWN_DISTANCE_M if distance_m is None else distance_m
    angle = math.radians(azimuth_deg)
    return radius_m * math.cos(angle), radius_m * math.sin(angle), floor_m


def wedge(half_deg: float, radius_m: float, height_m: float, *, steps: int = 24) -> list[Point3]:
    """The outline of a sector around straight ahead, from its point and back."""
    angles = [math.radians(half_deg * (2 * k / steps - 1)) for k in range(steps + 1)]
    point = (0.0, 0.0, height_m)
    return [point, *((radius_m * math.cos(a), radius_m * math.sin(a), height_m) for a in angles), point]


def seconds(tick: int) -> float:
    """When a tick is."""
    return tick / TICKS_PER_S


def _zones(decision: ZoneDecision) -> tuple[tuple[float, Colour], ...]:
    pairs = ((decision.holding_half_width_deg, HOLDING), (decision.dead_half_width_deg, DEAD))
    return tuple((half_deg, colour) for half_deg, colour in pairs if half_deg > 0)
