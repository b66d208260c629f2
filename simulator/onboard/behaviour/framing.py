"""Framing a video call: a digital crop that follows softly, and turns of the screen when the crop nears the picture's edge.

The crop lives in the room, not in the picture: its direction and width are smoothed as azimuths, so while the screen
turns the crop slides back through the picture and the far side sees one calm movement. Small changes are ignored and the
target is kept until it is clearly wrong, so framing cannot oscillate.
"""

from __future__ import annotations

import math
from typing import Final

from simulator.onboard.angles import difference_deg, wrap_deg
from simulator.onboard.behaviour.moment import Moment, Wanted
from simulator.onboard.messages import TICK_S, Box, FramingStyle, HoldReason, IntentKind, Track
from simulator.onboard.state import Remembers

SEEN_S: Final = 2.0
# Half of a person's shoulders with a little air.
SHOULDER_M: Final = 0.45
# The shot is reframed when the wish is off by this share of the crop's width; it then follows the wish until that has
# been steady for a moment, and is kept again.
CENTRE_STEP, WIDTH_STEP = 0.10, 0.15
REFRAME_S, STEADY_DEG = 0.6, 0.8
# The far side should not see the shot jump from one talker to the other.
SWITCH_S: Final = 3.0
EMPTY_S: Final = 4.0


