"""Contacts: things slide, tip and stay; no energy is made; runs repeat and restore to the bit."""

from __future__ import annotations

import math
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.body_loop import PLACE, beside, on_counter, wall
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import CommandKind, MotorCommand
from simulator.runtime.seeds import stream
from simulator.world.body import BodyWorld
from simulator.world.contacts import EPISODE_TICKS
from simulator.world.spec import DevicePlace, HandAction, ThingSpec, WorldSpec
from simulator.world.things import GRAVITY_MPS2, KINDS, tip_energy_j
from simulator.world.truth_events import ScreenTouches, Tipped, TruthEvent

ROOT = Path(__file__).resolve().parents[3]
FACTS = MotorFacts()
SMOOTH = MotorFacts(coulomb_nm=0.0, viscous_nms=0.0, stiction_nm=0.0, backlash_deg=0.0, cable_nm_per_rad=0.0)


def room(*things: ThingSpec, facts: MotorFacts = FACTS, seed: int | None = 1, place: DevicePlace = PLACE) -> BodyWorld:
    rng = None if seed is None else stream(seed, "world.body")
    return BodyWorld(WorldSpec(device=place, things=things), facts, rng)


def swing(body: BodyWorld, rate_dps: float, *, ticks: int = 1, first: int = 0) -> None:
    """Let the free screen turn on from a speed."""
    body.plant.motor_rps = body.plant.screen_rps = math.radians(rate_dps)
    for tick in range(first, first + ticks):
        body.step(tick)


def at(body: BodyWorld, name: str) -> tuple[float, float]:
    thing = next(thing for thing in body.things() if thing.name == name)
    return thing.x_m, thing.y_m


def way(body: BodyWorld, name: str, start: tuple[float, float]) -> float:
    return math.dist(at(body, name), start)


def total_energy_j(body: BodyWorld) -> float:
    energy = body.plant.energy_j
    for thing in body.contacts.things:
        if not thing.fixed:
            energy += 0.5 * thing.mass_kg * (thing.vx_mps**2 + thing.vy_mps**2)
            energy += 0.5 * thing.moment_kgm2 * thing.spin_rps**2
    return energy


# --- tipping in closed form ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mass_kg", "foot_m", "centre_m"), [(0.2, 0.03, 0.055), (0.45, 0.025, 0.1), (0.5, 0.03, 0.09)])
def test_tip_energy_is_the_work_of_lifting_the_centre_over_the_rim(
    mass_kg: float, foot_m: float, centre_m: float
) -> None:
    """By integrating the torque of the weight about the rim from upright to the balance point."""
    steps, tip_rad = 20_000, math.atan2(foot_m, centre_m)
    arm_m = math.hypot(foot_m, centre_m)
    work = sum(
        mass_kg * GRAVITY_MPS2 * arm_m * math.sin(tip_rad * (1 - (k + 0.5) / steps)) * tip_rad / steps
        for k in range(steps)
    )
    assert tip_energy_j(mass_kg=mass_kg, foot_m=foot_m, centre_m=centre_m) == pytest.approx(work, rel=1e-6)


@pytest.mark.parametrize("kind", ["glass", "vase", "frame"])
def test_a_thing_tips_exactly_above_its_energy(kind: str) -> None:
    """Just below the closed form's speed it slides, just above it falls."""
    usual = KINDS[kind]
    foot_m = 0.5 * min(usual.size_m)
    energy_j = tip_energy_j(mass_kg=usual.mass_kg, foot_m=foot_m, centre_m=0.5 * usual.height_m)
    limit_dps = math.degrees(math.sqrt(2 * energy_j / FACTS.turning_inertia_kgm2))
    for share, tips in ((0.96, False), (1.04, True)):
        body, touched = room(on_counter(kind, 120.0, 0.15), facts=SMOOTH), False
        swing(body, share * limit_dps, ticks=0)
        for tick in range(120):
            body.step(tick)
            touched |= ScreenTouches(what=kind) in body.events
        assert touched
        assert next(thing.tipped for thing in body.things() if thing.name == kind) is tips


def test_a_tipped_glass_lies_away_from_the_screen_and_never_tips_again() -> None:
    body = room(on_counter("glass"))
    before = at(body, "glass")
    events: list[TruthEvent] = []
    swing(body, 300.0, ticks=0)
    for tick in range(200):
        body.step(tick)
        events += body.events
    assert events.count(Tipped(what="glass")) == 1
    thing = body.contacts.things[0]
    assert thing.tipped
    assert way(body, "glass", before) > 0.05
    assert max(thing.size_m) == pytest.approx(KINDS["glass"].height_m)


def test_pushing_along_without_a_blow_never_tips() -> None:
    """The screen that already touches the glass may speed up as it likes."""
    body = room(on_counter("glass"))
    body.enable()
    swing(body, 0.0)
    yaw, rate = 0.0, 0.0
    tipped = False
    for tick in range(1, 400):
        step = 0.36 if yaw < 45.5 else 3.6  # gently up to the glass, then as fast as allowed
        rate = min(15.0 if yaw < 46.0 else 170.0, rate + step)
        yaw = min(120.0, yaw + rate * 0.01)
        body.command(MotorCommand(tick=tick, seq=tick, kind=CommandKind.MOVE, yaw_deg=yaw, rate_dps=rate))
        body.step(tick)
        tipped |= Tipped(what="glass") in body.events
    assert way(body, "glass", beside(130.0, 0.14)) > 0.05
    assert not tipped


