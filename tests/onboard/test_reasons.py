"""Every reason to stay is really given by some path, and each says so in a sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.lab.why.why_sentences import sentence
from simulator.onboard.messages import (
    HoldReason,
    Mode,
    SetMode,
    SetPolicy,
    SetRange,
    Shutter,
    TurnTo,
    WakePolicy,
)
from simulator.world.spec import ThingSpec
from tests.onboard.mindkit import AWAY, SETTINGS, Bench, Somebody


def _shutter(bench: Bench) -> None:
    bench.shutter = Shutter.CLOSED
    bench.step(0.5)


def _ambiguous(bench: Bench) -> None:
    bench.sound_from = (-70.0,)
    bench.step(0.2, wake=70.0)


def _dead_zone(bench: Bench) -> None:
    bench.people["ana"] = Somebody(azimuth_deg=5.0)
    bench.step(0.5)
    bench.step(3.0, wake=5.0)


def _settling(bench: Bench) -> None:
    bench.people["ana"] = Somebody(azimuth_deg=5.0)
    bench.step(0.5)
    bench.step(3.0, wake=5.0)
    bench.people["ana"].azimuth_deg = 22.0
    bench.step(1.0)


def _out_of_range(bench: Bench) -> None:
    bench.step(0.3)
    bench.step(0.3, wake=150.0)


def _blocked_left(bench: Bench) -> None:
    bench.ask(TurnTo(angle_deg=60.0), 4.0)


def _blocked_right(bench: Bench) -> None:
    bench.ask(TurnTo(angle_deg=-60.0), 4.0)


def _hand(bench: Bench) -> None:
    bench.step(0.3)
    bench.hand("turn", to_deg=30.0, for_s=1.0)
    bench.step(1.0)


def _manual(bench: Bench) -> None:
    _hand(bench)
    bench.step(2.5)


def _nobody_engaged(bench: Bench) -> None:
    bench.people["ana"] = Somebody(azimuth_deg=5.0)
    bench.step(1.0)


def _nobody_there(bench: Bench) -> None:
    bench.step(0.5)


def _not_confirmed(bench: Bench) -> None:
    bench.sound_confidence = 0.3
    bench.step(0.5)
    bench.step(0.5, wake=80.0)


def _policy(bench: Bench) -> None:
    bench.ask(SetPolicy(policy=WakePolicy.STAY))
    bench.step(0.5, wake=70.0)


def _not_for_me(bench: Bench) -> None:
    bench.people["ana"] = Somebody(azimuth_deg=20.0, engagement=0.05, talks=True)
    bench.people["ben"] = Somebody(azimuth_deg=-20.0, engagement=0.05, sighting_id=2)
    bench.step(3.0)


def _range_not_set(bench: Bench) -> None:
    bench.ask(SetRange(range=None, client=SETTINGS))
    bench.step(0.5, wake=30.0)


def _sensor_lost(bench: Bench) -> None:
    bench.step(0.5)
    bench.camera_works = False
    bench.step(2.0)


def _fault(bench: Bench) -> None:
    bench.step(0.2)
    bench.fault = "overheated"
    bench.step(0.2)


def _on_target(bench: Bench) -> None:
    bench.ask(TurnTo(angle_deg=30.0), 3.0)


def _patrol(bench: Bench) -> None:
    bench.ask(SetMode(mode=Mode.AWAY, client=AWAY), 60.0)


SCENES: dict[HoldReason, Callable[[Bench], None]] = {
    HoldReason.SHUTTER_CLOSED: _shutter,
    HoldReason.SOUND_AMBIGUOUS: _ambiguous,
    HoldReason.IN_DEAD_ZONE: _dead_zone,
    HoldReason.SETTLING: _settling,
    HoldReason.OUT_OF_RANGE: _out_of_range,
    HoldReason.BLOCKED_LEFT: _blocked_left,
    HoldReason.BLOCKED_RIGHT: _blocked_right,
    HoldReason.HAND_ON_SCREEN: _hand,
    HoldReason.NOBODY_ENGAGED: _nobody_engaged,
    HoldReason.NOBODY_THERE: _nobody_there,
    HoldReason.NOT_CONFIRMED: _not_confirmed,
    HoldReason.MANUAL: _manual,
    HoldReason.POLICY: _policy,
    HoldReason.SPEECH_NOT_FOR_ME: _not_for_me,
    HoldReason.RANGE_NOT_SET: _range_not_set,
    HoldReason.SENSOR_LOST: _sensor_lost,
    HoldReason.FAULT: _fault,
    HoldReason.ON_TARGET: _on_target,
    HoldReason.WAITING_FOR_PATROL: _patrol,
}
POSTS = {
    HoldReason.BLOCKED_LEFT: ThingSpec(name="post", kind="column", at=(2.37, 1.90), size=(0.05, 0.05)),
    HoldReason.BLOCKED_RIGHT: ThingSpec(name="post", kind="column", at=(2.63, 1.90), size=(0.05, 0.05)),
}


@pytest.mark.parametrize("reason", list(HoldReason))
def test_each_reason_to_stay_is_given_and_explained(reason: HoldReason) -> None:
    post = POSTS.get(reason)
    bench = Bench(things=() if post is None else (post,))
    SCENES[reason](bench)
    given = [report.decision for report in bench.reports if report.decision.hold is reason]
    assert given, f"only {bench.holds()}"
    text = sentence(given[-1])
    assert text.startswith("Still: ")
    failed = [gate for gate in given[-1].gates if not gate.passed]
    assert failed, "a reason to stay is a question that failed"
    assert all(gate.margin < 0.0 for gate in failed)
