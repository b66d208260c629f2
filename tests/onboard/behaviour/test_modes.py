"""What each mode does, in small stories on the bench."""

from __future__ import annotations

from itertools import pairwise

import pytest

from simulator.onboard.angles import distance_deg
from simulator.onboard.behaviour.choreographies import CHOREOGRAPHIES
from simulator.onboard.messages import (
    Acquire,
    AnswerCode,
    AnswerKind,
    Beat,
    Box,
    GoToCentre,
    HoldReason,
    Mode,
    ModeEvent,
    ObjectSighting,
    Owner,
    Placement,
    Play,
    PlayBeats,
    RangeSet,
    Release,
    SelectPerson,
    SetMode,
    SetRegion,
    StartSetup,
    Stop,
    TakenOver,
    TurnAt,
    TurnedDown,
    TurnTo,
)
from simulator.world.spec import ThingSpec
from tests.onboard.mindkit import REMOTE, SETTINGS, Bench, Somebody

# --- wake word --------------------------------------------------------------------------------------------------------


def _turns(bench: Bench) -> int:
    return sum(
        after.decision.goal_yaw_deg is not None and before.decision.goal_yaw_deg is None
        for before, after in pairwise(bench.reports)
    )


def test_turn_and_follow_turns_to_the_caller_and_stays_with_them() -> None:
    bench = Bench()
    bench.people["ana"] = Somebody(azimuth_deg=40.0)
    bench.step(0.5)
    bench.step(2.0, wake=41.0)
    assert bench.yaw_deg == pytest.approx(40.0, abs=1.5)
    bench.people["ana"].azimuth_deg = 80.0
    bench.step(3.0)
    assert bench.yaw_deg == pytest.approx(80.0, abs=2.0)
    assert bench.last.intent.mode is Mode.FOLLOW


def test_turn_to_wake_word_turns_once_and_stops() -> None:
    bench = Bench(tuning={"attention.wake_policy": "turn to wake word"})
    bench.people["ana"] = Somebody(azimuth_deg=40.0)
    bench.step(0.5)
    bench.step(4.0, wake=41.0)
    assert bench.yaw_deg == pytest.approx(40.0, abs=1.5)
    bench.people["ana"].azimuth_deg = 80.0
    bench.step(3.0)
    assert bench.yaw_deg == pytest.approx(40.0, abs=1.5)
    assert bench.last.intent.mode is Mode.IDLE


def test_do_not_move_does_not_move() -> None:
    bench = Bench(tuning={"attention.wake_policy": "do not move"})
    bench.people["ana"] = Somebody(azimuth_deg=40.0)
    bench.step(0.5)
    bench.step(4.0, wake=40.0)
    assert _turns(bench) == 0
    assert HoldReason.POLICY in bench.holds()


def test_a_voice_behind_the_view_is_found_and_followed() -> None:
    bench = Bench(arc=(-170.0, 170.0))
    bench.people["ana"] = Somebody(azimuth_deg=-140.0)
    bench.step(0.5)
    bench.step(5.0, wake=-132.0)
    assert bench.yaw_deg == pytest.approx(-140.0, abs=12.5), "in the dead zone at least"
    assert bench.last.decision.subject_id is not None


def test_a_wake_word_from_the_dead_zone_does_not_move_the_screen() -> None:
    bench = Bench()
    bench.people["ana"] = Somebody(azimuth_deg=9.0)
    bench.step(0.5)
    bench.step(3.0, wake=9.0)
    assert _turns(bench) == 0
    assert bench.hold is HoldReason.IN_DEAD_ZONE


def test_a_voice_without_a_person_moves_the_screen_at_most_once() -> None:
    bench = Bench()
    bench.step(0.5)
    for _ in range(4):
        bench.step(6.0, wake=80.0)
        bench.ask(GoToCentre(), 4.0)
    goals = [r.decision.goal_yaw_deg for r in bench.reports if r.intent.mode is Mode.FOLLOW]
    assert any(goal is not None for goal in goals)
    to_the_voice = sum(
        b.intent.mode is Mode.FOLLOW
        and b.decision.goal_yaw_deg is not None
        and (a.decision.goal_yaw_deg is None or a.intent.mode is not Mode.FOLLOW)
        for a, b in pairwise(bench.reports)
    )
    assert to_the_voice == 1
    assert HoldReason.NOT_CONFIRMED in bench.holds()
    assert bench.last.tracks.reflectors
    assert distance_deg(bench.last.tracks.reflectors[0].azimuth_deg, 80.0) < 6.0


