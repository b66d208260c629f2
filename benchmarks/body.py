"""The body in figures: cost of a tick of physics, bumps, pushes, touches, slow moves. See docs/body.md for what they mean."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np
import pymunk

from benchmarks.body_loop import PLACE, Loop, beside, on_counter, wall
from benchmarks.common import finish, parser
from hardware_bridge.body.plant import SUBSTEPS
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import CommandKind, Contact, MotorCommand
from simulator.onboard.tuning import Tuning, Value
from simulator.runtime.seeds import stream
from simulator.world.body import BodyWorld
from simulator.world.spec import HandAction, ThingSpec, WorldSpec
from simulator.world.touch_traces import library
from simulator.world.truth_events import ScreenTouches, Tipped

# A hand feels no motor any more below this: what the yielding motor adds to the screen's own friction.
RELEASED_NM = 0.03
# From this torque on a hand means it: the default bump sensitivity, 1.1 N at the edge.
MEANS_IT_NM = Tuning().bump.bump_torque_nm
BUMP_SPEEDS_DPS = (15.0, 30.0, 60.0, 90.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bump:
    """How one bump went; times count from the first touch."""

    hit_dps: float
    felt_ms: int | None  # until the motion stage says bump or stall; None when never
    released_ms: int | None  # until the motor gives no more than holding against friction takes
    pushed_ms: int  # how long it pressed in all
    peak_n: float
    backed_off_deg: float
    blocked: bool
    tipped: bool


def bump(
    thing: ThingSpec,
    *,
    speed_dps: float,
    accel_dps2: float = 180.0,
    seed: int = 1,
    start_yaw_deg: float = 0.0,
    stop_short: bool = True,
) -> Bump:
    """Turn into a thing at a speed."""
    tuning: dict[str, Value] = {"motion.max_rate_dps": speed_dps, "motion.max_accel_dps2": accel_dps2}
    if not stop_short:  # as wide as the knob goes: it keeps speeds to what can stop short of a bumped object
        tuning["motion.stop_short_deg"] = 30.0
    loop = Loop(things=(thing,), tuning=tuning, seed=seed, start_yaw_deg=start_yaw_deg)
    loop.run(0.1).turn_to(100.0)
    loop.run(120.0 / speed_dps + 2.5)
    touched = loop.first(ScreenTouches(what=thing.name))
    if touched is None:
        raise RuntimeError(f"the screen never met the {thing.name}")
    after = [moment for moment in loop.moments if moment.tick >= touched]
    felt = next((m.tick for m in after if m.body.contact in (Contact.BUMP, Contact.STALL)), None)
    held_nm = loop.body.plant.facts.stiction_nm
    released = next((m.tick for m in after if m.tick > touched and abs(m.motor_nm) <= held_nm), None)
    pressed = [moment for moment in after if moment.force_n > 0.5]
    return Bump(
        hit_dps=loop.moments[touched - 1].rate_dps,
        felt_ms=None if felt is None else (felt - touched) * 10,
        released_ms=None if released is None else (released - touched) * 10,
        pushed_ms=10 * len(pressed),
        peak_n=max(moment.force_n for moment in after),
        backed_off_deg=after[0].yaw_deg - loop.moments[-1].yaw_deg,
        blocked=loop.moments[-1].body.blocked_left,
        tipped=loop.first(Tipped(what=thing.name)) is not None,
    )


def press_force_n() -> float:
    """Steady force at the edge with all the torque the device has, against a wall."""
    body = BodyWorld(WorldSpec(device=PLACE, things=(wall(),)), MotorFacts(), stream(1, "world.body"))
    body.enable()
    for tick in range(200):
        command = MotorCommand(
            tick=tick, seq=tick, kind=CommandKind.MOVE, yaw_deg=min(40.0, 0.3 * tick), torque_limit_nm=10.0
        )
        body.command(command)
        body.step(tick)
    return body.contact_force_n


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """How a hand that turns the screen fared."""

    yielded_ms: int | None  # from when the hand means it to the motor letting go; None when it never did
    after_nm: float  # of the motor, from 50 ms after that until the hand let go
    moved_back_deg: float  # against the hand's way, in the three seconds after it let go
    end_deg: float


def push(*, to_deg: float, for_s: float, force_n: float | None, seed: int = 1) -> Push:
    """A hand turns the resting screen."""
    loop = Loop(seed=seed)
    loop.run(0.5)
    start = loop.hand(HandAction(at_s=0, gesture="turn", to_deg=to_deg, for_s=for_s, force_n=force_n))
    gone = start + round(for_s * 100) + 12
    loop.run((gone - start) / 100 + 3.0)
    meant = next(m.tick for m in loop.moments if m.tick >= start and abs(m.hand_nm) > MEANS_IT_NM)
    free = next((m.tick for m in loop.moments if m.tick >= start and m.sent.kind == CommandKind.FREE), None)
    after = [abs(m.motor_nm) for m in loop.moments if free is not None and free + 5 <= m.tick < gone]
    side = math.copysign(1.0, to_deg)
    after_hand = [side * m.yaw_deg for m in loop.moments if m.tick >= gone]
    back = max(high - yaw for high, yaw in zip(np.maximum.accumulate(after_hand), after_hand, strict=True))
    return Push(
        yielded_ms=None if free is None else (free - meant) * 10,
        after_nm=max(after, default=math.inf),
        moved_back_deg=float(back),
        end_deg=loop.moments[-1].yaw_deg,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What a finger's gesture did to the resting screen."""

    moved_deg: float
    contacts: set[Contact]


