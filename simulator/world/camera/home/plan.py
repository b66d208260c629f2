"""What a home is, from a room's description: which wall is behind the device, window and door, what must stay free.

Material is sound, look is separate: tiles become a splash-back and not a whole wall, a curtain hangs before a window, glass is
panes down to the floor. People's ways stay free: no furniture stands where somebody stands, walks or sits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from simulator.world.camera.home.colours import PALETTES, Palette, Style
from simulator.world.camera.home.shapes import Axes
from simulator.world.mirrors import wall_lines
from simulator.world.spec import MoveThing, Point, RoomSpec, ThingSpec, Walk, WorldSpec
from simulator.world.things import FLAT, footprint

Stand = Literal["counter", "island", "sideboard", "night stand"]
TABLE_BELOW_M = 0.05  # from the microphones down to the table: screen_below_m of every device that ships
LOW_DEVICE_M, HIGH_DEVICE_M = 0.65, 0.85  # night stands are below, kitchen counters above
FREE_STANDING_M = 1.0  # a device this far from every wall stands on an island
WINDOW_SHARE, SILL_M, AT_WALL_M = (
    0.56,
    0.85,
    0.45,
)  # of a wall; what stands this near and higher than the sill covers a window
USUAL_M2 = 30.0  # of floor: the largest room that ships
PERSON_M = 0.35  # that somebody keeps free around a place or a way
BEHIND_OPENING_M = 0.2  # by which a wall with a window must be nearer to count as the one behind the device


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """One wall, seen from inside: `axes.along` runs counter-clockwise around the room."""

    name: str
    axes: Axes
    long_m: float
    material: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that the rules of a home need."""

    spec: WorldSpec
    style: Style
    stand: Stand
    palette: Palette
    walls: tuple[Wall, ...]  # counter-clockwise, the one behind the device first
    window: Wall | None
    table_m: float
    along_m: float  # of the device, along the wall behind it
    away_m: float  # of the device, from that wall
    ways: tuple[tuple[Point, Point], ...]  # of people; a place is a way of no length

    @property
    def back(self) -> Wall:
        """The wall behind the device."""
        return self.walls[0]

    @property
    def coarse(self) -> float:
        """How much coarser light is known on floor and walls of a hall than of a usual room: loading stays as short."""
        spots = np.array([wall.axes.origin[:2] for wall in self.walls])
        area_m2 = float(np.prod(spots.max(0) - spots.min(0)))
        return max(1.0, math.sqrt(area_m2 / USUAL_M2))

    @property
    def height_m(self) -> float:
        """Of the room."""
        return self.spec.room.height_m

    def free(
        self,
        axes: Axes,
        along: tuple[float, float],
        inward: tuple[float, float],
        *,
        but: str = "",
        margin_m: float = 0.0,
    ) -> bool:
        """Whether nobody and nothing stands, walks or hangs low in a rectangle of a frame."""
        return not any(
            low < along[1] + margin_m and high > along[0] - margin_m
            for low, high in self._taken(axes, (inward[0] - margin_m, inward[1] + margin_m), but)
        )

    def stretch(
        self, axes: Axes, middle: float, along: tuple[float, float], inward: tuple[float, float]
    ) -> tuple[float, float]:
        """The longest free part of a strip around a place in it."""
        start, end = along
        for low, high in self._taken(axes, inward, ""):
            if high <= middle or (low < middle and middle - low > high - middle):
                start = max(start, min(high, middle - 0.3))
            elif low >= middle or low < middle:
                end = min(end, max(low, middle + 0.3))
        return start, end

    def _taken(self, axes: Axes, inward: tuple[float, float], but: str) -> list[tuple[float, float]]:
        """Which stretches of a strip are taken."""
        found = []
        for a, b in self.ways:
            places = [axes.of(*(np.array(a) + (np.array(b) - np.array(a)) * q)) for q in _steps(a, b)]
            for s, d in places:
                if inward[0] - PERSON_M < d < inward[1] + PERSON_M:
                    found.append((s - PERSON_M, s + PERSON_M))
        for thing in self.spec.things:
            if thing.name != but and _on_floor(thing, self.table_m):
                spots = [axes.of(*corner) for corner in footprint(thing)]
                if min(d for _, d in spots) < inward[1] and max(d for _, d in spots) > inward[0]:
                    found.append((min(s for s, _ in spots), max(s for s, _ in spots)))
        return found


