"""What only the whole scene can tell: places outside the room, walls and people that are not there, knobs that clash later."""

from __future__ import annotations

import math

from simulator.onboard.behaviour.choreographies import CHOREOGRAPHIES
from simulator.onboard.messages import Play
from simulator.onboard.tuning import Tuning, TuningError
from simulator.scene.errors import Place
from simulator.scene.mistakes import Mistake, ProblemCode, similar
from simulator.scene.model_builder import Builder
from simulator.scene.tree import Node
from simulator.world.assets import voice_names
from simulator.world.mirrors import wall_lines
from simulator.world.sightlines import BODY_RADIUS_M
from simulator.world.spec import (
    AnyAction,
    HandAction,
    MoveThing,
    Point,
    RequestAction,
    ThingSpec,
    TuneAction,
    Turn,
    Walk,
    WorldSpec,
)
from simulator.world.things import FLAT, completed, footprint
from simulator.world.touch_traces import profiles

# Hands and pets reach over edges; a thing may stick into plaster a little, as fingers that draw a plan do.
YIELDS = ("hand", "cat", "dog")
INTO_WALL_M = 0.05
# Somebody must be able to look at a front from here, and it must be wide enough to show anything.
BEFORE_FRONT_M, LEAST_FRONT_M = 0.3, 0.1
# The largest angle a file may say: a whole turn.
WHOLE_TURN_DEG = 360.0


class CrossCheck:
    """Checks a world that could be read, and points at the entries it came from."""

    def __init__(
        self, builder: Builder, spec: WorldSpec, entries: dict[str, Node], *, file: str, edge_radius_m: float
    ) -> None:
        self._b, self._spec, self._entries, self._file = builder, spec, entries, file
        self._plan = [start for _, start, _ in wall_lines(spec.room)]
        room = spec.room
        self._shown = "the floor plan" if room.corners else f"x 0 to {room.width_m:g} m, y 0 to {room.depth_m:g} m"
        self._people = {person.name for person in spec.people}
        self._reach_m = round(edge_radius_m + BODY_RADIUS_M, 3)

    def check(self, tuning: Tuning | None) -> None:
        """Find everything that is wrong."""
        if self._room():
            self._places()
            self._timeline(tuning)

    def _room(self) -> bool:
        room = self._spec.room
        if room.corners:
            ends = [*room.corners[1:], room.corners[0]]
            area_m2 = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(room.corners, ends, strict=True)) / 2
            if len(room.corners) < 3 or area_m2 < 1.0 or any(a == b for a, b in zip(room.corners, ends, strict=True)):
                self._problem(("room", "corners"), Mistake(code=ProblemCode.BAD_FLOOR_PLAN))
                return False
        walls = {name for name, _, _ in wall_lines(room)} | {"floor", "ceiling"}
        for name in room.walls:
            if name not in walls:
                mistake = Mistake(
                    code=ProblemCode.UNKNOWN_WALL, value=name, meant=similar(name, walls), allowed=tuple(sorted(walls))
                )
                self._problem(("room", "walls", name), mistake)
        return True

    def _places(self) -> None:
        spec = self._spec
        spots: list[tuple[str, str, Point]] = [("people", person.name, person.at) for person in spec.people]
        spots += [("sounds", source.name, source.at) for source in spec.sources]
        for section, name, at in spots:
            if not _inside(at, self._plan):
                self._problem((section, name, "at"), self._outside(at))
        if not _inside((spec.device.x_m, spec.device.y_m), self._plan):
            self._problem(("device", "at"), Mistake(code=ProblemCode.DEVICE_OUTSIDE_ROOM, detail=self._shown))
        for thing in spec.things:
            self._problem(("things", thing.name), self._misplaced(thing))
        for person in spec.people:
            trail = ("people", person.name)
            self._problem((*trail, "faces"), self._aim(person.faces))
            self._problem((*trail, "at"), self._too_near(person.at))
            self._problem((*trail, "voice"), _not_one_of(person.voice, voice_names()))

    def _timeline(self, tuning: Tuning | None) -> None:
        node = self._entries.get("timeline")
        items = node.value if node is not None and isinstance(node.value, list) else []
        if len(items) != len(self._spec.actions):
            return
        for at, (action, item) in enumerate(zip(self._spec.actions, items, strict=True)):
            path, does = f"timeline.{at}.does", item.value["does"] if isinstance(item.value, dict) else item
            if isinstance(action, Walk | MoveThing) and not _inside(action.to, self._plan):
                self._b.problem(does.place, path, self._outside(action.to))
            mistake = self._of(action)
            if mistake is not None:
                self._b.problem(does.place, path, mistake)
            if isinstance(action, TuneAction) and tuning is not None:
                try:
                    tuning = tuning.patched({action.path: action.value})
                except TuningError as error:
                    self._b.problem(does.place, path, Mistake(code=ProblemCode.KNOBS_CLASH, detail=str(error)))

    def _of(self, action: AnyAction) -> Mistake | None:
        """What is wrong with an action that could be read."""
        match action:
            case Turn():
                return self._aim(action.to)
            case Walk():
                return self._too_near(action.to)
            case HandAction() if action.profile:
                return _not_one_of(action.profile, profiles(action.gesture))
            case RequestAction(request=Play(name=name)):
                return _not_one_of(name, tuple(CHOREOGRAPHIES))
        return None

    def _aim(self, aim: str | float) -> Mistake | None:
        if not isinstance(aim, str):
            if abs(aim) <= WHOLE_TURN_DEG:
                return None
            return Mistake(
                code=ProblemCode.OUT_OF_BOUNDS,
                value=f"{aim:g} °",
                number=aim,
                low=-WHOLE_TURN_DEG,
                high=WHOLE_TURN_DEG,
                unit="°",
            )
        options = (*sorted(self._people), "device", "away")
        if aim in options:
            return None
        return Mistake(code=ProblemCode.NOT_AN_AIM, value=aim, meant=similar(aim, options), allowed=options)

    def _too_near(self, at: Point) -> Mistake | None:
        """A person cannot stand in the device: half a body and the screen's reach must fit between the two middles."""
        apart_m = math.hypot(at[0] - self._spec.device.x_m, at[1] - self._spec.device.y_m)
        if apart_m >= self._reach_m:
            return None
        return Mistake(
            code=ProblemCode.INSIDE_DEVICE, value=f"[{at[0]:g}, {at[1]:g}]", number=round(apart_m, 3), low=self._reach_m
        )

    def _misplaced(self, thing: ThingSpec) -> Mistake | None:
        """A thing inside a wall, or whose picture nobody in the room could see."""
        if thing.kind in YIELDS:
            return None
        thing = completed(thing, table_m=self._spec.device.height_m)
        corners = [corner for corner in footprint(thing) if not _inside(corner, self._plan)]
        beyond_m = max((_to_wall_m(corner, self._plan) for corner in corners), default=0.0)
        if beyond_m > INTO_WALL_M:
            return Mistake(code=ProblemCode.THING_IN_WALL, number=round(beyond_m, 3), detail=self._shown)
        if thing.kind not in FLAT:
            return None
        if thing.size[1] < LEAST_FRONT_M:
            return Mistake(code=ProblemCode.NO_FRONT, number=thing.size[1])
        turn, ahead_m = math.radians(thing.angle_deg), thing.size[0] / 2 + BEFORE_FRONT_M
        before = (thing.at[0] + ahead_m * math.cos(turn), thing.at[1] + ahead_m * math.sin(turn))
        if _inside(before, self._plan):
            return None
        wall_m = max(0.0, BEFORE_FRONT_M - _to_wall_m(before, self._plan))
        return Mistake(code=ProblemCode.FRONT_IN_WALL, number=round(wall_m, 3))

    def _outside(self, at: Point) -> Mistake:
        return Mistake(code=ProblemCode.OUTSIDE_ROOM, value=f"[{at[0]:g}, {at[1]:g}]", detail=self._shown)

    def _problem(self, trail: tuple[str, ...], mistake: Mistake | None) -> None:
        if mistake is None:
            return
        node = self._entries.get(trail[0])
        for step in trail[1:]:
            inner = node.value if node is not None else None
            node = inner[step] if isinstance(inner, dict) and step in inner else node
        place = node.place if node is not None else Place(file=self._file, line=1, column=1)
        self._b.problem(place, ".".join(trail), mistake)


