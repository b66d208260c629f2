"""Where the turning screen meets things, seen from above: things slide on the counter, tip, and stay where they were pushed.

The physics engine (pymunk) runs only while the screen is near something or something slides; such a stretch is an *episode*.
The engine keeps forces of the last step to itself and cannot save them. So each episode is built again from where things
stand, what drove the screen is noted, and a checkpoint is restored by living the episode once more: exact to the last bit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pymunk

from hardware_bridge.body.plant import SUBSTEP_S
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import TICK_S
from simulator.world.things import Thing
from simulator.world.truth_events import ScreenTouches, Tipped, TruthEvent

# So heavy that nothing moves the axis; only turning is left to the screen.
AXIS_MASS_KG = 1e9
# Penetration that the engine leaves alone; smaller than a scratch, larger than rounding.
SLOP_M = 0.0003
# Friction of things on each other (guess). The screen's edge is smooth: the engine works out push and rub of a contact at
# the same time, and for a body that can only turn the two then never settle.
RUB = 0.3
# An episode begins when something is nearer to the screen than this and ends when nothing is nearer than the second.
NEAR_M, CLEAR_M = 0.006, 0.012
# An episode is built again after this long, so that a checkpoint never has more to live through again.
EPISODE_TICKS = 1000
# Two touches of one thing within this time are one event.
TOUCH_AGAIN_TICKS = 50
# Things slower than this for so long are put to sleep by the engine, which then costs nothing for them.
IDLE_MPS, IDLE_S = 2e-4, 0.05
# Slower changes of the screen's speed are rounding of the engine, not contact.
ROUNDING_RPS = 1e-10
SCREEN, BASE, REST = 0b001, 0b010, 0b100

# What drove the screen in each substep: the speed its drive would give it, and the inertia behind it.
Log = list[tuple[float, float]]


@dataclass(slots=True)
class _Blow:
    thing: int
    energy_j: float
    x: float
    y: float


class Contacts:
    """The screen's edge and everything in its reach."""

    def __init__(self, things: list[Thing], *, facts: MotorFacts) -> None:
        """What holds the axis is what the device stands on: never in its way, however high the scene says it is."""
        for thing in things:
            if thing.fixed and thing.met and _distance_to_origin(_outline(thing)) == 0.0:
                thing.met = False
        self.things = things
        self.events: list[TruthEvent] = []
        self.force_n = 0.0  # at the screen's edge, mean over the tick
        self._facts = facts
        self._half_m = edge_half_width_m(facts)
        self._swept_m = facts.edge_radius_m + 0.002
        self._episode: _Episode | None = None
        self._ticks = 0  # of the episode so far
        self._tick = 0
        self._touched: dict[int, int] = {}
        self._impulse = 0.0
        self._outlines: list[list[tuple[float, float]]] = []
        self._table: list[float] = []
        self._movable: list[Thing] = []
        self._survey()

    @property
    def active(self) -> bool:
        """Whether the physics engine is running."""
        return self._episode is not None

    def met_between(self, min_deg: float, max_deg: float) -> list[str]:
        """The names of what the screen would touch somewhere on its way between these angles, as things stand now."""
        angles = [math.radians(deg) for deg in range(math.floor(min_deg), math.ceil(max_deg) + 1)]
        return [
            thing.name
            for thing in self.things
            if thing.met
            and _distance_to_origin(line := _outline(thing)) < self._swept_m
            and min(self._clearance_m(angle, [line]) for angle in angles) < SLOP_M
        ]

    def begin_tick(self, *, yaw_rad: float, rate_rps: float, tick: int) -> bool:
        """Decide whether this tick needs contacts; true when each substep must go through `substep`."""
        pressed = self._impulse != 0.0
        self.force_n, self._impulse, self._tick = 0.0, 0.0, tick
        if not self._table and not self._movable:
            return False
        margin_m = CLEAR_M if self._episode is not None else NEAR_M
        busy = (
            pressed or any(thing.moving for thing in self._movable) or self._near(yaw_rad, rate_rps, margin_m=margin_m)
        )
        if self._episode is not None and (not busy or self._ticks >= EPISODE_TICKS):
            self._finish()
        if busy and self._episode is None:
            self._episode = _Episode(self.things, self._facts, yaw_rad=yaw_rad, rate_rps=rate_rps)
            self._ticks = 0
        return self._episode is not None

    def substep(self, *, rate_rps: float, moment_kgm2: float) -> tuple[float, float]:
        """Let the things answer the screen's new speed; returns the change of that speed and the new angle."""
        assert self._episode is not None
        change_rps, yaw_rad = self._episode.step(rate_rps, moment_kgm2)
        self._impulse += change_rps * moment_kgm2
        return change_rps, yaw_rad

    def end_tick(self) -> list[int]:
        """Read where things are, let those tip that were struck too hard, and sum up the force; returns what moved."""
        episode = self._episode
        if episode is None:
            return []
        self._ticks += 1
        self.force_n = abs(self._impulse) / (TICK_S * self._facts.edge_radius_m)
        if self._impulse == 0.0 and episode.still:
            return []  # what rested, untouched, still rests
        moved = episode.read(self.things)
        if self._impulse != 0.0:  # whoever touches goes on touching
            recent = self._tick - TOUCH_AGAIN_TICKS
            self._touched = {k: self._tick for k, tick in self._touched.items() if tick > recent}
        for blow in episode.blows:
            thing = self.things[blow.thing]
            if self._tick - self._touched.get(blow.thing, -TOUCH_AGAIN_TICKS) >= TOUCH_AGAIN_TICKS:
                self.events.append(ScreenTouches(what=thing.name))
            self._touched[blow.thing] = self._tick
            if blow.energy_j > thing.tip_j and not thing.fixed:
                thing.tip(x=blow.x, y=blow.y)
                self.events.append(Tipped(what=thing.name))
                self._finish()
                moved.append(blow.thing)
        episode.blows.clear()
        return moved

    def place(self, index: int, *, x: float, y: float) -> None:
        """Put a thing elsewhere; it stands there at rest."""
        self._finish()
        thing = self.things[index]
        thing.x_m, thing.y_m = x, y
        thing.vx_mps = thing.vy_mps = thing.spin_rps = 0.0
        self._survey()

    def snapshot(self) -> object:
        """All state: things, and what drove the episode under way."""
        episode = self._episode
        lived = None
        if episode is not None:
            lived = (episode.start, list(episode.log), episode.yaw_rad, episode.rate_rps, episode.still)
        return (
            [replace(thing) for thing in self.things],
            lived,
            (self._ticks, self._tick, dict(self._touched), list(self.events), self.force_n, self._impulse),
        )

    def restore(self, state: object) -> None:
        """Return to a snapshot; lives the episode under way once more."""
        assert isinstance(state, tuple)
        things, lived, rest = state
        self._ticks, self._tick, touched, events, self.force_n, self._impulse = rest
        self.things[:] = [replace(thing) for thing in things]
        self._touched, self.events[:] = dict(touched), events
        self._episode = None
        self._survey()
        if lived is not None:
            start, log, yaw_rad, rate_rps, still = lived
            self._episode = _Episode(start, self._facts, yaw_rad=yaw_rad, rate_rps=rate_rps)
            for drive_rps, moment_kgm2 in log:
                self._episode.step(drive_rps, moment_kgm2)
            self._episode.blows.clear()
            self._episode.still = still

    def _finish(self) -> None:
        self._episode = None

    # --- is anything near? ----------------------------------------------------------------------------------------------

    def _survey(self) -> None:
        """Which things could ever be met, and at which angles of the screen the fixed ones are near."""
        fixed = [thing for thing in self.things if thing.fixed and thing.met]
        self._movable = [thing for thing in self.things if not thing.fixed and thing.met]
        outlines = [_outline(thing) for thing in fixed]
        outlines = [line for line in outlines if _distance_to_origin(line) < self._swept_m + CLEAR_M]
        if outlines == self._outlines:
            return
        self._outlines = outlines
        self._table = [self._clearance_m(math.radians(deg), outlines) for deg in range(360)] if outlines else []

    def _clearance_m(self, yaw_rad: float, outlines: list[list[tuple[float, float]]]) -> float:
        """From the screen at this angle to the nearest fixed thing."""
        cos, sin = math.cos(yaw_rad), math.sin(yaw_rad)
        forward, half = self._facts.screen_forward_m, self._half_m
        ends = ((forward * cos + half * sin, forward * sin - half * cos),
                (forward * cos - half * sin, forward * sin + half * cos))  # fmt: skip
        least = min(_segment_to_outline(ends[0], ends[1], line) for line in outlines)
        return least - 0.5 * self._facts.screen_thickness_m

    def _near(self, yaw_rad: float, rate_rps: float, *, margin_m: float) -> bool:
        swept_rad = abs(rate_rps) * TICK_S
        margin_m += swept_rad * self._swept_m
        # The table's degree may be half a degree off, 1.3 mm at the edge.
        if self._table and self._table[round(math.degrees(yaw_rad)) % len(self._table)] < margin_m + 0.0013:
            return True
        cos, sin = math.cos(yaw_rad), math.sin(yaw_rad)
        forward, half, skin = self._facts.screen_forward_m, self._half_m, 0.5 * self._facts.screen_thickness_m
        for thing in self._movable:
            x = cos * thing.x_m + sin * thing.y_m - forward
            y = abs(cos * thing.y_m - sin * thing.x_m) - half
            room_m = thing.reach_m + skin + margin_m
            if x * x + (y * y if y > 0.0 else 0.0) < room_m * room_m:
                return True
        return False


