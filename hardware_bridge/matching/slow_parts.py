"""The slow parts of a match: pulls until the screen gives way, slow turns to and fro, and taps. Each shows one thing that fast moves hide.

A pull shows the stiction, if the play was closed before: with the play open the motor breaks loose alone, at its own share of the
friction, and knocks the screen along. Pulses of one tick that become weaker close it: each lets the motor walk a little, and the last
ones are too weak to push the screen ahead again. A slow turn shows the play: until the motor has crossed it there is its own friction
only. A tap shows how late a torque comes.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hardware_bridge.matching.programme import Runner, at_rest, ramp
from hardware_bridge.ports import PortError

Floats = NDArray[np.float64]

# Pulls at several places to both sides: the cable adds a little to each, so that a coarse step of the torque does not hide the value.
PULLS, PULL_EVERY_DEG, PULL_DEG = 5, 25.0, 6.0
PULL_STEP_NM, PULL_MOST_NM = 0.0005, 0.6
GIVE_DEG, GIVE_SMOOTH = 0.10, 4
TRAVEL_DPS, TRAVEL_DPS2 = 50.0, 200.0
# Pulses that close the play, in shares of the friction in motion: the first break any motor loose, the last none. Where the last that does
# knocks a little too hard the play is open again: 4 to 10 of ten pulls find it closed, for stictions of 1.2 to 1.6 times the friction.
CLOSING, STRONGEST, WEAKEST, PULL_FROM = 60, 1.45, 0.85, 0.7
IDLE_NM, IDLE_TICKS = 0.01, 2
LOOK_TICKS = 10
# Slow turns: wide enough for any play up to a degree.
TURNS, TURN_DEG, TURN_DPS, TURN_DPS2 = 62, 0.8, 4.0, 100.0
TURN_TICKS = 40  # of the shortest turn
DITHER_DEG, GOLDEN = 0.088, 0.618034  # one count of a 12 bit encoder, in steps that never meet
FIRST_TURNS = 2  # these begin from an unknown place in the play
# Taps: pulses of torque of one tick against a goal that is far enough away to ask for more than the pulse; so weak that the motor alone, in
# its play, does not become so fast that the damping of its own loop takes the pulse back.
TAPS, TAP_TICKS, TAP_NM, TAP_SHOWS = 64, 10, 0.15, 5
# After so many of them to the other side; a device takes a while to lead its own goal across.
TAPS_A_SIDE, ACROSS_TICKS = 8, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """One pull: the torque at which the screen gave way, and where, towards the pull."""

    torque_nm: float
    towards_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowTurns:
    """Torque and way since the turn, a row a turn, a column a tick, counted towards the turn's own side."""

    torque_nm: Floats
    way_deg: Floats


def pulls(runner: Runner, *, coulomb_nm: float) -> list[Pull]:
    """Pull at several places to both sides, each time after the play was closed."""
    middle_deg = here_deg = at_rest(runner)
    furthest_deg = 0.5 * PULL_EVERY_DEG * (PULLS - 1)
    gave_way: list[Pull] = []
    for side in (1.0, -1.0):
        for towards_deg in np.linspace(-furthest_deg, furthest_deg, PULLS).tolist():
            goal_deg = middle_deg + side * towards_deg
            for yaw_deg, rate_dps in ramp(here_deg, goal_deg, rate_dps=TRAVEL_DPS, accel_dps2=TRAVEL_DPS2):
                runner.turn(yaw_deg, rate_dps)
            _close_play(runner, side=side, coulomb_nm=coulomb_nm)
            gave_way.append(
                Pull(torque_nm=_pull(runner, side=side, from_nm=PULL_FROM * coulomb_nm), towards_deg=towards_deg)
            )
            here_deg = at_rest(runner)
    return gave_way


def _close_play(runner: Runner, *, side: float, coulomb_nm: float) -> None:
    goal_deg = at_rest(runner) + side * PULL_DEG
    for share in np.linspace(STRONGEST, WEAKEST, CLOSING).tolist():
        runner.turn(goal_deg, 0.0, torque_nm=share * coulomb_nm)
        for _ in range(IDLE_TICKS):
            runner.turn(goal_deg, 0.0, torque_nm=IDLE_NM)


def _pull(runner: Runner, *, side: float, from_nm: float) -> float:
    """Let the allowed torque rise slowly until the screen gives way: at its limit the position loop cannot chatter."""
    goal_deg = runner.state.yaw_deg + side * PULL_DEG
    looked = [runner.turn(goal_deg, 0.0, torque_nm=IDLE_NM).yaw_deg for _ in range(LOOK_TICKS)]
    start_deg = float(np.mean(looked))
    limit_nm, recent_deg = from_nm, deque([start_deg] * GIVE_SMOOTH, maxlen=GIVE_SMOOTH)
    while abs(sum(recent_deg) / GIVE_SMOOTH - start_deg) < GIVE_DEG:
        recent_deg.append(runner.turn(goal_deg, 0.0, torque_nm=limit_nm).yaw_deg)
        limit_nm += PULL_STEP_NM
        if limit_nm > PULL_MOST_NM:
            raise PortError(f"the motor does not move the screen with {PULL_MOST_NM:g} N m: is it blocked?")
    return limit_nm


def slow_turns(runner: Runner) -> SlowTurns:
    """Slowly to and fro around where it stands, each turn at another place between two counts of the encoder."""
    middle_deg = at_rest(runner)
    here_deg = 0.0
    torques, ways = [], []
    for k in range(TURNS):
        side = 1.0 if k % 2 == 0 else -1.0
        goal_deg = side * (TURN_DEG + DITHER_DEG * (k * GOLDEN % 1.0))
        states = []
        for yaw_deg, rate_dps in ramp(here_deg, goal_deg, rate_dps=TURN_DPS, accel_dps2=TURN_DPS2):
            states.append(runner.turn(middle_deg + yaw_deg, rate_dps))
        if k >= FIRST_TURNS:
            torques.append([side * state.torque_nm for state in states[:TURN_TICKS]])
            ways.append([side * (state.yaw_deg - middle_deg - here_deg) for state in states[:TURN_TICKS]])
        here_deg = goal_deg
    return SlowTurns(torque_nm=np.array(torques), way_deg=np.array(ways))


def tap(runner: Runner) -> float:
    """Short pulses of torque; returns how many ticks after its command the middle of a pulse is measured."""
    middle_deg = at_rest(runner)
    shown = np.zeros(TAP_SHOWS)
    for k in range(TAPS):
        side = 1.0 if k // TAPS_A_SIDE % 2 == 0 else -1.0
        goal_deg = middle_deg + side * PULL_DEG
        for _ in range(ACROSS_TICKS if k % TAPS_A_SIDE == 0 else 0):
            runner.turn(goal_deg, 0.0, torque_nm=IDLE_NM)
        quiet_nm = [runner.turn(goal_deg, 0.0, torque_nm=IDLE_NM).torque_nm for _ in range(TAP_TICKS)]
        runner.turn(goal_deg, 0.0, torque_nm=TAP_NM)
        pulse_nm = [runner.turn(goal_deg, 0.0, torque_nm=IDLE_NM).torque_nm for _ in range(TAP_SHOWS)]
        shown += side * (np.array(pulse_nm) - np.mean(quiet_nm))
    return _lag_ticks(shown)


def _lag_ticks(shown: Floats) -> float:
    """A pulse of one tick that comes late fills two of the ticks in which it is measured: which, and how much of each."""
    pairs = shown[:-1] + shown[1:]
    first = int(np.argmax(pairs))
    return first + float(np.clip(shown[first + 1] / pairs[first], -0.5, 1.5))
