"""What our parts cost beside the same work of known libraries, in one run and in processor time.

    pip install 'swivel-display[peers]' && python -m benchmarks.peers [--quick] [--json FILE]

* direction of a voice: SRP of pyroomacoustics on the same windows (as in benchmarks.ssl)
* a room's echoes of a talker who has moved: pyroomacoustics' image method of the same order
* a screen that turns for a second among three loose glasses: MuJoCo, at the same step of a millisecond
* one picture of 640 by 360: MuJoCo's renderer in a box of a room with three boxes and a person of capsules, which is far simpler than
  what our camera draws, on the same OpenGL in software

`ratio_to_mujoco` and `render.ratio_to_pra` are theirs over ours. MuJoCo (Apache-2.0) is left out, and said to be, where it is missing.
"""

from __future__ import annotations

import os

os.environ.setdefault("MUJOCO_GL", "egl")  # before it loads

# isort: split
import sys
import time
from collections.abc import Callable
from types import ModuleType

import numpy as np

import simulator.runtime.threads  # noqa: F401
from benchmarks.body_loop import PLACE
from benchmarks.common import finish, parser
from benchmarks.ssl_cost import answer_time, render_time
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import TICKS_PER_S, CommandKind, MotorCommand
from simulator.runtime.compose import header_of
from simulator.runtime.onlooker import Moments
from simulator.runtime.run import run_scene
from simulator.runtime.seeds import stream
from simulator.scene.loader import load
from simulator.world.assets import SCENES
from simulator.world.body import BodyWorld
from simulator.world.camera.camera import VirtualCamera
from simulator.world.spec import DevicePlace, ThingSpec, WorldSpec

Figures = dict[str, float | int | str]
COLUMNS, ROWS = 640, 360
ROUNDS = 5
GLASSES_M = ((0.0, 0.32), (0.22, 0.24), (-0.2, 0.26))
WORLD = """
<mujoco><option timestep="0.001" integrator="implicitfast"/>
<visual><global offwidth="640" offheight="360"/></visual>
<worldbody>
 <light pos="0 0 2.5" castshadow="false"/><camera name="device" pos="0 0.05 1.2" xyaxes="1 0 0 0 0 1" fovy="50"/>
 <geom type="plane" size="3 3 .1"/><geom type="box" pos="0 3 1.3" size="3 .05 1.3" rgba=".8 .8 .75 1"/>
 <geom type="box" pos="-3 1 1.3" size=".05 3 1.3"/><geom type="box" pos="3 1 1.3" size=".05 3 1.3"/>
 <geom type="box" pos="0 0 .45" size=".5 .5 .45"/>
 <geom type="box" pos="-1.5 2.4 .4" size=".6 .4 .4"/><geom type="box" pos="1.6 2.6 .9" size=".4 .3 .9"/>
 <geom type="capsule" pos="0.4 2 .5" size=".12 .45"/><geom type="capsule" pos="0.4 2 1.15" size=".2 .3"/>
 <geom type="sphere" pos="0.4 2 1.62" size=".11"/>
 <body pos="0 0 1.05"><joint name="turn" type="hinge" axis="0 0 1" damping=".02" frictionloss=".05"/>
  <geom type="box" pos="0 .1 .09" size=".125 .01 .08" mass="1.1"/></body>
 {glasses}
</worldbody><actuator><velocity joint="turn" kv="2"/></actuator></mujoco>
"""
GLASS = '<body pos="{x} {y} .96"><freejoint/><geom type="cylinder" size=".035 .06" mass=".25"/></body>'


def main() -> None:
    """Measure all that is there."""
    args = parser(__doc__).parse_args()
    figures: Figures = {**answer_time(quick=args.quick), **render_time()}
    figures |= {"body.own_us_a_ms": _best(_own_second) / 1000, "camera.own_ms": 1e-3 * _own_picture()}
    try:
        import mujoco
    except ImportError:
        print("MuJoCo is not installed: pip install 'swivel-display[peers]'", file=sys.stderr)
    else:
        step_us, picture_us = _mujoco(mujoco)
        figures |= {
            "body.mujoco_us_a_ms": step_us,
            "body.ratio_to_mujoco": step_us / float(figures["body.own_us_a_ms"]),
            "camera.mujoco_ms": 1e-3 * picture_us,
            "camera.ratio_to_mujoco": 1e-3 * picture_us / float(figures["camera.own_ms"]),
        }
    figures["machine.load"] = round(os.getloadavg()[0], 1)
    finish(figures, args)


def _best(work: Callable[[], None], rounds: int = ROUNDS) -> float:
    """The least processor time of several rounds, in microseconds."""
    took = []
    for _ in range(rounds):
        began_s = time.process_time()
        work()
        took.append(time.process_time() - began_s)
    return 1e6 * min(took)


def _own_second() -> None:
    """A second of a turn at 60 °/s into one of the glasses."""
    glasses = tuple(
        ThingSpec(name=f"glass {k}", kind="glass", at=(PLACE.x_m + y, PLACE.y_m - x))
        for k, (x, y) in enumerate(GLASSES_M)
    )
    body = BodyWorld(WorldSpec(device=DevicePlace(x_m=PLACE.x_m, y_m=PLACE.y_m), things=glasses), DeviceFacts().motor,
                     stream(1, "world.body"))  # fmt: skip
    body.enable()
    for tick in range(TICKS_PER_S):
        body.command(
            MotorCommand(
                tick=tick,
                seq=tick,
                kind=CommandKind.MOVE,
                yaw_deg=0.6 * tick,
                rate_dps=60.0,
                accel_dps2=0.0,
                torque_limit_nm=1.0,
            )
        )
        body.step(tick)


def _own_picture() -> float:
    """One picture of a furnished kitchen with a person who walks, in microseconds."""
    scene = load(SCENES / "sample.scene.yaml")
    log = run_scene(scene, mode="feature")
    moments = Moments(scene.spec, log.traces, log.truths)
    views = [moment.view for moment in moments.every(50)]
    header = header_of(scene, mode="full")
    camera = VirtualCamera(header.spec, header.facts.camera, stream(1, "camera"))
    try:
        camera.picture(views[0])
        took = []
        for view in views:
            began_s = time.process_time()
            pixels, _ = camera.picture(view)
            took.append(time.process_time() - began_s)
        assert pixels.shape == (ROWS, COLUMNS, 3)
        return 1e6 * float(np.median(took))
    finally:
        camera.close()


def _mujoco(lib: ModuleType) -> tuple[float, float]:
    """A step of its physics and a picture, in microseconds."""
    glasses = "".join(GLASS.format(x=x, y=y) for x, y in GLASSES_M)
    model = lib.MjModel.from_xml_string(WORLD.format(glasses=glasses))
    data = lib.MjData(model)

    def second() -> None:
        lib.mj_resetData(model, data)
        data.ctrl[0] = np.radians(60.0)
        for _ in range(1000):
            lib.mj_step(model, data)

    step_us = _best(second) / 1000
    with lib.Renderer(model, ROWS, COLUMNS) as renderer:

        def picture() -> None:
            renderer.update_scene(data, camera="device")
            renderer.render()

        picture()
        return step_us, _best(picture, rounds=20)


if __name__ == "__main__":
    main()
