"""`swivel bridge …` and `swivel emulate …`: their options, handed to the bridge's own commands."""

from __future__ import annotations

import argparse
import math
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hardware_bridge.program_reports import Ask, ProgramReport, QuestionAsked, Tell

EMULATED = ("dynamixel", "feetech", "cia402", "refboard", "reachy")


def add_bridge_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `swivel bridge`."""
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    scan = commands.add_parser("scan", help="look for motors on this machine's ports")
    scan.add_argument("ports", nargs="*", metavar="PORT", help="serial ports, or cia402:INTERFACE:CHANNEL")
    _with_json_lines(scan)
    scan.set_defaults(handler=_scan)
    info = _with_motor(commands, "info", "what a motor is, what it can do and how it is")
    info.set_defaults(handler=_info)
    jog = _with_motor(commands, "jog", "turn a motor a little, to see which way is left")
    jog.add_argument("--by", type=float, default=10.0, metavar="DEG")
    jog.add_argument("--rate", type=float, default=20.0, metavar="DEG/S")
    jog.set_defaults(handler=_jog)
    setup = _with_motor(
        commands, "setup", "show and mend what stands in a servo's memory; give it a number and a speed"
    )
    setup.add_argument("--id", type=int, metavar="N", help="its new number on the bus")
    setup.add_argument("--baud", type=int, metavar="N", help="its new speed; ours is 1000000")
    setup.add_argument("--yes", action="store_true", help="mend everything that is wrong without asking")
    setup.add_argument("--no", action="store_true", help="only show; write nothing")
    _with_json_lines(setup)
    setup.set_defaults(handler=_setup)
    calibrate = _with_motor(
        commands, "calibrate", "show which way is left, where the front is and where the cable ends"
    )
    _with_json_lines(calibrate)
    calibrate.set_defaults(handler=_calibrate)
    run = _with_motor(commands, "run", "supervise a motor at 100 Hz until stopped; the window connects to it")
    run.add_argument("--socket", default="swivel.sock", metavar="PATH")
    run.add_argument("--log", type=Path, metavar="FILE", help="keep every byte on the wire")
    run.add_argument("--range", type=float, nargs=2, default=(-90.0, 90.0), metavar=("MIN", "MAX"))
    run.set_defaults(handler=_run)
    stop = commands.add_parser(
        "stop", help="stop a supervised motor from another terminal; it stays stopped until a reset"
    )
    stop.add_argument("--socket", default="swivel.sock", metavar="PATH")
    stop.set_defaults(handler=_stop)
    log = commands.add_parser("log", help="what happened in a session: asked, answered, when, and why it stopped")
    log.add_argument("file", type=Path, metavar="FILE", help="written by `swivel bridge run --log`")
    log.add_argument("--from", dest="from_s", type=float, default=0.0, metavar="S")
    log.add_argument("--to", dest="to_s", type=float, default=math.inf, metavar="S")
    log.set_defaults(handler=_log)
    match = _with_motor(commands, "match", "fit the virtual motor to this one and save a dated profile")
    match.add_argument("--out", type=Path, default=Path("motor.profile.json"), metavar="FILE")
    _with_json_lines(match)
    match.set_defaults(handler=_match)
    _add_ears(commands)
    monitor = _with_motor(commands, "monitor", "watch a motor's sensors; it stays off")
    monitor.add_argument("--seconds", type=float, default=10.0)
    monitor.set_defaults(handler=_monitor)


def _add_ears(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    ears = commands.add_parser("ears", help="list what can hear; show levels, find which channel is which microphone")
    ears.add_argument(
        "device", nargs="?", metavar="DEVICE", help="a part of its name; without it the devices are listed"
    )
    ears.add_argument("--channels", type=int, default=8, metavar="N", help="of the device")
    ears.add_argument("--microphones", type=int, default=8, metavar="N", help="of them, on a ring")
    ears.add_argument("--radius", type=float, default=0.06, metavar="M", help="of the ring")
    ears.add_argument("--seconds", type=float, default=11.0, help="to listen for levels and the clock's drift")
    ears.add_argument(
        "--out", type=Path, metavar="FILE", help="then tap each microphone; write the array's description"
    )
    ears.add_argument(
        "--asoundrc", default="", metavar="SOURCE", help="the lines that make a source of the desktop visible"
    )
    ears.set_defaults(handler=_ears)


def add_emulate_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `swivel emulate`."""
    parser.add_argument("kind", choices=EMULATED)
    parser.add_argument(
        "--pty", action="store_true", help="serve it on a pseudo terminal (the default, and the only way)"
    )
    parser.add_argument(
        "--as-found",
        action="store_true",
        help="a Dynamixel out of its box: 57600 baud, and with a mode that somebody has left",
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    _with_json_lines(parser)
    parser.set_defaults(handler=_emulate)


def _with_motor(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, sentence: str
) -> argparse.ArgumentParser:
    made = commands.add_parser(name, help=sentence)
    made.add_argument("motor", help="as emulated:dynamixel, dynamixel:/dev/ttyUSB0?id=1, refboard:/dev/ttyACM0")
    return made


def _with_json_lines(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json-lines", action="store_true", help="report in JSON, a line each, for another program")


def _tell(options: argparse.Namespace) -> Tell:
    from hardware_bridge.program_reports import SearchProgress, as_json_line

    if options.json_lines:
        return lambda report: print(as_json_line(report), flush=True)

    def say(report: ProgramReport) -> None:
        if not isinstance(report, SearchProgress):
            print(report.sentence, flush=True)
        elif sys.stderr.isatty():  # one line that is written over and over
            print(f"\r\033[K{report.sentence}", end="\r", file=sys.stderr, flush=True)

    return say


def _ask(options: argparse.Namespace) -> Ask:
    """Questions of a program: to the person at the terminal, or to the program that reads the reports."""
    from hardware_bridge.ports import PortError

    hints = {"yes or no": "(y/n) ", "place": "Type degrees (12, -5), or Enter when it does: "}

    def ask(question: QuestionAsked) -> str:
        if options.json_lines:
            _tell(options)(question)
        else:
            print(f"{question.text} {hints[question.wants]}", end="", flush=True)
        if not (line := sys.stdin.readline()):
            raise PortError("nobody answers the question")
        return line

    return ask


def _scan(options: argparse.Namespace) -> int:
    from hardware_bridge.programs import scan_commands

    return scan_commands.scan(options.ports, tell=_tell(options))


def _setup(options: argparse.Namespace) -> int:
    from hardware_bridge.programs import setup_commands

    ask = (lambda _: "n") if options.no else (lambda _: "y") if options.yes else _ask(options)
    return setup_commands.setup(options.motor, new_id=options.id, new_baud=options.baud, ask=ask, tell=_tell(options))


def _calibrate(options: argparse.Namespace) -> int:
    from hardware_bridge.programs import calibrate_commands
    from hardware_bridge.rigs.built_in import devices_folder

    return calibrate_commands.calibrate(options.motor, folder=devices_folder(), ask=_ask(options), tell=_tell(options))


def _info(options: argparse.Namespace) -> int:
    from hardware_bridge.programs import bridge_commands

    return bridge_commands.info(options.motor, say=print)


def _jog(options: argparse.Namespace) -> int:
    from hardware_bridge.programs import bridge_commands

    return bridge_commands.jog(options.motor, by_deg=options.by, rate_dps=options.rate, say=print)


def _run(options: argparse.Namespace) -> int:
    from hardware_bridge.programs import bridge_commands

    low_deg, high_deg = options.range
    return bridge_commands.run(
        options.motor, socket=options.socket, log=options.log, range_deg=(low_deg, high_deg), say=print
    )


def _stop(options: argparse.Namespace) -> int:
    from hardware_bridge.programs import bridge_commands

    return bridge_commands.stop(options.socket, say=print)


def _log(options: argparse.Namespace) -> int:
    from hardware_bridge.programs import log_commands

    return log_commands.show(options.file, from_s=options.from_s, to_s=options.to_s, say=print)


def _match(options: argparse.Namespace) -> int:
    from hardware_bridge.programs import bridge_commands

    return bridge_commands.match(options.motor, out=options.out, tell=_tell(options), today=date.today())


def _ears(options: argparse.Namespace) -> int:
    from hardware_bridge.programs import ears_commands

    if options.device is None:
        return ears_commands.list_devices(asoundrc=options.asoundrc, say=print)
    return ears_commands.listen(
        options.device,
        channels=options.channels,
        microphones=options.microphones,
        radius_m=options.radius,
        seconds=options.seconds,
        out=options.out,
        say=print,
    )


def _monitor(options: argparse.Namespace) -> int:
    from hardware_bridge.programs import bridge_commands

    return bridge_commands.monitor(options.motor, seconds=options.seconds, say=print)


def _emulate(options: argparse.Namespace) -> int:
    from hardware_bridge.programs import bridge_commands

    return bridge_commands.emulate(
        options.kind,
        tell=_tell(options),
        seed=options.seed,
        as_found=options.as_found,
        hand_file=_typed_file(),
    )


def _typed_file() -> int | None:
    """The number of the file that a person types into; None where there is none."""
    try:
        return sys.stdin.fileno()
    except (AttributeError, OSError, ValueError):
        return None
