"""A light setting in a home: the colours of sky, sun, lamps and the rest, made as bright as a camera would.

Exposure goes by the walls: their median comes out alike in every home, however large its window is. The aims of each setting
follow the grey levels of bare rooms, in which the eyes were tuned. All figures are chosen for the eye.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from simulator.world.camera.home.bake import DAY_BACK, LAMP_BACK, LAMPS, OPEN, SKY, SUN
from simulator.world.camera.home.colours import Colour
from simulator.world.camera.home.paint import Floats
from simulator.world.camera.home.shapes import WALL, Home
from simulator.world.camera.view import Light

WARM_BACK = np.array((1.04, 1.0, 0.94), np.float32)  # daylight that comes back from floors and walls
MOST_GAIN, LEAST_GAIN = 2.2, 0.15
BRIGHTEST = 2.2  # of the lightest places, against the walls: beyond it a sun patch would burn out


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Linear colours; 1 is a white wall in good light."""

    sky: Colour
    sun: Colour
    lamp: Colour
    fill: Colour  # from everywhere, less in corners
    glow: float  # of lamps' own shades
    taken: float  # share of sky and lamplight that somebody in the way takes from a surface
    aim: float  # median light of the walls


LOOKS: dict[Light, Look] = {
    "day": Look(
        sky=(6.5, 6.6, 6.7), sun=(3.3, 2.95, 2.4), lamp=(0, 0, 0), fill=(0.50, 0.495, 0.485), glow=0.06, taken=0.38,
        aim=0.80,
    ),
    "evening": Look(
        sky=(0.12, 0.16, 0.28), sun=(0, 0, 0), lamp=(2.7, 2.1, 1.45), fill=(0.16, 0.145, 0.135), glow=1.0, taken=0.45,
        aim=0.50,
    ),
    "lamp": Look(
        sky=(0.03, 0.04, 0.07), sun=(0, 0, 0), lamp=(1.7, 1.2, 0.75), fill=(0.09, 0.08, 0.07), glow=1.0, taken=0.45,
        aim=0.22,
    ),
    "dim": Look(
        sky=(0.25, 0.28, 0.36), sun=(0, 0, 0), lamp=(0.18, 0.14, 0.10), fill=(0.05, 0.052, 0.06), glow=0.25, taken=0.3,
        aim=0.12,
    ),
    "dark": Look(
        sky=(0.03, 0.04, 0.06), sun=(0, 0, 0), lamp=(0, 0, 0), fill=(0.012, 0.014, 0.02), glow=0.0, taken=0.2,
        aim=0.018,
    ),
}  # fmt: skip


def tone(light: Floats) -> Floats:
    """As seen: a soft shoulder instead of a burnt-out window, and gamma 2."""
    return np.asarray(1.06 * np.sqrt(1 - np.exp(-1.15 * light)), np.float32)


def light_of(light: Floats, look: Look) -> tuple[Floats, Floats]:
    """(all light of a map, the part of it that somebody in the way takes away), linear colours."""

    def part(column: int) -> Floats:
        return light[..., column : column + 1]

    sky, sun, lamp = (np.array(colour, np.float32) for colour in (look.sky, look.sun, look.lamp))
    straight = sky * part(SKY) + lamp * part(LAMPS)
    back = sky * WARM_BACK * part(DAY_BACK) + lamp * part(LAMP_BACK)
    fill = np.array(look.fill, np.float32) * (0.25 + 0.75 * part(OPEN))
    whole = straight + back + sun * part(SUN) + fill
    taken = sun * part(SUN) + look.taken * straight
    return whole.astype(np.float32), taken.astype(np.float32)


def exposed(home: Home, maps: list[Floats], light: Light) -> Look:
    """The look of a setting, as bright as the camera makes it in this home."""
    look = LOOKS[light]
    levels = [light_of(one, look)[0].mean(2).ravel() for one in maps]
    walls = np.concatenate([one for one, patch in zip(levels, home.patches, strict=True) if patch.order == WALL])
    brightest = BRIGHTEST * max(look.aim, 0.5) ** 0.5 / float(np.percentile(np.concatenate(levels), 96))
    gain = float(np.clip(min(look.aim / float(np.median(walls)), brightest), LEAST_GAIN, MOST_GAIN))

    def scaled(colour: Colour) -> Colour:
        return gain * colour[0], gain * colour[1], gain * colour[2]

    return replace(look, sky=scaled(look.sky), sun=scaled(look.sun), lamp=scaled(look.lamp), fill=scaled(look.fill))
