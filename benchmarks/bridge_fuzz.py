"""Hostile lines, files, names, bytes and frames for every listener and parser of the bridge: nothing may end it, and nothing may move.

python -m benchmarks.bridge_fuzz [--quick] [--json FILE] [--only PART]
"""

from __future__ import annotations

import math
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import numpy as np

from benchmarks.bridge_hostile import VALUES, damaged_recording, damaged_text, good_files, small_recording
from benchmarks.common import finish, parser
from hardware_bridge.body.plant import Plant
from hardware_bridge.body.virtual_motor import VirtualMotor
from hardware_bridge.capture.array import load_array
from hardware_bridge.codecs import dynamixel, feetech, refproto
from hardware_bridge.firmware.compile import build_hostile
from hardware_bridge.guard import GuardedMotor
from hardware_bridge.matching import device_profile
from hardware_bridge.ports import PortError
from hardware_bridge.proofs.replayed_log import replay_file
from hardware_bridge.rigs.emulated import new_device
from hardware_bridge.rigs.lab_rig import load_bench
from hardware_bridge.rigs.motor_by_name import parse_url
from hardware_bridge.supervisor.app_socket import AppSocket
from hardware_bridge.supervisor.client import SupervisedMotor
from hardware_bridge.supervisor.core import SupervisorCore
from hardware_bridge.supervisor.messages import SAID, TOLD, Heartbeat, Hello, Introduction, Order
from hardware_bridge.supervisor.session_log import SessionLog
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import CommandKind, MotorCommand
from simulator.onboard.tuning import TuningError
from simulator.runtime.recorder import RecordingError
from simulator.runtime.recording import read, recover
from simulator.workbench.presets import read_preset

RANGE = RangeOfMotion(min_deg=-90.0, max_deg=90.0)
OUTSIDE_DEG, OVERSPEED_DPS = 1.0, 190.0
LONGEST_SENTENCE = 600
Figures = dict[str, float | int | str]


class Ends:
    """What would have ended a program, by where it came from."""

    def __init__(self) -> None:
        self.count = 0

    def note(self, what: str, given: object) -> None:
        """Called from an except block."""
        self.count += 1
        if self.count <= 10:
            print(f"{what} {str(given)[:160]!r}: {traceback.format_exc(limit=-3)}", file=sys.stderr)


