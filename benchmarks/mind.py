"""The mind: what a tick and a re-run cost, and how well it knows who is where, beside a simple tracker.

Tracking is measured in random rooms of their own (60, or 8 with --quick) with modelled ears and eyes: OSPA (Schuhmacher
2008, cut-off 20 deg, lower is better) against all people in the room, all around the device; false tracks per minute; turns
to where nobody is.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from benchmarks.common import finish, parser
from benchmarks.mind_rooms import random_room
from simulator.onboard.angles import distance_deg, wrap_deg
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.fusion.assign import assigned
from simulator.onboard.messages import (
    IntentKind,
    Seeing,
    SensorFrame,
    SoundReport,
    TickTrace,
    VisionReport,
)
from simulator.onboard.stack import Mind
from simulator.onboard.tuning import Tuning, Value
from simulator.runtime.compose import build
from simulator.runtime.header import Header
from simulator.workbench.replan import Replanner
from simulator.workbench.run_data import run_data_of
from simulator.world.placement import setup_of
from simulator.world.truth import TruthFrame

CUT_OFF_DEG = 20.0
# A track farther than this from everybody for half of its life or more is false.
FALSE_DEG = 15.0
SHORTEST_TICKS = 30
SECONDS = 40.0
# Nobody can be known before having been seen or heard: the first seconds do not count.
WARM_UP_TICKS = 500
# One knob for each stage at which a re-plan may have to begin again; most sliders are of the first kind.
RERUN_KNOBS: dict[str, dict[str, Value]] = {
    "zones": {"zones.dead_half_width_deg": 15.0},
    "behaviour": {"attention.follow_for_s": 12.0},
    "fusion": {"patience.forget_s": 25.0},
}


class SimpleTracker:
    """The independent tracker to compare with: nearest neighbour, fixed smoothing, believed after three fixes."""

    @dataclass
    class Spot:
        """One track."""

        track_id: int
        azimuth_deg: float
        fixes: int = 1
        tick: int = 0
        rate_dps: float = 0.0

    def __init__(self) -> None:
        self.spots: list[SimpleTracker.Spot] = []
        self._next = 1
        self._picture: int | None = None
        self._heard_tick = 0

    def tick(self, sound: SoundReport, vision: VisionReport, *, tick: int) -> list[tuple[int, float]]:
        """Tracks (id, azimuth) after this tick's reports."""
        if vision.frame_tick is not None and vision.frame_tick != self._picture and vision.seeing is Seeing.SEEING:
            self._picture = vision.frame_tick
            self._take([s.azimuth_deg for s in vision.people if s.confirmed], tick, gain=0.5)
        if sound.azimuth_deg is not None and not sound.frozen and tick - self._heard_tick >= 20:
            self._heard_tick = tick
            self._take([sound.azimuth_deg], tick, gain=0.2)
        self.spots = [s for s in self.spots if tick - s.tick < (2000 if s.fixes >= 3 else 100)]
        return [(s.track_id, s.azimuth_deg) for s in self.spots if s.fixes >= 3]

    def _take(self, fixes: Iterable[float], tick: int, *, gain: float) -> None:
        free = list(self.spots)
        for azimuth_deg in fixes:
            nearest = min(free, key=lambda s: distance_deg(s.azimuth_deg, azimuth_deg), default=None)
            if nearest is None or distance_deg(nearest.azimuth_deg, azimuth_deg) > 15.0:
                self.spots.append(SimpleTracker.Spot(self._next, azimuth_deg, tick=tick))
                self._next += 1
                continue
            free.remove(nearest)
            nearest.azimuth_deg = wrap_deg(nearest.azimuth_deg + gain * wrap_deg(azimuth_deg - nearest.azimuth_deg))
            nearest.fixes, nearest.tick = nearest.fixes + 1, tick


@dataclass
class Score:
    """What one tracker did in all rooms."""

    ospa_deg: list[float] = field(default_factory=list)
    lives: dict[tuple[int, int], list[bool]] = field(default_factory=dict)  # (room, track): near somebody?
    minutes: float = 0.0

    def add(self, room: int, tracks: Sequence[tuple[int, float]], truth: TruthFrame) -> None:
        """Compare one moment with the truth."""
        people = [person.azimuth_deg for person in truth.people]
        self.ospa_deg.append(ospa([azimuth for _, azimuth in tracks], people))
        for track_id, azimuth_deg in tracks:
            near = any(distance_deg(azimuth_deg, person) <= FALSE_DEG for person in people)
            self.lives.setdefault((room, track_id), []).append(near)

    def false_per_minute(self) -> float:
        """Tracks of nobody."""
        false = [life for life in self.lives.values() if len(life) * 10 >= SHORTEST_TICKS and 2 * sum(life) < len(life)]
        return len(false) / self.minutes


def ospa(found: Sequence[float], true: Sequence[float]) -> float:
    """Optimal sub-pattern assignment distance of two sets of directions, of order 1."""
    most = max(len(found), len(true))
    if most == 0:
        return 0.0
    costs = [[min(distance_deg(a, b), CUT_OFF_DEG - 1e-9) for b in true] for a in found]
    pairs = assigned(costs, limit=CUT_OFF_DEG)
    return (sum(costs[i][j] for i, j in pairs) + CUT_OFF_DEG * (most - len(pairs))) / most


