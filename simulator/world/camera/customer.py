"""The room as people see it, with the device in it: from somebody's eyes, from a corner, from above.

The device is drawn once more alone at twice the size, so that what is on its glass can be read across the room; edges are
softened on the finished bytes, which costs a tenth of drawing everything finer.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import difference_deg, wrap_deg
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.opencv import cv2
from simulator.world.camera.baked_room import Spot
from simulator.world.camera.body import alive
from simulator.world.camera.camera import VirtualCamera
from simulator.world.camera.customer_place import Place, Standpoint
from simulator.world.camera.device_model import CLOTH, COLOURS, GLASS, device_model
from simulator.world.camera.home.plan import TABLE_BELOW_M
from simulator.world.camera.light import IN_A_HOME, SETTINGS
from simulator.world.camera.stage import GlStage, Guests
from simulator.world.camera.view import CameraView, Light, PersonView
from simulator.world.camera.viewpoint import Lens
from simulator.world.spec import WorldSpec

Pixels = NDArray[np.uint8]
BASE, HEAD = "device base", "device head"
EYES_AHEAD_M, EYES_UP_M = 0.09, 0.04  # from the middle of the head
GLANCE_DEG = 35.0  # eyes turn so far in the head
FOV_DEG: dict[Place, float] = {"eye": 60.0, "third": 74.0, "above": 70.0, "walk": 70.0, "watch": 34.0}
CORNER_M, CORNER_UP_M, HIDES_M = 0.45, 1.72, 0.35
WALL_M = 0.2  # nobody's eyes are nearer to a wall
# A screen dims itself with the room.
GLASS_LIGHT: dict[Light, float] = {"day": 0.95, "evening": 0.85, "lamp": 0.6, "dim": 0.35, "dark": 0.2}
# Light does not come in below a base: without a dark rim around it the device seems to hang above its table.
STANDS_REACH, STANDS_TAKES = 2.2, (0.85, 0.84, 0.82)
EDGE_STEP, DEVICE_FINER = 26, 2  # grey levels of an edge that is softened; how much finer the device is drawn
SLAB_TAKES, BEAM_DAY, BEAM_NIGHT = (0.34, 0.33, 0.32), (0.05, 0.05, 0.055), (0.16, 0.145, 0.13)


class CustomerView:
    """Draws one room for people; needs OpenGL, as the device's camera does."""

    def __init__(self, spec: WorldSpec, facts: DeviceFacts) -> None:
        chance = np.random.Generator(np.random.PCG64(1))  # of noise that is never drawn
        self._camera = VirtualCamera(spec, facts.camera, chance, renderer="gl")
        stage = self._camera.stage
        assert isinstance(stage, GlStage)
        self._stage, self._spec, self._facts = stage, spec, facts
        self.model = device_model(facts)
        for name, colour in COLOURS.items():
            stage.gl.texture(name, _cloth(colour) if name == CLOTH else np.full((8, 8, 3), colour, np.uint8))
        self.show(np.full((8, 8, 3), 20, np.uint8))
        stage.gl.put(BASE, self.model.base)
        stage.gl.put(HEAD, self.model.head)

    @property
    def table_m(self) -> float:
        """Height of what the device stands on."""
        return self._spec.device.height_m - TABLE_BELOW_M

    def show(self, glass: Pixels) -> None:
        """Put a picture on the device's glass."""
        self._stage.gl.texture(GLASS, glass)

    def picture(self, view: CameraView, standpoint: Standpoint) -> Pixels:
        """One picture, (rows, columns, 3)."""
        view = replace(view, people=tuple(alive(person, tick=view.tick) for person in view.people))
        lens, hidden = self.lens(view, standpoint)
        guests = self._guests(view, hidden)
        if standpoint.finer > 1:
            large = self._drawn(view, _larger(lens, standpoint.finer), guests)
            return np.asarray(cv2.resize(large, standpoint.pixels, interpolation=cv2.INTER_AREA), np.uint8)
        return self._device_finer(softened(self._drawn(view, lens, guests)), view, lens, guests)

    def lens(self, view: CameraView, standpoint: Standpoint) -> tuple[Lens, str]:
        """Where a standpoint is and looks, and who is not drawn."""
        fov_deg, hidden = FOV_DEG[standpoint.view], ""
        device = self._spec.device
        target = (device.x_m, device.y_m, self.table_m + 0.14)
        person = next((one for one in view.people if standpoint.who in ("", one.name)), None)
        if standpoint.view in ("eye", "watch") and person is not None:
            eye, hidden = self._eye(person), person.name
            direction, pitch = _aim(eye, target)
            # Whoever does not turn the head to the device sees it from the corner of the eye, or not at all.
            off_deg = difference_deg(direction, person.head_deg)
            if standpoint.view == "eye" and abs(off_deg) > GLANCE_DEG:
                direction, pitch = wrap_deg(person.head_deg + math.copysign(GLANCE_DEG, off_deg)), person.head_pitch_deg
        elif standpoint.view == "walk":
            eye, direction, pitch = self._inside(standpoint.eye), standpoint.direction_deg, standpoint.pitch_deg
        elif standpoint.view == "above":
            room = self._spec.room
            eye = (0.5 * room.width_m, 0.5 * room.depth_m - 0.01, max(room.width_m, room.depth_m) * 0.9)
            direction, pitch = 90.0, -89.0
        else:
            eye = self._corner(view)
            room = self._spec.room
            direction, pitch = _aim(
                eye, (0.6 * target[0] + 0.2 * room.width_m, 0.6 * target[1] + 0.2 * room.depth_m, 1.0)
            )
        wide, tall = standpoint.pixels
        return (
            Lens(
                eye=eye, direction_deg=direction, pitch_deg=pitch,
                focal_px=0.5 * wide / math.tan(math.radians(0.5 * fov_deg)), pixels=(wide, tall),
                centre_px=(0.5 * wide, 0.5 * tall),
            ),
            hidden,
        )  # fmt: skip

    def glass_corners(self, yaw_deg: float) -> NDArray[np.float64]:
        """The corners of the glass in the room, upper left as seen first."""
        device = self._spec.device
        place = _placed(device.heading_deg + yaw_deg, (device.x_m, device.y_m, self.table_m))
        return np.asarray(self.model.corners @ place[:3, :3].T + place[:3, 3])

    def close(self) -> None:
        """Give the graphics memory back."""
        self._camera.close()

    def _inside(self, eye: tuple[float, float, float]) -> tuple[float, float, float]:
        room = self._spec.room
        x, y, z = (
            min(max(at, WALL_M), size - WALL_M)
            for at, size in zip(eye, (room.width_m, room.depth_m, room.height_m), strict=True)
        )
        return x, y, z

    def _eye(self, person: PersonView) -> tuple[float, float, float]:
        x, y, z = self._camera.posed(person).head_centre.tolist()
        turn = math.radians(person.head_deg)
        return x + EYES_AHEAD_M * math.cos(turn), y + EYES_AHEAD_M * math.sin(turn), z + EYES_UP_M

    def _corner(self, view: CameraView) -> tuple[float, float, float]:
        """The corner with the longest look past the people and what stands there."""
        room, device = self._spec.room, self._spec.device
        near = [(one.x_m, one.y_m) for one in view.people]
        near += [thing.at for thing in self._spec.things if thing.height_m > 1.2]
        corners = [(x, y) for x in (CORNER_M, room.width_m - CORNER_M) for y in (CORNER_M, room.depth_m - CORNER_M)]

        def worth(at: tuple[float, float]) -> float:
            close = any(math.dist(at, one) < 1.0 for one in near)
            hides = any(_off_line_m(one, at, (device.x_m, device.y_m)) < HIDES_M for one in near)
            return math.dist(at, (device.x_m, device.y_m)) - 1.5 * close - 2.0 * hides

        x, y = max(corners, key=worth)
        return x, y, CORNER_UP_M

    def _guests(self, view: CameraView, hidden: str) -> Guests:
        device, yaw_deg = self._spec.device, self._spec.device.heading_deg + view.yaw_deg
        at = (device.x_m, device.y_m, self.table_m)
        self._stage.gl.move(BASE, _placed(device.heading_deg, at).astype(np.float32))
        # A screen is as bright as it sets itself, whatever the room is: the light that falls on it is taken out.
        ambient = IN_A_HOME.get(view.light, SETTINGS[view.light]).ambient
        self._stage.gl.retexture(HEAD, GLASS, GLASS, glow=GLASS_LIGHT[view.light] - 0.5 * float(np.mean(ambient)))
        self._stage.gl.move(HEAD, _placed(yaw_deg, at).astype(np.float32))
        c, s = math.cos(math.radians(yaw_deg)), math.sin(math.radians(yaw_deg))
        ahead_m = self._facts.motor.screen_forward_m + 0.045
        table = self._stage.table or (-99.0, 99.0, -99.0, 99.0)
        slab = Spot(
            shape="slab", x_m=at[0] + c * ahead_m, y_m=at[1] + s * ahead_m, z_m=at[2] + 0.0025, angle_deg=yaw_deg,
            half_m=(0.085, 0.62 * self.model.glass_m[0]), tint=SLAB_TAKES, within=table,
        )  # fmt: skip
        reach_m = STANDS_REACH * self._facts.motor.base_radius_m
        stands = Spot(
            shape="round", x_m=at[0], y_m=at[1], z_m=at[2] + 0.0015, angle_deg=0.0, half_m=(reach_m, reach_m),
            tint=STANDS_TAKES, within=table,
        )  # fmt: skip
        beam = Spot(
            shape="beam", x_m=at[0] + c * 0.33, y_m=at[1] + s * 0.33, z_m=at[2] + 0.0035, angle_deg=yaw_deg,
            half_m=(0.22, self.model.glass_m[0]), tint=BEAM_DAY if view.light == "day" else BEAM_NIGHT, adds=True,
            within=table,
        )  # fmt: skip
        return Guests(names=(BASE, HEAD), yaw_deg=view.yaw_deg, hidden=hidden, spots=(stands, slab, beam))

    def _drawn(self, view: CameraView, lens: Lens, guests: Guests) -> Pixels:
        people = [self._camera.posed(person) for person in view.people]
        return self._stage.sharp(view, lens, people, SETTINGS[view.light], guests=guests)

    def _device_finer(self, picture: Pixels, view: CameraView, lens: Lens, guests: Guests) -> Pixels:
        """The device's own rectangle once more, twice as fine."""
        device, reach = self._spec.device, self._facts.motor.edge_radius_m + 0.01
        top = self.table_m + self._facts.motor.screen_below_m + self._facts.motor.screen_above_m + 0.01
        around = [
            (device.x_m + x, device.y_m + y, z, 1.0)
            for x in (-reach, reach) for y in (-reach, reach) for z in (self.table_m, top)
        ]  # fmt: skip
        clip = np.array(around) @ lens.to_clip().T
        if (clip[:, 3] < 0.1).any():
            return picture
        wide, tall = lens.pixels
        x, y = (0.5 + 0.5 * clip[:, 0] / clip[:, 3]) * wide, (0.5 - 0.5 * clip[:, 1] / clip[:, 3]) * tall
        x0, x1 = max(0, int(x.min()) - 3), min(wide, int(x.max()) + 4)
        y0, y1 = max(0, int(y.min()) - 3), min(tall, int(y.max()) + 4)
        if x1 - x0 < 8 or y1 - y0 < 8:
            return picture
        part = replace(
            lens, focal_px=DEVICE_FINER * lens.focal_px, pixels=(DEVICE_FINER * (x1 - x0), DEVICE_FINER * (y1 - y0)),
            centre_px=(DEVICE_FINER * (lens.centre_px[0] - x0), DEVICE_FINER * (lens.centre_px[1] - y0)),
        )  # fmt: skip
        out = picture.copy()
        out[y0:y1, x0:x1] = cv2.resize(
            self._drawn(view, part, guests), (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA
        )
        return out


def softened(picture: Pixels) -> Pixels:
    """Blurred along strong edges only."""
    grey, kernel = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.ones((3, 3), np.uint8)
    step = cv2.subtract(cv2.dilate(grey, kernel), cv2.erode(grey, kernel))
    edges = cv2.threshold(step, EDGE_STEP, 255, cv2.THRESH_BINARY)[1]
    out = picture.copy()
    cv2.copyTo(cv2.GaussianBlur(picture, (3, 3), 0.75), edges, out)
    return out


def _larger(lens: Lens, times: int) -> Lens:
    return replace(
        lens, focal_px=times * lens.focal_px, pixels=(times * lens.pixels[0], times * lens.pixels[1]),
        centre_px=(times * lens.centre_px[0], times * lens.centre_px[1]),
    )  # fmt: skip


def _off_line_m(at: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    """How far a place is from the straight way between two others."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    share = ((at[0] - start[0]) * dx + (at[1] - start[1]) * dy) / max(dx * dx + dy * dy, 1e-9)
    share = min(max(share, 0.0), 1.0)
    return math.hypot(at[0] - start[0] - share * dx, at[1] - start[1] - share * dy)


def _aim(eye: tuple[float, float, float], target: tuple[float, float, float]) -> tuple[float, float]:
    """Direction and pitch from one place to another."""
    dx, dy, dz = (b - a for a, b in zip(eye, target, strict=True))
    return math.degrees(math.atan2(dy, dx)), math.degrees(math.atan2(dz, math.hypot(dx, dy)))


def _placed(angle_deg: float, at: tuple[float, float, float]) -> NDArray[np.float64]:
    turn = math.radians(angle_deg)
    c, s = math.cos(turn), math.sin(turn)
    return np.array([[c, -s, 0, at[0]], [s, c, 0, at[1]], [0, 0, 1, at[2]], [0, 0, 0, 1]])


def _cloth(colour: tuple[int, int, int]) -> Pixels:
    """A fine weave."""
    weave = np.indices((32, 32)).sum(0) % 2
    return np.asarray(np.clip(np.array(colour) * (0.94 + 0.12 * weave[..., None]), 0, 255), np.uint8)
