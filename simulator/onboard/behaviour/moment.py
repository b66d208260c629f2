"""What a behaviour may look at when it thinks: tracks, eyes, body, range and knobs of this moment."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.onboard.angles import RangeOfMotion, wrap_deg
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import (
    TICK_S,
    BodyReport,
    Box,
    Gate,
    HoldReason,
    IntentKind,
    MotorState,
    Track,
    TrackReport,
    VisionReport,
    ZoneDecision,
)
from simulator.onboard.tuning import Tuning


@dataclass(slots=True)
class Moment:
    """One thought's view of the world."""

    tick: int
    tracks: TrackReport
    vision: VisionReport
    motor: MotorState
    body: BodyReport
    decision: ZoneDecision | None  # the last one; None before the first
    arc: RangeOfMotion | None
    tuning: Tuning
    facts: DeviceFacts

    def track(self, track_id: int | None) -> Track | None:
        """The track with this id, if it is still known."""
        if track_id is not None:
            for track in self.tracks.tracks:
                if track.track_id == track_id:
                    return track
        return None

    def bearing_deg(self, track: Track) -> float:
        """Where a track is, seen from the screen."""
        return wrap_deg(track.azimuth_deg - self.motor.yaw_deg)

    def seconds_since(self, tick: int) -> float:
        """Time since a tick."""
        return (self.tick - tick) * TICK_S

    def living(self, track: Track) -> bool:
        """Whether a track is a person, seen lately and near enough to be served."""
        attention = self.tuning.attention
        near = track.distance_m is None or track.distance_m <= attention.max_distance_m
        return track.seen and track.person >= attention.min_person and near


@dataclass(slots=True)
class Wanted:
    """What a behaviour wants now; the stage makes an Intent of it."""

    kind: IntentKind
    why: str
    hold: HoldReason | None = None
    azimuth_deg: float | None = None
    track_ids: tuple[int, ...] = ()
    urgent: bool = False
    rate_limit_dps: float | None = None
    crop: Box | None = None
    gates: tuple[Gate, ...] = ()
    reason_tick: int = 0
    done: bool = False  # the mode's task is finished


def stay(
    why: str, hold: HoldReason, *, track_ids: tuple[int, ...] = (), gates: tuple[Gate, ...] = (), done: bool = False
) -> Wanted:
    """Do not move, because."""
    return Wanted(IntentKind.STAY, why, hold=hold, track_ids=track_ids, gates=gates, done=done)
