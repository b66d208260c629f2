"""The whole mind: identity of standing messages, thinking at once, copies that go on alike, forecasts, cost, and lightness."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import time
from typing import Any

import pytest

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import (
    CommandKind,
    HoldReason,
    Mode,
    MotionReport,
    MotorMode,
    MotorState,
    Seeing,
    SensorFrame,
    SetMode,
    Setup,
    Shutter,
    SoundReport,
    Stop,
    TickTrace,
    TrackReport,
    TurnTo,
    VisionReport,
)
from simulator.onboard.seams import SEAMS, Moment, Seams
from simulator.onboard.stack import Mind, Stack
from simulator.onboard.tuning import Tuning
from simulator.runtime.compose import build, header_of
from simulator.runtime.session import Session
from simulator.scene.loader import load
from simulator.world.assets import SCENES
from tests.onboard.mindkit import Bench, Somebody

ARC = RangeOfMotion(min_deg=-90.0, max_deg=90.0)


def _story(bench: Bench) -> None:
    """A minute in which much happens."""
    bench.people["ana"] = Somebody(azimuth_deg=40.0)
    bench.people["ben"] = Somebody(azimuth_deg=-30.0, sighting_id=2, engagement=0.2)
    bench.step(1.0)
    bench.step(3.0, wake=40.0)
    for _ in range(40):
        bench.people["ana"].azimuth_deg -= 1.5
        bench.step(0.1)
    bench.step(4.0)
    bench.people["ben"].talks = True
    bench.step(5.0)
    bench.ask(TurnTo(angle_deg=60.0), 5.0)
    bench.step(8.0, wake=-20.0)
    bench.people["ana"].azimuth_deg = 30.0
    bench.step(10.0)
    bench.ask(SetMode(mode=Mode.CALL), 10.0)
    bench.people["ana"].azimuth_deg = 50.0
    bench.step(10.0)


def _traces(bench: Bench) -> list[TickTrace]:
    return [
        TickTrace(
            tick=state.tick,
            motor=state,
            shutter=Shutter.OPEN,
            touch=bench.body.touch,
            sound=sound,
            vision=vision,
            tracks=report.tracks,
            intent=report.intent,
            decision=report.decision,
            body=report.motion.body,
            command_wanted=report.motion.command,
            command_sent=report.motion.command,
            requests=requests,
        )
        for state, report, (sound, vision, requests) in zip(bench.states, bench.reports, bench.sensed, strict=True)
    ]


@pytest.fixture(scope="module")
def told() -> Bench:
    bench = Bench()
    _story(bench)
    return bench


def test_between_thoughts_the_same_messages_stand(told: Bench) -> None:
    thoughts = len({id(report.tracks) for report in told.reports})
    assert thoughts <= len(told.reports) / 4
    for report in told.reports:
        assert report.tracks.tick == report.intent.tick == report.decision.tick
    assert {r.motion.command.seq for r in told.reports} == set(range(1, len(told.reports) + 1))


def _quiet(tick: int, **changes: object) -> SensorFrame:
    motor = MotorState(tick=tick, yaw_deg=0.0, rate_dps=0.0, torque_nm=0.0, mode=MotorMode.HOLDING)
    return dataclasses.replace(SensorFrame(tick=tick, motor=motor), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("what", ["picture", "wake word", "shutter", "request", "knob", "fault"])
def test_news_is_thought_about_at_once(what: str) -> None:
    mind, tuning = Mind(DeviceFacts(), Setup(range=ARC)), Tuning()
    sound = SoundReport(tick=0, voice=0.0)
    vision = VisionReport(tick=0, frame_tick=0, seeing=Seeing.SEEING)
    first = mind.tick(_quiet(0), sound, vision, tuning)
    assert mind.tick(_quiet(1), sound, vision, tuning).decision is first.decision
    sensors = _quiet(2)
    if what == "picture":
        vision = VisionReport(tick=2, frame_tick=2, seeing=Seeing.SEEING)
    elif what == "wake word":
        sound = SoundReport(tick=2, voice=0.9, wake_word=True)
    elif what == "shutter":
        sensors = _quiet(2, shutter=Shutter.CLOSED)
    elif what == "request":
        sensors = _quiet(2, requests=(Stop(),))
    elif what == "knob":
        tuning = tuning.patched({"patience.settle_s": 0.7})
    else:
        sensors = _quiet(2, motor=dataclasses.replace(sensors.motor, fault="hot"))
    assert mind.tick(sensors, sound, vision, tuning).decision.tick == 2


@pytest.mark.parametrize("at", [350, 1100, 2450, 4000])
def test_a_restored_mind_goes_on_bit_for_bit(at: int, told: Bench) -> None:
    mind = Mind(told.facts, Setup(range=ARC))
    traces = _traces(told)

    def go(start: int, stop: int) -> list[object]:
        made = []
        for trace in traces[start:stop]:
            sensors = SensorFrame(
                tick=trace.tick, motor=trace.motor, shutter=trace.shutter, touch=trace.touch, requests=trace.requests
            )
            report = mind.tick(sensors, trace.sound, trace.vision, told.tuning)
            made.append((report.tracks, report.intent, report.decision, report.motion))
        return made

    go(0, at)
    state = mind.snapshot()
    straight = go(at, at + 600)
    mind.restore(state)
    assert go(at, at + 600) == straight
    mind.restore(state)
    assert go(at, at + 600) == straight, "a snapshot can be used again"


def test_the_same_story_gives_the_same_commands(told: Bench) -> None:
    again = Bench()
    _story(again)
    assert again.commands == told.commands


def test_the_mind_is_cheap(told: Bench) -> None:
    """The promise is 0.25 ms a tick; the best of three runs keeps a busy machine from failing it."""
    traces = _traces(told)
    best = float("inf")
    for _ in range(3):
        mind = Mind(told.facts, Setup(range=ARC))
        began = time.process_time()
        for trace in traces:
            mind.tick(
                SensorFrame(tick=trace.tick, motor=trace.motor, requests=trace.requests), trace.sound, trace.vision,
                told.tuning,
            )  # fmt: skip
        best = min(best, (time.process_time() - began) / len(traces))
    assert best < 0.25e-3


@pytest.mark.process
def test_the_mind_loads_no_heavy_library() -> None:
    """The window runs the mind in its own process: OpenCV would change Qt's paths, the others cost memory and seconds."""
    code = (
        "import sys, simulator.onboard.stack, simulator.workbench.replan;"
        "print([m for m in ('cv2', 'scipy', 'numba', 'PySide6', 'pymunk') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- the stack --------------------------------------------------------------------------------------------------------


def _always(message: Any) -> Any:
    """A seam that says the same whatever it is given."""
    return lambda own, truth, moment: message


def test_a_stack_without_senses_takes_their_messages() -> None:
    stack = Stack(DeviceFacts(), Setup(range=ARC), None, None)
    assert stack.frame_wanted
    sound = SoundReport(tick=0, voice=0.0)
    vision = VisionReport(tick=0, frame_tick=0, seeing=Seeing.SEEING, next_frame_in_ticks=7)
    senses = Seams(sound=_always(sound), vision=_always(vision))
    trace = stack.tick(_quiet(0), Tuning(), senses)
    assert trace.command_sent is trace.command_wanted
    assert not stack.frame_wanted
    wanted = []
    for tick in range(1, 10):
        stack.tick(_quiet(tick), Tuning(), senses)
        wanted.append(stack.frame_wanted)
    assert wanted.index(True) == 5, "at tick 7, seven ticks after the last picture"
    with pytest.raises(ValueError, match="sound seam"):
        stack.tick(_quiet(10), Tuning())
    with pytest.raises(ValueError, match="vision seam"):
        stack.tick(_quiet(10), Tuning(), Seams(sound=_always(sound)))


def test_a_message_can_take_the_place_of_any_stage() -> None:
    stack, tuning = Stack(DeviceFacts(), Setup(range=ARC), None, None), Tuning()
    senses = Seams(
        sound=_always(SoundReport(tick=0, voice=0.0)),
        vision=_always(VisionReport(tick=0, frame_tick=0, seeing=Seeing.SEEING)),
    )
    plain = stack.tick(_quiet(0), tuning, senses)
    tracks = TrackReport(tick=5)
    assert stack.tick(_quiet(5), tuning, senses.then(Seams(tracks=_always(tracks)))).tracks is tracks
    intent = dataclasses.replace(plain.intent, tick=10)
    assert stack.tick(_quiet(10), tuning, senses.then(Seams(intent=_always(intent)))).intent is intent
    decision = dataclasses.replace(plain.decision, tick=15, goal_yaw_deg=30.0, hold=None)
    turning = senses.then(Seams(decision=_always(decision)))
    for tick in range(15, 45):  # a turn begins softly
        trace = stack.tick(_quiet(tick), tuning, turning)
    assert trace.decision is decision
    assert trace.command_wanted.yaw_deg > 1.0
    still = dataclasses.replace(trace.command_wanted, kind=CommandKind.STOP)

    def stops(own: MotionReport | None, truth: object, moment: Moment) -> MotionReport:
        assert own is not None
        assert moment.decision is decision
        return dataclasses.replace(own, command=still)

    assert stack.tick(_quiet(45), tuning, turning.then(Seams(motion=stops))).command_wanted is still


def test_a_stage_whose_answer_is_changed_goes_on_and_is_handed_back_its_place() -> None:
    """For three seconds nobody is heard of; the tracker has followed all the same and knows who is there at once."""
    plain, changed = Bench(), Bench()
    for bench in (plain, changed):
        bench.people["ana"] = Somebody(azimuth_deg=40.0)
        bench.step(1.0)
    changed.seams = Seams(tracks=lambda own, truth, moment: TrackReport(tick=moment.tick))
    for bench in (plain, changed):
        bench.step(3.0)
    assert changed.last.tracks.tracks == ()
    changed.seams = Seams()
    for bench in (plain, changed):
        bench.step(0.1)
    assert changed.last.tracks == plain.last.tracks


def test_a_tap_hears_every_stage_and_changes_nothing() -> None:
    heard: dict[str, list[Any]] = {}

    def tap(name: str) -> Any:
        def seam(own: Any, truth: object, moment: Moment) -> Any:
            heard.setdefault(name, []).append(own)
            return own

        return seam

    hashes = []
    for seams in (Seams(), Seams(**{name: tap(name) for name in SEAMS})):
        session = build(header_of(load(SCENES / "wake" / "from-the-left.scene.yaml"), mode="feature"), seams=seams)
        for _ in range(300):
            session.step()
        hashes.append(session.trace_hash)
    assert hashes[0] == hashes[1]
    assert set(heard) == set(SEAMS)
    assert {len(heard["sound"]), len(heard["vision"]), len(heard["motion"])} == {300}


class Counting:
    """A seam that remembers: from its hundredth message on it says something else."""

    def __init__(self) -> None:
        self.seen = 0

    def __call__(self, own: Any, truth: object, moment: Moment) -> Any:
        self.seen += 1
        return own if self.seen < 100 else dataclasses.replace(own, voice=0.5)

    def snapshot(self) -> int:
        return self.seen

    def restore(self, state: int) -> None:
        self.seen = state


@pytest.mark.parametrize("chained", [False, True])
def test_a_checkpoint_holds_what_a_seam_remembers(chained: bool) -> None:
    def made() -> Session:
        seams = Seams(sound=Counting())
        seams = seams.then(Seams(sound=Counting())) if chained else seams
        return build(header_of(load(SCENES / "wake" / "from-the-left.scene.yaml"), mode="feature"), seams=seams)

    first, second = made(), made()
    for _ in range(60):
        first.step()
    second.restore(first.checkpoint())
    for session in (first, second):
        for _ in range(80):
            session.step()
    assert first.trace_hash == second.trace_hash
    untouched = build(header_of(load(SCENES / "wake" / "from-the-left.scene.yaml"), mode="feature"))
    for _ in range(140):
        untouched.step()
    assert untouched.trace_hash != first.trace_hash


def test_no_motion_while_the_range_is_not_set() -> None:
    bench = Bench(arc=None)
    bench.people["ana"] = Somebody(azimuth_deg=40.0)
    bench.step(0.5)
    bench.step(4.0, wake=40.0)
    bench.ask(TurnTo(angle_deg=20.0), 2.0)
    assert abs(bench.yaw_deg) < 0.5
    assert bench.hold is HoldReason.RANGE_NOT_SET
