"""What `swivel bridge …` and `swivel emulate …` do.  Each returns an exit code and says one clear line when it cannot.

0 is done, 1 is "the device did not do it", 2 is "that was asked wrongly".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from hardware_bridge.backends.wired import WHOLE_TRAVEL
from hardware_bridge.matching import device_profile, fit
from hardware_bridge.matching.programme import MatchCancelled
from hardware_bridge.matching.twin import twin_behind
from hardware_bridge.ports import Motor, PortError
from hardware_bridge.program_reports import (
    EmulatorListening,
    MatchProgress,
    MotorMatched,
    ParameterFitted,
    ProfileSaved,
    ProgramEnded,
    ProgramFailed,
    Tell,
)
from hardware_bridge.programs.turning import JOG_LIMIT_DEG, Pace, Turner
from hardware_bridge.rigs.emulated import KINDS, OnVirtualTime
from hardware_bridge.rigs.motor_by_name import (
    health_of,
    identity_of,
    open_motor,
    parse_url,
    travel_of,
    wired_motor,
)
from hardware_bridge.rigs.wall_clock import WallClockPace
from hardware_bridge.supervisor.real_time import give_priority_back, take_priority
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.messages import TICK_S, MotorState

Say = Callable[[str], object]
DONE, FAILED, WRONG = 0, 1, 2
PASS_DEG = 101.0  # passes of 100 degrees, and where they come to rest
STOP_TICKS = 100  # a stop takes a quarter of this


def info(motor: str, *, say: Say) -> int:
    """What a motor is, what it can do and how it is."""

    def act(opened: Motor) -> int:
        can = opened.capabilities
        state = opened.state(0)
        say(f"motor       {can.name}")
        if identity := identity_of(opened):
            say(f"device      {identity}")
        say(f"speed       up to {can.max_rate_dps:g} °/s{_steps(can.rate_step_dps, '°/s')}")
        say(f"ramp        up to {can.max_accel_dps2:g} °/s²{_steps(can.accel_step_dps2, '°/s²')}")
        say(f"angle       {state.yaw_deg:.2f}°, in steps of {can.yaw_step_deg:.3g}°")
        say(f"deadman     {_deadman_words(can.deadman)}")
        say(f"torque      {'measured' if can.has_current else 'not measured: bumps are not felt'}")
        say(f"by hand     {'turns' if can.back_drivable else 'may not turn: its gear can be too stiff'}")
        if warmth := health_of(opened).sentence:
            say(f"health      {warmth}")
        say(f"state       {state.mode}{': ' + state.fault if state.fault else ''}")
        return DONE

    return _with(motor, act, say=say)


def jog(motor: str, *, by_deg: float, rate_dps: float, say: Say) -> int:
    """Turn a motor by a few degrees and hold; for the first minutes with a new device."""
    if not 0.0 < abs(by_deg) <= JOG_LIMIT_DEG or not 1.0 <= rate_dps <= 60.0:
        say(f"jog by {by_deg:g}° at {rate_dps:g} °/s: allowed are up to {JOG_LIMIT_DEG:g}° at 1 to 60 °/s")
        return WRONG

    def act(opened: Motor) -> int:
        turner = Turner(opened)
        start_deg = turner.here_deg()
        state = turner.turn(by_deg, rate_dps=rate_dps, stays_on=True)
        say(f"turned from {start_deg:.2f}° to {state.yaw_deg:.2f}°, wanted {start_deg + by_deg:.2f}°")
        return DONE

    return _with(motor, act, say=say)


def run(motor: str, *, socket: str, log: Path | None, range_deg: tuple[float, float], say: Say) -> int:
    """Be the supervisor of a motor until interrupted: the app then uses `supervised:SOCKET`."""
    from hardware_bridge.programs import supervisor

    travel = RangeOfMotion(min_deg=range_deg[0], max_deg=range_deg[1])
    return supervisor.supervise(motor, socket=Path(socket), log=log, travel=travel, tell=lambda one: say(one.sentence))


def stop(socket: str, *, say: Say) -> int:
    """Stop the motor of a supervisor, whoever drives it."""
    from hardware_bridge.supervisor.client import SupervisedMotor

    try:
        motor = SupervisedMotor(socket)
    except PortError as error:
        say(str(error))
        return FAILED
    try:
        motor.quick_stop()
        pace = WallClockPace()
        for tick in range(STOP_TICKS):
            pace.wait(tick)
            state = motor.state(tick)
            if motor.report.guard in ("stopped", "fault", "off") and tick > 1:
                say(f"the screen stands at {state.yaw_deg:.1f}°: {motor.report.words or motor.report.guard}")
                return DONE
        say(f"the screen still turns, at {state.yaw_deg:.1f}°: cut its supply")
        return FAILED
    finally:
        motor.close()


def match(motor: str, *, out: Path, tell: Tell, today: date, goes_on: Callable[[], bool] = lambda: True) -> int:
    """Let a motor run its programme, fit the virtual one to it and save the profile.  The screen turns 100 degrees both ways."""

    def act(opened: Motor) -> int:
        wired = wired_motor(opened)
        if wired is None:
            name = opened.capabilities.name
            tell(ProgramFailed(text=f"{name} cannot be matched: match the motor itself, not its supervisor"))
            return WRONG
        if not opened.capabilities.has_current:
            tell(ProgramFailed(text=f"{opened.capabilities.name} cannot be matched: it tells no torque"))
            return FAILED
        if words := _too_narrow(opened):
            tell(ProgramFailed(text=words))
            return FAILED
        pace = Pace(opened)

        def progress(what: str, share: float) -> None:
            if what == "fit":
                give_priority_back()
            tell(MatchProgress(share=share, words=what))

        try:
            found = fit.match(
                opened,
                advance=pace.wait,
                goes_on=goes_on,
                progress=progress,
                twin=twin_behind(wired.identity.kind, stiffness_share=wired.stiffness_share),
            )
        except MatchCancelled:
            tell(ProgramEnded(text="cancelled: the motor is free, nothing was saved"))
            return FAILED
        for key, estimate in found.estimates.items():
            tell(ParameterFitted(name=key, value=estimate.value, error=estimate.error, known=estimate.known))
        tell(MotorMatched(fit_rms_deg=found.fit_rms_deg, held_out_rms_deg=found.held_out_rms_deg))
        try:
            device_profile.save(
                device_profile.from_match(found, device=wired.identity.key, date=today.isoformat()), out
            )
        except OSError as error:
            tell(ProgramFailed(text=f"{out}: {error.strerror}"))
            return FAILED
        tell(ProfileSaved(path=out))
        return DONE

    return _with(motor, act, say=lambda text: tell(ProgramFailed(text=text)))


def _too_narrow(motor: Motor) -> str:
    """Why the programme of a match does not fit between the ends of the travel; empty when it does."""
    here_deg, travel = motor.state(0).yaw_deg, travel_of(motor, wanted=WHOLE_TRAVEL)
    if travel.min_deg <= here_deg - PASS_DEG and here_deg + PASS_DEG <= travel.max_deg:
        return ""
    return (
        f"matching turns the screen {PASS_DEG:.0f}° to both sides of where it stands: it stands at {here_deg:.0f}° and may turn from "
        f"{travel.min_deg:g}° to {travel.max_deg:g}°. Turn it to the middle first, or calibrate it again"
    )


def monitor(motor: str, *, seconds: float, say: Say) -> int:
    """Show what a motor measures, torque off, ten times a second: turn it by hand and watch."""

    def act(opened: Motor) -> int:
        pace = Pace(opened)
        for tick in range(round(seconds / TICK_S)):
            pace.wait()
            state = opened.state(tick)
            if state.fault:
                say(f"{motor}: {state.fault}")
                return FAILED
            if tick % 10 == 0:
                say(f"{_line(state)}  {health_of(opened).sentence}".rstrip())
        return DONE

    return _with(motor, act, say=say)


def emulate(
    kind: str,
    *,
    tell: Tell,
    goes_on: Callable[[], bool] = lambda: True,
    seed: int = 0,
    as_found: bool = False,
    hand_file: int | None = None,
) -> int:
    """Serve an emulated motor on a pseudo terminal until interrupted; see `new_server` for the hand."""
    from hardware_bridge.programs.emulator_port import new_server

    chosen = next((known for known in KINDS if known == kind), None)
    if chosen is None:
        tell(ProgramFailed(text=f"emulate {kind}: known are {', '.join(KINDS)}"))
        return WRONG
    try:
        server = new_server(chosen, seed=seed, as_found=as_found, hand_file=hand_file)
    except PortError as error:
        tell(ProgramFailed(text=f"emulate {kind}: {error}"))
        return FAILED
    name = f"cia402:slcan:{server.path}" if chosen == "cia402" else f"{chosen}:{server.path}"
    tell(EmulatorListening(kind=chosen, name=name))
    try:
        server.serve(goes_on=goes_on)
    except KeyboardInterrupt:
        tell(ProgramEnded(text="ended"))
    finally:
        server.close()
    return DONE


def _with(name: str, act: Callable[[Motor], int], *, say: Say) -> int:
    try:
        parse_url(name)
    except PortError as error:
        say(str(error))
        return WRONG
    try:
        motor = open_motor(name)
        try:
            if not isinstance(motor, OnVirtualTime):
                take_priority()  # a busy computer must not look like a device that does not answer
            return act(motor)
        finally:
            motor.close()
            give_priority_back()
    except PortError as error:
        say(f"{name}: {error}")
        return FAILED


def _deadman_words(deadman: str) -> str:
    return {
        "device": "in the device: it stops by itself when its host goes quiet",
        "host": "in the host: it stops only while this computer works",
        "none": "NONE: it keeps its last goal for ever, so its speed is capped",
    }[deadman]


def _line(state: MotorState) -> str:
    return f"{state.yaw_deg:8.2f}°  {state.rate_dps:7.1f} °/s  {state.torque_nm:6.3f} N m  {state.mode}  {state.fault}".rstrip()


def _steps(step: float, unit: str) -> str:
    return f", in steps of {step:.3g} {unit}" if step else ""