def plan_of(spec: WorldSpec) -> Plan | None:
    """The plan of a home; None for a room that stays bare."""
    room, device = spec.room, spec.device
    if room.style == "plain":
        return None
    style = room.style if room.style != "auto" else _style(spec)
    walls = _walls(room)
    heading = math.radians(device.heading_deg)
    ahead = np.array([math.cos(heading), math.sin(heading), 0.0])

    def behind(wall: Wall) -> float:
        """How near, and how squarely behind; a wall that is an opening is avoided."""
        away = wall.axes.of(device.x_m, device.y_m)[1]
        return away - 0.3 * float(wall.axes.inward @ ahead) + BEHIND_OPENING_M * (wall.material in ("glass", "curtain"))

    first = min(range(len(walls)), key=lambda k: behind(walls[k]))
    ring = (*walls[first:], *walls[:first])
    along, away = ring[0].axes.of(device.x_m, device.y_m)
    return Plan(
        spec=spec, style=style, stand=_stand(spec, style, away), palette=PALETTES[room.palette], walls=ring,
        window=_window(spec, ring), table_m=device.height_m - TABLE_BELOW_M, along_m=along, away_m=away, ways=_ways(spec),
    )  # fmt: skip


def _style(spec: WorldSpec) -> Style:
    materials = {wall.material for wall in spec.room.walls.values()}
    height_m = spec.device.height_m
    if height_m <= LOW_DEVICE_M:
        return "bedroom"
    if materials & {"tile", "glass"} and height_m > HIGH_DEVICE_M:
        return "kitchen"
    return "living" if height_m <= HIGH_DEVICE_M or materials else "kitchen"


def _stand(spec: WorldSpec, style: Style, away_m: float) -> Stand:
    if spec.device.on != "auto":
        return spec.device.on
    if away_m > FREE_STANDING_M:
        return "island"
    usual: dict[Style, Stand] = {"kitchen": "counter", "living": "sideboard", "bedroom": "night stand"}
    return usual[style]


def _walls(room: RoomSpec) -> tuple[Wall, ...]:
    made = []
    for name, (x0, y0), (x1, y1) in wall_lines(room):
        axes = Axes(x0, y0, math.degrees(math.atan2(y1 - y0, x1 - x0)))
        material = room.walls[name].material if name in room.walls else "plaster"
        made.append(Wall(name=name, axes=axes, long_m=math.hypot(x1 - x0, y1 - y0), material=material))
    return tuple(made)


def _window(spec: WorldSpec, ring: tuple[Wall, ...]) -> Wall | None:
    """Where the scene says, else a wall of glass or behind a curtain, else to the right of who looks out from the device."""
    room = spec.room
    if room.window == "none" or room.height_m <= 2.0:
        return None
    said = [wall for wall in ring if wall.name == room.window]
    open_ = [wall for wall in ring if wall.material in ("glass", "curtain")]
    beside = [ring[k % len(ring)] for k in (1, -1, 2)]
    for wall in (*said, *open_, *(wall for wall in beside if not _covered(spec, wall))):
        if wall.long_m > 1.4:
            return wall
    return None


def _covered(spec: WorldSpec, wall: Wall) -> bool:
    """Whether something stands or hangs where a window would be."""
    low, high = 0.5 * (1 - WINDOW_SHARE) * wall.long_m, 0.5 * (1 + WINDOW_SHARE) * wall.long_m
    for thing in spec.things:
        spots = [wall.axes.of(*corner) for corner in footprint(thing)]
        near = min(d for _, d in spots) < AT_WALL_M and max(d for _, d in spots) > 0.0
        beside = max(s for s, _ in spots) > low and min(s for s, _ in spots) < high
        if near and beside and thing.bottom_m + thing.height_m > SILL_M and thing.kind not in ("hand", "cat", "dog"):
            return True
    return False


def _ways(spec: WorldSpec) -> tuple[tuple[Point, Point], ...]:
    """Where people stand and walk, and where things are moved to."""
    at = {person.name: person.at for person in spec.people}
    ways = [(place, place) for place in at.values()]
    for action in sorted(spec.actions, key=lambda one: one.at_s):
        if isinstance(action, Walk) and action.who in at:
            ways.append((at[action.who], action.to))
            at[action.who] = action.to
        elif isinstance(action, MoveThing):
            ways.append((action.to, action.to))
    return tuple(ways)


def _steps(a: Point, b: Point) -> list[float]:
    count = max(1, math.ceil(math.dist(a, b) / 0.25))
    return [k / count for k in range(count + 1)]


def _on_floor(thing: ThingSpec, table_m: float) -> bool:
    """Whether a thing would stand or hang in furniture: not what lies on the table, nor a hand or a pet that comes and goes."""
    if thing.kind in FLAT:
        return True
    if thing.kind == "counter":  # furniture of a home goes around it, or takes its place
        return False
    return thing.kind not in ("hand", "cat", "dog", "pot", "glass", "frame", "vase") and thing.bottom_m < table_m
