"""The room as sound sees it: a floor plan, a height, and how much each surface swallows in each band."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.world.sound.kernels import BANDS, SPEED_OF_SOUND_MPS
from simulator.world.spec import Material, RoomSpec

# Share of energy swallowed below 700 Hz, around 1 kHz, 2 kHz and above 2.8 kHz: rounded from the usual textbook tables.
ABSORPTION: dict[Material, tuple[float, float, float, float]] = {
    "plaster": (0.10, 0.08, 0.08, 0.08),
    "tile": (0.01, 0.02, 0.02, 0.03),
    "glass": (0.12, 0.08, 0.05, 0.04),
    "wood": (0.15, 0.11, 0.10, 0.08),
    "curtain": (0.25, 0.50, 0.65, 0.65),
    "carpet": (0.12, 0.30, 0.45, 0.60),
    "brick": (0.03, 0.04, 0.05, 0.06),
    "absorber": (0.45, 0.70, 0.80, 0.75),
}
SIDES = ("south", "east", "north", "west")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """One wall, the floor or the ceiling."""

    name: str
    absorption: tuple[float, ...]  # per band, 0..1


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundRoom:
    """A prism over a floor plan whose corners run counter-clockwise; wall k joins corner k and k + 1."""

    corners_m: tuple[tuple[float, float], ...]
    height_m: float
    walls: tuple[Surface, ...]
    floor: Surface
    ceiling: Surface
    tail_s: float | None = None  # reverberation time of the late tail around 1 kHz; None: as the surfaces make it

    def __post_init__(self) -> None:
        """Refuse what cannot be heard in."""
        if len(self.corners_m) < 3 or len(self.walls) != len(self.corners_m):
            raise ValueError(f"room: {len(self.corners_m)} corners and {len(self.walls)} walls; at least 3 and as many")
        if self.floor_area_m2 <= 0:
            raise ValueError(f"room: floor area {self.floor_area_m2:.2f} m²; corners must run counter-clockwise")
        for surface in self.surfaces:
            if len(surface.absorption) != BANDS or not all(0 <= a < 1 for a in surface.absorption):
                raise ValueError(f"{surface.name}: absorption {surface.absorption}; {BANDS} numbers, 0 to under 1")

    @property
    def surfaces(self) -> tuple[Surface, ...]:
        """All surfaces: the walls in order, floor, ceiling."""
        return (*self.walls, self.floor, self.ceiling)

    @property
    def floor_area_m2(self) -> float:
        """Area of the floor plan (shoelace formula)."""
        plan = np.asarray(self.corners_m)
        after = np.roll(plan, -1, axis=0)
        return float(0.5 * np.sum(plan[:, 0] * after[:, 1] - after[:, 0] * plan[:, 1]))

    @property
    def volume_m3(self) -> float:
        """Volume of the room."""
        return self.floor_area_m2 * self.height_m

    @property
    def is_box(self) -> bool:
        """Whether the plan is a rectangle along x and y, where images have a closed form."""
        return len(self.corners_m) == 4 and all(
            math.isclose(a[0], b[0]) != math.isclose(a[1], b[1])
            for a, b in zip(self.corners_m, (*self.corners_m[1:], self.corners_m[0]), strict=True)
        )

    def areas_m2(self) -> NDArray[np.float64]:
        """Areas of all surfaces."""
        plan = np.asarray(self.corners_m)
        lengths = np.linalg.norm(np.roll(plan, -1, axis=0) - plan, axis=1)
        return np.concatenate([lengths * self.height_m, [self.floor_area_m2, self.floor_area_m2]])

    def reverberation_s(self) -> NDArray[np.float64]:
        """Time until the sound has died by 60 dB, per band (Eyring)."""
        areas = self.areas_m2()
        absorption = np.asarray([surface.absorption for surface in self.surfaces])
        mean = np.clip(areas @ absorption / areas.sum(), 0.01, 0.99)
        sabins = -areas.sum() * np.log1p(-mean)
        times = 24 * math.log(10) / SPEED_OF_SOUND_MPS * self.volume_m3 / np.asarray(sabins)
        return times if self.tail_s is None else times * self.tail_s / times[1]

    def reflection(self) -> NDArray[np.float64]:
        """Pressure factors of one bounce (surfaces, bands)."""
        return np.sqrt(1.0 - np.asarray([surface.absorption for surface in self.surfaces]))


def room_of(spec: RoomSpec) -> SoundRoom:
    """The room of a world's description."""
    corners = spec.corners or ((0.0, 0.0), (spec.width_m, 0.0), (spec.width_m, spec.depth_m), (0.0, spec.depth_m))
    names = tuple(f"wall-{k + 1}" for k in range(len(corners))) if spec.corners else SIDES
    for name in spec.walls:
        if name not in (*names, "floor", "ceiling"):
            raise ValueError(f"room.walls.{name}: no such wall; there are {', '.join(names)}, floor and ceiling")

    def surface(name: str) -> Surface:
        wall = spec.walls.get(name)
        return Surface(name=name, absorption=ABSORPTION[wall.material if wall is not None else "plaster"])

    return SoundRoom(
        corners_m=corners,
        height_m=spec.height_m,
        walls=tuple(surface(name) for name in names),
        floor=surface("floor"),
        ceiling=surface("ceiling"),
        tail_s=spec.rt60_s,
    )


def box_room(
    *, size_m: tuple[float, float, float], absorption: float | dict[str, float | tuple[float, ...]] = 0.25
) -> SoundRoom:
    """A rectangular room with a corner at the origin; walls are called south, east, north, west."""
    x_m, y_m, z_m = size_m

    def surface(name: str) -> Surface:
        value = absorption.get(name, 0.25) if isinstance(absorption, dict) else absorption
        return Surface(name=name, absorption=value if isinstance(value, tuple) else (float(value),) * BANDS)

    return SoundRoom(
        corners_m=((0.0, 0.0), (x_m, 0.0), (x_m, y_m), (0.0, y_m)),
        height_m=z_m,
        walls=tuple(surface(name) for name in SIDES),
        floor=surface("floor"),
        ceiling=surface("ceiling"),
    )