class _Episode:
    """One stretch of contact: the engine's space, built from where things stand, and the log of what drove it."""

    def __init__(self, things: list[Thing], facts: MotorFacts, *, yaw_rad: float, rate_rps: float) -> None:
        self.start = [replace(thing) for thing in things]
        self.yaw_rad, self.rate_rps = yaw_rad, rate_rps
        self.log: Log = []
        self.still = False  # nothing moved in the last tick that was read
        self.blows: list[_Blow] = []
        space = pymunk.Space()
        space.collision_slop = SLOP_M
        space.sleep_time_threshold, space.idle_speed_threshold = IDLE_S, IDLE_MPS
        self._space = space
        self._screen = screen = pymunk.Body(AXIS_MASS_KG, facts.turning_inertia_kgm2)
        self._moment = facts.turning_inertia_kgm2
        screen.angle, screen.angular_velocity = yaw_rad, rate_rps
        self._rate_rps = rate_rps
        half, forward = edge_half_width_m(facts), facts.screen_forward_m
        edge = pymunk.Segment(screen, (forward, -half), (forward, half), 0.5 * facts.screen_thickness_m)
        edge.friction, edge.filter = 0.0, pymunk.ShapeFilter(categories=SCREEN, mask=REST)
        edge.collision_type = SCREEN
        base = pymunk.Circle(space.static_body, facts.base_radius_m)
        base.friction, base.filter = RUB, pymunk.ShapeFilter(categories=BASE, mask=REST)
        space.add(screen, edge, base)
        self._bodies: list[tuple[int, pymunk.Body]] = []
        self._index: dict[pymunk.Shape, int] = {}
        for index, thing in enumerate(things):
            if thing.met:
                self._add(index, thing)
        space.on_collision(SCREEN, None, begin=self._struck)

    def step(self, rate_rps: float, moment_kgm2: float) -> tuple[float, float]:
        """One substep in which the drive would bring the screen to this speed; returns what the things changed."""
        self.log.append((rate_rps, moment_kgm2))
        screen = self._screen
        if moment_kgm2 != self._moment:
            screen.moment = self._moment = moment_kgm2
        screen.torque = (rate_rps - self._rate_rps) * moment_kgm2 / SUBSTEP_S
        self._space.step(SUBSTEP_S)
        self._rate_rps = screen.angular_velocity
        change_rps = self._rate_rps - rate_rps
        return (0.0 if -ROUNDING_RPS < change_rps < ROUNDING_RPS else change_rps), screen.angle

    def read(self, things: list[Thing]) -> list[int]:
        """Where the movable things are now; returns which moved."""
        moved = []
        for index, body in self._bodies:
            thing = things[index]
            asleep = body.is_sleeping
            coasting = thing.vx_mps or thing.vy_mps or thing.spin_rps
            if asleep and not coasting:
                continue
            (x_m, y_m), angle_rad = body.position, body.angle
            if x_m != thing.x_m or y_m != thing.y_m or angle_rad != thing.angle_rad:
                moved.append(index)
                thing.x_m, thing.y_m, thing.angle_rad = x_m, y_m, angle_rad
            elif not coasting:
                continue
            if asleep:
                thing.vx_mps = thing.vy_mps = thing.spin_rps = 0.0
            else:
                (thing.vx_mps, thing.vy_mps), thing.spin_rps = body.velocity, body.angular_velocity
        self.still = not moved
        return moved

    def _add(self, index: int, thing: Thing) -> None:
        space = self._space
        shape: pymunk.Shape
        if thing.fixed:
            shape = pymunk.Poly(space.static_body, _outline(thing))
            space.add(shape)
        else:
            body = pymunk.Body(thing.mass_kg, thing.moment_kgm2)
            body.position, body.angle = (thing.x_m, thing.y_m), thing.angle_rad
            body.velocity, body.angular_velocity = (thing.vx_mps, thing.vy_mps), thing.spin_rps
            if thing.round:
                shape = pymunk.Circle(body, 0.5 * thing.size_m[0])
            else:
                shape = pymunk.Poly.create_box(body, thing.size_m)
            # Friction on the counter: a pin to the ground that only ever brakes, up to what friction can hold.
            slide = pymunk.PivotJoint(space.static_body, body, (0.0, 0.0), (0.0, 0.0))
            slide.max_force, slide.max_bias = thing.hold_n, 0.0
            twist = pymunk.SimpleMotor(space.static_body, body, 0.0)
            twist.max_force = thing.hold_nm
            space.add(body, shape, slide, twist)
            self._bodies.append((index, body))
        shape.friction = RUB
        shape.filter = pymunk.ShapeFilter(categories=REST)
        self._index[shape] = index

    def _struck(self, arbiter: pymunk.Arbiter, space: pymunk.Space, data: object) -> None:
        """A new contact of the screen: how hard, measured by the energy of its closing speed."""
        edge, other = arbiter.shapes
        x, y = arbiter.normal  # from the screen to the thing
        (px, py), body = arbiter.contact_point_set.points[0].point_a, other.body
        lever_m = px * y - py * x
        vx, vy = body.velocity_at_world_point((px, py))
        closing_mps = edge.body.angular_velocity * lever_m - (vx * x + vy * y)
        energy_j = 0.0
        if closing_mps > 0.0 and abs(lever_m) > 1e-6:
            energy_j = 0.5 * edge.body.moment * (closing_mps / lever_m) ** 2
        self.blows.append(_Blow(self._index[other], energy_j, x, y))


