"""Customers judge by what they see, complain in their own time, and are part of the world that a checkpoint keeps."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.runtime.compose import compose
from simulator.runtime.seeds import stream
from simulator.scene.event_names import event_name
from simulator.scene.loader import load
from simulator.world.assets import SCENES
from simulator.world.chances import Chances
from simulator.world.customers import PATIENCE_BOUNDS_S, READS_WITHIN_DEG, Customers, customers_of
from simulator.world.people import Cast
from simulator.world.spec import DevicePlace, HandAction, PersonSpec, Say
from simulator.world.truth_events import CallsAgain, GivesUp, PushesScreen
from tests.world.test_people import Tones

DEVICE = DevicePlace(x_m=2.5, y_m=0.4, heading_deg=90.0)
MISSED = load(SCENES / "customers" / "calls-again-then-gives-up.scene.yaml")


def room(**fields):
    person = PersonSpec(**{"name": "anna", "at": (2.5, 1.4), "reacts": "customer", "patience_s": 2.0, **fields})
    cast = Cast(device=DEVICE, clips=Tones())
    cast.add(person)
    made = customers_of((person,), DEVICE, chances=Chances(lambda name: stream(7, name), prefix="world.customer"))
    assert made is not None
    return made, cast


def lived(made: Customers, cast: Cast, *, yaw_deg: float, seconds: float, call=True):
    """Call, and live with a screen that stands at an angle; what the customer did, with the tick."""
    if call:
        cast.begin(Say(at_s=0, who="anna", what="wake word"), tick=0)
    done = []
    for tick in range(round(seconds * 100)):
        cast.step(tick)
        for event, action in made.step(tick, cast=cast, yaw_deg=yaw_deg, hand_busy=False):
            done.append((tick, event, action))
            if isinstance(action, Say):
                cast.begin(action, tick=tick + 1)
    return done


def test_nobody_who_reacts_costs_nothing():
    ben, chances = PersonSpec(name="ben", at=(1, 1)), Chances(lambda name: stream(1, name), prefix="x")
    assert customers_of((ben,), DEVICE, chances=chances) is None


@pytest.mark.parametrize("off_deg", [0.0, READS_WITHIN_DEG - 1])
def test_who_can_read_the_screen_does_not_complain(off_deg):
    assert lived(*room(), yaw_deg=off_deg, seconds=15) == []


def test_who_asked_for_nothing_does_not_complain():
    assert lived(*room(), yaw_deg=60, seconds=15, call=False) == []


def test_complaints_come_after_the_word_and_the_patience_and_end_with_giving_up():
    done = lived(*room(temper=0.0), yaw_deg=60, seconds=40)
    assert [type(event) for _, event, _ in done[:-1]] == [CallsAgain] * (len(done) - 1)
    assert isinstance(done[-1][1], GivesUp)
    assert done[0][0] == pytest.approx(50 + 200, abs=11)  # the word lasts half a second
    assert all(event.off_deg == pytest.approx(60, abs=1) for _, event, _ in done)


def test_an_angry_customer_within_reach_turns_the_screen_to_themselves():
    _, event, action = lived(*room(temper=1.0), yaw_deg=60, seconds=6)[0]
    assert isinstance(event, PushesScreen)
    assert isinstance(action, HandAction)
    assert action.to_deg == pytest.approx(0, abs=0.1)


def test_out_of_reach_there_is_only_the_voice():
    done = lived(*room(temper=1.0, at=(2.5, 3.4)), yaw_deg=60, seconds=6)
    assert isinstance(done[0][1], CallsAgain)


def test_patience_is_drawn_for_each_seed_within_its_bounds():
    drawn = []
    for seed in range(40):
        person = PersonSpec(name="anna", at=(2.5, 1.4), reacts="customer")
        made = customers_of((person,), DEVICE, chances=Chances(lambda name, s=seed: stream(s, name), prefix="world.customer"))  # fmt: skip
        drawn.append(made._all[0].patience_ticks / 100)
    assert min(drawn) >= PATIENCE_BOUNDS_S[0]
    assert max(drawn) <= PATIENCE_BOUNDS_S[1]
    assert np.std(drawn) > 0.5


def test_a_run_goes_on_from_a_checkpoint_between_two_complaints_to_the_same_bits():
    session = compose(MISSED, seed=2, mode="feature")
    for _ in range(800):
        session.step()
    checkpoint = session.checkpoint()
    ends = []
    for _ in range(2):
        happened = []
        while session.tick < 1600:
            session.step()
            happened += [event_name(event) for event in session.truth.events]
        ends.append((session.trace_hash, tuple(happened)))
        session.restore(checkpoint)
    assert ends[0] == ends[1]
    assert "anna calls again" in ends[0][1]


def test_with_other_knobs_the_customer_reacts_to_what_is_then_seen():
    session = compose(MISSED, seed=2, mode="feature")
    for _ in range(150):
        session.step()
    session.tuning = session.tuning.patched({"attention.wake_policy": "turn and follow"})
    complaints = []
    while session.tick < 1200:
        session.step()
        complaints += [event for event in session.truth.events if isinstance(event, CallsAgain)]
    assert complaints == []