def main() -> None:
    """Run everything that is asked for."""
    options = parser(__doc__)
    options.add_argument("--only", choices=tuple(PARTS), help="run one part")
    args = options.parse_args()
    figures: Figures = {}
    ends = Ends()
    for number, (name, part) in enumerate(PARTS.items()):
        if args.only in (None, name):
            print(f"{name} …", file=sys.stderr)
            part(figures, ends, np.random.Generator(np.random.Philox(number)), 20 if args.quick else 1)
    figures["ends"] = ends.count
    figures["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    finish(figures, args)
    sys.exit(1 if ends.count or any(value for name, value in figures.items() if name.endswith(".unsafe")) else 0)


def _socket(figures: Figures, ends: Ends, rng: np.random.Generator, less: int) -> None:
    """Lines at the supervisor's socket, over eight connections, while the screen is driven by whoever gets it."""
    lines = 20_000 // less
    with tempfile.TemporaryDirectory() as folder:
        desk = _Desk(Path(folder) / "s")
        for sent in range(lines):
            line = _hostile_line(sent, rng) + b"\n" * int(rng.random() < 0.97)
            if rng.random() < 0.01:
                line = line * int(rng.integers(2, 3000))
            desk.say(line, who=int(rng.integers(6)))
            if sent // 300 % 3:  # two thirds of the time an honest app drives as well
                desk.say(_honest_line(sent), who=6)
            try:
                desk.tick()
            except Exception:
                ends.note("socket", line)
        figures["socket.lines"] = lines
        figures["socket.hung_up"] = desk.hung_up
        figures["socket.moved_deg"] = desk.travelled_deg
        figures["socket.unsafe"] = desk.unsafe
        desk.close()


class _Desk:
    """A supervisor without a process or a clock."""

    def __init__(self, path: Path) -> None:
        self.plant, self.path, self.now = Plant(MotorFacts()), str(path), 0
        motor = VirtualMotor(self.plant)
        greeting = Hello(device="d", capabilities=motor.capabilities, range_deg=(RANGE.min_deg, RANGE.max_deg))
        self.door, self.core = AppSocket(self.path, greeting), SupervisorCore(GuardedMotor(motor, MotorFacts(), RANGE))
        self.apps: dict[int, socket.socket] = {}
        self.hung_up = self.unsafe = 0
        self.travelled_deg = 0.0

    def say(self, line: bytes, *, who: int) -> None:
        """Over that connection, which is made again when the supervisor has hung up."""
        app = self.apps.get(who)
        if app is None:
            app = self.apps[who] = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            app.connect(self.path)
            app.setblocking(False)
        try:
            with suppress(BlockingIOError):
                while not app.recv(1 << 16):
                    raise ConnectionResetError
            with suppress(BlockingIOError):
                app.send(line)
        except OSError:
            self.hung_up += 1
            self.apps.pop(who).close()

    def tick(self) -> None:
        """A hundredth of a second; now and then somebody switches on, so that there is something to move."""
        inputs = self.door.receive()
        if self.now % 50 == 0:
            inputs = [*inputs, Order(what="reset"), Order(what="enable")]
        self.door.send(self.core.tick(self.now, inputs))
        before_deg = self.plant.yaw_deg
        self.plant.advance()
        self.now += 1
        self.travelled_deg += abs(self.plant.yaw_deg - before_deg)
        inside = RANGE.contains_yaw(self.plant.yaw_deg, slack_deg=OUTSIDE_DEG)
        self.unsafe += not inside or abs(self.plant.rate_dps) > OVERSPEED_DPS

    def close(self) -> None:
        """Hang up."""
        for app in self.apps.values():
            app.close()
        self.door.close()


def _honest_line(number: int) -> bytes:
    """To and fro between 70 degrees, at up to 150 degrees a second."""
    turn = 150.0 / 70.0 * number * 0.01
    move = MotorCommand(
        tick=number, seq=number, kind=CommandKind.MOVE, yaw_deg=70.0 * math.sin(turn),
        rate_dps=150.0 * math.cos(turn), torque_limit_nm=1.4,
    )  # fmt: skip
    return SAID.to_json(Heartbeat(command=move, planner_tick=number, engaged=True)) + b"\n"


def _hostile_line(number: int, rng: np.random.Generator) -> bytes:
    if rng.random() < 0.1:
        return str(VALUES[int(rng.integers(len(VALUES)))]).encode()
    yaw_deg = float(rng.uniform(-100, 100))
    command = MotorCommand(
        tick=number, seq=number, kind=list(CommandKind)[int(rng.integers(4))], yaw_deg=yaw_deg,
        rate_dps=float(rng.uniform(-200, 200)), torque_limit_nm=1.0,
    )  # fmt: skip
    messages = (
        Heartbeat(command=command, planner_tick=number, engaged=bool(rng.random() < 0.9)),
        Order(what=("enable", "stop", "reset", "free")[int(rng.integers(4))]),
        Introduction(name="n"),
    )
    good = SAID.to_json(messages[min(2, int(rng.exponential(0.6)))])
    return good if rng.random() < 0.3 else damaged_text(good.decode(), rng)


def _reports(figures: Figures, ends: Ends, rng: np.random.Generator, less: int) -> None:
    """Lines from something that says it is a supervisor, at an app's end of the socket."""
    lines = 5_000 // less
    with tempfile.TemporaryDirectory() as folder:
        desk = _Desk(Path(folder) / "s")
        report = desk.core.tick(0, [])
        greeting = TOLD.to_json(
            Hello(device="d", capabilities=VirtualMotor(desk.plant).capabilities, range_deg=(-9.0, 9.0))
        )
        desk.close()
        path = str(Path(folder) / "fake")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
            door.bind(path)
            door.listen(1)
            for _ in range(lines):
                first = greeting if rng.random() < 0.7 else damaged_text(greeting.decode(), rng).replace(b"\n", b"")
                later = b"".join(damaged_text(TOLD.to_json(report).decode(), rng) + b"\n" for _ in range(3))
                _one_report(path, door, first + b"\n" + TOLD.to_json(report) + b"\n", later, ends)
    figures["reports.lines"] = 5 * lines


def _one_report(path: str, door: socket.socket, first: bytes, later: bytes, ends: Ends) -> None:
    def serve() -> None:
        app, _ = door.accept()
        with suppress(OSError):
            app.sendall(first)
            app.sendall(later)
        app.close()

    server = threading.Thread(target=serve)
    server.start()
    try:
        motor = SupervisedMotor(path)
        for tick in range(3):
            motor.state(tick)
        motor.close()
    except PortError:
        pass
    except Exception:
        ends.note("report", first + later)
    server.join()


def _files(figures: Figures, ends: Ends, rng: np.random.Generator, less: int) -> None:
    """Recordings, profiles, arrays, benches, presets and supervisor's logs."""
    count = 20_000 // less
    texts = good_files()
    refused, unclear, read_well, slowest_s = 0, 0, 0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hostile.mcap"
        good = small_recording(Path(folder))
        log = _small_log(Path(folder))
        kinds = ("recording", "recovered", *texts, "log")
        for number in range(count):
            kind = kinds[number % len(kinds)]
            recorded = kind in ("recording", "recovered")
            text = log if kind == "log" else texts.get(kind, "")
            data = damaged_recording(good, rng) if recorded else damaged_text(text, rng)
            path.write_bytes(data)
            begun_s = time.process_time()
            try:
                _read(kind, path)
                read_well += 1
            except (PortError, RecordingError, TuningError) as error:
                refused += 1
                if "\n" in str(error) or len(str(error)) > LONGEST_SENTENCE:
                    unclear += 1
                    print(f"{kind}: not one clear line: {str(error)[:300]!r}", file=sys.stderr)
            except Exception:
                ends.note(kind, data[:200])
            slowest_s = max(slowest_s, time.process_time() - begun_s)
    figures["files.count"], figures["files.refused"], figures["files.read"] = count, refused, read_well
    figures["files.unclear"] = unclear
    figures["files.slowest_s"] = slowest_s


def _read(kind: str, path: Path) -> object:
    match kind:
        case "recording":
            return read(path)
        case "recovered":
            return recover(path, path.with_name("saved.mcap"))
        case "profile":
            return device_profile.load(path, device="d")
        case "array":
            return load_array(path)
        case "bench":
            return load_bench(path)
        case "preset":
            return read_preset(path)
        case _:
            return replay_file(path)


def _small_log(folder: Path) -> str:
    """A log of a few ticks, as a supervisor writes it."""
    desk, log = _Desk(folder / "s"), SessionLog(folder / "log")
    log.note("start", motor="virtual", range=[-90.0, 90.0], capabilities=asdict(VirtualMotor(desk.plant).capabilities))
    for tick in range(4):
        order = Order(what="enable")
        log.message("input", tick, SAID.to_json(order))
        log.message("report", tick, TOLD.to_json(desk.core.tick(tick, [order])))
    log.close()
    desk.close()
    return (folder / "log").read_text()


def _names(figures: Figures, ends: Ends, rng: np.random.Generator, less: int) -> None:
    """Names of motors."""
    pieces = ("dynamixel", "emulated", "cia402", "supervised", "reachy", ":", "?", "&", "=", "id", "baud", "node", "zero", "nan",
              "inf", "1e999", "-1", "%00", "\0", "é", "/dev/ttyUSB0", "1.5", "300", "0x10", " ", "dynamixel:/dev/x?id=")  # fmt: skip
    count = 20_000 // less
    for _ in range(count):
        name = "".join(str(piece) for piece in rng.choice(pieces, int(rng.integers(1, 9))))
        try:
            parse_url(name)
        except PortError:
            pass
        except Exception:
            ends.note("name", name)
    figures["names.count"] = count


def _bytes(figures: Figures, ends: Ends, rng: np.random.Generator, less: int) -> None:
    """Bytes at the decoders of a host, and at the emulated devices."""
    decoders = (dynamixel.DynamixelDecoder(), feetech.FeetechDecoder(), refproto.BoardDecoder())
    devices = [new_device(kind, facts=MotorFacts(), rng=rng)[0] for kind in ("dynamixel", "feetech", "cia402")]
    good = (
        dynamixel.encode(dynamixel.ping(1)), dynamixel.encode(dynamixel.write(1, address=64, data=b"\1")),
        feetech.encode(feetech.ping(1)), b"t60540000000000000000\r", b"O\r",
    )  # fmt: skip
    count = 0
    for _ in range(40_000 // less):
        piece = bytearray(
            good[int(rng.integers(len(good)))] if rng.random() < 0.6 else rng.bytes(int(rng.integers(1, 60)))
        )
        if rng.random() < 0.5:
            piece[int(rng.integers(len(piece)))] ^= 1 << int(rng.integers(8))
        count += len(piece)
        try:
            for decoder in decoders:
                decoder.feed(bytes(piece))
            for device in devices:
                device.receive(bytes(piece))
                device.step()
                device.transmit()
        except Exception:
            ends.note("bytes", bytes(piece))
    figures["bytes.count"] = count


def _frames(figures: Figures, ends: Ends, _: np.random.Generator, less: int) -> None:
    """Frames at the reference board's own program, under the compiler's sanitizers."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            program = build_hostile(Path(folder))
        except PortError as error:
            figures["frames.not_run"] = str(error)
            return
        total = 6_000_000 // less
        figures["frames.count"] = total
        figures["frames.unsafe"] = 0
        for seed in (1, 2):
            done = subprocess.run(
                [str(program), str(total // 2), str(seed)], capture_output=True, text=True, check=False
            )
            if done.returncode != 0:
                figures["frames.unsafe"] += 1
                print((done.stdout + done.stderr)[:2000], file=sys.stderr)


PARTS = {"socket": _socket, "reports": _reports, "files": _files, "names": _names, "bytes": _bytes, "frames": _frames}

if __name__ == "__main__":
    main()
