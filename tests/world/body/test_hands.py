"""Hands and fingers: what they do to the screen, and what the touch panel says of them."""

from __future__ import annotations

import math

import pytest

from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import TICK_S, Touch
from simulator.world.body import BodyWorld
from simulator.world.hands import Hands
from simulator.world.spec import HandAction, WorldSpec
from simulator.world.touch_traces import HandError, library

FACTS = MotorFacts()
GESTURE = {name: ("scroll" if name.startswith("scroll") else "tap") for name in library()}


def hand(gesture: str, **values: object) -> HandAction:
    return HandAction.model_validate({"at_s": 0.0, "gesture": gesture, **values})


def play(hands: Hands, ticks: int, *, yaw_deg: float = 0.0, rate_dps: float = 0.0) -> list[tuple[float, Touch]]:
    """Torque at the start of each tick and what the panel says, with the screen held at a yaw."""
    told = []
    for _ in range(ticks):
        hands.begin_tick()
        torque = hands.torque_nm(yaw_rad=math.radians(yaw_deg), rate_rps=math.radians(rate_dps), part_s=0.0)
        told.append((torque, hands.touch))
    return told


def started(action: HandAction, *, yaw_deg: float = 0.0) -> Hands:
    hands = Hands(FACTS)
    hands.begin(action, yaw_rad=math.radians(yaw_deg))
    return hands


def test_library_is_varied_plausible_and_says_what_it_is() -> None:
    assert len(library()) >= 12
    for trace in library().values():
        ticks = len(trace.x)
        assert len(trace.y) == len(trace.press_n) == len(trace.drag_n) == ticks
        assert all(0.0 <= place <= 1.0 for place in trace.x + trace.y)
        assert 0.3 < max(trace.press_n) < 4.0
        assert min(trace.press_n) >= 0.0
        assert all(abs(drag) <= 1.0 * press + 1e-9 for drag, press in zip(trace.drag_n, trace.press_n, strict=True))
        assert trace.press_n[-1] == 0.0  # the finger is lifted at the end
        assert trace.says


@pytest.mark.parametrize("name", sorted(library()))
def test_panel_sees_the_finger_where_it_is_and_lifts_with_it(name: str) -> None:
    trace = library()[name]
    hands = started(hand(GESTURE[name], profile=name, for_s=0.1))
    told = play(hands, len(trace.x) + 5)
    down = [k for k, (_, touch) in enumerate(told) if touch.down]
    assert down
    for k in down:
        assert trace.press_n[k] > 0.0
        assert told[k][1].x == pytest.approx(trace.x[k], abs=0.001)
        assert told[k][1].y == pytest.approx(trace.y[k], abs=0.001)
    first = next(k for k, press in enumerate(trace.press_n) if press > 0.0)
    assert down[0] == first + 1  # believed at the second scan
    assert not told[-1][1].down
    assert told[-1][0] == 0.0
    assert not hands.busy


def test_sliding_fingers_have_speed_and_resting_ones_hardly_any() -> None:
    def fastest(name: str) -> float:
        hands = started(hand(GESTURE[name], profile=name, for_s=0.1))
        return max(touch.speed_per_s for _, touch in play(hands, len(library()[name].x)))

    for name in library():
        if GESTURE[name] == "scroll":
            assert fastest(name) > 0.2
        else:
            assert fastest(name) < 0.2
    assert fastest("scroll-flick") > 2 * fastest("scroll-slow")


def test_a_finger_right_of_the_axis_turns_the_screen_left_and_the_other_way_round() -> None:
    """Seen from above: who presses the right half of the glass pushes that half away."""
    assert max(torque for torque, _ in play(started(hand("tap", profile="tap-edge")), 10)) > 0.1
    assert min(torque for torque, _ in play(started(hand("tap", profile="tap-corner")), 10)) < -0.1


def test_force_scales_a_trace() -> None:
    soft = max(torque for torque, _ in play(started(hand("tap", profile="tap-edge", force_n=1.0)), 10))
    hard = max(torque for torque, _ in play(started(hand("tap", profile="tap-edge", force_n=3.0)), 10))
    assert hard == pytest.approx(3 * soft)


def test_scrolling_goes_on_for_as_long_as_asked() -> None:
    ticks = len(library()["scroll-slow"].x)
    hands = started(hand("scroll", for_s=3.2 * ticks * TICK_S))
    play(hands, 3 * ticks)
    assert hands.busy
    play(hands, 2)
    assert not hands.busy
    hands = started(hand("tap", for_s=10.0))
    play(hands, 60)
    assert not hands.busy


def test_a_press_touches_and_does_not_slide() -> None:
    told = play(started(hand("press", for_s=0.5)), 60)
    assert max(abs(torque) for torque, _ in told) == pytest.approx(6.0 * 0.35 * 2 * 0.1221, rel=0.02)
    assert any(touch.down for _, touch in told)
    assert all(touch.speed_per_s == 0.0 for _, touch in told)
    assert not told[-1][1].down


def test_a_turning_hand_pulls_no_harder_than_its_force_and_lets_go() -> None:
    hands = started(hand("turn", to_deg=90.0, for_s=1.0, force_n=5.0))
    torques = [torque for torque, _ in play(hands, 150)]  # the screen does not give way
    assert max(torques) == pytest.approx(5.0 * FACTS.edge_radius_m)
    assert torques[0] == 0.0
    assert torques[-1] == 0.0
    assert not hands.busy
    assert not any(touch.down for _, touch in play(started(hand("turn", to_deg=90.0)), 100))
    assert any(touch.down for _, touch in play(started(hand("turn", to_deg=90.0, profile="palm")), 50))


def test_a_holding_hand_pushes_back_where_the_screen_was() -> None:
    hands = started(hand("hold", for_s=2.0), yaw_deg=20.0)
    play(hands, 50, yaw_deg=20.0)
    assert play(hands, 1, yaw_deg=25.0)[0][0] < -0.5
    assert play(hands, 1, yaw_deg=15.0)[0][0] > 0.5
    assert play(hands, 1, yaw_deg=20.0)[0][0] == pytest.approx(0.0, abs=1e-9)


def test_mistakes_are_told_in_one_line() -> None:
    with pytest.raises(HandError, match="to_deg is missing"):
        started(hand("turn"))
    with pytest.raises(HandError, match="profile = flick: must be one of scroll-edge, scroll-flick"):
        started(hand("scroll", profile="flick"))
    with pytest.raises(HandError, match="must be one of tap-"):
        started(hand("tap", profile="scroll-slow"))
    with pytest.raises(HandError, match="profile = fist: must be one of edge, palm"):
        started(hand("hold", profile="fist"))


def test_a_mistake_in_a_scene_is_told_before_it_runs() -> None:
    spec = WorldSpec(actions=(HandAction(at_s=9.0, gesture="scroll", profile="flick"),))
    with pytest.raises(HandError, match="profile = flick"):
        BodyWorld(spec, FACTS, None)


def test_a_new_gesture_takes_over() -> None:
    hands = started(hand("scroll", for_s=30.0))
    play(hands, 30)
    hands.begin(hand("turn", to_deg=20.0, for_s=0.5), yaw_rad=0.0)
    told = play(hands, 30)
    assert not told[0][1].down
    assert max(torque for torque, _ in told) > 0.1