# --- pushing ------------------------------------------------------------------------------------------------------------


def press(body: BodyWorld, torque_limit_nm: float, *, ticks: int = 300) -> None:
    """Press the screen's left side against what is there, with a bounded torque."""
    body.enable()
    for tick in range(ticks):
        yaw = min(0.2 * tick, 60.0)
        body.command(
            MotorCommand(tick=tick, seq=tick, kind=CommandKind.MOVE, yaw_deg=yaw, torque_limit_nm=torque_limit_nm)
        )
        body.step(tick)


def test_a_wall_stops_the_screen_and_feels_the_motors_torque() -> None:
    body = room(wall())
    press(body, 1.0)
    assert 8.0 < body.yaw_deg < 12.0
    assert abs(body.rate_dps) < 0.01
    # what the motor gives, less what dry friction keeps, arrives at the edge
    assert body.contact_force_n == pytest.approx(1.0 / FACTS.edge_radius_m, abs=0.1 / FACTS.edge_radius_m)
    assert at(body, "cabinet") == wall().at


def test_the_wall_of_the_room_stops_it_too() -> None:
    body = room(place=DevicePlace(x_m=2.5, y_m=0.12, heading_deg=90.0), facts=FACTS)
    swing(body, 300.0, ticks=200)
    assert any(thing.name == "south wall" for thing in body.contacts.things)
    assert body.yaw_deg < 180.0
    body = room(place=DevicePlace(x_m=2.5, y_m=1.0), facts=FACTS)
    swing(body, 300.0, ticks=200)
    assert body.contacts.active is False


def test_a_heavy_pot_stays_and_a_light_glass_slides_and_stays_where_it_was_pushed() -> None:
    pot, glass = on_counter("pot", 130.0, 0.20), on_counter("glass")
    body = room(pot)
    press(body, 1.0)
    assert way(body, "pot", pot.at) < 0.002
    assert body.yaw_deg < 32.0
    body = room(glass)
    press(body, 1.0)
    assert way(body, "glass", glass.at) > 0.02
    assert body.yaw_deg > 55.0
    there = at(body, "glass")
    body.command(MotorCommand(tick=300, seq=300, kind=CommandKind.MOVE, yaw_deg=0.0))
    for tick in range(300, 500):
        body.step(tick)
    assert math.dist(at(body, "glass"), there) < 0.001


def test_a_hand_in_the_way_gives_way_only_to_more_than_its_arm_holds() -> None:
    spec = on_counter("hand", 130.0, 0.15)
    for torque_nm, gives in ((0.6, False), (1.4, True)):
        body = room(spec)
        press(body, torque_nm)
        assert (way(body, "hand", spec.at) > 0.01) is gives


def test_fixed_things_and_things_below_the_screen() -> None:
    stuck = on_counter("glass").model_copy(update={"fixed": True})
    body = room(stuck)
    press(body, 1.4)
    assert way(body, "glass", stuck.at) == 0.0
    low = ThingSpec(name="phone", kind="glass", at=beside(130.0, 0.14), bottom_m=0.5, height_m=0.05, fixed=False)
    counter = ThingSpec(name="counter", kind="counter", at=beside(0.0, 0.0), size=(2.0, 0.6), height_m=0.9)
    body = room(low, counter)
    press(body, 1.0)
    assert body.yaw_deg == pytest.approx(60.0, abs=2.0)
    assert way(body, "phone", low.at) == 0.0


def test_things_push_things() -> None:
    first, second = on_counter("glass"), on_counter("vase", 145.0, 0.14).model_copy(update={"name": "vase"})
    body = room(first, second)
    press(body, 1.0)
    assert way(body, "vase", second.at) > 0.005


def test_placing_a_thing_elsewhere_frees_the_screen() -> None:
    body = room(on_counter("pot", 130.0, 0.2))
    press(body, 1.0)
    assert body.yaw_deg < 32.0
    body.place("pot", at=beside(0.0, 1.0))
    press(body, 1.0)
    assert body.yaw_deg == pytest.approx(60.0, abs=2.0)
    assert at(body, "pot") == pytest.approx(beside(0.0, 1.0))
    with pytest.raises(KeyError, match="unknown thing pan; this scene has pot"):
        body.place("pan", at=(0.0, 0.0))


# --- energy -------------------------------------------------------------------------------------------------------------

PLACED = st.tuples(st.sampled_from(["glass", "vase", "pot", "frame", "hand"]), st.floats(-8, 8), st.floats(0.0, 0.06))


