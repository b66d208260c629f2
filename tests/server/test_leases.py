"""Who has the screen: leases keep it, and whoever goes or lets one run out loses the turn with it."""

from __future__ import annotations

from simulator.onboard.messages import Scope
from simulator.server.messages import Accepted, Code, Done, Preempted, Superseded
from tests.server.asking import ask, only, yaw_deg


def test_a_lease_keeps_others_away_until_it_ends(whole):
    mine, other = whole.desk.join(Scope.APP), whole.desk.join(Scope.APP)
    lease = ask(whole, mine, "AcquireMotion", leaseMs=1000)
    whole.step()
    no = only(ask(whole, other, "TurnTo", angle=10))
    assert (no.code, no.unit) == (Code.NOT_OWNER, "s")
    assert 0.9 < no.value <= 1.0
    assert mine.name in no.sentence
    assert whole.desk.state().lease_holder == mine.name
    whole.step(110)
    assert isinstance(lease.answers[-1], Done)
    assert lease.answers[-1].ok
    assert whole.desk.state().lease_holder == ""
    box = ask(whole, other, "TurnTo", angle=10)
    whole.step()
    assert isinstance(only(box), Accepted)


def test_a_lease_may_be_made_longer_and_given_back(whole):
    client = whole.desk.join(Scope.APP)
    first = ask(whole, client, "AcquireMotion", "a", leaseMs=500)
    whole.step()
    second = ask(whole, client, "AcquireMotion", "b", leaseMs=5000)
    whole.step(80)
    assert isinstance(first.answers[-1], Superseded)
    assert whole.desk.state().lease_holder == client.name
    ask(whole, client, "ReleaseMotion", "c")
    whole.step()
    assert isinstance(second.answers[-1], Done)
    assert second.answers[-1].code is Code.RELEASED
    assert whole.desk.state().lease_holder == ""


def test_whoever_has_neither_lease_nor_turn_takes_nothing_from_others_by_giving_back(whole):
    mine, other = whole.desk.join(Scope.APP), whole.desk.join(Scope.APP)
    turn = ask(whole, mine, "TurnTo", angle=60)
    whole.step(10)
    assert only(ask(whole, other, "ReleaseMotion")).code is Code.ALREADY
    whole.step(200)
    assert turn.answers[-1].ok


def test_a_client_that_goes_loses_its_turn_and_frees_its_lease_at_once(whole):
    mine, other = whole.desk.join(Scope.APP), whole.desk.join(Scope.APP)
    ask(whole, mine, "AcquireMotion", "lease", leaseMs=60_000)
    turn = ask(whole, mine, "TurnTo", "turn", angle=80)
    whole.step(40)
    assert abs(whole.loop.session.truth.rate_dps) > 20.0
    whole.desk.leave(mine)
    assert turn.answers[-1].code is Code.CLIENT_GONE
    whole.step(16)  # 160 ms, half of what the guard may take
    assert abs(whole.loop.session.truth.rate_dps) < 0.5
    stopped_deg = yaw_deg(whole)
    assert stopped_deg < 70.0
    box = ask(whole, other, "TurnTo", angle=stopped_deg)
    whole.step()
    assert isinstance(box.answers[0], Accepted)


def test_the_turn_of_somebody_else_survives_a_client_that_goes(whole):
    mine, other = whole.desk.join(Scope.APP), whole.desk.join(Scope.APP)
    ask(whole, other, "TurnTo", angle=-40)
    whole.step(10)
    turn = ask(whole, mine, "TurnTo", angle=60)
    whole.step()
    whole.desk.leave(other)
    whole.step(250)
    assert turn.answers[-1].ok


def test_a_turn_under_way_stops_when_its_lease_runs_out_and_not_when_it_is_made_longer(whole):
    mine = whole.desk.join(Scope.APP)
    ask(whole, mine, "AcquireMotion", "lease", leaseMs=1000)
    turn = ask(whole, mine, "TurnTo", "turn", angle=80)
    whole.step(90)
    assert 5.0 < yaw_deg(whole) < 60.0
    whole.step(60)
    rested_deg = yaw_deg(whole)
    assert isinstance(turn.answers[-1], Preempted)
    assert turn.answers[-1].code is Code.STOPPED
    whole.step(100)
    assert abs(yaw_deg(whole) - rested_deg) < 0.5
    ask(whole, mine, "AcquireMotion", "one", leaseMs=1000)
    turn = ask(whole, mine, "TurnTo", "again", angle=-80)
    whole.step(50)
    ask(whole, mine, "AcquireMotion", "two", leaseMs=10_000)
    whole.step(500)
    assert turn.answers[-1].ok


def test_a_turn_that_is_over_is_not_stopped_by_a_lease_that_runs_out(whole):
    mine, other = whole.desk.join(Scope.APP), whole.desk.join(Scope.APP)
    lease = ask(whole, mine, "AcquireMotion", "lease", leaseMs=3000)
    turn = ask(whole, mine, "TurnTo", "turn", angle=10)
    whole.step(290)
    assert turn.answers[-1].ok
    whole.step(20)
    assert lease.answers[-1].code is Code.TIME_OVER
    turn = ask(whole, other, "TurnTo", "turn", angle=30)
    whole.step(300)
    assert turn.answers[-1].ok


def test_a_lease_runs_out_by_the_clock_also_while_the_loop_is_late(whole):
    mine = whole.desk.join(Scope.APP)
    lease = ask(whole, mine, "AcquireMotion", "lease", leaseMs=1000)
    turn = ask(whole, mine, "TurnTo", "turn", angle=80)
    whole.step(60)
    whole.desk.clock(0.99)
    assert whole.desk.state().lease_holder == mine.name
    whole.now_s = 1.01  # the loop has done 60 ticks of 101
    whole.desk.clock(whole.now_s)
    assert (type(lease.answers[-1]), lease.answers[-1].code, lease.answers[-1].ok) == (Done, Code.TIME_OVER, True)
    assert whole.desk.state().lease_holder == ""
    whole.step(20)
    assert turn.answers[-1].code is Code.STOPPED
    assert abs(whole.loop.session.truth.rate_dps) < 0.5
