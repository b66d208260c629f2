"""Whom to aim at when several people matter: the middle of the group while all fit, else the most important one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from simulator.onboard.angles import wrap_deg
from simulator.onboard.messages import Track
from simulator.onboard.zones.rules import ZoneRules

# Members not seen for this long no longer pull the middle of the group.
STALE_S: Final = 2.0


@dataclass(slots=True)
class Aim:
    """What a turn would bring to the middle of the picture."""

    azimuth_deg: float
    bearing_deg: float
    subject_id: int | None  # the person that matters most; None for a bare direction
    track: Track | None
    settled_s: float
    grouped: bool

    @property
    def distance_m(self) -> float | None:
        """Of the person that matters most."""
        return None if self.track is None else self.track.distance_m


def aim_at(members: Sequence[Track], rules: ZoneRules, *, yaw_deg: float, grouped: bool, together: bool) -> Aim | None:
    """The direction that serves these people, the most important first."""
    if not members:
        return None
    first = members[0]
    alone = Aim(
        azimuth_deg=first.azimuth_deg, bearing_deg=wrap_deg(first.azimuth_deg - yaw_deg), subject_id=first.track_id,
        track=first, settled_s=first.settled_s, grouped=False,
    )  # fmt: skip
    if not together or len(members) == 1:
        return alone
    offsets = [
        wrap_deg(track.azimuth_deg - first.azimuth_deg)
        for track in members
        if track.seen and track.seen_age_s < STALE_S and track.person >= rules.min_person
    ]
    if len(offsets) < 2:
        return alone
    low, high = min(offsets), max(offsets)
    room_deg = rules.edges_deg(first.distance_m)[1] + (rules.hysteresis_deg if grouped else 0.0)
    if 0.5 * (high - low) + rules.group_margin_deg > room_deg:
        return alone
    middle_deg = wrap_deg(first.azimuth_deg + 0.5 * (low + high))
    settled_s = min(track.settled_s for track in members if track.seen and track.seen_age_s < STALE_S)
    return Aim(
        azimuth_deg=middle_deg, bearing_deg=wrap_deg(middle_deg - yaw_deg), subject_id=first.track_id, track=first,
        settled_s=settled_s, grouped=True,
    )  # fmt: skip