def edge_half_width_m(facts: MotorFacts) -> float:
    """Half the screen's width without its rounded edge, such that nothing of it is farther out than the swept edge."""
    skin_m = 0.5 * facts.screen_thickness_m
    return math.sqrt(max(0.0, (facts.edge_radius_m - skin_m) ** 2 - facts.screen_forward_m**2))


def _outline(thing: Thing) -> list[tuple[float, float]]:
    """The corners of a fixed thing; a round one gets sixteen."""
    if thing.outline:
        return list(thing.outline)
    if thing.round:
        radius = 0.5 * thing.size_m[0]
        angles = [math.tau * k / 16 for k in range(16)]
        local = [(radius * math.cos(angle), radius * math.sin(angle)) for angle in angles]
    else:
        a, b = 0.5 * thing.size_m[0], 0.5 * thing.size_m[1]
        local = [(-a, -b), (a, -b), (a, b), (-a, b)]
    cos, sin = math.cos(thing.angle_rad), math.sin(thing.angle_rad)
    return [(thing.x_m + cos * x - sin * y, thing.y_m + sin * x + cos * y) for x, y in local]


def _distance_to_origin(outline: list[tuple[float, float]]) -> float:
    return _segment_to_outline((0.0, 0.0), (0.0, 0.0), outline)


