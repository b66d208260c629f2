"""A dressed home as the stage uses it: what is baked, where light comes from, and the soft spots below people and things."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.world.camera.baked_room import RoomNow, Spot
from simulator.world.camera.home.atlas import Atlas
from simulator.world.camera.home.bake import baked
from simulator.world.camera.home.dress import dress, stands_still
from simulator.world.camera.home.looks import LOOKS
from simulator.world.camera.light import IN_A_HOME, LightSetting
from simulator.world.camera.view import CameraView, Light, PersonView
from simulator.world.spec import LightAction, ThingSpec, WorldSpec

FEET_HALF_M, FEET_AHEAD_M, FEET_UP_M = 0.36, 0.04, 0.006
FEET_TAKE: Final = (0.62, 0.64, 0.66)
SMALL: Final = frozenset({"pot", "glass", "vase", "frame"})
SMALL_UP_M, SMALL_TAKES = 0.003, (0.5, 0.5, 0.5)
# By night the strongest light hangs from the ceiling: from nearly above, still from the window's side.
LAMP_SLANT = 0.35


class Furnished:
    """One dressed home, baked."""

    def __init__(self, spec: WorldSpec, still: frozenset[str]) -> None:
        home = dress(spec, still)
        assert home is not None, "the caller asks for rooms that are not plain"
        self._spec, self._home = spec, home
        self.still = still
        self.atlas = Atlas(home, baked(home), seed=spec.room.decor_seed)
        self.table_m, self.table = home.table_m, home.table

    @property
    def lights(self) -> tuple[Light, ...]:
        """Those that the scene names: their pictures are made when it is loaded, not while it runs."""
        named = [action.light for action in self._spec.actions if isinstance(action, LightAction)]
        return tuple(dict.fromkeys((self._spec.room.light, *named)))

    def light_on_people(self, light: Light, setting: LightSetting) -> LightSetting:
        """People in a home have the window behind them more often than before them: they need more light from around."""
        return IN_A_HOME.get(light, setting)

    def key_from(self, light: Light) -> NDArray[np.float64]:
        """Towards the strongest light: the sun in the window, or the lamps."""
        sun = self._home.sun
        if light == "day" or max(LOOKS[light].lamp) < max(LOOKS[light].sky):
            return sun
        towards = np.array([LAMP_SLANT * sun[0], LAMP_SLANT * sun[1], 1.0])
        return np.asarray(towards / np.linalg.norm(towards))

    def now(self, view: CameraView, things: Mapping[str, ThingSpec], people: tuple[PersonView, ...]) -> RoomNow:
        """How it looks in one picture with these people."""
        spots = [_feet(person) for person in people]
        for place in view.things:
            thing = things[place.name]
            if thing.kind in SMALL and not place.tipped:
                half = 0.85 * max(thing.size)
                spots.append(
                    Spot(
                        shape="round", x_m=place.x_m, y_m=place.y_m, z_m=self.table_m + SMALL_UP_M, angle_deg=0.0,
                        half_m=(half, half), tint=SMALL_TAKES, within=self.table,
                    )
                )  # fmt: skip
        return RoomNow(light=view.light, spots=tuple(spots))


def furnished(spec: WorldSpec) -> Furnished | None:
    """The home of a world; None where it stays bare."""
    if spec.room.style == "plain":
        return None
    return Furnished(spec, frozenset(thing.name for thing in spec.things if stands_still(spec, thing)))


def _feet(person: PersonView) -> Spot:
    turn = math.radians(person.body_deg)
    return Spot(
        shape="feet", x_m=person.x_m + FEET_AHEAD_M * math.cos(turn), y_m=person.y_m + FEET_AHEAD_M * math.sin(turn),
        z_m=FEET_UP_M, angle_deg=person.body_deg, half_m=(FEET_HALF_M, FEET_HALF_M), tint=FEET_TAKE,
    )  # fmt: skip
