"""Requests: who may ask for what, that each is answered to its end exactly once, and what the answers say."""

from __future__ import annotations

import dataclasses
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.onboard.behaviour.rights import RANK, RIGHTS, forbidden
from simulator.onboard.messages import (
    Acquire,
    Answer,
    AnswerCode,
    AnswerKind,
    Asker,
    BackDrive,
    Beat,
    Client,
    GoToCentre,
    HoldReason,
    Mode,
    Owner,
    PlayBeats,
    Release,
    Request,
    Scope,
    SetBackDrive,
    SetMode,
    SetRange,
    Shutter,
    StartSetup,
    Stop,
    TurnAt,
    TurnTo,
)
from simulator.onboard.messages.answers import WORDS
from tests.onboard.mindkit import CALL, REMOTE, SETTINGS, WATCHER, Bench
from tests.onboard.request_kit import CLIENTS, FIELDS, Ledger, requests_by

A_FEW = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
# What each scope adds to the one before, apart from the table: a slip in the table must not move this list along.
ADDED: dict[Scope, set[str]] = {
    Scope.WATCH: {"Stop"},
    Scope.APP: {
        "TurnTo", "TurnAt", "GoToCentre", "Play", "PlayBeats", "Acquire", "Release", "SetMode", "SetPolicy", "SetFraming",
        "SetRegion", "SelectPerson",
    },
    Scope.SETUP: {"SetRange", "StartSetup", "SetBackDrive"},
}  # fmt: skip


def _settled(bench: Bench) -> tuple[object, ...]:
    """Everything of a device at rest that a request could change at once."""
    stage = bench.mind._behaviour
    state = stage._state
    return (
        stage.setup, stage.back_drive, stage.arc, stage.mode, stage.open_requests, state.policy, state.stopped,
        state.framing.style, state.framing.selected_id,
    )  # fmt: skip


# --- who may ask for what ---------------------------------------------------------------------------------------------


def test_every_request_has_a_right_and_each_scope_adds_what_it_says() -> None:
    assert set(RIGHTS) == set(get_args(Request))
    added = {scope: {kind.__name__ for kind, right in RIGHTS.items() if right.scope is scope} for scope in Scope}
    assert added == ADDED
    assert RIGHTS[Stop].askers == set(Asker)


@pytest.mark.parametrize("kind", FIELDS, ids=lambda kind: kind.__name__)
@A_FEW
@given(data=st.data())
def test_what_is_forbidden_changes_nothing_and_says_what_is_missing(kind: type[Request], data: st.DataObject) -> None:
    request = data.draw(requests_by(CLIENTS, kind))
    bench = Bench()
    bench.step(0.05)
    before = _settled(bench)
    bench.ask(request)
    first = bench.answers()[0]
    allowed = RANK[request.client.scope] >= RANK[RIGHTS[kind].scope]
    if not allowed:
        assert (first.kind, first.code, first.needs) == (
            AnswerKind.REFUSED, AnswerCode.FORBIDDEN_SCOPE, RIGHTS[kind].scope,
        )  # fmt: skip
    elif request.client.asker not in RIGHTS[kind].askers:
        assert (first.kind, first.code) == (AnswerKind.REFUSED, AnswerCode.NOT_FOR_ASKER)
    else:
        assert first.code not in (AnswerCode.FORBIDDEN_SCOPE, AnswerCode.NOT_FOR_ASKER)
    if first.kind is AnswerKind.REFUSED:
        assert _settled(bench) == before
        assert len(bench.answers()) == 1


@A_FEW
@given(asked=st.lists(requests_by(CLIENTS.filter(lambda client: client.scope is not Scope.SETUP)), max_size=12))
def test_no_app_widens_the_range_frees_the_motor_or_starts_set_up(asked: list[Request]) -> None:
    bench = Bench(arc=(-20.0, 25.0))
    for request in asked:
        bench.ask(request, 0.3)
    assert bench.mind.setup.range == bench.mind.arc
    assert (bench.mind.arc.min_deg, bench.mind.arc.max_deg) == (-20.0, 25.0)
    assert bench.mind._behaviour.back_drive is BackDrive.AUTO
    # The motor swings over by less than a degree where it is asked to stop at the very end.
    assert all(-21.0 <= state.yaw_deg <= 26.0 for state in bench.states)


