"""The virtual camera: asks for a picture of the world as it is now, and tells the truth about it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.angles import wrap_deg
from simulator.onboard.facts import CameraFacts
from simulator.onboard.messages import Box
from simulator.onboard.opencv import cv2
from simulator.world.camera.body import alive, body_of
from simulator.world.camera.gl import NoRenderer
from simulator.world.camera.home.plan import TABLE_BELOW_M
from simulator.world.camera.lens import Region, Sensor
from simulator.world.camera.light import SETTINGS
from simulator.world.camera.room import corners_of, wall_names
from simulator.world.camera.seen import Block, Posed, Projector, truth_of
from simulator.world.camera.sprites import SpriteStage
from simulator.world.camera.stage import GlStage
from simulator.world.camera.undrawn import NO_POINTS, Undrawn
from simulator.world.camera.view import CameraView, FrameTruth, PersonView
from simulator.world.camera.viewpoint import Lens
from simulator.world.spec import WorldSpec
from simulator.world.things import completed
from simulator.world.truth import SeenTruth


class VirtualCamera:
    """The camera of one device in one virtual room."""

    def __init__(
        self,
        spec: WorldSpec,
        facts: CameraFacts,
        chance: np.random.Generator,
        *,
        renderer: Literal["best", "gl", "sprites", "elsewhere"] = "best",
    ) -> None:
        # As heavy, high and placed as contacts take it: what is drawn is what the screen may meet.
        table_m = spec.device.height_m - TABLE_BELOW_M
        things = tuple(completed(thing, table_m=table_m) for thing in spec.things)
        spec = WorldSpec.model_validate({**dict(spec), "things": things})
        self._spec, self._facts = spec, facts
        self._sensor = Sensor(facts, chance.spawn(1)[0])
        self._things = {thing.name: thing for thing in spec.things}
        self.note = ""  # why the picture is simpler than it could be; empty when it is not
        self._stage = self._set_stage(renderer, chance.spawn(1)[0])
        self._posed: dict[str, tuple[PersonView, Posed]] = {}
        self._last: tuple[CameraView, list[Posed], tuple[SeenTruth, ...]] | None = None
        self._last_pixels: NDArray[np.uint8] | None = None  # kept for sprites only

    @property
    def kind(self) -> Literal["gl", "sprites"]:
        """How pictures are drawn."""
        return self._stage.kind

    @property
    def stage(self) -> GlStage | SpriteStage | Undrawn:
        """What draws, for pictures that are not the device's own."""
        return self._stage

    @property
    def drawn_by(self) -> str:
        """The name of the renderer, for the window and the log."""
        return self._stage.name

    def picture(self, view: CameraView) -> tuple[NDArray[np.uint8], FrameTruth]:
        """One picture, (rows, columns, 3) of red, green and blue, and the truth about it."""
        lens = self._lens(view)
        light = SETTINGS[view.light]
        view = replace(view, people=tuple(alive(person, tick=view.tick) for person in view.people))
        people = [self.posed(person) for person in view.people]
        sharp = self._stage.sharp(view, lens, people, light)
        pixels = self._sensor.exposed(sharp, rate_dps=view.rate_dps, light=light)
        if self._stage.kind == "sprites":
            self._last_pixels = pixels.copy()
        truth = self._truth(view, lens, people)
        self._last = (view, people, truth.seen)
        return pixels, truth

    def truth(self, view: CameraView) -> FrameTruth:
        """The truth about a picture that is drawn elsewhere."""
        view = replace(view, people=tuple(alive(person, tick=view.tick) for person in view.people))
        return self._truth(view, self._lens(view), [self.posed(person) for person in view.people])

    def _truth(self, view: CameraView, lens: Lens, people: list[Posed]) -> FrameTruth:
        projector = Projector(
            eye=lens.eye, to_camera=lens.to_camera(), focal_px=lens.focal_px,
            columns=self._facts.columns, rows=self._facts.rows, sensor=self._sensor,
        )  # fmt: skip
        device = self._spec.device
        seen = truth_of(
            people, self._blocks(view), project=projector, axis=(device.x_m, device.y_m), heading_deg=device.heading_deg
        )
        blur_px = self._sensor.blur_px(view.rate_dps, SETTINGS[view.light])
        return FrameTruth(tick=view.tick, seen=seen, drawn_by=self._stage.kind, blur_px=blur_px)

    def detail(self, box: Box, zoom: float) -> NDArray[np.uint8]:
        """A part of the last picture from the full sensor, `zoom` times finer; ask before the world moves on."""
        if self._last is None:
            raise RuntimeError("no picture was taken yet: ask for one before its detail")
        view, people, seen = self._last
        light, facts, margin = SETTINGS[view.light], self._facts, self._sensor.margin_px
        region = Region(
            x_px=box.x * facts.columns,
            y_px=box.y * facts.rows,
            columns=max(1, round(box.width * facts.columns * zoom)),
            rows=max(1, round(box.height * facts.rows * zoom)),
            zoom=zoom,
        )
        if self._stage.kind == "sprites":  # drawing again would take longer than it is worth
            return self._enlarged(region)
        whole = self._lens(view)
        spare = round(margin * zoom)
        lens = replace(
            whole,
            focal_px=whole.focal_px * zoom,
            pixels=(region.columns + 2 * spare, region.rows + 2 * spare),
            centre_px=(
                (0.5 * facts.columns - region.x_px) * zoom + spare,
                (0.5 * facts.rows - region.y_px) * zoom + spare,
            ),
        )
        only = frozenset(one.name for one in seen if _touches(one.box, box))
        sharp = self._stage.sharp(view, lens, people, light, only=only)
        return self._sensor.exposed(sharp, rate_dps=view.rate_dps, light=light, region=region)

    def _enlarged(self, region: Region) -> NDArray[np.uint8]:
        """A part of the last picture, not sharper than it was."""
        assert self._last_pixels is not None
        x, y = round(region.x_px), round(region.y_px)
        wide, tall = max(1, round(region.columns / region.zoom)), max(1, round(region.rows / region.zoom))
        part = self._last_pixels[y : y + tall, x : x + wide]
        return np.asarray(cv2.resize(part, (region.columns, region.rows), interpolation=cv2.INTER_LINEAR), np.uint8)

    def snapshot(self) -> dict[str, Any]:
        """What changes from picture to picture: the state of the sensor's noise."""
        return self._sensor.snapshot()

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to a snapshot."""
        self._sensor.restore(state)

    def close(self) -> None:
        """Give the graphics memory back."""
        self._stage.close()

    def _set_stage(self, renderer: str, chance: np.random.Generator) -> GlStage | SpriteStage | Undrawn:
        if renderer == "elsewhere":
            return Undrawn()
        if renderer != "sprites":
            try:
                return GlStage(self._spec, chance)
            except NoRenderer as error:
                if renderer == "gl":
                    raise
                self.note = f"{error}; drawing simple sprites instead"
        return SpriteStage(self._spec, chance)

    def _lens(self, view: CameraView) -> Lens:
        facts, device, margin = self._facts, self._spec.device, self._sensor.margin_px
        direction = wrap_deg(device.heading_deg + view.yaw_deg)
        turn = math.radians(direction)
        return Lens(
            eye=(
                device.x_m + facts.forward_m * math.cos(turn),
                device.y_m + facts.forward_m * math.sin(turn),
                device.height_m + facts.height_above_base_m,
            ),
            direction_deg=direction,
            pitch_deg=facts.pitch_deg,
            focal_px=facts.focal_px,
            pixels=(facts.columns + 2 * margin, facts.rows + 2 * margin),
            centre_px=(0.5 * facts.columns + margin, 0.5 * facts.rows + margin),
        )

    def posed(self, person: PersonView) -> Posed:
        """A person's mesh in its pose; computed again only when the person moved."""
        before = self._posed.get(person.name)
        if before is not None and before[0] == person:
            return before[1]
        body = body_of(person.look)
        pose = body.pose(person)
        # Sprites are made of points, one for each triangle at least: fewer leave holes.
        vertices = normals = NO_POINTS
        if not isinstance(self._stage, Undrawn):
            vertices, normals = body.moved(body.whole if self._stage.kind == "sprites" else body.drawn, pose)
        posed = Posed(
            name=person.name, vertices=vertices, normals=normals, outline=body.placed(body.outline, pose),
            head=body.placed(body.head, pose), head_centre=body.head_centre(pose),
            head_deg=wrap_deg(pose.head_deg), head_pitch_deg=pose.head_pitch_deg,
        )  # fmt: skip
        self._posed[person.name] = (person, posed)
        return posed

    def _blocks(self, view: CameraView) -> list[Block]:
        """What may hide a person: the things, and the walls of a room that is not a plain box."""
        blocks = []
        for place in view.things:
            thing = self._things[place.name]
            depth, width = thing.size
            blocks.append(
                Block(
                    name=thing.name,
                    centre=(place.x_m, place.y_m, thing.bottom_m + 0.5 * thing.height_m),
                    half=(0.5 * depth, 0.5 * width, 0.5 * thing.height_m),
                    angle_deg=place.angle_deg,
                )
            )
        room = self._spec.room
        if room.corners:
            corners = corners_of(room)
            for k, name in enumerate(wall_names(room)):
                (x0, y0), (x1, y1) = corners[k], corners[(k + 1) % len(corners)]
                blocks.append(
                    Block(
                        name=name,
                        centre=(0.5 * (x0 + x1), 0.5 * (y0 + y1), 0.5 * room.height_m),
                        half=(0.5 * math.hypot(x1 - x0, y1 - y0), 0.01, 0.5 * room.height_m),
                        angle_deg=math.degrees(math.atan2(y1 - y0, x1 - x0)),
                    )
                )
        return blocks


def _touches(one: Box, other: Box) -> bool:
    """Whether two rectangles overlap, with a little to spare for motion blur."""
    return (
        abs(one.x + 0.5 * one.width - other.x - 0.5 * other.width) < 0.5 * (one.width + other.width) + 0.05
        and abs(one.y + 0.5 * one.height - other.y - 0.5 * other.height) < 0.5 * (one.height + other.height) + 0.05
    )
