"""Colours of a home as they are seen (0 to 1, gamma 2): calm ones, so that people stay what stands out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Colour = tuple[float, float, float]
Style = Literal["kitchen", "living", "bedroom"]

WHITE: Colour = (0.93, 0.925, 0.91)
CEILING: Colour = (0.945, 0.94, 0.925)
CREAM: Colour = (0.95, 0.92, 0.86)
LINEN: Colour = (0.86, 0.82, 0.75)
SAND: Colour = (0.80, 0.73, 0.63)
GREY: Colour = (0.66, 0.655, 0.64)
CLAY: Colour = (0.80, 0.66, 0.56)
TERRACOTTA: Colour = (0.76, 0.49, 0.37)
SAGE: Colour = (0.60, 0.665, 0.60)
LEAF: Colour = (0.36, 0.48, 0.33)
BLUE: Colour = (0.30, 0.39, 0.47)
OAK: Colour = (0.74, 0.585, 0.42)
WALNUT: Colour = (0.50, 0.36, 0.26)
STONE: Colour = (0.875, 0.868, 0.85)
STEEL: Colour = (0.70, 0.71, 0.72)
BRASS: Colour = (0.74, 0.60, 0.38)
DARK: Colour = (0.15, 0.155, 0.17)
SHADE: Colour = (0.95, 0.91, 0.83)


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours that a home is chosen by."""

    fronts: Colour
    accent: Colour
    walls: dict[Style, Colour]


_WALLS: dict[Style, Colour] = {
    "kitchen": (0.90, 0.885, 0.86),
    "living": (0.865, 0.85, 0.815),
    "bedroom": (0.80, 0.815, 0.815),
}
PALETTES: dict[str, Palette] = {
    "sage": Palette(fronts=SAGE, accent=TERRACOTTA, walls=_WALLS),
    "navy": Palette(fronts=(0.24, 0.31, 0.40), accent=BRASS, walls=_WALLS),
    "white": Palette(fronts=(0.885, 0.88, 0.86), accent=BLUE, walls=_WALLS),
    "clay": Palette(fronts=(0.70, 0.55, 0.46), accent=SAGE, walls={**_WALLS, "living": (0.87, 0.83, 0.77)}),
}
