"""The knobs that the zones read, taken out of the tuning tree once."""

from __future__ import annotations

import math
from typing import Final

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import Mode
from simulator.onboard.state import Unchanging
from simulator.onboard.tuning import Tuning
from simulator.onboard.zones.widths import WidthCurve, dead_curve, holding_curve

# However wide a designer makes the holding zone, the outermost edge of the picture is always motion zone.
EDGE_DEG: Final = 3.0


class ZoneRules(Unchanging):
    """Knobs by value, for one kind of mode."""

    __slots__ = (
        "aim_tolerance_deg",
        "crop_share",
        "dead",
        "group_margin_deg",
        "half_fov_deg",
        "holding",
        "hysteresis_deg",
        "look_after_s",
        "max_distance_m",
        "max_holding_deg",
        "min_person",
        "motion_delay_s",
        "rest_s",
        "settle_s",
        "tan_half_fov",
    )

    def __init__(self, tuning: Tuning, facts: DeviceFacts, mode: Mode) -> None:
        recipe = mode is Mode.RECIPE
        widen = tuning.recipe.widen if recipe else 1.0
        self.dead: WidthCurve = dead_curve(tuning, widen=widen)
        self.holding: WidthCurve = holding_curve(tuning, widen=widen)
        self.hysteresis_deg = tuning.zones.hysteresis_deg
        self.half_fov_deg = facts.camera.half_fov_deg
        self.tan_half_fov = math.tan(math.radians(self.half_fov_deg))
        self.max_holding_deg = self.half_fov_deg - EDGE_DEG
        self.settle_s = tuning.patience.settle_s
        if recipe:
            self.settle_s = tuning.recipe.settle_s
        elif mode is Mode.CALL:
            self.settle_s = tuning.call.settle_s
        self.motion_delay_s = tuning.patience.motion_delay_s
        self.rest_s = tuning.patience.rest_after_move_s
        self.look_after_s = tuning.patience.look_after_s
        self.aim_tolerance_deg = tuning.motion.aim_tolerance_deg
        self.group_margin_deg = tuning.attention.group_margin_deg
        self.max_distance_m = tuning.attention.max_distance_m
        self.min_person = tuning.attention.min_person
        self.crop_share = tuning.call.recentre_share

    def edges_deg(self, distance_m: float | None) -> tuple[float, float]:
        """Half widths of the dead and the holding zone at a distance, inside the picture."""
        dead_deg = min(self.dead.at(distance_m), self.max_holding_deg - 2.0)
        return dead_deg, min(max(self.holding.at(distance_m), dead_deg + 2.0), self.max_holding_deg)

    def crop_dead_deg(self, crop_width: float) -> float:
        """In a call: how far from the middle the digital crop can follow alone before the screen has to turn."""
        offset = self.crop_share * max(0.5 - 0.5 * crop_width, 0.05)
        return math.degrees(math.atan(2.0 * offset * self.tan_half_fov))