class Framing(Remembers):
    """What the far side sees."""

    def __init__(self) -> None:
        self.style: FramingStyle | None = None  # None: as tuned
        self.selected_id: int | None = None
        self._region: tuple[float, float] | None = None  # azimuth_deg, width_deg
        self._primary_id: int | None = None
        self._primary_tick = -1_000_000
        self._seen_tick = 0
        self._target: tuple[float, float] | None = None  # azimuth_deg, half width_deg
        self._crop: tuple[float, float, float] | None = None  # azimuth_deg, half width_deg, middle height
        self._tick = 0
        self._reframed_tick = -1_000_000  # since when the target follows the wish

    def set_region(self, azimuth_deg: float | None, width_deg: float) -> bool:
        """Frame a fixed region; without an angle frame people again. Returns whether the numbers make sense."""
        if azimuth_deg is None:
            self._region = None
            return True
        if not (math.isfinite(azimuth_deg) and math.isfinite(width_deg) and width_deg > 0.0):
            return False
        self._region = (wrap_deg(azimuth_deg), width_deg)
        return True

    def wanted(self, moment: Moment) -> Wanted:
        """Where the shot should be, and whether the screen should help."""
        half_fov_deg = moment.facts.camera.half_fov_deg
        dt_s = min(moment.seconds_since(self._tick), 0.5)
        self._tick = moment.tick
        people = self._people(moment, half_fov_deg)
        if people:
            self._seen_tick = moment.tick
        self._aim(self._wish(moment, people, half_fov_deg), tick=moment.tick)
        crop = self._follow(moment, people, dt_s, half_fov_deg)
        ids = tuple(track.track_id for track in people)
        if self._target is None or (not people and self._region is None):
            return Wanted(IntentKind.STAY, "nobody to frame", hold=HoldReason.NOBODY_THERE, crop=crop)
        return Wanted(IntentKind.FRAME, "framing the call", azimuth_deg=self._target[0], track_ids=ids, crop=crop)

    def _people(self, moment: Moment, half_fov_deg: float) -> list[Track]:
        there = [t for t in moment.tracks.tracks if moment.living(t) and t.seen_age_s < SEEN_S]
        if not there:
            return []
        selected = [track for track in there if track.track_id == self.selected_id]
        if selected:
            return selected
        primary = self._primary(moment, there)
        offsets = {t.track_id: difference_deg(t.azimuth_deg, primary.azimuth_deg) for t in there}
        # As many as fit, from the most important one outwards.
        kept, low, high = [primary], 0.0, 0.0
        room_deg = 2.0 * (half_fov_deg - 12.0)
        for track in sorted(there, key=lambda t: (abs(offsets[t.track_id]), t.track_id)):
            offset = offsets[track.track_id]
            if track is not primary and max(high, offset) - min(low, offset) <= room_deg:
                kept.append(track)
                low, high = min(low, offset), max(high, offset)
        return kept

    def _primary(self, moment: Moment, there: list[Track]) -> Track:
        now = next((t for t in there if t.track_id == self._primary_id), None)
        tracks = moment.tracks
        wished = tracks.talker_id if tracks.talker_id is not None else tracks.addressed_id
        other = next((t for t in there if t.track_id == wished), None)
        if now is not None and (other is None or moment.seconds_since(self._primary_tick) < SWITCH_S):
            return now
        chosen = other or min(there, key=lambda t: (t.distance_m or 9.0, t.track_id))
        if chosen.track_id != self._primary_id:
            self._primary_id, self._primary_tick = chosen.track_id, moment.tick
        return chosen

    def _wish(self, moment: Moment, people: list[Track], half_fov_deg: float) -> tuple[float, float] | None:
        smallest_deg = math.degrees(math.atan(math.tan(math.radians(half_fov_deg)) / moment.tuning.call.crop_zoom_max))
        if self._region is not None:
            return self._region[0], min(max(0.5 * self._region[1], smallest_deg), half_fov_deg)
        if not people:
            return None
        first = people[0].azimuth_deg
        low = high = 0.0
        for index, track in enumerate(people):
            offset = difference_deg(track.azimuth_deg, first)
            air = math.degrees(math.atan(SHOULDER_M / max(track.distance_m or 1.5, 0.3)))
            low = offset - air if index == 0 else min(low, offset - air)
            high = offset + air if index == 0 else max(high, offset + air)
        half_deg = 0.5 * (high - low) + moment.tuning.attention.group_margin_deg
        half_deg = min(max(half_deg, smallest_deg), half_fov_deg)
        middle_deg = first + 0.5 * (low + high)
        style = self.style or FramingStyle(moment.tuning.call.framing)
        # Left puts the people into the left third: the shot's middle lies to their right.
        shift = {FramingStyle.LEFT: -1.0, FramingStyle.RIGHT: 1.0}.get(style, 0.0)
        return wrap_deg(middle_deg + shift * half_deg / 3.0), half_deg

    def _aim(self, wish: tuple[float, float] | None, *, tick: int) -> None:
        if wish is None:
            return
        target = self._target
        if target is None:
            self._target = wish
            return
        off_deg, off_width_deg = abs(difference_deg(wish[0], target[0])), abs(wish[1] - target[1])
        if off_deg > CENTRE_STEP * 2.0 * target[1] or off_width_deg > WIDTH_STEP * target[1]:
            self._reframed_tick = tick
        if (tick - self._reframed_tick) * TICK_S < REFRAME_S:
            if max(off_deg, off_width_deg) > STEADY_DEG:
                self._reframed_tick = tick
            self._target = wish

    def _follow(self, moment: Moment, people: list[Track], dt_s: float, half_fov_deg: float) -> Box:
        yaw_deg = moment.motor.yaw_deg
        crop = self._crop or (yaw_deg, half_fov_deg, 0.5)
        target = self._target
        empty = not people and self._region is None and moment.seconds_since(self._seen_tick) > EMPTY_S
        if target is None or empty:
            target = (yaw_deg, half_fov_deg)
        share = 1.0 - math.exp(-dt_s / max(moment.tuning.call.crop_smooth_s, 0.05))
        azimuth_deg = wrap_deg(crop[0] + share * difference_deg(target[0], crop[0]))
        half_deg = crop[1] + share * (target[1] - crop[1])
        middle = crop[2] + share * (_height(moment) - crop[2])
        self._crop = (azimuth_deg, half_deg, middle)
        return _box(wrap_deg(azimuth_deg - yaw_deg), half_deg, middle, half_fov_deg)


def _height(moment: Moment) -> float:
    """Where in the picture's height the people are."""
    heights = [
        s.box.y + 0.5 * s.box.height
        for s in moment.vision.people
        if s.confirmed and math.isfinite(s.box.y) and math.isfinite(s.box.height)
    ]
    return min(max(sum(heights) / len(heights), 0.0), 1.0) if heights else 0.5


def _box(bearing_deg: float, half_deg: float, middle: float, half_fov_deg: float) -> Box:
    edge = math.tan(math.radians(half_fov_deg))
    size = min(max(math.tan(math.radians(min(half_deg, half_fov_deg))) / edge, 0.05), 1.0)
    limited_deg = min(max(bearing_deg, -half_fov_deg), half_fov_deg)
    centre = 0.5 - 0.5 * math.tan(math.radians(limited_deg)) / edge
    return Box(
        x=min(max(centre - 0.5 * size, 0.0), 1.0 - size),
        y=min(max(middle - 0.5 * size, 0.0), 1.0 - size),
        width=size,
        height=size,
    )
