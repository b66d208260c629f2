"""A real room as a body for the stack: real microphones, a real camera, a real motor behind the guard.

What stands on the bench is written in a small JSON file, with paths relative to it:

{"lab": 1, "motor": "dynamixel:/dev/ttyUSB0?id=1", "microphones": "array.json", "camera": "http://192.168.0.7/v.mjpg",
 "camera_latency_ms": 60, "shutter": "dark picture"}
"""

from __future__ import annotations

from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from hardware_bridge.backends.wired import WHOLE_TRAVEL
from hardware_bridge.capture.array import load_array
from hardware_bridge.capture.audio import SoundCard
from hardware_bridge.capture.camera import VideoCapture
from hardware_bridge.guard import GuardedMotor
from hardware_bridge.json_files import FileModel, read_json_file
from hardware_bridge.motor_wrapper import PassingOn
from hardware_bridge.ports import Camera, Microphones, Motor, PortError
from hardware_bridge.rigs.motor_by_name import open_motor, parse_url
from hardware_bridge.rigs.wall_clock import OnWallClock, WallClockPace
from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import TICK_S, CameraFrame, MotorCommand, MotorState, SensorFrame, Shutter, Touch

ShutterKind = Literal["open", "closed", "dark picture"]
VERSION = 1
# A lens with its cover on gives black; a dark room still gives the sensor's noise.
DARK_GREY, DARK_PICTURES = 4, 3
LOOK_TICKS = 10  # so often a covered lens is looked through
# The description of an array may differ from the device's facts by the width of a microphone.
SAME_PLACE_M = 0.005
LONGEST_LATENCY_MS = 500.0


Name = Annotated[str, Field(min_length=1, max_length=1024)]


class _BenchFile(FileModel):
    """The file as it is written."""

    motor: Name
    microphones: Name
    camera: Name
    camera_latency_ms: float = Field(0.0, ge=0.0, le=LONGEST_LATENCY_MS)
    shutter: ShutterKind = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabBench:
    """What stands on the bench."""

    motor: str
    microphones: Path
    camera: str
    camera_latency_ms: float
    shutter: ShutterKind


