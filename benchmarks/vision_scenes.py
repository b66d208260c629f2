"""Scenes for the eyes: eight rooms, five lights, people who stand, sit, walk and turn, cameras that turn, and decoys."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from simulator.onboard.facts import CameraFacts, DeviceFacts
from simulator.world.camera.view import CameraView, Light, PersonView, ThingView
from simulator.world.spec import DevicePlace, RoomSpec, ThingSpec, WallSpec, WorldSpec

Kind = Literal["still", "turn away", "walk", "pan", "fast pan", "decoys", "dark"]
LOOKS = tuple(f"adult-{k}" for k in range(1, 9)) + ("child-1", "child-2")
LIGHTS: tuple[Light, ...] = ("day", "evening", "lamp", "dim")
TICKS = {"still": 170, "turn away": 260, "walk": 240, "pan": 300, "fast pan": 300, "decoys": 220, "dark": 170}
PAN_TICKS = 100  # between two targets of the turning screen
NEAREST_M, FARTHEST_M = 0.7, 3.05
# Eyes that say at once what a picture shows: their answers are compared with what is so in that moment.
PROMPT = DeviceFacts(camera=CameraFacts(latency_ms=0.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """One person of a scene: where from and to, and how the head turns."""

    look: str
    posture: Literal["standing", "sitting"]
    start: tuple[float, float]
    end: tuple[float, float]
    facing_deg: float  # angle between the body and the way to the device
    head_deg: float  # the head, the same way
    turn_at: int | None  # from this tick on it faces away, or the device if it faced away
    talks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One short scene."""

    kind: Kind
    room: int
    light: Light
    actors: tuple[Actor, ...]
    yaws_deg: tuple[float, ...]  # targets, 1 s each
    rate_dps: float
    decoys: tuple[str, ...] = ()
    long_ticks: int = 0  # 0 for the usual length of its kind

    @property
    def ticks(self) -> int:
        """How long it lasts."""
        return self.long_ticks or TICKS[self.kind]


def rooms(seed: int) -> list[WorldSpec]:
    """Eight rooms; every one has its own size, surfaces, furniture, window and set of decoys against its far walls."""
    made = []
    for k in range(8):
        chance = np.random.default_rng([seed, k])
        width, depth = float(chance.uniform(4.4, 6.5)), float(chance.uniform(4.2, 5.5))
        walls = {
            side: WallSpec(material=str(chance.choice(["plaster", "plaster", "wood", "brick", "tile", "curtain"])))  # type: ignore[arg-type]
            for side in ("north", "east", "west")
        }
        room = RoomSpec(
            width_m=width,
            depth_m=depth,
            height_m=float(chance.uniform(2.4, 3.0)),
            walls=walls,
            window=str(chance.choice(["none", "east", "west", "north"])),  # type: ignore[arg-type]
        )
        device = DevicePlace(
            x_m=width / 2 + float(chance.uniform(-0.3, 0.3)), y_m=0.35, height_m=float(chance.uniform(0.85, 1.0))
        )
        made.append(
            WorldSpec(room=room, device=device, things=(*_furniture(width, depth, chance), *_decoys(width, depth)))
        )
    return made