@A_FEW
@given(asked=st.lists(requests_by(CLIENTS.filter(lambda client: client.scope is Scope.WATCH)), max_size=12))
def test_who_may_only_watch_moves_nothing(asked: list[Request]) -> None:
    bench = Bench()
    for request in asked:
        bench.ask(request, 0.1)
    assert all(abs(state.yaw_deg) < 0.3 for state in bench.states)
    assert {answer.kind for answer in bench.answers()} <= {AnswerKind.REFUSED, AnswerKind.DONE}


@given(request=requests_by(CLIENTS))
def test_a_higher_scope_may_whatever_a_lower_one_may(request: Request) -> None:
    client = request.client
    for scope in Scope:
        raised = dataclasses.replace(request, client=dataclasses.replace(client, scope=scope))
        if RANK[scope] >= RANK[client.scope] and forbidden(request) is None:
            assert forbidden(raised) is None


# --- exactly one final answer -----------------------------------------------------------------------------------------

MOMENTS = st.sampled_from(["wait", "long", "hand", "wake", "fault", "healthy", "shutter"])


@pytest.mark.long
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=st.lists(st.tuples(st.lists(requests_by(CLIENTS), max_size=3), MOMENTS), max_size=15))
def test_any_history_gives_each_request_exactly_one_final_answer(
    history: list[tuple[list[Request], str]],
) -> None:
    bench, ledger = Bench(), Ledger()
    for asked, then in history:
        bench.step(0.05, requests=tuple(asked))
        if then == "hand":
            bench.hand("turn", to_deg=30.0, for_s=0.5)
        elif then in ("fault", "healthy"):
            bench.fault = "hot" if then == "fault" else ""
        elif then == "shutter":
            bench.shutter = Shutter.CLOSED if bench.shutter is Shutter.OPEN else Shutter.OPEN
        bench.step(6.0 if then == "long" else 0.6, wake=40.0 if then == "wake" else None)
    bench.fault = ""
    bench.step()
    bench.ask(Stop())
    for sensed, report in zip(bench.sensed, bench.reports, strict=True):
        ledger.tick(sensed[2], report.answers)
    assert ledger.open == set()


def test_everything_also_ends_by_itself() -> None:
    bench, ledger = Bench(), Ledger()
    for request in (Acquire(lease_s=2.0), TurnTo(angle_deg=30.0), TurnAt(rate_dps=10.0), GoToCentre(client=REMOTE)):
        bench.ask(request, 1.0)
    bench.ask(StartSetup(client=SETTINGS), 60.0)
    for sensed, report in zip(bench.sensed, bench.reports, strict=True):
        ledger.tick(sensed[2], report.answers)
    assert ledger.open == set()
    assert len(ledger.finals) == 5


def test_an_id_that_is_open_is_not_taken_twice() -> None:
    bench = Bench()
    bench.ask(TurnTo(angle_deg=60.0, request_id="a"), 0.1)
    bench.ask(TurnTo(angle_deg=-60.0, request_id="a"), 0.1)
    assert bench.answers()[-1].code is AnswerCode.SAME_ID
    bench.ask(TurnTo(angle_deg=-60.0, request_id="a", client=REMOTE), 0.1)
    assert ("remote", AnswerKind.TAKEN, AnswerCode.AS_ASKED) in _codes(bench), "ids belong to their client"


# --- what the answers say ---------------------------------------------------------------------------------------------


def _codes(bench: Bench) -> list[tuple[str, AnswerKind, AnswerCode]]:
    return [(answer.client, answer.kind, answer.code) for answer in bench.answers()]


