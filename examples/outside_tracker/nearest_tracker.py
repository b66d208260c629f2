"""A tracker in sixty lines: who was seen last near here is who is seen here now, and who is nearest to a sound made it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simulator.onboard.angles import distance_deg, wrap_deg
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import TICK_S, SoundReport, Track, TrackReport, VisionReport
from simulator.onboard.tuning import Tuning

NEAR_DEG, FORGET_S = 20.0, 6.0


class Nearest:
    """People by where they were last."""

    def __init__(self, facts: DeviceFacts) -> None:
        self._next_id, self._frame_tick, self._report = 1, -1, TrackReport(tick=0)

    def tick(self, sound: SoundReport, vision: VisionReport, tuning: Tuning, *, tick: int, **_: Any) -> TrackReport:
        """Take in what was heard and seen since the last thought."""
        gap_s = (tick - self._report.tick) * TICK_S
        kept = [replace(one, seen_age_s=one.seen_age_s + gap_s, heard_age_s=one.heard_age_s + gap_s, in_view=False)
                for one in self._report.tracks if one.seen_age_s < FORGET_S]  # fmt: skip
        if vision.frame_tick not in (None, self._frame_tick):
            for person in vision.people:
                self._see(kept, person.azimuth_deg, person.distance_m, person.engagement)
            self._frame_tick = vision.frame_tick
        speaker = None if sound.azimuth_deg is None else self._near(kept, sound.azimuth_deg)
        kept = [replace(one, talking=float(k == speaker), addressing=one.engagement * (k == speaker),
                        heard_age_s=0.0 if k == speaker else one.heard_age_s) for k, one in enumerate(kept)]  # fmt: skip
        talker = None if speaker is None else kept[speaker].track_id
        woken = {"wake_tick": sound.tick, "wake_azimuth_deg": sound.azimuth_deg, "wake_id": talker,
                 "wake_confidence": sound.confidence} if sound.wake_word else {}  # fmt: skip
        self._report = replace(self._report, tick=tick, tracks=tuple(kept), talker_id=talker, addressed_id=talker,
                               sound_ambiguous=sound.ambiguous, **woken)  # fmt: skip
        return self._report

    def _near(self, tracks: list[Track], azimuth_deg: float) -> int | None:
        gaps = [(distance_deg(one.azimuth_deg, azimuth_deg), k) for k, one in enumerate(tracks)]
        return min((pair for pair in gaps if pair[0] < NEAR_DEG), default=(0.0, None))[1]

    def _see(self, tracks: list[Track], azimuth_deg: float, distance_m: float, engagement: float) -> None:
        seen = {"azimuth_deg": wrap_deg(azimuth_deg), "distance_m": distance_m, "engagement": engagement, "seen": True,
                "in_view": True, "seen_age_s": 0.0}  # fmt: skip
        if (index := self._near(tracks, azimuth_deg)) is not None:
            tracks[index] = replace(tracks[index], **seen, settled_s=tracks[index].settled_s + TICK_S)
            return
        tracks.append(Track(track_id=self._next_id, rate_dps=0.0, sigma_deg=3.0, heard_age_s=FORGET_S, **seen))
        self._next_id += 1

    def snapshot(self) -> Any:
        """Everything that changes; reports never do."""
        return self._next_id, self._frame_tick, self._report

    def restore(self, state: Any) -> None:
        """Go back to a snapshot."""
        self._next_id, self._frame_tick, self._report = state