@given(placed=st.lists(PLACED, max_size=4), rate_dps=st.floats(-250, 250))
@settings(max_examples=settings().max_examples // 4)
def test_a_swing_among_things_only_loses_energy(placed: list[tuple[str, float, float]], rate_dps: float) -> None:
    """Whatever stands around the screen, or in it: what overlaps is pushed apart without gaining speed."""
    things = []
    for k, (kind, aside_deg, away_m) in enumerate(placed):
        reach_m = 0.5 * math.hypot(*KINDS[kind].size_m)
        thing = on_counter(kind, 110.0 + 50.0 * k + aside_deg, FACTS.base_radius_m + reach_m + away_m)
        things.append(thing.model_copy(update={"name": f"{kind}-{k}"}))
    body = room(*things, wall(310.0, 0.17), facts=FACTS.model_copy(update={"cable_nm_per_rad": 0.0}))
    swing(body, rate_dps, ticks=0)
    energy_j = total_energy_j(body)
    for tick in range(60):
        body.step(tick)
        now_j = total_energy_j(body)
        assert now_j <= energy_j + 1e-12
        energy_j = now_j
    assert math.isfinite(body.yaw_deg)


# --- repeatable, restorable ---------------------------------------------------------------------------------------------


def crowd() -> list[ThingSpec]:
    kinds = ("glass", "vase", "pot", "hand", "frame", "glass", "cat", "vase", "glass", "pot", "frame")
    return [
        on_counter(kind, 30.0 * k + 20.0, 0.15 + 0.02 * (k % 4)).model_copy(update={"name": f"{kind}-{k}"})
        for k, kind in enumerate(kinds)
    ]


def story(body: BodyWorld, first: int, ticks: int) -> list[Any]:
    """Turn to and fro with a hand in between; everything that can be seen, every tick."""
    told = []
    for tick in range(first, first + ticks):
        goal = 70.0 * math.sin(0.021 * tick)
        rate = 70.0 * 2.1 * math.cos(0.021 * tick)
        body.command(MotorCommand(tick=tick, seq=tick, kind=CommandKind.MOVE, yaw_deg=goal, rate_dps=rate))
        if tick % 170 == 60:
            body.begin(HandAction(at_s=0, gesture="turn", to_deg=-20.0, for_s=0.6), tick)
        if tick % 230 == 100:
            body.begin(HandAction(at_s=0, gesture="scroll"), tick)
        body.step(tick)
        told.append(
            (body.state(tick), body.things(), body.contact_force_n, body.yaw_deg, body.touch, list(body.events))
        )
    return told


def test_the_same_seed_gives_the_same_bits_and_another_seed_others() -> None:
    runs = []
    for seed in (5, 5, 6):
        body = room(*crowd(), wall(170.0, 0.15), seed=seed)
        body.enable()
        runs.append(story(body, 0, 400))
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


@pytest.mark.parametrize("at_tick", [1, 33, 150, 257, 391])
def test_a_restored_body_goes_on_to_the_bit_and_saving_does_not_disturb(at_tick: int) -> None:
    one, other = (room(*crowd(), wall(170.0, 0.15), seed=5) for _ in range(2))
    one.enable()
    story(one, 0, at_tick)
    state = one.snapshot()
    on = story(one, at_tick, 120)
    other.restore(pickle.loads(pickle.dumps(state)))  # a body that has lived nothing of it, in another process
    assert story(other, at_tick, 120) == on
    one.restore(state)
    assert story(one, at_tick, 120) == on
    undisturbed = room(*crowd(), wall(170.0, 0.15), seed=5)
    undisturbed.enable()
    assert story(undisturbed, 0, at_tick + 120)[at_tick:] == on


def test_a_long_episode_is_built_anew_and_still_restores_to_the_bit() -> None:
    body = room(wall(), on_counter("glass", -60.0, 0.15))
    press(body, 0.8, ticks=EPISODE_TICKS + 200)
    assert body.contacts.active
    state = body.snapshot()
    first = story(body, 2000, 50)
    body.restore(state)
    assert story(body, 2000, 50) == first


def test_one_long_touch_is_one_event() -> None:
    """Also when the episode is built again under it, and when what is touched falls asleep."""
    for thing in (wall(), on_counter("pot", 130.0, 0.2)):
        body = room(thing)
        told = []
        body.enable()
        for tick in range(2 * EPISODE_TICKS + 100):
            yaw = min(0.2 * tick, 60.0)
            body.command(MotorCommand(tick=tick, seq=tick, kind=CommandKind.MOVE, yaw_deg=yaw, torque_limit_nm=0.5))
            body.step(tick)
            told += body.events
        assert told == [ScreenTouches(what=thing.name)]


@pytest.mark.process
def test_another_process_gets_the_same_bits() -> None:
    """Addresses in memory differ between processes; nothing may depend on them."""
    program = (
        "import hashlib\n"
        "from tests.world.body import test_contacts as t\n"
        "body = t.room(*t.crowd(), t.wall(170.0, 0.15), seed=5)\n"
        "body.enable()\n"
        "print(hashlib.sha256(repr(t.story(body, 0, 250)).encode()).hexdigest())\n"
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", ballast + program], capture_output=True, text=True, check=True, cwd=ROOT
        ).stdout
        for ballast in ("", "ballast = [bytearray(k) for k in range(1, 4000, 7)]\n")
    }
    assert len(hashes) == 1