def track_rooms(rooms: Sequence[int]) -> dict[str, float | int | str]:
    """Both trackers over the same reports of the same runs."""
    mind, simple = Score(), Score()
    turns = false_turns = 0
    for room in rooms:
        header = Header(
            scene_name=f"room {room}", scene_path="", scene_text="", spec=random_room(room, seconds=SECONDS),
            facts=DeviceFacts(), tuning=Tuning(), seed=room, mode="feature",
        )  # fmt: skip
        session, other = build(header), SimpleTracker()
        facing = False
        for _ in range(int(SECONDS * 100)):
            trace = session.step()
            truth = session.truth
            assert truth is not None
            spots = other.tick(trace.sound, trace.vision, tick=trace.tick)
            turning = trace.intent.kind is IntentKind.FACE and trace.decision.goal_yaw_deg is not None
            if turning and not facing:
                turns += 1
                goal_deg = trace.decision.goal_yaw_deg
                false_turns += not any(distance_deg(goal_deg, p.azimuth_deg) < 25.0 for p in truth.people)
            facing = turning
            if trace.tick >= WARM_UP_TICKS and trace.tick % 10 == 0:
                tracks = [(t.track_id, t.azimuth_deg) for t in trace.tracks.tracks if t.person >= 0.5]
                mind.add(room, tracks, truth)
                simple.add(room, spots, truth)
        session.close()
        for score in (mind, simple):
            score.minutes += (SECONDS - WARM_UP_TICKS / 100) / 60
    return {
        "tracking.rooms": len(rooms),
        "tracking.ospa_deg": statistics.fmean(mind.ospa_deg),
        "tracking.ospa_simple_deg": statistics.fmean(simple.ospa_deg),
        "tracking.ospa_ratio": statistics.fmean(mind.ospa_deg) / statistics.fmean(simple.ospa_deg),
        "tracking.false_per_min": mind.false_per_minute(),
        "tracking.false_simple_per_min": simple.false_per_minute(),
        "turns.to_a_voice": turns,
        "turns.to_nobody": false_turns,
    }


def costs(*, repeats: int) -> dict[str, float | int | str]:
    """Processor time of a tick, of its stages, and of a re-run of a minute."""
    header = Header(
        scene_name="cost", scene_path="", scene_text="", spec=random_room(3, seconds=60.0), facts=DeviceFacts(),
        tuning=Tuning(), seed=3, mode="feature",
    )  # fmt: skip
    session = build(header)
    traces, truths = [], []
    for _ in range(6000):
        traces.append(session.step())
        truths.append(session.truth)
    session.close()
    setup = setup_of(header.spec)
    whole = min(_whole_s(traces, header, setup) for _ in range(repeats))
    figures: dict[str, float | int | str] = {"tick.mean_ms": 1000 * whole / len(traces)}
    for name, seconds in _stage_s(traces, header, setup).items():
        figures[f"tick.{name}_us"] = 1e6 * seconds / len(traces)
    figures["tick.slowest_ms"] = 1000 * _slowest_s(traces, header, setup)
    # The window's own re-planner: the first move of a slider reads the run's messages, the moves after it find them read.
    replanner = Replanner(run_data_of(traces, truths), header.facts, setup)
    for name, knob in RERUN_KNOBS.items():
        wanted = header.tuning.patched(knob)
        spent_s = [
            _timed(lambda wanted=wanted: replanner.yaw_deg(0, now=header.tuning, wanted=wanted))
            for _ in range(repeats + 1)
        ]
        figures[f"rerun_60s_{name}_ms"] = 1000 * min(spent_s[1:])
    return figures


def _frames(traces: Sequence[TickTrace]) -> list[SensorFrame]:
    return [
        SensorFrame(tick=t.tick, motor=t.motor, shutter=t.shutter, touch=t.touch, requests=t.requests) for t in traces
    ]


def _whole_s(traces: Sequence[TickTrace], header: Header, setup: object) -> float:
    mind, tuning, frames = Mind(header.facts, setup), header.tuning, _frames(traces)  # type: ignore[arg-type]
    began = time.process_time()
    for frame, trace in zip(frames, traces, strict=True):
        mind.tick(frame, trace.sound, trace.vision, tuning)
    return time.process_time() - began


def _stage_s(traces: Sequence[TickTrace], header: Header, setup: object) -> dict[str, float]:
    mind, tuning = Mind(header.facts, setup), header.tuning  # type: ignore[arg-type]
    spent = {"fusion": 0.0, "behaviour": 0.0, "zones": 0.0, "motion": 0.0}
    for name in spent:
        stage = getattr(mind, f"_{name}")

        def timed(*args: object, verb: object = stage.tick, name: str = name, **more: object) -> object:
            began = time.perf_counter()
            made = verb(*args, **more)  # type: ignore[operator]
            spent[name] += time.perf_counter() - began
            return made

        stage.tick = timed
    for frame, trace in zip(_frames(traces), traces, strict=True):
        mind.tick(frame, trace.sound, trace.vision, tuning)
    return spent


def _slowest_s(traces: Sequence[TickTrace], header: Header, setup: object) -> float:
    """The slowest hundredth of all ticks begins here (99th percentile)."""
    mind, tuning = Mind(header.facts, setup), header.tuning  # type: ignore[arg-type]
    took = []
    for frame, trace in zip(_frames(traces), traces, strict=True):
        began = time.perf_counter()
        mind.tick(frame, trace.sound, trace.vision, tuning)
        took.append(time.perf_counter() - began)
    return sorted(took)[int(0.99 * len(took))]


def _timed(action: object) -> float:
    assert callable(action)
    began = time.process_time()
    action()
    return time.process_time() - began


def main() -> None:
    """Measure and print."""
    args = parser(__doc__).parse_args()
    figures = costs(repeats=3 if args.quick else 7)
    figures |= track_rooms(range(1001, 1001 + 2 * (8 if args.quick else 60), 2))
    finish(figures, args)


if __name__ == "__main__":
    main()
