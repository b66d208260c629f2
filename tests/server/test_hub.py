"""Between a command and its final answer: one answer each, whoever comes, goes, floods or has no right."""

from __future__ import annotations

import json

import pytest

from benchmarks.api_fuzz import InOne, fuzz
from simulator.onboard.messages import Scope
from simulator.server.messages import Accepted, Code, Done, EventName, Preempted, Refused, Superseded
from simulator.server.messages.commands import Subscribe
from simulator.server.reading import LONGEST_BYTES
from tests.server.asking import ask, events, only, yaw_deg


def test_a_turn_is_accepted_in_the_next_tick_and_done_when_it_is_there(whole):
    box = ask(whole, whole.desk.join(Scope.APP), "TurnTo", angle=30)
    assert box.answers == []
    whole.step()
    first = only(box)
    assert isinstance(first, Accepted)
    assert (first.id, first.will_go_to, first.queued) == ("1", 30.0, False)
    whole.step(300)
    done = box.answers[-1]
    assert isinstance(done, Done)
    assert done.ok
    assert done.angle == pytest.approx(30.0, abs=0.6)
    took_ms = (done.tick - first.tick) * 10
    assert first.eta_ms == pytest.approx(took_ms, abs=400)


def test_a_turn_beyond_the_range_says_what_was_cut(whole):
    box = ask(whole, whole.desk.join(Scope.APP), "TurnTo", angle=170)
    whole.step(400)
    cut, done = box.answers
    assert (cut.code, cut.clamped_from, cut.threshold, cut.will_go_to) == (Code.OUT_OF_RANGE, 170.0, 90.0, 90.0)
    assert done.ok
    assert yaw_deg(whole) == pytest.approx(90.0, abs=0.6)
    assert [event["name"] for event in events(whole)].count("OnRangeLimit") == 1


def test_a_calm_turn_is_slower(whole):
    whole.step(5)
    ask(whole, whole.desk.join(Scope.APP), "TurnTo", angle=60, style="calm")
    fastest = 0.0
    for _ in range(250):
        whole.step()
        fastest = max(fastest, abs(whole.loop.session.truth.rate_dps))
    assert 25.0 < fastest < 34.0


def test_a_newer_turn_takes_the_place_of_an_older_one_and_names_itself(whole):
    client = whole.desk.join(Scope.APP)
    first = ask(whole, client, "TurnTo", "old", angle=60)
    whole.step(10)
    ask(whole, client, "TurnTo", "new", angle=-20)
    whole.step()
    end = first.answers[-1]
    assert isinstance(end, Superseded)
    assert end.by == "new"
    assert "new" in end.sentence


def test_ids_of_other_clients_are_nobodys_business(whole):
    mine, other = whole.desk.join(Scope.APP), whole.desk.join(Scope.APP)
    box = ask(whole, mine, "TurnTo", "mine", angle=60)
    whole.step(10)
    ask(whole, other, "TurnTo", "secret", angle=-20)
    whole.step()
    assert isinstance(box.answers[-1], Superseded)
    assert "secret" not in box.answers[-1].model_dump_json()


@pytest.mark.parametrize(
    ("text", "command_id", "field"),
    [
        ("nonsense", None, ""),
        ("[1, 2]", None, ""),
        ('{"type": "TurnTo", "angle": 3}', None, "id"),
        ('{"type": "TurnTo", "id": "a", "angle": NaN}', "a", ""),
        ('{"type": "TurnTo", "id": "b", "angle": "3"}', "b", "angle"),
        ('{"type": "TurnTo", "id": "c", "angle": 3, "colour": "red"}', "c", "colour"),
        ('{"type": "TurnTo", "id": "d", "angle": 3, "maxSpeed": 0}', "d", "maxSpeed"),
        ('{"type": "Fly", "id": "e"}', "e", ""),
        ('{"type": "PlayChoreo", "id": "f", "beats": [{"offset": 1, "speed": 900}]}', "f", "beats.0.speed"),
    ],
)
def test_a_bad_message_is_refused_with_its_id_and_its_field(whole, text, command_id, field):
    answer = only(whole.ask(whole.desk.join(Scope.APP), text))
    assert isinstance(answer, Refused)
    assert (answer.code, answer.id, answer.field) == (Code.BAD_MESSAGE, command_id, field)
    assert answer.sentence


def test_a_message_that_is_too_long_is_not_even_read(whole):
    answer = only(whole.ask(whole.desk.join(Scope.APP), "x" * (LONGEST_BYTES + 1)))
    assert (answer.code, answer.threshold) == (Code.BAD_MESSAGE, float(LONGEST_BYTES))


