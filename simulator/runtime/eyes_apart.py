"""Eyes in a process of their own: the loop goes on while a picture is drawn and looked at on another core.

In a virtual room the loop waits for a report in the tick in which it is due, and only then, so a run is the same with one core and with
two. In a real room it never waits.
"""

from __future__ import annotations

import weakref
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.facts import DeviceFacts
from simulator.onboard.messages import Box, CameraFrame, VisionReport
from simulator.onboard.state import Snapshot
from simulator.onboard.vision.stage import LookOrder, VisionStage
from simulator.runtime.eyes_worker import taken
from simulator.runtime.header import Header
from simulator.runtime.orders.eyes_pipe import (
    EyesFailed,
    EyesOrder,
    EyesReady,
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
from simulator.runtime.pickle_pipe import Ended
from simulator.runtime.seeds import stream
from simulator.world.camera.camera import VirtualCamera
from simulator.world.camera.view import CameraView, FrameTruth
from simulator.world.spec import WorldSpec

# The picture that the loop holds of a room that is drawn elsewhere.
NO_PIXELS = np.empty((0, 0, 3), np.uint8)
NO_PIXELS.flags.writeable = False


class EyesEnded(RuntimeError):
    """The process of the eyes is gone; the text says why."""


class EyesApart:
    """The process, and which of its answers are still to come."""

    def __init__(self, facts: DeviceFacts, *, spec: WorldSpec | None = None, seed: int = 0) -> None:
        self._worker = taken(OpenEyes(facts=facts, spec=spec, seed=seed))
        self._ready: EyesReady | None = None
        self._end = weakref.finalize(self, self._worker.end)
        self._under_way = 0  # pictures whose report was not received
        self._report: VisionReport | None = None

    @property
    def ready(self) -> EyesReady:
        """What is to be known of the pictures; waits until it is."""
        if self._ready is None:
            reply = self._receive()
            assert isinstance(reply, EyesReady)
            self._ready = reply
        return self._ready

    def look(self, order: LookAtRoom | LookAtPicture) -> None:
        """Have a picture looked at."""
        self._under_way, self._report = self._under_way + 1, None
        self.send(order)

    def report(self, *, waits: bool) -> VisionReport | None:
        """What is believed after the last picture; None while it is not known, which lasts if nobody waits."""
        if waits or self._ready is not None or self._worker.arrived():
            _ = self.ready
            while self._under_way and (waits or self._worker.arrived()):
                reply = self._receive()
                assert isinstance(reply, Looked)
                self._under_way -= 1
                self._report = None if self._under_way else reply.report
        return self._report

    def forget(self, order: ForgetPeople | ForgetAll) -> None:
        """Have something forgotten; what is made of a picture under way does not count."""
        self._report = None
        self.send(order)

    def state(self) -> EyesState:
        """Everything that changes there, after what is under way."""
        self.report(waits=True)
        self.send(TellState())
        reply = self._receive()
        assert isinstance(reply, EyesState)
        return reply

    def take(self, state: TakeState) -> None:
        """Go back to a state."""
        self.report(waits=True)
        if state.looking is not None:
            self._report = state.looking["_report"]
        self.send(state)

    def send(self, order: EyesOrder) -> None:
        """Give an order."""
        if not self._end.alive:
            raise EyesEnded("the process of the eyes has ended: it was closed")
        try:
            self._worker.send(order)
        except Ended as error:
            raise EyesEnded("the process of the eyes has ended") from error

    def close(self) -> None:
        """Give the process back, once or more often; it ends when nobody holds this any more."""
        if self._end.detach() is not None:
            self._worker.give_back()

    def _receive(self) -> object:
        try:
            reply = self._worker.receive()
        except Ended as error:
            raise EyesEnded("the process of the eyes has ended") from error
        if isinstance(reply, EyesFailed):
            raise EyesEnded(f"the eyes: {reply.text}")
        return reply


class CameraApart:
    """The camera of a virtual room that is drawn in the process of the eyes; here is only the truth about its pictures."""

    def __init__(self, eyes: EyesApart, spec: WorldSpec, facts: DeviceFacts, chance: np.random.Generator) -> None:
        self._eyes = eyes
        self._truths = VirtualCamera(spec, facts.camera, chance, renderer="elsewhere")
        self.view: CameraView | None = None  # of the last picture

    @property
    def note(self) -> str:
        """Why the picture is simpler than it could be."""
        return self._eyes.ready.note

    def picture(self, view: CameraView) -> tuple[NDArray[np.uint8], FrameTruth]:
        """No pixels, for they stay where they are looked at, and the truth about the picture."""
        self.view = view
        return NO_PIXELS, replace(self._truths.truth(view), drawn_by=self._eyes.ready.drawn_by)

    def detail(self, box: Box, zoom: float) -> NDArray[np.uint8]:
        """Nothing: details are drawn where they are looked at."""
        raise RuntimeError("the pictures of this camera are drawn and looked at in another process")

    def close(self) -> None:
        """End the process of the eyes."""
        self._eyes.close()

    def snapshot(self) -> Snapshot | None:
        """Everything that changes in the camera there."""
        return self._eyes.state().camera

    def restore(self, state: Snapshot | None) -> None:
        """Go back to a snapshot."""
        self._eyes.take(TakeState(camera=state))


class LooksApart:
    """What the stage of the eyes asks, and what the process of the eyes answers."""

    def __init__(self, eyes: EyesApart, *, camera: CameraApart | None, waits: bool) -> None:
        self._eyes, self._camera, self._waits = eyes, camera, waits

    def begin(self, camera: CameraFrame, order: LookOrder) -> None:
        """Have a picture looked at; one that is held here is overwritten here and there."""
        if self._camera is None:
            self._eyes.look(LookAtPicture(camera=camera, order=order))
            camera.pixels.fill(0)
            return
        view = self._camera.view
        assert view is not None
        assert view.tick == camera.tick
        self._eyes.look(LookAtRoom(view=view, yaw_deg=camera.yaw_deg, rate_dps=camera.rate_dps, order=order))

    def report(self) -> VisionReport | None:
        """What is believed after the last picture; in a real room None until it is there."""
        return self._eyes.report(waits=self._waits)

    def forget_people(self) -> None:
        """Forget everybody who was followed."""
        self._eyes.forget(ForgetPeople())

    def forget(self) -> None:
        """Forget everybody and everything: the shutter was closed."""
        self._eyes.forget(ForgetAll())

    def snapshot(self) -> Snapshot:
        """Everything that changes, a report that is under way with it."""
        return self._eyes.state().looking

    def restore(self, state: Snapshot) -> None:
        """Go back to a snapshot."""
        self._eyes.take(TakeState(looking=state))

    def close(self) -> None:
        """End the process of the eyes."""
        self._eyes.close()


def eyes_in_room(header: Header, *, waits: bool) -> tuple[VisionStage, CameraApart]:
    """Eyes in a process of their own, and the camera of the virtual room that they look through."""
    facts, spec = header.facts, header.spec
    apart = EyesApart(facts, spec=spec, seed=header.seed)
    camera = CameraApart(apart, spec, facts, stream(header.seed, "camera"))
    return VisionStage(facts, LooksApart(apart, camera=camera, waits=waits)), camera


def eyes_of_rig(facts: DeviceFacts) -> tuple[VisionStage, EyesApart]:
    """Eyes in a process of their own for the pictures of a real camera; ready to look."""
    apart = EyesApart(facts)
    _ = apart.ready
    return VisionStage(facts, LooksApart(apart, camera=None, waits=False)), apart