def test_a_wake_word_between_two_directions_does_not_move_the_screen() -> None:
    bench = Bench()
    bench.sound_from = (-75.0,)
    bench.step(0.5)
    bench.step(3.0, wake=75.0)
    assert _turns(bench) == 0
    assert HoldReason.SOUND_AMBIGUOUS in bench.holds()


def test_the_camera_settles_an_ambiguity_when_one_of_two_faces_the_device() -> None:
    bench = Bench()
    bench.people["ana"] = Somebody(azimuth_deg=45.0)
    bench.sound_from, bench.sound_direct = (-75.0,), 0.42
    bench.step(0.6)
    bench.step(3.0, wake=45.0)
    assert bench.yaw_deg == pytest.approx(45.0, abs=2.0)


def test_facing_the_device_does_not_settle_who_of_two_that_surely_speak_has_called() -> None:
    bench = Bench()
    bench.people["ana"] = Somebody(azimuth_deg=45.0)
    bench.sound_from, bench.sound_direct = (-75.0,), 0.8
    bench.step(0.6)
    bench.step(3.0, wake=45.0)
    assert _turns(bench) == 0
    assert HoldReason.SOUND_AMBIGUOUS in bench.holds()


# --- turn taking ------------------------------------------------------------------------------------------------------


def test_two_people_who_talk_to_each_other_cause_no_motion_and_a_reply_does() -> None:
    bench = Bench()
    bench.people["ana"] = Somebody(azimuth_deg=35.0, engagement=0.9)
    bench.people["ben"] = Somebody(azimuth_deg=-35.0, engagement=0.1, sighting_id=2)
    bench.step(0.5)
    bench.step(3.0, wake=35.0)
    assert bench.yaw_deg == pytest.approx(35.0, abs=2.0)
    bench.people["ana"].engagement = 0.05
    bench.step(5.0)
    before = _turns(bench)
    for speaker in ("ana", "ben") * 4:
        for name, person in bench.people.items():
            person.talks = name == speaker
        bench.step(1.2)
    assert _turns(bench) == before
    assert HoldReason.SPEECH_NOT_FOR_ME in {r.decision.hold for r in bench.reports[-600:]} | {bench.hold}
    bench.people["ana"].talks = False
    bench.people["ben"].azimuth_deg, bench.people["ben"].talks = -15.0, True
    bench.step(1.0)
    bench.people["ben"].engagement = 0.95
    bench.step(3.0)
    assert bench.yaw_deg == pytest.approx(-15.0, abs=2.0)


def test_a_reply_without_a_wake_word_counts_only_for_a_while() -> None:
    for wait_s, moves in ((5.0, True), (40.0, False)):
        bench = Bench(tuning={"attention.follow_for_s": 5.0})
        bench.people["ana"] = Somebody(azimuth_deg=0.0)
        bench.step(0.5)
        bench.step(1.0, wake=0.0)
        bench.people["ana"].engagement = 0.0
        bench.until(lambda b: b.last.intent.mode is Mode.IDLE, limit_s=30.0)
        bench.step(wait_s)
        bench.people["ana"].azimuth_deg = 35.0
        bench.step(1.0)
        bench.people["ana"].engagement, bench.people["ana"].talks = 0.95, True
        bench.step(4.0)
        assert (bench.yaw_deg > 30.0) == moves


def test_nobody_facing_for_long_ends_following() -> None:
    bench = Bench(tuning={"attention.follow_for_s": 6.0})
    bench.people["ana"] = Somebody(azimuth_deg=10.0)
    bench.step(0.5)
    bench.step(2.0, wake=10.0)
    bench.people["ana"].engagement = 0.0
    bench.until(lambda b: b.last.intent.mode is Mode.IDLE, limit_s=25.0)
    bench.people["ana"].azimuth_deg = 60.0
    bench.step(4.0)
    assert abs(bench.yaw_deg) < 1.0


def test_following_goes_on_after_a_call_as_if_nothing_had_been() -> None:
    bench = Bench(tuning={"attention.follow_for_s": 6.0})
    bench.people["ana"] = Somebody(azimuth_deg=10.0)
    bench.step(0.5)
    bench.step(1.0, wake=10.0)
    bench.ask(SetMode(mode=Mode.CALL), 1.0)
    bench.people["ana"].engagement = 0.0
    bench.step(12.0)
    bench.ask(SetMode(mode=Mode.IDLE), 1.0)
    assert bench.last.intent.mode is Mode.FOLLOW
    bench.until(lambda b: b.last.intent.mode is Mode.IDLE, limit_s=8.0)


# --- follow, recipe ---------------------------------------------------------------------------------------------------