@pytest.mark.parametrize(
    ("scope", "kind", "fields"),
    [
        (Scope.WATCH, "TurnTo", {"angle": 10}),
        (Scope.WATCH, "World.Say", {"who": "anna"}),
        (Scope.APP, "SetRangeOfMotion", {"min": -170, "max": 170}),
        (Scope.APP, "StartSetup", {}),
        (Scope.APP, "SetBackDrive", {"backDrive": "free"}),
    ],
)
def test_what_a_token_does_not_allow_never_reaches_the_device(whole, scope, kind, fields):
    answer = only(ask(whole, whole.desk.join(scope), kind, **fields))
    assert answer.code is Code.FORBIDDEN_SCOPE
    assert answer.needs is not None
    assert answer.needs.value in answer.sentence
    assert whole.acts == []


def test_everybody_may_stop_and_whoever_turned_is_told(whole):
    app, watcher = whole.desk.join(Scope.APP), whole.desk.join(Scope.WATCH)
    turn = ask(whole, app, "TurnTo", angle=80)
    whole.step(40)
    stop = ask(whole, watcher, "StopMotion")
    whole.step()
    assert isinstance(turn.answers[-1], Preempted)
    assert turn.answers[-1].code is Code.STOPPED
    assert isinstance(only(stop), Done)
    whole.step(60)
    assert abs(whole.loop.session.truth.rate_dps) < 0.5
    [told] = [event for event in events(whole) if event["name"] == "OnMotionPreempted"]
    assert (told["client"], told["id"]) == (app.name, "1")


def test_a_flood_is_refused_but_its_stop_is_not(whole):
    client = whole.desk.join(Scope.APP)
    boxes = [ask(whole, client, "TurnTo", f"t{number}", angle=number % 30) for number in range(1000)]
    stops = [ask(whole, client, "StopMotion", f"s{number}") for number in range(100)]
    whole.step(2)
    refused = [box for box in boxes if isinstance(box.answers[0], Refused)]
    assert len(refused) == 950
    assert {box.answers[0].code for box in refused} == {Code.TOO_MANY}
    assert all(box.finals == 1 for box in boxes + stops)
    assert {answer.id for box in stops for answer in box.answers} == {f"s{number}" for number in range(100)}
    assert sum(act.action.request.__class__.__name__ == "Stop" for act in whole.acts) == 1


def test_an_id_in_use_is_refused(whole):
    client = whole.desk.join(Scope.APP)
    ask(whole, client, "TurnTo", "same", angle=50)
    assert only(ask(whole, client, "GoToCenter", "same")).code is Code.SAME_ID


def test_a_choreography_that_does_not_fit_is_refused_whole_with_its_numbers(whole):
    client = whole.desk.join(Scope.APP)
    ask(whole, client, "TurnTo", "there", angle=80)
    whole.step(400)
    box = ask(whole, client, "PlayChoreo", "c", beats=[{"offset": -5, "speed": 30}, {"offset": 40, "speed": 30}])
    whole.step()
    no = only(box)
    assert (no.code, no.unit) == (Code.DOES_NOT_FIT, "°")
    assert no.value == pytest.approx(120.0, abs=1.0)
    assert no.threshold == 90.0


def test_intensity_scales_a_named_choreography(whole):
    client = whole.desk.join(Scope.APP)
    ask(whole, client, "PlayNamedChoreo", name="ClockwiseMediumSweep", intensity=0.5)
    lowest = 0.0
    for _ in range(400):
        whole.step()
        lowest = min(lowest, yaw_deg(whole))
    assert lowest == pytest.approx(-22.5, abs=1.0)
    [ended] = [event for event in events(whole) if event["name"] == "OnChoreoEnded"]
    assert ended["ok"] is True


def test_people_act_on_command_and_the_device_answers_them(whole):
    client = whole.desk.join(Scope.APP)
    whole.step(50)
    turned, said = ask(whole, client, "World.Turn", "t", who="anna"), ask(whole, client, "World.Say", "s", who="anna")
    whole.step()
    assert only(turned).ok
    assert only(said).ok
    whole.step(300)
    woken = [event for event in events(whole) if event["name"] == "OnWakeWord"]
    assert len(woken) == 1
    anna = whole.loop.session.truth.people[0]
    assert yaw_deg(whole) == pytest.approx(anna.azimuth_deg, abs=12.0)
    here = ask(whole, client, "TurnToPrimaryUser", "p")
    whole.step(200)
    assert here.answers[-1].ok
    assert yaw_deg(whole) == pytest.approx(anna.azimuth_deg, abs=3.0)