def test_a_turn_to_170_in_a_range_of_120_says_where_it_ends() -> None:
    bench = Bench(arc=(-120.0, 120.0))
    bench.ask(TurnTo(angle_deg=170.0), 5.0)
    cut, done = bench.answers()
    assert (cut.kind, cut.code) == (AnswerKind.CLAMPED, AnswerCode.OUT_OF_RANGE)
    assert (cut.value, cut.threshold, cut.will_yaw_deg) == (170.0, 120.0, 120.0)
    assert (done.kind, done.code) == (AnswerKind.DONE, AnswerCode.AS_ASKED)
    assert done.will_yaw_deg == pytest.approx(120.0, abs=0.6)
    assert bench.yaw_deg == pytest.approx(120.0, abs=0.6)


def test_too_fast_and_too_long_are_cut_and_told() -> None:
    bench = Bench()
    bench.ask(TurnTo(angle_deg=10.0, rate_dps=500.0), 1.0)
    bench.ask(TurnTo(angle_deg=20.0, rate_dps=90.0, client=REMOTE), 1.0)
    bench.ask(TurnAt(rate_dps=-5.0, ttl_s=60.0, client=REMOTE), 0.1)
    cut = bench.answers(AnswerKind.CLAMPED)
    assert [answer.code for answer in cut] == [AnswerCode.TOO_FAST, AnswerCode.TOO_FAST, AnswerCode.TOO_LONG]
    assert cut[0].will_rate_dps == bench.tuning.motion.max_rate_dps
    assert cut[1].will_rate_dps == bench.tuning.away.remote_rate_dps
    assert (cut[2].value, cut[2].threshold) == (60.0, 5.0)


def test_the_newer_turn_supersedes_and_a_higher_owner_preempts() -> None:
    bench = Bench()
    bench.ask(TurnTo(angle_deg=60.0, request_id="old"), 0.1)
    bench.ask(TurnTo(angle_deg=-60.0, request_id="new"), 0.1)
    bench.ask(TurnTo(angle_deg=10.0, client=REMOTE), 0.1)
    told = {answer.request_id: answer for answer in bench.answers() if answer.final}
    assert (told["old"].kind, told["old"].by) == (AnswerKind.SUPERSEDED, "new")
    assert (told["new"].kind, told["new"].code, told["new"].owner) == (
        AnswerKind.PREEMPTED, AnswerCode.HIGHER_OWNER, Owner.REMOTE,
    )  # fmt: skip


def test_a_lost_turn_does_not_come_back() -> None:
    bench = Bench(tuning={"away.remote_timeout_s": 5.0})
    bench.ask(TurnTo(angle_deg=80.0), 0.3)
    bench.ask(TurnTo(angle_deg=-20.0, client=REMOTE), 0.5)
    bench.step(12.0)
    assert bench.yaw_deg == pytest.approx(-20.0, abs=1.0)
    assert bench.last.intent.mode is Mode.IDLE


def test_a_lease_waits_and_goes_on_and_release_ends_it() -> None:
    bench = Bench()
    bench.ask(Acquire(lease_s=30.0), 0.5)
    bench.ask(SetMode(mode=Mode.CALL, client=CALL), 0.5)
    bench.ask(SetMode(mode=Mode.IDLE, client=CALL), 0.5)
    bench.ask(Release(request_id="r"), 0.5)
    lease = [answer for answer in bench.answers() if answer.client == "app" and answer.request_id != "r"]
    assert [(answer.kind, answer.code) for answer in lease] == [
        (AnswerKind.TAKEN, AnswerCode.AS_ASKED),
        (AnswerKind.QUEUED, AnswerCode.WAITS_FOR_OWNER),
        (AnswerKind.TAKEN, AnswerCode.AS_ASKED),
        (AnswerKind.DONE, AnswerCode.RELEASED),
    ]
    assert lease[1].owner is Owner.CALL
    assert lease[3].by == "r"


