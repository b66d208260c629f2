"""The promises P0 to P12 that every motor must keep, each as one measurement on virtual time.

`prove_all` runs them against one body; `table` writes which body keeps which promise, for docs/bridge.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from hardware_bridge.emulators.emulated_body import steady, wall
from hardware_bridge.firmware.compile import Built
from hardware_bridge.guard import GuardPhase
from hardware_bridge.proofs.proof_bench import STILL_DPS, TRAVEL, Body, ProofBench
from hardware_bridge.proofs.replayed_log import replay
from hardware_bridge.supervisor.core import SupervisorCore
from hardware_bridge.supervisor.messages import Heartbeat, Input, Order, Report
from hardware_bridge.supervisor.sent_log import SentLog
from simulator.onboard.messages import CommandKind, Contact, MotorCommand, MotorMode, Touch
from simulator.onboard.tuning import Tuning

NewBench = Callable[..., ProofBench]
QUIET_NM = 0.20
"""Torque that counts as "no more than holding" after a bump."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseOutcome:
    """Whether a promise is kept; None where this body cannot make it."""

    kept: bool | None
    said: str


def power_up(new: NewBench) -> PromiseOutcome:
    """P0: torque off at the start and after a loss of supply; an old goal is never followed."""
    bench = new()
    for _ in range(30):
        bench.pass_tick(lambda: bench.command(yaw_deg=40.0, torque_limit_nm=1.4))
    before = abs(bench.yaw_deg)
    bench.motor.enable()
    for _ in range(20):
        bench.pass_tick(lambda: bench.command(CommandKind.HOLD, torque_limit_nm=1.4))
    enabled = abs(bench.yaw_deg)
    bench.break_down()
    for _ in range(30):
        bench.pass_tick(lambda: bench.command(yaw_deg=bench.state.yaw_deg + 1.0, rate_dps=30.0, torque_limit_nm=1.4))
    worst = max(before, enabled, abs(bench.yaw_deg))
    return PromiseOutcome(kept=worst < 0.5, said=f"moved {worst:.1f}° without leave")


def deadman(new: NewBench) -> PromiseOutcome:
    """P1: the host dies at full speed; at rest within 320 ms and 40 degrees, and stays so until a reset."""
    bench = _running(new)
    start_ms, start_deg, start_dps = bench.ms, bench.yaw_deg, bench.rate_dps
    bench.pass_silent(60)
    rest_ms, way_deg = bench.rest_after(start_ms), abs(bench.yaw_deg - start_deg)
    stands_deg = bench.yaw_deg
    for _ in range(30):
        bench.pass_tick(lambda: bench.command(yaw_deg=bench.state.yaw_deg + 0.5, rate_dps=30.0, torque_limit_nm=1.4))
    latched = abs(bench.yaw_deg - stands_deg) < 1.0
    said = f"{rest_ms:.0f} ms, {way_deg:.0f}° from {start_dps:.0f}°/s"
    if bench.motor.motor.capabilities.deadman == "none":
        return PromiseOutcome(kept=None, said=f"no deadman; last goal reached in {said}")
    return PromiseOutcome(kept=rest_ms <= 320.0 and way_deg <= 40.0 and latched, said=said)


def planner_alive(new: NewBench) -> PromiseOutcome:
    """P2: a planner that hangs behind a living app stops the screen; so does an app that is wrong about who drives."""
    bench = new()
    core = SupervisorCore(bench.motor)
    _supervise(bench, core, planner_lives=lambda tick: tick < 60)
    hung = bench.rest_after(600.0)
    stopped = not core.engaged
    bench = new()
    core = SupervisorCore(bench.motor)
    _supervise(bench, core, planner_lives=lambda tick: True, admits=lambda tick: tick < 60)
    wrong = bench.rest_after(600.0)
    kept = stopped and hung <= 420.0 and not core.engaged and wrong <= 320.0
    return PromiseOutcome(
        kept=kept, said=f"rest {hung:.0f} ms after its last tick, {wrong:.0f} ms after a contradiction"
    )


def stop_wins(new: NewBench) -> PromiseOutcome:
    """P3: a stop brakes within a tick and ends within 230 ms from full speed, whatever else is sent."""
    bench = _running(new)
    start_ms, start_dps = bench.ms, bench.rate_dps
    bench.motor.stop()
    for _ in range(40):
        bench.pass_tick(lambda: bench.command(yaw_deg=bench.state.yaw_deg + 2.0, rate_dps=150.0, torque_limit_nm=1.4))
    rest_ms = bench.rest_after(start_ms)
    slower = [s.ms for s in bench.since(start_ms) if abs(s.rate_dps) < 0.95 * abs(start_dps)]
    first_ms = slower[0] - start_ms if slower else math.inf
    return PromiseOutcome(kept=rest_ms <= 230.0 and first_ms <= 60.0, said=f"{rest_ms:.0f} ms from {start_dps:.0f}°/s")