def scenes(count: int, seed: int) -> Iterator[Scene]:
    """A balanced list of scenes."""
    order: tuple[Kind, ...] = (
        "still",
        "turn away",
        "still",
        "walk",
        "pan",
        "decoys",
        "still",
        "fast pan",
        "still",
        "dark",
    )
    for k in range(count):
        chance = np.random.default_rng([seed, 1000 + k])
        kind = order[k % len(order)]
        light: Light = "dark" if kind == "dark" else LIGHTS[(k // len(order) + k) % len(LIGHTS)]
        number = int(chance.integers(1, 4)) if kind in ("still", "pan", "walk") else int(chance.integers(1, 3))
        number = int(chance.integers(0, 2)) if kind == "decoys" else number
        yaws = (
            tuple(float(v) for v in chance.uniform(-30, 30, 3)) if "pan" in kind else (float(chance.uniform(-15, 15)),)
        )
        actors = _actors(number, kind, yaws, chance, far_first=k % 6)
        rate = 180.0 if kind == "fast pan" else 60.0
        names = ("poster", "television", "mirror", "coat", "cat", "dog")
        decoys = tuple(names[(k // len(order) + j) % len(names)] for j in range(2)) if kind == "decoys" else ()
        yield Scene(
            kind=kind, room=k % 8, light=light, actors=actors, yaws_deg=yaws, rate_dps=rate, decoys=decoys
        )  # fmt: skip


def typical() -> list[Scene]:
    """Two people for twenty seconds: they stand and talk, one walks through the room, the screen turns twice."""

    def actor(look: str, azimuth_deg: float, distance_m: float, *, to_deg: float | None = None) -> Actor:
        start = _at(azimuth_deg, distance_m)
        return Actor(
            look=look, posture="standing", start=start, end=start if to_deg is None else _at(to_deg, distance_m),
            facing_deg=0.0, head_deg=10.0, turn_at=None, talks=True,
        )  # fmt: skip

    stays = actor("adult-2", 20.0, 1.5)
    rest = Scene(
        kind="still", room=0, light="day", actors=(stays, actor("adult-4", -15.0, 2.2)), yaws_deg=(0.0,), rate_dps=60.0,
        long_ticks=1200,
    )  # fmt: skip
    walker = actor("adult-4", -15.0, 2.2, to_deg=-38.0)
    walk = replace(rest, kind="walk", actors=(stays, walker), long_ticks=500)
    pan = replace(rest, kind="pan", yaws_deg=(0.0, 25.0, -10.0), long_ticks=300)
    return [rest, walk, pan]


def camera_view(scene: Scene, spec: WorldSpec, tick: int, yaw_deg: float, rate_dps: float) -> CameraView:
    """The world at one tick of a scene."""
    device = spec.device
    people = []
    for k, actor in enumerate(scene.actors):
        share = min(1.0, tick / max(1, scene.ticks - 20))
        x = device.x_m + actor.start[0] + share * (actor.end[0] - actor.start[0])
        y = device.y_m + actor.start[1] + share * (actor.end[1] - actor.start[1])
        to_device = math.degrees(math.atan2(device.y_m - y, device.x_m - x))
        walked = math.dist(actor.start, actor.end)
        body, head = to_device + actor.facing_deg, to_device + actor.head_deg
        if walked > 0.1:
            body = math.degrees(math.atan2(actor.end[1] - actor.start[1], actor.end[0] - actor.start[0]))
        if actor.turn_at is not None and tick > actor.turn_at:
            progress = min(1.0, (tick - actor.turn_at) / 60)
            body, head = body + 180 * progress, head + 180 * progress
        people.append(
            PersonView(
                name=f"person {k}",
                look=actor.look,
                x_m=x,
                y_m=y,
                body_deg=body,
                head_deg=head,
                posture=actor.posture,
                stride_rad=share * walked / 0.7 * math.pi if walked > 0.1 and share < 1.0 else None,
                mouth_open=abs(math.sin(0.13 * tick)) if actor.talks else 0.0,
            )
        )
    things = tuple(
        ThingView(name=thing.name, x_m=thing.at[0], y_m=thing.at[1], angle_deg=thing.angle_deg)
        for thing in spec.things
        if thing.name in scene.decoys or (not thing.name.startswith("decoy") and thing.name not in DECOYS)
    )
    return CameraView(
        tick=tick, yaw_deg=yaw_deg, rate_dps=rate_dps, light=scene.light, people=tuple(people), things=things
    )


DECOYS = ("poster", "television", "mirror", "coat", "cat", "dog")


def _actors(
    number: int, kind: Kind, yaws: tuple[float, ...], chance: np.random.Generator, *, far_first: int
) -> tuple[Actor, ...]:
    """People who do not stand in each other's way, the first at a distance from a fixed list."""
    made: list[Actor] = []
    used: list[tuple[float, float]] = []
    middle = float(np.mean(yaws))
    for k in range(number):
        for _ in range(60):
            distance = (0.8, 1.0, 1.5, 2.0, 2.5, 2.95)[far_first] if k == 0 else float(chance.uniform(1.0, 3.0))
            distance += float(chance.uniform(-0.08, 0.08))
            azimuth = middle + float(chance.uniform(-42, 42))
            if all(abs(azimuth - a) > 13 + 14 / min(distance, d) for a, d in used):
                break
        else:
            continue
        used.append((azimuth, distance))
        start = _at(azimuth, distance)
        end = start
        if kind == "walk" and k == 0:
            end = _at(
                float(np.clip(azimuth + chance.choice([-1, 1]) * 35, middle - 45, middle + 45)), max(1.1, distance)
            )
        away = chance.random() < 0.25
        facing = 180.0 if away else 0.0
        sits = distance < 1.15 or (chance.random() < 0.3 and start == end)
        made.append(
            Actor(
                look=str(chance.choice(LOOKS)),
                posture="sitting" if sits else "standing",
                start=start,
                end=end,
                facing_deg=facing + float(chance.uniform(-35, 35)),
                head_deg=facing + float(chance.choice([chance.uniform(-60, 60), chance.uniform(-15, 15)])),
                turn_at=int(chance.integers(90, 140)) if kind == "turn away" else None,
                talks=bool(chance.random() < 0.5),
            )
        )
    return tuple(made)


def _at(azimuth_deg: float, distance_m: float) -> tuple[float, float]:
    """Metres from the device, whose base faces along y."""
    return distance_m * math.cos(math.radians(90 + azimuth_deg)), distance_m * math.sin(math.radians(90 + azimuth_deg))


def _furniture(width: float, depth: float, chance: np.random.Generator) -> list[ThingSpec]:
    options = [
        ThingSpec(
            name="sofa", kind="sofa", at=(width - 0.5, depth - 1.1), size=(0.8, 1.7), height_m=0.8, angle_deg=180
        ),
        ThingSpec(name="shelf", kind="shelf", at=(0.2, depth - 0.9), size=(0.3, 1.1), height_m=1.9),
        ThingSpec(name="side", kind="table", at=(width - 0.5, 1.0), size=(0.6, 0.6), height_m=0.6),
        ThingSpec(name="chair", kind="chair", at=(0.6, 1.2), size=(0.45, 0.45), height_m=0.9),
        ThingSpec(
            name="cabinet", kind="cabinet", at=(width / 2, depth - 0.2), size=(0.4, 1.2), height_m=0.8, angle_deg=-90
        ),
        ThingSpec(
            name="vase", kind="vase", at=(width / 2 + 0.3, depth - 0.2), size=(0.2, 0.2), height_m=0.35, bottom_m=0.8
        ),
    ]
    return [thing for thing in options if chance.random() < 0.7]


def _decoys(width: float, depth: float) -> list[ThingSpec]:
    return [
        ThingSpec(
            name="poster", kind="poster", at=(width / 2 - 0.9, depth - 0.03), size=(0.02, 0.7), height_m=1.0, bottom_m=0.9,
            angle_deg=-90,
        ),
        ThingSpec(
            name="television", kind="television", at=(width / 2 + 0.7, depth - 0.06), size=(0.06, 1.1), height_m=0.65,
            bottom_m=1.0, angle_deg=-90,
        ),
        ThingSpec(name="mirror", kind="mirror", at=(width - 0.04, 2.2), size=(0.03, 0.8), height_m=1.3, bottom_m=0.7,
                  angle_deg=180),
        ThingSpec(name="coat", kind="coat", at=(0.7, depth - 0.7), size=(0.5, 0.5), height_m=1.75),
        ThingSpec(name="cat", kind="cat", at=(width / 2 + 1.2, 1.6), size=(0.45, 0.2), height_m=0.32, bottom_m=0.6,
                  angle_deg=-130),
        ThingSpec(name="dog", kind="dog", at=(width / 2 - 1.2, 2.0), size=(0.75, 0.3), height_m=0.6, angle_deg=-60),
    ]  # fmt: skip