def _segment_to_outline(a: tuple[float, float], b: tuple[float, float], outline: list[tuple[float, float]]) -> float:
    """Distance between a segment and a convex outline; 0 when they meet or the segment is inside."""
    sides = list(zip(outline, outline[1:] + outline[:1], strict=True))
    if all(_cross(p, q, a) >= 0.0 for p, q in sides) or all(_cross(p, q, a) <= 0.0 for p, q in sides):
        return 0.0
    least = math.inf
    for p, q in sides:
        if _cross(p, q, a) * _cross(p, q, b) < 0.0 and _cross(a, b, p) * _cross(a, b, q) < 0.0:
            return 0.0
        least = min(least, _to_segment(a, p, q), _to_segment(b, p, q), _to_segment(p, a, b), _to_segment(q, a, b))
    return least


def _cross(p: tuple[float, float], q: tuple[float, float], r: tuple[float, float]) -> float:
    return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])


def _to_segment(r: tuple[float, float], p: tuple[float, float], q: tuple[float, float]) -> float:
    dx, dy = q[0] - p[0], q[1] - p[1]
    length2 = dx * dx + dy * dy
    along = 0.0 if length2 == 0.0 else min(1.0, max(0.0, ((r[0] - p[0]) * dx + (r[1] - p[1]) * dy) / length2))
    return math.hypot(r[0] - p[0] - along * dx, r[1] - p[1] - along * dy)