def _not_one_of(word: str, allowed: tuple[str, ...]) -> Mistake | None:
    if word in allowed:
        return None
    return Mistake(code=ProblemCode.NOT_A_CHOICE, value=word, meant=similar(word, allowed), allowed=allowed)


def _to_wall_m(at: Point, plan: list[Point]) -> float:
    """How far a spot is from the nearest wall."""
    nearest_m = math.inf
    for (ax, ay), (bx, by) in zip(plan, [*plan[1:], plan[0]], strict=True):
        dx, dy = bx - ax, by - ay
        share = min(max(((at[0] - ax) * dx + (at[1] - ay) * dy) / (dx * dx + dy * dy), 0.0), 1.0)
        nearest_m = min(nearest_m, math.hypot(at[0] - ax - share * dx, at[1] - ay - share * dy))
    return nearest_m


def _inside(at: Point, plan: list[Point]) -> bool:
    """Whether a spot lies in the floor plan (even-odd rule); on a wall counts as inside."""
    x, y = at
    odd = False
    for (ax, ay), (bx, by) in zip(plan, [*plan[1:], plan[0]], strict=True):
        cross = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
        within = min(ax, bx) - 1e-9 <= x <= max(ax, bx) + 1e-9 and min(ay, by) - 1e-9 <= y <= max(ay, by) + 1e-9
        if abs(cross) < 1e-9 and within:
            return True
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            odd = not odd
    return odd