def test_a_mode_that_waits_is_done_when_it_begins() -> None:
    bench = Bench()
    bench.ask(TurnTo(angle_deg=10.0, client=REMOTE), 0.1)
    bench.ask(SetMode(mode=Mode.RECIPE), 0.1)
    assert _codes(bench)[-1] == ("app", AnswerKind.QUEUED, AnswerCode.WAITS_FOR_OWNER)
    bench.ask(Release(client=REMOTE), 0.1)
    assert ("app", AnswerKind.DONE, AnswerCode.AS_ASKED) in _codes(bench)
    assert bench.last.intent.mode is Mode.RECIPE
    bench.ask(SetMode(mode=Mode.RECIPE), 0.1)
    assert _codes(bench)[-1] == ("app", AnswerKind.DONE, AnswerCode.ALREADY)


def test_a_closed_shutter_holds_a_turn_and_says_so() -> None:
    bench = Bench()
    bench.shutter = Shutter.CLOSED
    bench.step(0.2)
    bench.ask(TurnTo(angle_deg=30.0), 1.0)
    assert [(one.kind, one.code, one.hold) for one in bench.answers()[1:]] == [
        (AnswerKind.QUEUED, AnswerCode.HELD, HoldReason.SHUTTER_CLOSED)
    ]
    bench.shutter = Shutter.OPEN
    bench.step(3.0)
    assert [one.kind for one in bench.answers()[2:]] == [AnswerKind.TAKEN, AnswerKind.DONE]


def test_a_watcher_stops_everybody_and_each_is_told_by_whom() -> None:
    bench = Bench()
    bench.ask(Acquire(lease_s=30.0), 0.1)
    bench.ask(TurnTo(angle_deg=80.0), 0.1)
    bench.ask(Stop(client=WATCHER, request_id="halt"), 0.5)
    lost = bench.answers(AnswerKind.PREEMPTED)
    assert [(one.code, one.by) for one in lost] == [(AnswerCode.STOPPED, "halt")] * 2
    assert not bench.moving


def test_a_choreography_of_ones_own_is_checked_before_it_plays() -> None:
    bench = Bench(arc=(-20.0, 20.0))
    bench.ask(PlayBeats(beats=(Beat(offset_deg=15.0, rate_dps=40.0), Beat(offset_deg=35.0, rate_dps=40.0))), 0.5)
    no = bench.answers()[-1]
    assert (no.code, no.value, no.threshold) == (AnswerCode.DOES_NOT_FIT, 35.0, 20.0)
    bench.ask(PlayBeats(beats=(Beat(offset_deg=15.0, rate_dps=40.0), Beat(offset_deg=0.0, rate_dps=40.0))), 4.0)
    assert bench.answers()[-1].code is AnswerCode.AS_ASKED
    assert max(state.yaw_deg for state in bench.states) > 14.0


def test_settings_change_range_and_back_drive() -> None:
    bench = Bench()
    bench.ask(SetBackDrive(back_drive=BackDrive.OFF, client=SETTINGS))
    bench.ask(SetRange(range=None, client=SETTINGS))
    assert bench.mind._behaviour.back_drive is BackDrive.OFF
    assert bench.mind.arc is None
    assert [answer.kind for answer in bench.answers()] == [AnswerKind.DONE] * 2
    bench.ask(TurnTo(angle_deg=10.0))
    assert bench.answers()[-1].code is AnswerCode.RANGE_NOT_SET


def test_every_code_has_words_that_its_fields_fill() -> None:
    assert set(WORDS) == set(AnswerCode)
    assert len(set(WORDS.values())) >= len(AnswerCode) - 1, "too fast and too long may say the same"
    for code in AnswerCode:
        answer = Answer(
            request_id="a", client="app", kind=AnswerKind.TAKEN, code=code, value=1.25, threshold=0.5, unit="s",
            owner=Owner.CALL, needs=Scope.SETUP, asker=Asker.AWAY, by="b", will_yaw_deg=30.0,
        )  # fmt: skip
        assert answer.words.startswith("taken: ")
        assert answer.words.endswith("; the screen will end at 30°")
        assert "{" not in answer.words


def test_a_client_is_nobody_special_by_default() -> None:
    assert (Client().scope, Client().asker) == (Scope.APP, Asker.APP)
