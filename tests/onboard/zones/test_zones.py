"""The three zones of perception: who is where, when the screen waits and when it turns, and the record it leaves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.gate_names import GateName
from simulator.onboard.messages import (
    BodyReport,
    HoldReason,
    Intent,
    IntentKind,
    Mode,
    MotorMode,
    MotorState,
    Owner,
    Shutter,
    Track,
    TrackReport,
    Zone,
    ZoneDecision,
)
from simulator.onboard.tuning import Tuning
from simulator.onboard.zones.stage import ZoneStage

ARC = RangeOfMotion(min_deg=-90.0, max_deg=90.0)
ANA = Track(
    track_id=1, azimuth_deg=0.0, rate_dps=0.0, sigma_deg=1.0, distance_m=1.5, seen=True, in_view=True, seen_age_s=0.0,
    heard_age_s=99.0, engagement=0.9,
)  # fmt: skip
REST = BodyReport(tick=0)


class Table:
    """Zones alone, with a screen that stands where it is put."""

    def __init__(self, tuning: Tuning | None = None, arc: RangeOfMotion | None = ARC) -> None:
        self.stage, self.tuning, self.arc = ZoneStage(DeviceFacts()), tuning or Tuning(), arc
        self.tick = 100

    def ask(
        self,
        *tracks: Track,
        yaw_deg: float = 0.0,
        body: BodyReport = REST,
        shutter: Shutter = Shutter.OPEN,
        for_s: float = 0.05,
        **intent: object,
    ) -> ZoneDecision:
        """Think for a while with people standing like this; the last decision."""
        made = None
        for _ in range(max(round(for_s / 0.05), 1)):
            self.tick += 5
            asked = Intent(
                tick=self.tick, kind=IntentKind.KEEP_IN_VIEW, mode=Mode.FOLLOW, owner=Owner.FOLLOW, why="",
                track_ids=tuple(track.track_id for track in tracks),
            )  # fmt: skip
            made = self.stage.tick(
                replace(asked, **intent),  # type: ignore[arg-type]
                TrackReport(tick=self.tick, tracks=tracks),
                body,
                self.tuning,
                motor=MotorState(tick=self.tick, yaw_deg=yaw_deg, rate_dps=0.0, torque_nm=0.0, mode=MotorMode.HOLDING),
                shutter=shutter,
                eyes_lost_s=0.0,
                arc=self.arc,
            )
        assert made is not None
        return made


def _at(azimuth_deg: float, **changes: object) -> Track:
    return replace(ANA, azimuth_deg=azimuth_deg, **changes)  # type: ignore[arg-type]


def test_nothing_moves_in_the_dead_zone_however_long() -> None:
    table = Table()
    for azimuth_deg in (0.0, 5.0, -11.9, 11.9):
        decision = table.ask(_at(azimuth_deg, settled_s=30.0), for_s=5.0)
        assert (decision.zone, decision.hold) == (Zone.DEAD, HoldReason.IN_DEAD_ZONE)


def test_the_holding_zone_waits_for_somebody_to_settle() -> None:
    table = Table()
    moving = table.ask(_at(20.0, settled_s=0.2), for_s=4.0)
    assert (moving.zone, moving.hold) == (Zone.HOLDING, HoldReason.SETTLING)
    assert moving.gates[-2].name is GateName.SETTLED
    assert moving.gates[-2].margin == pytest.approx(0.2 - 1.5)
    assert table.ask(_at(20.0, settled_s=1.6)).goal_yaw_deg == pytest.approx(20.0)


def test_time_in_the_dead_zone_does_not_count_as_settled_in_the_holding_zone() -> None:
    table = Table()
    table.ask(_at(5.0, settled_s=10.0), for_s=5.0)
    stepped_out = table.ask(_at(20.0, settled_s=15.0), for_s=1.0)
    assert (stepped_out.zone, stepped_out.hold) == (Zone.HOLDING, HoldReason.SETTLING)
    assert stepped_out.settled_s <= 1.0
    assert table.ask(_at(20.0, settled_s=16.0), for_s=1.0).goal_yaw_deg == pytest.approx(20.0)


def test_the_motion_zone_is_followed_without_settling() -> None:
    table = Table()
    assert table.ask(_at(40.0)).hold is HoldReason.SETTLING, "a short delay against a false glimpse"
    assert table.ask(_at(41.0), for_s=0.3).goal_yaw_deg == pytest.approx(41.0)


def test_an_urgent_reason_needs_no_settling_but_respects_the_dead_zone() -> None:
    facing = {"kind": IntentKind.FACE, "urgent": True}
    assert Table().ask(_at(20.0), azimuth_deg=20.0, **facing).goal_yaw_deg == pytest.approx(20.0)
    assert Table().ask(_at(8.0), azimuth_deg=8.0, **facing).hold is HoldReason.IN_DEAD_ZONE


@given(start=st.floats(0, 11.9), steps=st.lists(st.floats(-1.9, 1.9), max_size=30))
def test_trembling_at_an_edge_does_not_change_the_zone(start: float, steps: list[float]) -> None:
    table = Table()
    table.ask(_at(start))
    for step in steps:
        azimuth_deg = min(start + abs(step), 13.9)
        assert table.ask(_at(azimuth_deg)).zone is Zone.DEAD


def test_zones_widen_with_nearness() -> None:
    near, far = Table().ask(_at(15.0, distance_m=0.6)), Table().ask(_at(15.0, distance_m=3.0))
    assert near.zone is Zone.DEAD
    assert far.zone is Zone.HOLDING
    assert near.dead_half_width_deg > far.dead_half_width_deg


def test_a_turn_goes_on_until_it_arrives_and_then_rests() -> None:
    table = Table()
    ana = _at(40.0, settled_s=0.0)
    table.ask(ana, for_s=0.3)
    under_way = replace(REST, moving=True)
    assert table.ask(ana, yaw_deg=32.0, body=under_way).goal_yaw_deg == pytest.approx(40.0), (
        "not in the dead zone halfway"
    )
    arrived = table.ask(ana, yaw_deg=39.9)
    assert arrived.hold is HoldReason.ON_TARGET
    assert table.ask(ana, yaw_deg=39.9).hold is HoldReason.IN_DEAD_ZONE
    again = table.ask(_at(90.0), yaw_deg=39.9, for_s=0.2)
    assert again.hold is HoldReason.SETTLING
    assert not next(gate for gate in again.gates if gate.name is GateName.RESTED).passed


def test_a_trembling_estimate_does_not_move_the_goal() -> None:
    table = Table()
    table.ask(_at(40.0), for_s=0.3)
    under_way = replace(REST, moving=True)
    goals = {table.ask(_at(40.0 + d), yaw_deg=20.0, body=under_way).goal_yaw_deg for d in (0.5, -0.7, 1.2, -1.0)}
    assert goals == {40.0}
    assert table.ask(_at(46.0), yaw_deg=20.0, body=under_way).goal_yaw_deg == pytest.approx(46.0)


def test_several_people_are_kept_together_while_they_fit() -> None:
    ana, ben = _at(30.0, settled_s=5.0), replace(_at(60.0, settled_s=5.0), track_id=2)
    together = Table().ask(ana, ben, for_s=0.4)
    assert together.goal_yaw_deg == pytest.approx(45.0)
    apart = replace(ben, azimuth_deg=-60.0)
    alone = Table().ask(ana, apart, for_s=0.4)
    assert alone.goal_yaw_deg == pytest.approx(30.0), "the first one when they do not fit"


def test_who_is_lost_is_not_searched() -> None:
    gone = Table().ask(_at(80.0, in_view=False, seen_age_s=5.0), for_s=0.5)
    assert (gone.zone, gone.hold) == (Zone.OUT_OF_VIEW, HoldReason.NOBODY_THERE)
    just_gone = Table().ask(_at(80.0, in_view=False, seen_age_s=0.5), for_s=0.5)
    assert just_gone.goal_yaw_deg == pytest.approx(80.0)


def test_the_range_limits_the_goal_and_its_end_is_a_reason() -> None:
    assert Table().ask(_at(100.0), yaw_deg=45.0, for_s=0.5).goal_yaw_deg == pytest.approx(90.0)
    at_the_end = Table().ask(_at(130.0), yaw_deg=90.0, for_s=0.5)
    assert at_the_end.hold is HoldReason.OUT_OF_RANGE


@pytest.mark.parametrize("left", [True, False])
def test_a_blocked_side_needs_a_newer_reason(left: bool) -> None:
    body = replace(REST, blocked_left=left, blocked_right=not left, blocked_tick=50)
    azimuth_deg = 40.0 if left else -40.0
    blocked = Table().ask(_at(azimuth_deg), body=body, for_s=0.4, reason_tick=50)
    assert blocked.hold is (HoldReason.BLOCKED_LEFT if left else HoldReason.BLOCKED_RIGHT)
    assert Table().ask(_at(azimuth_deg), body=body, for_s=0.4, reason_tick=51).goal_yaw_deg == pytest.approx(
        azimuth_deg
    )
    assert Table().ask(_at(-azimuth_deg), body=body, for_s=0.4, reason_tick=50).goal_yaw_deg is not None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"person": 0.1}, HoldReason.NOT_CONFIRMED),
        ({"seen": False}, HoldReason.NOT_CONFIRMED),
        ({"distance_m": 7.0}, HoldReason.NOBODY_THERE),
    ],
)
def test_who_does_not_count_never_moves_the_screen(changes: dict[str, object], reason: HoldReason) -> None:
    assert Table().ask(_at(40.0, **changes), for_s=2.0).hold is reason


@given(
    azimuth=st.floats(-180, 180) | st.just(float("nan")),
    yaw=st.floats(-90, 90),
    distance=st.none() | st.floats(allow_nan=True, allow_infinity=True),
    settled=st.floats(-5, 100),
    kind=st.sampled_from(list(IntentKind)),
    wanted=st.none() | st.floats(allow_nan=True, allow_infinity=True),
    shutter=st.sampled_from(list(Shutter)),
    arc=st.sampled_from(
        [None, ARC, RangeOfMotion(min_deg=-180.0, max_deg=180.0), RangeOfMotion(min_deg=5.0, max_deg=5.0)]
    ),
)
def test_every_decision_is_sound(
    azimuth: float,
    yaw: float,
    distance: float | None,
    settled: float,
    kind: IntentKind,
    wanted: float | None,
    shutter: Shutter,
    arc: RangeOfMotion | None,
) -> None:
    table = Table(arc=arc)
    hold = HoldReason.POLICY if kind in (IntentKind.STAY, IntentKind.STOP, IntentKind.YIELD) else None
    decision = table.ask(
        _at(azimuth, distance_m=distance, settled_s=settled), yaw_deg=yaw, shutter=shutter, for_s=0.3, kind=kind,
        azimuth_deg=wanted, hold=hold,
    )  # fmt: skip
    assert (decision.hold is None) == (decision.goal_yaw_deg is not None), "a reason or a goal, never both or neither"
    if decision.goal_yaw_deg is not None:
        assert arc is not None
        assert arc.contains_yaw(decision.goal_yaw_deg, slack_deg=1e-9)
        assert shutter is Shutter.OPEN
        assert all(gate.passed for gate in decision.gates)
    else:
        assert any(not gate.passed for gate in decision.gates) or decision.hold is HoldReason.ON_TARGET
