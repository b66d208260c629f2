"""The process that draws pictures for people: the room from somebody's eyes, and what the device's camera would see.

It draws the moment that it is given, in a room that it is told once, and remembers no picture.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable

import numpy as np

from simulator.gui.customer.drawn_room import DrawnRoom
from simulator.gui.customer.orders import (
    PICTURE_ORDERS,
    PICTURE_REPORTS,
    DrawingFailed,
    MomentDrawn,
    OpenRoom,
    PictureOrder,
    PictureReport,
)
from simulator.onboard.facts import DeviceFacts
from simulator.runtime.pipe import PipeError, Unpacker, own_output, pack, write_all
from simulator.world.camera.gl import NoRenderer
from simulator.world.spec import WorldSpec

NICENESS = 5  # before the engine, which has time, and after the window, which has none
READ_BYTES = 1 << 16


class PictureMaker:
    """Carries out orders, one at a time."""

    def __init__(self, *, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._rooms: dict[int, DrawnRoom] = {}

    def obey(self, order: PictureOrder | PipeError) -> None:
        """Carry out one order."""
        if isinstance(order, PipeError):
            self._report(DrawingFailed(number=-1, text=f"the picture maker was sent something else: {order}"))
        elif isinstance(order, OpenRoom):
            before = self._rooms.pop(order.room, None)
            if before is not None:
                before.close()
            spec = WorldSpec.model_validate_json(order.spec)
            facts = DeviceFacts.model_validate_json(order.facts)
            self._rooms[order.room] = DrawnRoom(spec, facts, seed=order.seed)
        else:
            try:
                room, moment = self._rooms[order.room], order.moment
                pixels = room.device(moment) if order.drawn == "device" else room.person(moment, order.place)
            except NoRenderer as error:
                self._report(DrawingFailed(number=order.number, text=str(error)))
                return
            rows, columns = pixels.shape[:2]
            body = np.ascontiguousarray(pixels).tobytes()
            self._report(MomentDrawn(number=order.number, rows=rows, columns=columns, body=body))

    def _report(self, report: PictureReport) -> None:
        self._send(pack(PICTURE_REPORTS, report))


def main() -> int:
    """Draw until the window hangs up."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(NICENESS)
    out = own_output()
    maker = PictureMaker(send=lambda data: write_all(out, data))
    unpacker = Unpacker(PICTURE_ORDERS)
    try:
        while data := os.read(0, READ_BYTES):
            for order in unpacker.feed(data):
                maker.obey(order)
    except (BrokenPipeError, KeyboardInterrupt):
        return 0
    return 0


if __name__ == "__main__":
    os.environ["QT_QPA_PLATFORM"] = "offscreen"  # only what is on the glass is drawn with Qt
    sys.exit(main())