def envelope(new: NewBench) -> PromiseOutcome:
    """P4: no number that is sent leads beyond speed and range; what is no number or late is refused."""
    bench = new()
    bench.motor.enable()
    for k in range(600):
        # Now one end and now the other, always too fast; every seventh command is no number at all.
        side = 1.0 if k // 150 % 2 == 0 else -1.0
        goal = math.nan if k % 7 == 0 else side * (160.0, 400.0, 149.9, 3000.0)[k % 4]
        rate = math.inf if k % 11 == 0 else side * (400.0, 1700.0, 180.0, -300.0)[k // 3 % 4]
        bench.pass_tick(partial(bench.command, yaw_deg=goal, rate_dps=rate, torque_limit_nm=1.4))
    fastest = max(abs(s.rate_dps) for s in bench.samples)
    outside = max(max(abs(s.yaw_deg) for s in bench.samples) - TRAVEL.max_deg, 0.0)
    allowed = 1.15 * bench.fastest_dps
    travelled = max(s.yaw_deg for s in bench.samples) - min(s.yaw_deg for s in bench.samples)
    kept = fastest <= allowed and outside <= 1.0 and travelled > 60.0
    return PromiseOutcome(kept=kept, said=f"at most {fastest:.0f}°/s, {outside:.1f}° outside")


def bump(new: NewBench) -> PromiseOutcome:
    """P5: into something hard at 90 degrees a second: torque gone in 50 ms, 2 degrees back, that side closed."""
    bench = new()
    bench.motor.enable()
    wall_deg = 40.0
    bench.touch_world(wall(wall_deg, facts=bench.facts.motor))
    tuning = _tuning(rate_dps=min(90.0, bench.fastest_dps))
    reports = [bench.decide(90.0, tuning=tuning) for _ in range(250)]
    hits = [s.ms for s in bench.samples if s.yaw_deg > wall_deg]
    if not hits:
        return PromiseOutcome(kept=False, said="never reached the wall")
    # Braking after the rebound is no push: only torque towards the wall, and at the wall, counts.
    pushing = [s.ms for s in bench.since(hits[0]) if s.torque_nm > QUIET_NM and s.yaw_deg > wall_deg - 0.5]
    push_ms = pushing[-1] - hits[0] if pushing else 0.0
    back_deg = wall_deg - bench.yaw_deg
    blocked = reports[-1].body.blocked_left
    kept = push_ms <= 50.0 and 0.5 <= back_deg <= 5.0 and blocked
    said = f"pushed {push_ms:.0f} ms, {back_deg:.1f}° back{'' if blocked else ', not closed'}"
    if not bench.motor.motor.capabilities.has_current:
        return PromiseOutcome(kept=None, said=f"feels no torque; emulated: {said}")
    return PromiseOutcome(kept=kept, said=said)


def hand_wins(new: NewBench) -> PromiseOutcome:
    """P6: a hand that turns the screen meets no resistance after 400 ms, and the new place is kept for 3 s."""
    bench = new()
    bench.motor.enable()
    tuning = _tuning(rate_dps=60.0)
    for _ in range(50):
        bench.decide(0.0, tuning=tuning)
    start_ms = bench.ms
    # A hand pulls with up to 7 N at 0.11 m, no faster than a person turns a screen.
    bench.touch_world(lambda yaw, rate: max(0.0, min(0.77, 0.02 * (60.0 - rate))))
    for _ in range(100):
        bench.decide(0.0, tuning=tuning)
    resisting = [s.ms - start_ms for s in bench.since(start_ms) if s.torque_nm < -0.1]
    bench.touch_world(None)
    turned_deg = bench.yaw_deg
    for _ in range(250):
        bench.decide(None, tuning=tuning)
    given_deg = abs(bench.yaw_deg - turned_deg)
    gone_ms = resisting[-1] if resisting else 0.0
    kept = gone_ms <= 400.0 and turned_deg > 10.0 and given_deg < 8.0
    said = f"resists {gone_ms:.0f} ms, turned {turned_deg:.0f}°"
    if not bench.motor.motor.capabilities.back_drivable:
        return PromiseOutcome(kept=None, said=f"gear may not turn by hand; emulated: {said}")
    return PromiseOutcome(kept=kept, said=said)


def touch_is_no_hand(new: NewBench) -> PromiseOutcome:
    """P7: taps, swipes and a hard press on the glass turn the screen by less than a degree."""
    bench = new()
    bench.motor.enable()
    tuning = _tuning(rate_dps=60.0)
    for _ in range(50):
        bench.decide(0.0, tuning=tuning)
    rest_deg, overrides = bench.yaw_deg, 0
    worst = 0.0
    for push_nm, ticks in ((0.013, 25), (0.02, 25), (0.10, 8), (0.16, 8), (-0.10, 8), (0.12, 30)):
        for held in range(ticks + 40):
            down = held < ticks
            bench.touch_world(steady(push_nm) if down else None)
            report = bench.decide(0.0, tuning=tuning, touch=Touch(down=down, speed_per_s=0.5 if down else 0.0))
            overrides += report.body.contact is Contact.HAND
            worst = max(worst, abs(bench.yaw_deg - rest_deg))
    return PromiseOutcome(kept=worst < 1.0 and overrides == 0, said=f"gave {worst:.1f}°, {overrides} overrides")


def no_range_no_motion(new: NewBench) -> PromiseOutcome:
    """P8: without a range of motion nothing turns, and the reason is said."""
    bench = new(arc=None)
    bench.motor.enable()
    words: list[str] = []
    for _ in range(50):
        bench.pass_tick(lambda: words.append(bench.command(yaw_deg=30.0, rate_dps=30.0, torque_limit_nm=1.4)[1]))
    said = any("range" in line for line in words)
    return PromiseOutcome(kept=abs(bench.yaw_deg) < 0.5 and said, said=f"moved {abs(bench.yaw_deg):.1f}°, reason said")


def no_spurious_stall(new: NewBench, *, moves: int = 4) -> PromiseOutcome:
    """P9: legal moves, down to 5 degrees a second, are never taken for a bump or a stall."""
    bench = new()
    bench.motor.enable()
    spurious = 0
    for k in range(moves):
        goal_deg = (8.0, -6.0, 12.0, 0.0)[k % 4]
        tuning = _tuning(rate_dps=(5.0, 20.0, 60.0, 10.0)[k % 4])
        for _ in range(round(100.0 * 22.0 / (5.0, 20.0, 60.0, 10.0)[k % 4])):
            report = bench.decide(goal_deg, tuning=tuning)
            if report.body.contact is not Contact.NONE or bench.state.fault:
                spurious += 1
                break
    arrived = abs(bench.yaw_deg - goal_deg) < 2.0
    return PromiseOutcome(kept=spurious == 0 and arrived, said=f"{spurious} in {moves} moves")


def gravest_wins(new: NewBench) -> PromiseOutcome:
    """P10: a stop, a dead planner and a broken motor in one tick: the gravest answer, and only one way back."""
    bench = _running(new)
    bench.break_down()
    bench.motor.stop()
    for _ in range(100):
        bench.pass_tick(lambda: bench.command(yaw_deg=bench.state.yaw_deg + 2.0, rate_dps=100.0, torque_limit_nm=1.4))
    state = bench.motor.guard.state
    kept = state in (GuardPhase.FAULT, GuardPhase.STOPPED) and abs(bench.rate_dps) < STILL_DPS
    return PromiseOutcome(kept=kept, said=f"ends in {state.name.lower()}")


def wire_lost(new: NewBench) -> PromiseOutcome:
    """P11: the plug is pulled at full speed: no exception, at rest in time, and back after a reset."""
    bench = _running(new)
    if bench.emulated is None or bench.faults is None:
        return PromiseOutcome(kept=None, said="no wire")
    start_ms, start_deg = bench.ms, bench.yaw_deg
    bench.faults.unplug(now_us=bench.emulated.wire.now_us, for_us=700_000)
    for _ in range(70):
        bench.pass_tick(lambda: bench.command(yaw_deg=bench.state.yaw_deg + 1.0, rate_dps=100.0, torque_limit_nm=1.4))
    rest_ms, way_deg = bench.rest_after(start_ms), abs(bench.yaw_deg - start_deg)
    reported = bench.state.mode is MotorMode.FAULT
    bench.pass_silent(10)
    bench.motor.reset()
    bench.motor.enable()
    back = bench.motor.guard.state is GuardPhase.LIVE
    kept = rest_ms <= 320.0 and way_deg <= 40.0 and reported and back
    return PromiseOutcome(kept=kept, said=f"rest {rest_ms:.0f} ms, {way_deg:.0f}°")


def evidence(new: NewBench) -> PromiseOutcome:
    """P12: the log of a session, replayed without a motor, gives the same decisions to the last bit."""
    bench = new()
    decided: list[MotorCommand] = []
    door = SentLog(bench.motor.motor, note=decided.append)
    bench.motor.motor = door
    session = _supervise(bench, SupervisorCore(bench.motor), planner_lives=lambda tick: tick < 120)
    again = replay(session, capabilities=door.capabilities, range=TRAVEL)
    same = sum(mine == theirs for mine, theirs in zip(again, decided, strict=True))
    return PromiseOutcome(kept=same == len(session), said=f"{same} of {len(session)} decisions")


PROMISES: dict[str, tuple[str, Callable[[NewBench], PromiseOutcome]]] = {
    "P0": ("power-up without motion", power_up),
    "P1": ("deadman", deadman),
    "P2": ("planner must live", planner_alive),
    "P3": ("stop wins", stop_wins),
    "P4": ("envelope", envelope),
    "P5": ("bump", bump),
    "P6": ("hand wins", hand_wins),
    "P7": ("touch is not a hand", touch_is_no_hand),
    "P8": ("no range, no motion", no_range_no_motion),
    "P9": ("no spurious stall", no_spurious_stall),
    "P10": ("gravest fault wins", gravest_wins),
    "P11": ("wire lost", wire_lost),
    "P12": ("evidence", evidence),
}


def prove(name: str, body: Body, *, built: Built | None = None) -> PromiseOutcome:
    """One promise against one body, always with the same chance."""
    benches: list[ProofBench] = []
    new_bench: Callable[..., ProofBench] = partial(ProofBench, body, built=built)

    def new(**options: object) -> ProofBench:
        rng = np.random.Generator(np.random.Philox(17))
        benches.append(new_bench(rng=rng, **options))
        return benches[-1]

    try:
        return PROMISES[name][1](new)
    finally:
        for bench in benches:
            bench.close()


def table(outcomes: dict[Body, dict[str, PromiseOutcome]]) -> str:
    """Which body keeps which promise, as a table in Markdown."""
    bodies = list(outcomes)
    lines = ["| promise | " + " | ".join(bodies) + " |", "|---|" + "---|" * len(bodies)]
    for name, (words, _) in PROMISES.items():
        cells = [_cell(outcomes[body].get(name)) for body in bodies]
        lines.append(f"| **{name}** {words} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(outcome: PromiseOutcome | None) -> str:
    if outcome is None:
        return "not run"
    mark = {True: "✔", False: "✘", None: "–"}[outcome.kept]
    return f"{mark} {outcome.said}"


def _running(new: NewBench) -> ProofBench:
    """A bench at full speed, far enough from the end of its range."""
    bench = new(yaw_deg=-100.0)
    bench.motor.enable()
    bench.run_up(bench.fastest_dps)
    return bench


def _tuning(*, rate_dps: float) -> Tuning:
    return Tuning.model_validate(
        {"motion": {"max_rate_dps": rate_dps, "max_accel_dps2": 360.0, "stop_short_deg": 15.0}}
    )


def _hold(tick: int) -> MotorCommand:
    return MotorCommand(tick=tick, seq=tick, kind=CommandKind.HOLD, torque_limit_nm=1.4)


def _supervise(
    bench: ProofBench,
    core: SupervisorCore,
    *,
    planner_lives: Callable[[int], bool],
    admits: Callable[[int], bool] = lambda tick: True,
) -> list[tuple[int, list[Input], Report]]:
    """A session under the supervisor: enable, turn left at 40 degrees a second, and a planner that may die."""
    session: list[tuple[int, list[Input], Report]] = []
    planner_tick, yaw_deg, rate_dps, engaged = 0, bench.state.yaw_deg, 0.0, False
    for tick in range(1, 180):
        if planner_lives(tick):
            planner_tick = tick
            if engaged:
                rate_dps = min(40.0, rate_dps + 3.0)
                yaw_deg += 0.01 * rate_dps
        move = MotorCommand(
            tick=tick, seq=tick, kind=CommandKind.MOVE, yaw_deg=yaw_deg, rate_dps=rate_dps, torque_limit_nm=1.4
        )
        inputs: list[Input] = [Order(what="enable")] if tick == 3 else []
        inputs.append(Heartbeat(command=move, planner_tick=planner_tick, engaged=engaged and admits(tick)))
        report = core.tick(tick, inputs)
        bench.follow(report.state)
        engaged = report.engaged
        session.append((tick, inputs, report))
    return session
