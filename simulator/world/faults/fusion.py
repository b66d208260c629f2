"""A tracker that goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from simulator.onboard.angles import wrap_deg
from simulator.onboard.messages import TICKS_PER_S, HoldReason, Track, TrackReport
from simulator.world.faults.fault import Fault, Kind, Now, late_renewed

GHOST_ID, NEW_IDS = 77, 10  # far from the numbers that a run of some seconds gives


def _tracks(change: Callable[[Track, Fault, Now], Track | None]) -> Kind:
    """Each track otherwise, or not at all."""

    def changed(report: TrackReport, fault: Fault, now: Now) -> TrackReport:
        tracks = [change(track, fault, now) for track in report.tracks]
        return replace(report, tracks=tuple(track for track in tracks if track is not None))

    return Kind(at="tracks", change=changed)


def _report(**values: object) -> Kind:
    """Other values in the report itself."""
    return Kind(at="tracks", change=lambda report, fault, now: replace(report, **values))


def _frozen(report: TrackReport, fault: Fault, now: Now) -> TrackReport:
    tracks = fault.memory.get("tracks") or report.tracks
    fault.memory["tracks"] = tracks
    return replace(report, tracks=tracks)


def _wrong_caller(report: TrackReport, fault: Fault, now: Now) -> TrackReport:
    if report.wake_tick is None:
        return report
    other = next((track for track in report.tracks if track.track_id != report.wake_id), None)
    if other is not None:
        found = other.track_id
        return replace(report, wake_id=found, wake_azimuth_deg=other.azimuth_deg, addressed_id=found)
    azimuth_deg = None if report.wake_azimuth_deg is None else wrap_deg(5.0 - report.wake_azimuth_deg)
    return replace(report, wake_id=None, wake_azimuth_deg=azimuth_deg)


def _nobody_addressed(report: TrackReport, fault: Fault, now: Now) -> TrackReport:
    tracks = tuple(replace(track, addressing=0.0, engagement=0.0) for track in report.tracks)
    return replace(report, tracks=tracks, addressed_id=None)


def _ghost(report: TrackReport, fault: Fault, now: Now) -> TrackReport:
    ghost = Track(
        track_id=GHOST_ID, azimuth_deg=fault.amount, rate_dps=0.0, sigma_deg=1.0, distance_m=1.0, seen=True,
        in_view=True, seen_age_s=0.0, heard_age_s=0.0, engagement=1.0, talking=1.0, addressing=1.0, settled_s=9.0,
    )  # fmt: skip
    return replace(report, tracks=(*report.tracks, ghost), talker_id=GHOST_ID, addressed_id=GHOST_ID)


def _renamed(track: Track, fault: Fault, now: Now) -> Track:
    round_ = now.tick // max(round(fault.amount * TICKS_PER_S), 1)
    return replace(track, track_id=track.track_id + NEW_IDS * round_)


FUSION: dict[str, Kind] = {
    "bias": _tracks(lambda track, fault, now: replace(track, azimuth_deg=wrap_deg(track.azimuth_deg + fault.amount))),
    "mirror": _tracks(lambda track, fault, now: replace(track, azimuth_deg=-track.azimuth_deg)),
    "not alive": _tracks(lambda track, fault, now: replace(track, person=0.0)),
    "never seen": _tracks(lambda track, fault, now: replace(track, seen=False)),
    "weak addressing": _tracks(lambda track, fault, now: replace(track, addressing=fault.amount * track.addressing)),
    "new ids": _tracks(_renamed),
    "no tracks": _report(tracks=(), wake_id=None, addressed_id=None, talker_id=None),
    "always in doubt": _report(wake_doubt=HoldReason.SOUND_AMBIGUOUS, sound_ambiguous=True),
    "forget the wake word": _report(wake_tick=None, wake_id=None, wake_azimuth_deg=None),
    "late": Kind(at="tracks", change=late_renewed),
    "frozen": Kind(at="tracks", change=_frozen),
    "wrong caller": Kind(at="tracks", change=_wrong_caller),
    "nobody addressed": Kind(at="tracks", change=_nobody_addressed),
    "ghost": Kind(at="tracks", change=_ghost),
}