def touch_trace(name: str, *, seed: int = 1) -> Touched:
    """Play one trace of the library."""
    loop = Loop(seed=seed)
    loop.run(0.3)
    rest_deg = loop.body.yaw_deg
    gesture = "scroll" if name.startswith("scroll") else "tap"
    start = loop.hand(HandAction.model_validate({"at_s": 0, "gesture": gesture, "profile": name}))
    loop.run(len(library()[name].x) / 100 + 1.0)
    during = [moment for moment in loop.moments if moment.tick >= start]
    return Touched(
        moved_deg=max(abs(moment.yaw_deg - rest_deg) for moment in during),
        contacts={moment.body.contact for moment in during},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowMoves:
    """What was felt on many slow moves through free air."""

    moves: int
    stalls: int
    bumps: int
    hands: int
    worst_end_deg: float


def slow_moves(count: int, *, seed: int) -> SlowMoves:
    """Legal moves of 5 to 30 degrees a second over small and large angles."""
    rng = stream(seed, "benchmark slow moves")
    felt = dict.fromkeys(Contact, 0)
    worst = 0.0
    for _ in range(count):
        speed = float(rng.choice([5.0, 7.5, 10.0, 15.0, 30.0]))
        start = float(rng.uniform(-60, 60))
        way = float(rng.uniform(1.5, 12.0)) * (1 if rng.random() < 0.5 else -1)
        loop = Loop(tuning={"motion.max_rate_dps": speed}, seed=int(rng.integers(1 << 30)), start_yaw_deg=start)
        loop.run(0.05).turn_to(start + way)
        loop.run(abs(way) / speed + 0.8)
        for contact in {moment.body.contact for moment in loop.moments}:
            felt[contact] += 1
        worst = max(worst, abs(loop.moments[-1].yaw_deg - start - way))
    return SlowMoves(
        moves=count,
        stalls=felt[Contact.STALL],
        bumps=felt[Contact.BUMP],
        hands=felt[Contact.HAND],
        worst_end_deg=worst,
    )


def cost_us(*, bodies: int, near: bool, ticks: int = 3000) -> float:
    """Microseconds of one tick of physics, median, with the screen turning to and fro (and touching all the time when near)."""
    kinds = ("glass", "vase", "pot", "frame", "hand", "glass")
    distance = 0.16 if near else 0.6
    things = tuple(
        on_counter(kinds[k % len(kinds)], 360.0 * k / max(bodies, 1), distance + 0.03 * (k % 3)).model_copy(
            update={"name": f"thing-{k}"}
        )
        for k in range(bodies)
    )
    body = BodyWorld(WorldSpec(device=PLACE, things=things), MotorFacts(), stream(1, "world.body"))
    body.enable()
    spent = []
    for tick in range(ticks):
        rate = 60.0 * 1.2 * math.cos(0.012 * tick)
        command = MotorCommand(
            tick=tick, seq=tick, kind=CommandKind.MOVE, yaw_deg=60.0 * math.sin(0.012 * tick), rate_dps=rate
        )
        start = time.perf_counter_ns()
        body.command(command)
        body.step(tick)
        spent.append(time.perf_counter_ns() - start)
    return float(np.median(spent)) / 1000


def engine_us(*, bodies: int = 12, steps: int = SUBSTEPS, ticks: int = 3000) -> float:
    """What the bare engine takes for as many steps and bodies that lie about awake: a yardstick for a busy machine."""
    space = pymunk.Space()
    for k in range(bodies):
        body = pymunk.Body(0.2, 1e-4)
        body.position = (0.3 * k, 0.0)
        slide, twist = (
            pymunk.PivotJoint(space.static_body, body, (0, 0), (0, 0)),
            pymunk.SimpleMotor(space.static_body, body, 0),
        )
        slide.max_force, slide.max_bias, twist.max_force = 0.5, 0.0, 0.01
        space.add(body, pymunk.Circle(body, 0.03), slide, twist)
    spent = []
    for _ in range(ticks):
        start = time.perf_counter_ns()
        for _ in range(steps):
            space.step(0.002)
        spent.append(time.perf_counter_ns() - start)
    return float(np.median(spent)) / 1000


def main() -> None:
    """Measure all of it."""
    args = parser(__doc__).parse_args()
    figures: dict[str, float | int | str] = {}
    for bodies, near in ((0, False), (12, False), (12, True)):
        figures[f"physics_us_{bodies}_bodies{'_touched' if near else ''}"] = cost_us(bodies=bodies, near=near)
    figures["physics_us_bare_engine_12_bodies"] = engine_us()
    _bump_figures(figures, seeds=2 if args.quick else 10)
    pushes = [
        push(to_deg=to_deg, for_s=for_s, force_n=force_n, seed=seed)
        for to_deg in (25.0, -40.0, 60.0)
        for for_s in (0.6, 1.2, 2.0)
        for force_n in (3.0, 5.0, 8.0)
        for seed in range(1, 2 if args.quick else 4)
    ]
    figures["pushes"] = len(pushes)
    figures["push_never_yielded"] = sum(found.yielded_ms is None for found in pushes)
    figures["push_yield_ms_worst"] = max((found.yielded_ms or 0) for found in pushes)
    figures["push_yield_ms_median"] = float(np.median([found.yielded_ms or 0 for found in pushes]))
    figures["push_moved_back_deg_worst"] = max(found.moved_back_deg for found in pushes)
    touched = {name: touch_trace(name) for name in library()}
    figures["touch_traces"] = len(touched)
    figures["touch_moved_deg_worst"] = max(found.moved_deg for found in touched.values())
    figures["touch_worst_trace"] = max(touched, key=lambda name: touched[name].moved_deg)
    figures["touch_taken_for_push"] = sum(Contact.HAND in found.contacts for found in touched.values())
    slow = slow_moves(100 if args.quick else 1000, seed=1)
    figures |= {"slow_moves": slow.moves, "slow_moves_stalls": slow.stalls, "slow_moves_bumps": slow.bumps}
    figures["slow_moves_worst_end_deg"] = slow.worst_end_deg
    finish(figures, args)


def _bump_figures(figures: dict[str, float | int | str], *, seeds: int) -> None:
    figures["edge_force_steady_n"] = press_force_n()
    things = {"wall": wall(), "pot": on_counter("pot", 130.0, 0.2), "hand": on_counter("hand", 130.0, 0.13)}
    for name, thing in things.items():
        runs = [bump(thing, speed_dps=speed, seed=seed) for speed in BUMP_SPEEDS_DPS for seed in range(1, seeds + 1)]
        figures[f"bump_{name}_runs"] = len(runs)
        figures[f"bump_{name}_not_felt"] = sum(run.felt_ms is None for run in runs)
        figures[f"bump_{name}_felt_ms_worst"] = max(run.felt_ms or 0 for run in runs)
        figures[f"bump_{name}_released_ms_worst"] = max(run.released_ms or 0 for run in runs)
        figures[f"bump_{name}_pushed_ms_worst"] = max(run.pushed_ms for run in runs)
        figures[f"bump_{name}_peak_n"] = max(run.peak_n for run in runs)
    glasses = {
        "wine glass": ThingSpec(
            name="wine",
            kind="glass",
            at=beside(130.0, 0.14),
            size=(0.065, 0.065),
            height_m=0.2,
            mass_kg=0.16,
            fixed=False,
        ),
        **{kind: on_counter(kind) for kind in ("glass", "vase", "frame")},
    }
    for name, thing in glasses.items():
        for speed in (60.0, 180.0):
            found = bump(thing, speed_dps=speed, accel_dps2=360.0, start_yaw_deg=-60.0, stop_short=False)
            figures[f"tips_{name.replace(' ', '_')}_at_{speed:.0f}"] = str(found.tipped)


if __name__ == "__main__":
    main()