class LabRig:
    """The four doors of a real room, a tick at a time."""

    def __init__(
        self,
        *,
        facts: DeviceFacts,
        range_of_motion: RangeOfMotion | None,
        motor: Motor,
        microphones: Microphones,
        camera: Camera,
        shutter: ShutterKind = "open",
        pace: WallClockPace | None = None,
        host: OnWallClock | None = None,
    ) -> None:
        """Without a `pace` the ticks are somebody else's business, as those of a recording or of virtual time."""
        self._motor = GuardedMotor(motor, facts.motor, range_of_motion)
        self._microphones, self._camera, self._pace = microphones, camera, pace
        self._cover, self._host = _Cover(shutter), host
        self._motor.enable()

    def sense(self, tick: int, *, frame_wanted: bool) -> SensorFrame:
        """Wait for the tick; then ask the motor, the microphones and, when wanted, the camera."""
        if self._pace is not None:
            self._pace.wait(tick)
        motor = self._motor.state(tick)
        mic = self._microphones.block(tick)
        # Eyes that are told of a closed shutter ask for no pictures, so somebody else must see it open again.
        look = self._cover.watched and tick % LOOK_TICKS == 0
        picture = self._camera.frame(tick) if frame_wanted or look else None
        shutter = self._cover.position(picture)
        frame = picture if frame_wanted and shutter is Shutter.OPEN else None
        return SensorFrame(tick=tick, motor=motor, shutter=shutter, touch=Touch(), mic=mic, camera=frame)

    def actuate(self, command: MotorCommand) -> tuple[MotorCommand, str]:
        """Through the guard to the motor; says also which senses are lost. The room lives by itself."""
        sent, words = self._motor.command(command)
        return sent, "; ".join(part for part in (words, *self.lost) if part)

    @property
    def lost(self) -> tuple[str, ...]:
        """Which senses give nothing any more, in plain words."""
        return tuple(
            words
            for sense, words in ((self._microphones, "microphones lost"), (self._camera, "camera frozen or lost"))
            if getattr(sense, "lost", False)
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """How this computer kept up, where it did not."""
        return () if self._host is None else self._host.notes

    def set_range(self, range_of_motion: RangeOfMotion | None) -> None:
        """Tell the guard the range that a set-up ended with."""
        self._motor.set_range(range_of_motion)

    def close(self) -> None:
        """Free the motor, give back the senses; each of them, also when another one fails."""
        with ExitStack() as doors:
            for sense in (self._microphones, self._camera):
                if (close := getattr(sense, "close", None)) is not None:
                    doors.callback(close)
            doors.callback(self._motor.close)  # the last one in is the first one out


class _Cover:
    """Tells whether the lens is covered, where no switch does."""

    def __init__(self, kind: ShutterKind) -> None:
        self._kind = kind
        self._dark = 0
        self._position = Shutter.CLOSED if kind == "closed" else Shutter.OPEN

    @property
    def watched(self) -> bool:
        """Whether only a picture can show that the lens is free again."""
        return self._kind == "dark picture" and self._position is Shutter.CLOSED

    def position(self, frame: CameraFrame | None) -> Shutter:
        """From the newest picture; without one, as before."""
        if self._kind == "dark picture" and frame is not None:
            dark = int(frame.pixels[::4, ::4].max()) < DARK_GREY
            self._dark = self._dark + 1 if dark else 0
            self._position = Shutter.CLOSED if self._dark >= DARK_PICTURES else Shutter.OPEN
        return self._position


class _Past(PassingOn):
    """A motor that remembers its last states, so that a late picture knows where it was taken."""

    def __init__(self, motor: Motor, *, latency_ms: float) -> None:
        super().__init__(motor)
        self._states: deque[MotorState] = deque(maxlen=1 + round(latency_ms / 1000.0 / TICK_S))

    def state(self, tick: int) -> MotorState:
        """What the motor's sensors say now."""
        state = self.motor.state(tick)
        self._states.append(state)
        return state

    def then(self, _tick: int) -> MotorState:
        """What they said when the newest picture was taken."""
        return self._states[0]


def open_lab(path: Path, *, facts: DeviceFacts, range_of_motion: RangeOfMotion | None) -> LabRig:
    """Everything on the bench.  Raises PortError in plain words for what is missing."""
    bench = load_bench(path)
    described = load_array(bench.microphones)
    wanted = facts.microphones.positions_m
    same = len(described.positions_m) == len(wanted) and all(
        abs(a - b) <= SAME_PLACE_M
        for mine, theirs in zip(described.positions_m, wanted, strict=True)
        for a, b in zip(mine, theirs, strict=True)
    )
    if not same:
        raise PortError(
            f"array {described.name} has {len(described.positions_m)} microphones at other places than the device "
            f"{facts.name!r}, which has {len(wanted)}: name a device file with this array in the scene"
        )
    pace = WallClockPace()
    by_the_clock = parse_url(bench.motor).scheme != "emulated"
    motor = (
        OnWallClock(bench.motor, travel=WHOLE_TRAVEL, pace=pace)
        if by_the_clock
        else open_motor(bench.motor, facts=facts.motor)
    )
    opened: list[SoundCard | VideoCapture] = []
    try:
        past = _Past(motor, latency_ms=bench.camera_latency_ms)
        opened.append(microphones := SoundCard(described))
        size = (facts.camera.columns, facts.camera.rows)
        opened.append(camera := VideoCapture(bench.camera, yaw=past.then, size=size))
        return LabRig(
            facts=facts,
            range_of_motion=range_of_motion,
            motor=past,
            microphones=microphones,
            camera=camera,
            shutter=bench.shutter,
            pace=pace,
            host=motor if isinstance(motor, OnWallClock) else None,
        )
    except BaseException:  # also somebody's Ctrl+C while a camera is looked for
        for sense in opened:
            sense.close()
        motor.close()
        raise


def load_bench(path: Path) -> LabBench:
    """Read the file; what cannot be is refused with the reason."""
    read = read_json_file(path, _BenchFile, what="bench", version_entry="lab", version=VERSION)
    return LabBench(
        motor=read.motor,
        microphones=path.parent / read.microphones,
        camera=read.camera,
        camera_latency_ms=read.camera_latency_ms,
        shutter=read.shutter,
    )
