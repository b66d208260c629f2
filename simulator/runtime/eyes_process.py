"""The process of the eyes: it draws what the camera of a virtual room sees and looks at it, or looks at a real camera's pictures.

A picture never leaves it. Orders come in on standard input, replies go out on standard output (orders/eyes_pipe.py); it ends when
its pipe does.
"""

from __future__ import annotations

import simulator.runtime.last_words
import simulator.runtime.threads  # noqa: F401  (before numpy)

# isort: split
import sys
from typing import assert_never

from simulator.onboard.messages import CameraFrame
from simulator.onboard.state import Snapshot
from simulator.onboard.vision.looking import Looking
from simulator.runtime.models import vision_models
from simulator.runtime.orders.eyes_pipe import (
    EyesFailed,
    EyesOrder,
    EyesReady,
    EyesReply,
    EyesState,
    ForgetAll,
    ForgetPeople,
    LookAtPicture,
    LookAtRoom,
    Looked,
    OpenEyes,
    TakeState,
    TellState,
)
from simulator.runtime.pickle_pipe import Ended, PicklePipe
from simulator.runtime.pipe import own_output
from simulator.runtime.quiet import quiet_stderr
from simulator.runtime.seeds import stream
from simulator.world.camera.camera import VirtualCamera


class EyesProcess:
    """A camera, where the room is virtual, and what looks at its pictures."""

    def __init__(self) -> None:
        self._models = vision_models(lambda sentence: sys.stderr.write(f"swivel: {sentence}\n"))
        self._opened: OpenEyes | None = None
        self._camera: VirtualCamera | None = None
        self._unused: Snapshot = {}

    def open(self, order: OpenEyes) -> None:
        """Begin afresh in a room; the camera of the run before is kept where it would be made again just so."""
        with quiet_stderr():  # the interpreter of the models announces its delegate
            self._looking = Looking(order.facts.camera, self._models)
        before, self._opened = self._opened, order
        if self._camera is not None and before is not None and before.same_pictures(order):
            self._camera.restore(self._unused)
            return
        if self._camera is not None:
            self._camera.close()
            self._camera = None
        if order.spec is not None:
            self._camera = VirtualCamera(order.spec, order.facts.camera, stream(order.seed, "camera"))
            self._unused = self._camera.snapshot()

    @property
    def ready(self) -> EyesReady:
        """What is to be known of the pictures."""
        camera = self._camera
        return EyesReady(drawn_by="gl" if camera is None else camera.kind, note="" if camera is None else camera.note)

    def obey(self, order: EyesOrder) -> EyesReply | None:
        """Carry out one order; None where nothing is to be said."""
        match order:
            case OpenEyes():
                self.open(order)
                return self.ready
            case LookAtRoom():
                self._looking.begin(self._taken(order), order.order)
                return Looked(report=self._looking.report())
            case LookAtPicture(camera=camera, order=how):
                self._looking.begin(camera, how)
                return Looked(report=self._looking.report())
            case ForgetPeople():
                self._looking.forget_people()
            case ForgetAll():
                self._looking.forget()
            case TellState():
                camera_state = None if self._camera is None else self._camera.snapshot()
                return EyesState(looking=self._looking.snapshot(), camera=camera_state)
            case TakeState():
                if order.looking is not None:
                    self._looking.restore(order.looking)
                if self._camera is not None and order.camera is not None:
                    self._camera.restore(order.camera)
            case _:
                assert_never(order)
        return None

    def _taken(self, order: LookAtRoom) -> CameraFrame:
        assert self._camera is not None
        pixels, _ = self._camera.picture(order.view)
        return CameraFrame(
            tick=order.view.tick,
            pixels=pixels,
            yaw_deg=order.yaw_deg,
            rate_dps=order.rate_dps,
            detail=self._camera.detail,
        )


def main() -> int:
    """Look until the loop hangs up."""
    out = own_output()
    pipe = PicklePipe(read=0, write=out)
    try:
        eyes = EyesProcess()
        while True:
            order = pipe.receive()
            assert isinstance(order, EyesOrder)
            reply = eyes.obey(order)
            if reply is not None:
                pipe.send(reply)
    except (Ended, KeyboardInterrupt):
        return 0
    except Exception as error:
        pipe.send(EyesFailed(text=str(error) or type(error).__name__))
        raise


if __name__ == "__main__":
    sys.exit(main())