def test_somebody_who_left_the_view_is_not_searched_and_is_followed_again_when_back() -> None:
    bench = Bench()
    bench.people["ana"] = Somebody(azimuth_deg=20.0)
    bench.step(0.5)
    bench.step(2.0, wake=20.0)
    bench.people["ana"].visible = False
    bench.step(5.0)
    yaw_deg = bench.yaw_deg
    bench.step(4.0)
    assert bench.yaw_deg == pytest.approx(yaw_deg, abs=0.3)
    bench.people["ana"].visible, bench.people["ana"].azimuth_deg = True, yaw_deg + 35.0
    bench.step(4.0)
    assert bench.yaw_deg == pytest.approx(yaw_deg + 35.0, abs=2.0) or bench.last.intent.mode is Mode.IDLE


def test_a_cook_need_not_face_the_device() -> None:
    bench = Bench()
    bench.people["cook"] = Somebody(azimuth_deg=10.0, engagement=0.0)
    bench.step(0.5)
    bench.ask(SetMode(mode=Mode.RECIPE), 1.0)
    bench.people["cook"].azimuth_deg = 30.0
    bench.step(4.0)
    assert bench.yaw_deg == pytest.approx(30.0, abs=2.0)
    assert bench.last.intent.mode is Mode.RECIPE


def test_a_bumped_side_stays_blocked_until_somebody_gives_a_new_reason() -> None:
    post = ThingSpec(name="post", kind="column", at=(2.37, 1.90), size=(0.05, 0.05))
    bench = Bench(things=(post,))
    bench.people["ana"] = Somebody(azimuth_deg=75.0)
    bench.ask(TurnTo(angle_deg=30.0), 3.0)
    bench.step(6.0, wake=75.0)
    assert HoldReason.BLOCKED_LEFT in bench.holds()
    free = [r for r in bench.reports if r.motion.command.kind.value == "free"]
    assert free
    pushes = len(free)
    bench.step(5.0)
    again = [r for r in bench.reports if r.motion.command.kind.value == "free"]
    assert len(again) == pushes, "it does not push again by itself"
    bench.step(4.0, wake=75.0)
    assert len([r for r in bench.reports if r.motion.command.kind.value == "free"]) == pushes, "she is still behind it"
    bench.ask(TurnTo(angle_deg=75.0), 4.0)
    assert len([r for r in bench.reports if r.motion.command.kind.value == "free"]) > pushes, "an order tries again"


# --- app and remote ---------------------------------------------------------------------------------------------------


def test_an_app_turns_relative_and_absolute_and_to_the_centre() -> None:
    bench = Bench()
    bench.ask(TurnTo(angle_deg=30.0), 2.5)
    bench.ask(TurnTo(angle_deg=-10.0, relative=True), 2.5)
    assert bench.yaw_deg == pytest.approx(20.0, abs=1.0)
    bench.ask(TurnTo(angle_deg=500.0), 4.0)
    assert bench.yaw_deg == pytest.approx(90.0, abs=1.0)
    cut = bench.answers(AnswerKind.CLAMPED)[-1]
    assert (cut.code, cut.value, cut.threshold, cut.will_yaw_deg) == (AnswerCode.OUT_OF_RANGE, 500.0, 90.0, 90.0)
    bench.ask(GoToCentre(), 3.0)
    assert bench.yaw_deg == pytest.approx(0.0, abs=1.0)


def test_turning_at_a_speed_ends_with_its_lease() -> None:
    bench = Bench()
    bench.ask(TurnAt(rate_dps=-20.0, ttl_s=1.0), 2.0)
    assert bench.yaw_deg == pytest.approx(-19.0, abs=3.0)
    assert not bench.moving


@pytest.mark.parametrize("name", sorted(CHOREOGRAPHIES))
def test_a_choreography_plays_and_ends_where_it_began(name: str) -> None:
    bench = Bench()
    bench.step(0.2)
    bench.ask(Play(name=name), 9.0)
    assert max(abs(state.yaw_deg) for state in bench.states) > 2.0
    assert bench.yaw_deg == pytest.approx(0.0, abs=1.0)
    assert [answer.kind for answer in bench.answers()] == [AnswerKind.TAKEN, AnswerKind.DONE]


def test_a_choreography_that_does_not_fit_is_refused() -> None:
    bench = Bench(arc=(-20.0, 20.0))
    bench.ask(Play(name="ClockwiseMediumSweep"), 3.0)
    assert _turns(bench) == 0
    assert [answer.code for answer in bench.answers()] == [AnswerCode.DOES_NOT_FIT]