@pytest.mark.parametrize(
    ("kind", "fields", "code"),
    [
        ("World.Say", {"who": "zoe"}, Code.NO_SUCH_PERSON),
        ("World.Walk", {"who": "anna", "x": 9, "y": 1}, Code.BAD_VALUE),
        ("TurnToPrimaryUser", {}, Code.NO_SUCH_PERSON),
    ],
)
def test_what_cannot_be_in_this_room_is_refused_here(whole, kind, fields, code):
    answer = only(ask(whole, whole.desk.join(Scope.APP), kind, **fields))
    assert answer.code is code
    assert answer.sentence.endswith(".")


def test_nobody_pushes_a_motor_that_is_not_the_rooms():
    whole = InOne(rig="hybrid:emulated:dynamixel")
    assert only(ask(whole, whole.desk.join(Scope.APP), "World.Push")).code is Code.NOT_VIRTUAL
    whole.loop.close()


def test_a_hand_has_the_screen_before_every_app_and_the_state_says_so(whole):
    client = whole.desk.join(Scope.APP)
    whole.step(20)
    ask(whole, client, "World.Push", "h", gesture="turn", to=-30, forMs=1500)
    whole.step(60)
    assert whole.desk.state().motion_state == "held_by_hand"
    turn = ask(whole, client, "TurnTo", "t", angle=70)
    whole.step()
    assert only(turn).code is Code.NOT_OWNER
    assert "hand" in only(turn).sentence
    assert whole.desk.state().owner.value == "hand"
    assert [event["begins"] for event in events(whole) if event["name"] == "OnManualTurn"] == [True]


def test_a_closed_shutter_is_told_with_the_gate_and_a_sentence(whole):
    client = whole.desk.join(Scope.APP)
    ask(whole, client, "World.MoveShutter", "m", closed=True)
    whole.step(20)
    box = ask(whole, client, "TurnTo", "t", angle=20)
    whole.step(30)
    assert box.answers[-1].queued
    state = whole.desk.state()
    assert (state.motion_state, state.shutter_closed) == ("inhibited", True)
    [reason] = state.inhibit_reasons
    assert reason.reason.value == "shutter closed"
    assert (reason.gate, reason.value, reason.threshold) == ("shutter open", 0.0, 1.0)


def test_events_are_numbered_and_told_again_since_a_number(whole):
    client = whole.desk.join(Scope.APP)
    for number in range(12):
        ask(whole, client, "PlayNamedChoreo", str(number), name="ScreenImpactCenter")
        whole.step(120)
    told = events(whole)
    assert [event["seq"] for event in told] == list(range(1, len(told) + 1))
    since, done = whole.desk.subscribed(_subscribe(5))
    assert (since, done.missed) == (5, 0)
    for number in range(1100):
        whole.desk._tell(EventName.FAULT, text=str(number))
    since, done = whole.desk.subscribed(_subscribe(5))
    assert done.missed == whole.desk.events.oldest - 1 - 5 > 0
    assert json.loads(whole.desk.events.after(since)[1])["seq"] == whole.desk.events.oldest


def _subscribe(since: int) -> Subscribe:

    return Subscribe(id="s", since=since)


def test_a_device_that_is_lost_ends_everything_with_a_reason(whole):
    client = whole.desk.join(Scope.APP)
    box = ask(whole, client, "TurnTo", "t", angle=60)
    whole.step(5)
    whole.desk.lose("The device has gone: a test.")
    assert box.answers[-1].code is Code.DEVICE_LOST
    assert only(ask(whole, client, "TurnTo", "u", angle=1)).code is Code.DEVICE_LOST
    assert whole.desk.state().motion_state == "fault"
    whole.desk.leave(client)


def test_the_setup_token_may_set_the_range_and_others_see_it(whole):
    setup = whole.desk.join(Scope.SETUP)
    box = ask(whole, setup, "SetRangeOfMotion", min=-30, max=45)
    whole.step(5)
    assert box.answers[-1].ok
    assert (whole.desk.state().limits.min, whole.desk.state().limits.max) == (-30.0, 45.0)
    assert only(ask(whole, setup, "SetRangeOfMotion", min=10, max=10)).code is Code.BAD_VALUE


@pytest.mark.long
def test_whatever_is_sent_gets_one_final_answer_and_nothing_unsafe():
    found = fuzz(6_000, seed=3)
    assert found.answered_once == found.commands
    assert (found.unsafe, found.exceptions) == (0, 0)
    assert found.disconnects > 20
    assert found.turned_deg > 50.0
    assert found.widest_deg <= 90.6
    pushed = fuzz(2_000, seed=5, hands=True)
    assert (pushed.answered_once, pushed.unsafe, pushed.exceptions) == (pushed.commands, 0, 0)


@pytest.mark.long
def test_nothing_moves_without_the_scope():
    found = fuzz(3_000, seed=4, scopes=(Scope.WATCH,))
    assert found.answered_once == found.commands
    assert found.turned_deg < 0.2
    assert found.widest_deg < 0.2
