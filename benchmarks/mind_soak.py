"""Random histories of a device: people, voices, hands, requests, faults and knobs, with promises that no history may break.

`python -m benchmarks.mind_soak` plays 2,000 histories of 50 events; the test suite plays a few of the same kind.
"""

from __future__ import annotations

import math
import time

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from benchmarks.common import finish, parser
from simulator.onboard.angles import wrap_deg
from simulator.onboard.messages import CommandKind, Contact, HoldReason, IntentKind, Request, Shutter, Stop
from tests.onboard.mindkit import Bench, Somebody
from tests.onboard.request_kit import CLIENTS, Ledger, requests_by

ANGLES = st.integers(-180, 180).map(float)
TIMES = st.sampled_from([0.05, 0.2, 0.5, 1.0])
REQUESTS = requests_by(CLIENTS)
NAMES = ("ana", "ben", "eva")
# From the last tick of a reason to stop until the set point rests: a stop from 180 deg/s takes 217 ms.
STOP_TICKS = 25
counted = {"histories": 0, "events": 0, "ticks": 0, "requests": 0}


class Histories(RuleBasedStateMachine):
    """One device and everything that may happen to it."""

    def __init__(self) -> None:
        super().__init__()
        self.bench = Bench(arc=(-80.0, 100.0))
        self.bench.step(0.05)
        self.checked = 0
        self.ledger = Ledger()
        self.forbidden_since: int | None = None
        counted["histories"] += 1

    # --- what may happen ----------------------------------------------------------------------------------------------

    @rule(
        name=st.sampled_from(NAMES),
        azimuth=ANGLES,
        metres=st.sampled_from([0.0, 0.5, 1.5, 3.0, 6.0]),
        facing=st.booleans(),
    )
    def somebody_is_there(self, name: str, azimuth: float, metres: float, facing: bool) -> None:
        person = Somebody(azimuth, distance_m=metres, engagement=0.9 if facing else 0.1)
        person.sighting_id = 1 + NAMES.index(name)
        self.bench.people[name] = person

    @rule(name=st.sampled_from(NAMES), step=st.integers(-60, 60), seconds=TIMES)
    def somebody_walks(self, name: str, step: int, seconds: float) -> None:
        person = self.bench.people.get(name)
        for _ in range(10):
            if person is not None:
                person.azimuth_deg = wrap_deg(person.azimuth_deg + step / 10)
            self.bench.step(seconds / 10)

    @rule(name=st.sampled_from(NAMES))
    def somebody_leaves(self, name: str) -> None:
        self.bench.people.pop(name, None)

    @rule(name=st.sampled_from(NAMES), talks=st.booleans())
    def somebody_talks(self, name: str, talks: bool) -> None:
        if name in self.bench.people:
            self.bench.people[name].talks = talks

    @rule(azimuth=ANGLES, other=st.none() | ANGLES, confidence=st.sampled_from([0.2, 0.6, 0.9]))
    def wake_word(self, azimuth: float, other: float | None, confidence: float) -> None:
        self.bench.sound_from = () if other is None else (other,)
        self.bench.sound_confidence = confidence
        self.bench.step(0.05, wake=azimuth)
        self.bench.sound_from = ()

    @rule(seconds=TIMES)
    def time_passes(self, seconds: float) -> None:
        self.bench.step(seconds)

    @rule(seconds=st.sampled_from([2.0, 4.0]))
    def much_time_passes(self, seconds: float) -> None:
        self.bench.step(seconds)

    @rule(closed=st.booleans())
    def shutter(self, closed: bool) -> None:
        self.bench.shutter = Shutter.CLOSED if closed else Shutter.OPEN

    @rule(
        gesture=st.sampled_from(["turn", "hold", "press", "scroll", "tap"]),
        to=st.integers(-90, 90),
        seconds=st.sampled_from([0.3, 1.0]),
    )
    def hand(self, gesture: str, to: int, seconds: float) -> None:
        self.bench.hand(gesture, to_deg=float(to) if gesture == "turn" else None, for_s=seconds)

    @rule(request=REQUESTS)
    def ask(self, request: Request) -> None:
        self.bench.ask(request)

    @rule()
    def stop(self) -> None:
        self.bench.ask(Stop())
        self.bench.step(0.25)
        assert self.bench.commands[-1].rate_dps == 0.0, "a stop ends within its bound"

    @rule(works=st.booleans())
    def camera(self, works: bool) -> None:
        self.bench.camera_works = works

    @rule(fault=st.sampled_from(["", "overheated"]))
    def fault(self, fault: str) -> None:
        self.bench.fault = fault

    @rule(
        rate=st.sampled_from([10.0, 60.0, 180.0]), accel=st.sampled_from([40.0, 180.0, 360.0]),
        jerk=st.sampled_from([400.0, 1800.0, 7200.0]), settle=st.sampled_from([0.0, 1.5]),
    )  # fmt: skip
    def knobs(self, rate: float, accel: float, jerk: float, settle: float) -> None:
        self.bench.tuning = self.bench.tuning.patched(
            {
                "motion.max_rate_dps": rate,
                "motion.max_accel_dps2": accel,
                "motion.max_jerk_dps3": jerk,
                "patience.settle_s": settle,
            }
        )

    # --- what must never be -------------------------------------------------------------------------------------------

    @precondition(lambda self: self.bench.reports)
    @invariant()
    def promises_hold(self) -> None:
        counted["events"] += 1
        for index in range(self.checked, len(self.bench.reports)):
            self._check(index)
        self.checked = len(self.bench.reports)
        waiting = {request.request_id for request in self.bench.mind.open_requests}
        assert waiting == self.ledger.open, "open requests are those without a final answer"

    def teardown(self) -> None:
        """With the fault gone and everything stopped, nobody waits for an answer any more."""
        self.bench.fault = ""
        self.bench.step()
        self.bench.ask(Stop())
        self.promises_hold()
        assert self.ledger.open == set(), "a request has no final answer"
        counted["ticks"] += len(self.bench.reports)
        counted["requests"] += len(self.ledger.finals)

    def _check(self, index: int) -> None:
        bench = self.bench
        report, state = bench.reports[index], bench.states[index]
        self.ledger.tick(bench.sensed[index][2], report.answers)
        before = bench.reports[max(index - 1, 0)]
        command, last = report.motion.command, before.motion.command
        decision = report.decision
        assert all(math.isfinite(v) for v in (command.yaw_deg, command.rate_dps, command.accel_dps2))
        assert (decision.hold is None) == (decision.goal_yaw_deg is not None)
        assert command.seq == index + 1
        if command.kind is CommandKind.MOVE and last.kind is CommandKind.MOVE:
            # A lowered limit is reached by braking, never by speeding up; acceleration fades out first (jerk limit).
            assert abs(command.rate_dps) <= max(180.0, abs(last.rate_dps)) + 1e-6
            limit = max(bench.tuning.motion.max_rate_dps, 30.0)
            fading = abs(command.accel_dps2) < abs(last.accel_dps2)
            assert fading or abs(command.rate_dps) <= max(limit, abs(last.rate_dps)) + 1e-6, "speed limit"
            assert abs(command.accel_dps2) <= 1080.0 + 1e-6, "deceleration of a stop"
            speeds_up = command.accel_dps2 * command.rate_dps > 0.0
            if speeds_up:
                assert abs(command.accel_dps2) <= max(360.0, abs(last.accel_dps2)) + 1e-6, "acceleration limit"
        self._check_range(index)
        forbidden = decision.hold in (
            HoldReason.SHUTTER_CLOSED,
            HoldReason.RANGE_NOT_SET,
            HoldReason.FAULT,
            HoldReason.SENSOR_LOST,
        )
        if not forbidden:
            self.forbidden_since = None
        elif self.forbidden_since is None:
            self.forbidden_since = index
        retreating = report.motion.body.contact in (Contact.BUMP, Contact.STALL)
        if self.forbidden_since is not None and index - self.forbidden_since > STOP_TICKS and not retreating:
            assert command.rate_dps == 0.0, f"moves although {decision.hold}"
        if report.intent is not before.intent and report.intent.kind is IntentKind.FACE:
            assert report.tracks.wake_doubt is not HoldReason.SOUND_AMBIGUOUS, "turns to an ambiguous sound"
        assert math.isfinite(state.yaw_deg)

    def _check_range(self, index: int) -> None:
        bench = self.bench
        command = bench.reports[index].motion.command
        last = bench.reports[max(index - 1, 0)].motion.command
        arc = bench.mind._behaviour.arc if index == len(bench.reports) - 1 else None
        if arc is None or command.kind is not CommandKind.MOVE or last.kind is not CommandKind.MOVE:
            return
        outside = max(arc.min_deg - command.yaw_deg, command.yaw_deg - arc.max_deg)
        was = max(arc.min_deg - last.yaw_deg, last.yaw_deg - arc.max_deg)
        # A hand or a new range may leave the screen outside; what the stack does then never leads farther out
        # than a stop needs.
        assert outside <= max(0.05, was + abs(last.rate_dps) * 0.01 + 0.05), "leaves the range of motion"


def play(histories: int, *, events: int = 50, derandomize: bool = True) -> None:
    """Play so many histories; a broken promise raises with the shortest history that breaks it."""
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=histories,
            stateful_step_count=events,
            deadline=None,
            database=None,
            derandomize=derandomize,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )


def main() -> None:
    """Run the soak."""
    args = parser(__doc__).parse_args()
    began = time.perf_counter()
    play(60 if args.quick else 2000)
    finish(
        {
            "histories": counted["histories"],
            "events": counted["events"],
            "requests": counted["requests"],
            "simulated_hours": counted["ticks"] / 360_000,
            "broken_promises": 0,
            "seconds": time.perf_counter() - began,
        },
        args,
    )


if __name__ == "__main__":
    main()