def test_a_remote_user_takes_over_slowly_and_gives_back_after_a_while() -> None:
    bench = Bench(tuning={"away.remote_timeout_s": 5.0, "motion.max_rate_dps": 90.0})
    bench.ask(SetMode(mode=Mode.CALL), 0.5)
    bench.ask(TurnTo(angle_deg=60.0, client=REMOTE), 0.1)
    assert bench.last.intent.owner is Owner.REMOTE
    assert TakenOver(before=Owner.CALL, now=Owner.REMOTE) in bench.events()
    bench.ask(TurnTo(angle_deg=-60.0), 3.0)
    no = bench.answers(AnswerKind.REFUSED)[-1]
    assert (no.client, no.code, no.owner) == ("app", AnswerCode.NOT_OWNER, Owner.REMOTE), "an app has to wait"
    assert bench.yaw_deg == pytest.approx(60.0, abs=1.0)
    assert max(abs(c.rate_dps) for c in bench.commands) <= bench.tuning.away.remote_rate_dps + 1e-6
    bench.step(6.0)
    assert bench.last.intent.mode is Mode.CALL


def test_a_burst_of_remote_wishes_is_thinned_out() -> None:
    bench = Bench()
    for angle_deg in (10.0, 20.0, 30.0):
        bench.ask(TurnTo(angle_deg=angle_deg, client=REMOTE), 0.05)
    assert [answer.code for answer in bench.answers(AnswerKind.REFUSED)] == [AnswerCode.TOO_MANY] * 2


def test_acquire_keeps_the_screen_until_release() -> None:
    bench = Bench()
    bench.ask(Acquire(lease_s=10.0), 4.0)
    assert bench.last.intent.mode is Mode.APP
    bench.step(0.2, wake=60.0)
    assert TurnedDown(asked=ModeEvent.WAKE_FOLLOW, owner=Owner.APP) in bench.events()
    bench.ask(Release(), 0.2)
    assert bench.last.intent.mode is Mode.IDLE


def test_nonsense_is_refused_with_a_code_and_never_moves() -> None:
    bench = Bench()
    nan = float("nan")
    far = (Beat(offset_deg=nan, rate_dps=10.0),)
    for request, code in (
        (TurnTo(angle_deg=nan), AnswerCode.BAD_VALUE),
        (TurnTo(angle_deg=10.0, rate_dps=nan), AnswerCode.BAD_VALUE),
        (TurnAt(rate_dps=0.0), AnswerCode.BAD_VALUE),
        (TurnAt(rate_dps=nan), AnswerCode.BAD_VALUE),
        (TurnAt(rate_dps=10.0, ttl_s=-1.0), AnswerCode.BAD_VALUE),
        (Play(name="nothing"), AnswerCode.NO_SUCH_CHOREOGRAPHY),
        (PlayBeats(beats=()), AnswerCode.BAD_VALUE),
        (PlayBeats(beats=far), AnswerCode.BAD_VALUE),
        (SetMode(mode=Mode.MANUAL), AnswerCode.NO_SUCH_MODE),
        (SetMode(mode=Mode.SETUP), AnswerCode.NO_SUCH_MODE),
        (SetRegion(azimuth_deg=nan), AnswerCode.BAD_VALUE),
        (SelectPerson(track_id=77), AnswerCode.NO_SUCH_PERSON),
        (Acquire(lease_s=-5.0), AnswerCode.BAD_VALUE),
    ):
        bench.ask(request, 0.1)
        last = bench.answers()[-1]
        assert (last.kind, last.code) == (AnswerKind.REFUSED, code), request
        assert last.words.startswith("refused: ")
    bench.step(1.0)
    assert abs(bench.yaw_deg) < 0.3
    assert bench.last.intent.mode is Mode.IDLE


# --- away -------------------------------------------------------------------------------------------------------------


def test_the_patrol_looks_everywhere_at_guard_speed_and_comes_again() -> None:
    bench = Bench(tuning={"away.patrol_every_s": 10.0, "away.dwell_s": 0.5})
    bench.ask(SetMode(mode=Mode.AWAY), 60.0)
    yaws = [state.yaw_deg for state in bench.states]
    assert min(yaws) < -89.0
    assert max(yaws) > 89.0
    assert max(abs(c.rate_dps) for c in bench.commands) <= bench.tuning.motion.patrol_rate_dps + 1e-6
    assert HoldReason.WAITING_FOR_PATROL in bench.holds()


