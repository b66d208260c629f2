"""What only the whole scene can tell: places outside the room, walls and people that are not there, knobs that clash later."""

from __future__ import annotations

from simulator.onboard.tuning import Tuning, TuningError
from simulator.scene.errors import Place
from simulator.scene.mistakes import Mistake, ProblemCode, similar
from simulator.scene.model_builder import Builder
from simulator.scene.tree import Node
from simulator.world.mirrors import wall_lines
from simulator.world.spec import MoveThing, Point, TuneAction, Turn, Walk, WorldSpec


class CrossCheck:
    """Checks a world that could be read, and points at the entries it came from."""

    def __init__(self, builder: Builder, spec: WorldSpec, entries: dict[str, Node], *, file: str) -> None:
        self._b, self._spec, self._entries, self._file = builder, spec, entries, file
        self._plan = [start for _, start, _ in wall_lines(spec.room)]
        room = spec.room
        self._shown = "the floor plan" if room.corners else f"x 0 to {room.width_m:g} m, y 0 to {room.depth_m:g} m"
        self._people = {person.name for person in spec.people}

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
        for person in spec.people:
            if self._nobody(person.faces):
                self._problem(("people", person.name, "faces"), self._who(str(person.faces)))

    def _timeline(self, tuning: Tuning | None) -> None:
        node = self._entries.get("timeline")
        items = node.value if node is not None and isinstance(node.value, list) else []
        if len(items) != len(self._spec.actions):
            return
        for at, (action, item) in enumerate(zip(self._spec.actions, items, strict=True)):
            path, does = f"timeline.{at}.does", item.value["does"] if isinstance(item.value, dict) else item
            if isinstance(action, Walk | MoveThing) and not _inside(action.to, self._plan):
                self._b.problem(does.place, path, self._outside(action.to))
            if isinstance(action, Turn) and self._nobody(action.to):
                self._b.problem(does.place, path, self._who(str(action.to)))
            if isinstance(action, TuneAction) and tuning is not None:
                try:
                    tuning = tuning.patched({action.path: action.value})
                except TuningError as error:
                    self._b.problem(does.place, path, Mistake(code=ProblemCode.KNOBS_CLASH, detail=str(error)))

    def _nobody(self, aim: str | float) -> bool:
        return isinstance(aim, str) and aim not in self._people | {"device", "away"}

    def _who(self, aim: str) -> Mistake:
        options = (*sorted(self._people), "device", "away")
        return Mistake(code=ProblemCode.NOT_AN_AIM, value=aim, meant=similar(aim, options), allowed=options)

    def _outside(self, at: Point) -> Mistake:
        return Mistake(code=ProblemCode.OUTSIDE_ROOM, value=f"[{at[0]:g}, {at[1]:g}]", detail=self._shown)

    def _problem(self, trail: tuple[str, ...], mistake: Mistake) -> None:
        node = self._entries.get(trail[0])
        for step in trail[1:]:
            inner = node.value if node is not None else None
            node = inner[step] if isinstance(inner, dict) and step in inner else node
        place = node.place if node is not None else Place(file=self._file, line=1, column=1)
        self._b.problem(place, ".".join(trail), mistake)


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
