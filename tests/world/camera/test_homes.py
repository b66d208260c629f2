"""Homes furnished by rule: what stands where, what stays free, how light is kept, and what the device sees of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simulator.onboard.facts import CameraFacts
from simulator.scene.loader import load
from simulator.world.assets import SCENES
from simulator.world.camera.camera import VirtualCamera
from simulator.world.camera.home import bake
from simulator.world.camera.home.dress import dress, stands_still
from simulator.world.camera.home.plan import Plan, plan_of
from simulator.world.camera.home.shapes import Home
from simulator.world.camera.view import CameraView, Light, PersonView, ThingView
from simulator.world.spec import DevicePlace, PersonSpec, RoomSpec, ThingSpec, WallSpec, WorldSpec

pytestmark = pytest.mark.render

# One scene of each home, and those in which much stands about.
USUAL = (
    "wake/in-bed", "follow/around-an-island", "follow/in-the-evening", "ambiguity/side-by-side", "living-kitchen",
    "wake/from-the-sofa", "decoys/a-mirror-on-the-wall", "body/a-cabinets-side", "reflection/a-shelf-in-the-way",
)  # fmt: skip


def scene(name: str) -> WorldSpec:
    return load(SCENES / f"{name}.scene.yaml").spec


def dressed(spec: WorldSpec) -> Home:
    home = dress(spec, frozenset(thing.name for thing in spec.things if stands_still(spec, thing)))
    assert home is not None
    return home


def planned(spec: WorldSpec) -> Plan:
    plan = plan_of(spec)
    assert plan is not None
    return plan


def covering(home: Home, x_m: float, y_m: float, z_m: float) -> list[int]:
    """The boxes that a place lies in."""
    found = []
    for k, (bx, by, bz, hx, hy, hz, cos, sin, _) in enumerate(home.boxes):
        ahead, aside = cos * (x_m - bx) + sin * (y_m - by), cos * (y_m - by) - sin * (x_m - bx)
        if abs(ahead) < hx and abs(aside) < hy and abs(z_m - bz) < hz:
            found.append(k)
    return found


def scene_view(spec: WorldSpec, light: Light = "day", **on: bool) -> CameraView:
    return CameraView(
        tick=0,
        yaw_deg=0.0,
        rate_dps=0.0,
        light=light,
        things=tuple(
            ThingView(name=one.name, x_m=one.at[0], y_m=one.at[1], angle_deg=one.angle_deg, on=on.get(one.name, one.on))
            for one in spec.things
        ),
    )


@pytest.mark.parametrize("name", USUAL)
def test_the_device_stands_on_something(name: str) -> None:
    spec = scene(name)
    home, device = dressed(spec), spec.device
    x0, x1, y0, y1 = home.table
    assert x0 < device.x_m < x1
    assert y0 < device.y_m < y1
    assert covering(home, device.x_m, device.y_m, home.table_m - 0.01)
    assert not covering(home, device.x_m, device.y_m, home.table_m + 0.1)


@pytest.mark.parametrize("name", USUAL)
def test_nothing_of_a_home_stands_where_somebody_stands_or_walks(name: str) -> None:
    spec = scene(name)
    home = dressed(spec)
    sitting = {person.at for person in spec.people if person.posture == "sitting"}
    for a, b in planned(spec).ways:
        for share in (0.0, 0.5, 1.0):
            x, y = a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])
            if (x, y) not in sitting:
                assert covering(home, x, y, 0.5) == []


@pytest.mark.parametrize("name", USUAL)
def test_everything_stays_inside_the_walls(name: str) -> None:
    spec = scene(name)
    corners = np.concatenate([patch.corners.reshape(-1, 3) for patch in dressed(spec).patches])
    reveal = 0.091  # a window sits so deep in its wall
    assert corners.min() > -reveal
    assert (corners.max(0) < np.array([spec.room.width_m, spec.room.depth_m, spec.room.height_m]) + reveal).all()


def test_rules_of_style_stand_and_window() -> None:
    tiles = {"south": WallSpec(material="tile")}
    kitchen = planned(WorldSpec(room=RoomSpec(walls=tiles)))
    assert (kitchen.style, kitchen.stand, kitchen.back.name) == ("kitchen", "counter", "south")
    low = planned(WorldSpec(device=DevicePlace(height_m=0.6)))
    assert (low.style, low.stand) == ("bedroom", "night stand")
    free = planned(WorldSpec(room=RoomSpec(walls=tiles), device=DevicePlace(x_m=2.5, y_m=2.0)))
    assert free.stand == "island"
    said = planned(WorldSpec(room=RoomSpec(style="living"), device=DevicePlace(on="counter")))
    assert (said.style, said.stand) == ("living", "counter")
    glass = planned(WorldSpec(room=RoomSpec(walls={"north": WallSpec(material="glass")})))
    assert glass.window is not None
    assert glass.window.name == "north"
    assert planned(WorldSpec(room=RoomSpec(window="none"))).window is None
    assert plan_of(WorldSpec(room=RoomSpec(style="plain"))) is None


def test_a_window_gives_way_to_what_hangs_on_its_wall() -> None:
    poster = ThingSpec(
        name="poster", kind="poster", at=(4.98, 2.0), size=(0.02, 0.7), angle_deg=180.0, bottom_m=1.0, height_m=1.0
    )
    bare, hung = planned(WorldSpec()), planned(WorldSpec(things=(poster,)))
    assert bare.window is not None
    assert hung.window is not None
    assert (bare.window.name, hung.window.name) == ("east", "west")


def test_a_counter_ends_before_who_stands_at_its_wall() -> None:
    room = RoomSpec(walls={"south": WallSpec(material="tile")})
    alone = dressed(WorldSpec(room=room))
    beside = dressed(WorldSpec(room=room, people=(PersonSpec(name="ana", at=(4.2, 0.4)),)))
    assert alone.table[1] > 4.9
    assert 3.0 < beside.table[1] < 3.9


def test_light_of_a_hall_is_known_coarser_and_takes_no_longer() -> None:
    counts = []
    for width_m, depth_m in ((6.0, 5.0), (20.0, 20.0)):
        home = dressed(WorldSpec(room=RoomSpec(width_m=width_m, depth_m=depth_m)))
        counts.append(sum(len(bake._lumels(patch).places) for patch in home.patches))
    assert counts[1] < 1.6 * counts[0]


def test_light_is_cast_once_for_each_geometry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(bake.CACHE_ENV, str(tmp_path))
    casts: list[int] = []
    cast = bake._cast
    monkeypatch.setattr(bake, "_cast", lambda *given: casts.append(1) or cast(*given))
    spec = scene("wake/in-bed")
    first = bake.baked(dressed(spec))
    again = bake.baked(dressed(spec))
    assert len(casts) == 1
    assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))
    (kept,) = tmp_path.glob("light/*.npz")
    kept.write_bytes(kept.read_bytes()[:2000])  # damaged: cast again, to the same light
    mended = bake.baked(dressed(spec))
    assert len(casts) == 2
    assert all(np.array_equal(one, other) for one, other in zip(first, mended, strict=True))
    colours = spec.model_copy(update={"room": spec.room.model_copy(update={"palette": "navy", "light": "dim"})})
    bake.baked(dressed(colours))
    assert len(casts) == 2


def test_a_bake_that_cannot_be_kept_is_used_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "light").write_text("a file where the folder should be")
    monkeypatch.setenv(bake.CACHE_ENV, str(tmp_path))
    light = bake.baked(dressed(scene("wake/in-bed")))
    assert all(np.isfinite(one).all() for one in light)


def test_a_face_on_the_television_of_the_living_room_can_be_seen() -> None:
    spec = scene("decoys/a-television-talks")
    camera = VirtualCamera(spec, CameraFacts(noise_sigma=0.0), np.random.default_rng(1), renderer="gl")
    off, on = (camera.picture(scene_view(spec, "evening", tv=shown))[0].astype(int) for shown in (False, True))
    camera.close()
    changed = np.abs(on - off).max(2) > 20
    assert 1500 < changed.sum() < 20_000
    rows, columns = np.nonzero(changed)
    assert columns.min() > 400  # it stands to the right of the device
    assert rows.max() - rows.min() < 150


def test_feet_darken_the_floor_and_lights_go_from_bright_to_dark() -> None:
    spec = WorldSpec()
    camera = VirtualCamera(spec, CameraFacts(noise_sigma=0.0), np.random.default_rng(1), renderer="gl")
    there = PersonView(name="ann", look="adult-1", x_m=2.5, y_m=3.0, body_deg=-90.0, head_deg=-90.0)
    empty = camera.picture(CameraView(tick=0, yaw_deg=0.0, rate_dps=0.0))[0].astype(int)
    full, truth = camera.picture(CameraView(tick=0, yaw_deg=0.0, rate_dps=0.0, people=(there,)))
    box = truth.seen[0].box
    beside = slice(round((box.x - 0.015) * 640), round(box.x * 640))
    foot = slice(round((box.y + box.height - 0.02) * 360), round((box.y + box.height) * 360))
    assert (empty - full.astype(int))[foot, beside].mean() > 2.0
    lights: tuple[Light, ...] = ("day", "evening", "lamp", "dim", "dark")
    levels = [camera.picture(CameraView(tick=0, yaw_deg=0.0, rate_dps=0.0, light=one))[0].mean() for one in lights]
    camera.close()
    assert levels == sorted(levels, reverse=True)
    assert levels[0] > 150
    assert levels[-1] < 50


def test_the_same_room_gives_the_same_picture_also_after_another_light() -> None:
    spec = scene("wake/in-bed")
    pictures = []
    for detour in (False, True):
        camera = VirtualCamera(spec, CameraFacts(noise_sigma=0.0), np.random.default_rng(1), renderer="gl")
        if detour:
            camera.picture(scene_view(spec, "day"))
        pictures.append(camera.picture(scene_view(spec, "lamp"))[0].copy())
        camera.close()
    assert np.array_equal(*pictures)


def test_another_seed_of_decor_changes_the_wall_behind_the_device_only() -> None:
    spec = scene("follow/in-the-evening")
    other = spec.model_copy(update={"room": spec.room.model_copy(update={"decor_seed": 1})})
    one, two = planned(spec), planned(other)
    assert (one.style, one.stand, one.window and one.window.name) == (
        two.style,
        two.stand,
        two.window and two.window.name,
    )
    boxes = [np.array(dressed(each).boxes) for each in (spec, other)]
    assert len(boxes[0]) == len(boxes[1])