def test_a_person_raises_one_alert_with_evidence() -> None:
    bench = Bench(tuning={"away.alert_again_s": 60.0})
    bench.ask(SetMode(mode=Mode.AWAY), 2.0)
    bench.people["burglar"] = Somebody(azimuth_deg=bench.yaw_deg + 20.0, distance_m=2.4)
    bench.step(10.0)
    alerts = {report.intent.alert for report in bench.reports if report.intent.alert is not None}
    assert len(alerts) == 1
    evidence = alerts.pop().evidence
    assert "2.4 m" in evidence
    assert "pictures" in evidence


@pytest.mark.parametrize("kind", ["television", "poster", "pet", "glimpse"])
def test_what_is_no_person_raises_no_alert(kind: str) -> None:
    bench = Bench()
    bench.ask(SetMode(mode=Mode.AWAY), 0.5)
    box = Box(x=0.4, y=0.3, width=0.1, height=0.2)
    around = Box(x=0.38, y=0.28, width=0.2, height=0.3)
    bench.people["it"] = Somebody(azimuth_deg=0.0, box=box, life=0.05 if kind == "poster" else 1.0)
    if kind == "television":
        bench.objects = (ObjectSighting(label="television", azimuth_deg=0.0, score=0.9, box=around),)
    if kind == "pet":
        bench.objects = (ObjectSighting(label="dog", azimuth_deg=0.0, score=0.9, box=around),)
    if kind == "glimpse":
        bench.step(0.3)
        bench.people.clear()
    bench.step(12.0)
    assert all(report.intent.alert is None for report in bench.reports)


# --- set-up -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "width_deg"), [("wall", 180.0), ("corner", 90.0), ("free", 350.0)])
def test_guided_set_up_sweeps_and_sets_the_range(name: str, width_deg: float) -> None:
    bench = Bench(arc=None)
    bench.step(0.2)
    bench.ask(StartSetup(placement=Placement(name), client=SETTINGS))
    bench.until(lambda b: b.mind.setup.range is not None, limit_s=60.0)
    arc = bench.mind.setup.range
    assert arc is not None
    assert arc.width_deg == pytest.approx(width_deg)
    assert max(abs(c.rate_dps) for c in bench.commands) <= 25.0 + 1e-6
    bench.step(0.2)
    assert bench.last.intent.mode is Mode.IDLE
    assert (len(bench.mind.setup.walls) > 0) == (name != "free")


def test_what_the_sweep_touches_ends_the_range() -> None:
    post = ThingSpec(name="post", kind="column", at=(2.37, 1.90), size=(0.05, 0.05))
    bench = Bench(arc=None, things=(post,))
    bench.ask(StartSetup(placement=Placement.WALL, client=SETTINGS))
    bench.until(lambda b: b.mind.setup.range is not None, limit_s=60.0)
    arc = bench.mind.setup.range
    assert arc is not None
    assert arc.min_deg == pytest.approx(-90.0)
    assert 40.0 < arc.max_deg < 52.0


def test_a_hand_shows_the_range() -> None:
    bench = Bench(arc=None)
    bench.ask(StartSetup(placement=Placement.HAND, client=SETTINGS), 0.5)
    bench.hand("turn", to_deg=50.0, for_s=1.5)
    bench.step(1.55)
    bench.hand("turn", to_deg=-40.0, for_s=2.5)
    bench.until(lambda b: b.mind.setup.range is not None, limit_s=20.0)
    arc = bench.mind.setup.range
    assert arc is not None
    assert arc.max_deg == pytest.approx(48.0, abs=3.0)
    assert arc.min_deg == pytest.approx(-38.0, abs=3.0)
    bench.step(2.0)
    assert sum(isinstance(event, RangeSet) for event in bench.events()) == 1, (
        "it ends once, although the hand still rests"
    )


def test_stop_while_a_hand_turns_the_screen_leaves_it_to_the_hand() -> None:
    bench = Bench()
    bench.step(0.3)
    bench.hand("turn", to_deg=40.0, for_s=2.0)
    bench.until(lambda b: b.last.intent.mode is Mode.MANUAL, limit_s=2.0)
    bench.ask(SetMode(mode=Mode.RECIPE), 0.1)
    bench.ask(Stop(), 0.2)
    assert bench.last.intent.mode is Mode.MANUAL
    bench.step(25.0)
    assert bench.last.intent.mode is Mode.IDLE, "what had waited is stopped"


def test_set_up_ends_when_told_to_stop_and_the_screen_stays() -> None:
    bench = Bench(arc=None)
    bench.ask(StartSetup(placement=Placement.WALL, client=SETTINGS), 1.0)
    bench.ask(Stop(), 1.0)
    assert bench.mind.setup.range is None
    assert bench.hold is HoldReason.RANGE_NOT_SET
    assert not bench.moving
