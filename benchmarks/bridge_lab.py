"""A lab day without a lab: the rig of real rooms on an emulated motor, with a rendered room before its lens and microphones.

python -m benchmarks.bridge_lab --record FILE    run the sample scene through the lab rig and write its recording
python -m benchmarks.bridge_lab --accept FILE    decide a recording again and keep what is decided now, with the same senses

Everything runs on virtual time, so that the recording is the same on every machine. A recording from a real bench is made
with `swivel run SCENE --rig real:BENCH.json --out DIR`; both replay headless with `swivel replay FILE`.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from functools import partial
from pathlib import Path

from hardware_bridge.ports import Capabilities
from hardware_bridge.rigs.lab_rig import LabRig
from simulator.onboard.messages import TICKS_PER_S, CameraFrame, MicBlock, MotorCommand, MotorState, SensorFrame
from simulator.runtime.compose import build, header_of, on_rig
from simulator.runtime.recorder import Recorder
from simulator.runtime.recording import read
from simulator.runtime.run import run
from simulator.runtime.seeds import stream
from simulator.runtime.session import Session
from simulator.scene.loader import Scene, load
from simulator.world.assets import SCENES
from simulator.world.camera.camera import VirtualCamera
from simulator.world.spec import RequestAction, TuneAction

MOTOR, BENCH = "hybrid:emulated:dynamixel", "real:bench.json"
SECONDS = 7.0


class RoomDoors:
    """A rendered room as it stands around a bench: the doors of motor, microphones and camera, on virtual time."""

    def __init__(self, scene: Scene) -> None:
        world = build(header_of(scene, mode="audio", rig=MOTOR)).world
        assert world is not None
        self._world = world
        self._camera = VirtualCamera(scene.spec, scene.facts.camera, stream(0, "camera"))
        self._waiting = [one for one in scene.spec.actions if not isinstance(one, (TuneAction, RequestAction))]
        self._waiting.sort(key=lambda one: one.at_s)
        self._sensed: SensorFrame | None = None
        self.capabilities = Capabilities(
            name="emulated Dynamixel in a rendered room", max_rate_dps=180.0, max_accel_dps2=360.0, yaw_step_deg=0.088
        )

    def state(self, tick: int) -> MotorState:
        """What the motor says; the people in the room begin what is due."""
        if self._sensed is None or self._sensed.tick != tick:
            while self._waiting and round(self._waiting[0].at_s * TICKS_PER_S) <= tick:
                self._world.begin(self._waiting.pop(0), tick=tick)
            self._sensed = self._world.sense(tick, frame_wanted=False)
        return self._sensed.motor

    def command(self, command: MotorCommand) -> MotorCommand:
        """To the emulated motor, through a guard of its own; then a tick passes in the room."""
        return self._world.actuate(command)[0]

    def block(self, tick: int) -> MicBlock | None:
        """What the microphones heard."""
        return None if self._sensed is None else self._sensed.mic

    def frame(self, tick: int) -> CameraFrame | None:
        """A picture taken now."""
        pixels, _ = self._camera.picture(self._world.camera_view(tick))
        motor = self.state(tick)
        return CameraFrame(
            tick=tick, pixels=pixels, yaw_deg=motor.yaw_deg, rate_dps=motor.rate_dps, detail=self._camera.detail
        )

    def enable(self) -> None:
        """The room has switched it on."""

    def quick_stop(self) -> None:
        """Brake."""

    def free(self) -> None:
        """The room frees it in the end."""

    def reset(self) -> None:
        """Nothing is latched here."""

    def close(self) -> None:
        """Free the motor."""
        self._world.close()


def lab_session(scene: Scene) -> Session:
    """The stack on the rig of real rooms, with the scene's room around it."""
    doors = RoomDoors(scene)
    rig = partial(
        LabRig,
        facts=scene.facts,
        range_of_motion=scene.spec.device.range,
        motor=doors,
        microphones=doors,
        camera=doors,
    )
    return on_rig(header_of(scene, rig=BENCH), rig)


def record(scene: Scene, path: Path, *, seconds: float = SECONDS) -> str:
    """Run and write the recording; returns its hash."""
    session = lab_session(scene)
    # Where the scene lies on this machine is nobody's business.
    recorder = Recorder(path, replace(header_of(scene, rig=BENCH), scene_path=scene.path.name))
    for _ in range(round(seconds * TICKS_PER_S)):
        trace = session.step()
        recorder.write(trace, session.truth, session.applied)
    session.close()
    recorder.close(trace_hash=session.trace_hash)
    return session.trace_hash


def accept(path: Path) -> str:
    """Decide again what was sensed, and keep the new decisions in the same file; returns their hash."""
    then = read(path)
    again = run(replace(then.header, rig=f"replay:{path}"), ticks=len(then.traces))
    recorder = Recorder(path, replace(then.header, versions=again.header.versions))
    for trace, truth in zip(again.traces, again.truths, strict=True):
        recorder.write(trace, truth, tuple(action for tick, action in then.commands if tick == trace.tick))
    recorder.close(trace_hash=again.trace_hash)
    return again.trace_hash


def main() -> None:
    """Record or accept."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = options.add_mutually_exclusive_group(required=True)
    what.add_argument("--record", type=Path, metavar="FILE")
    what.add_argument("--accept", type=Path, metavar="FILE")
    args = options.parse_args()
    if args.record is not None:
        print(f"{args.record}: {record(load(SCENES / 'sample.scene.yaml'), args.record)}")
    else:
        print(f"{args.accept}: {accept(args.accept)}")


if __name__ == "__main__":
    main()
