"""The process that draws a served room for people: orders on standard input, JPEG pictures on standard output.

It is the only program of the API that has Qt, which paints what is on the glass, and OpenGL.
"""

from __future__ import annotations

import simulator.runtime.last_words
import simulator.runtime.threads  # noqa: F401  (before numpy)

# isort: split
import os
import sys

from simulator.runtime.pipe import PipeError, Unpacker, own_output, pack, write_all
from simulator.server.view_pipe import VIEW_ORDERS, VIEW_REPORTS, Draw, Drawn, DrawRoom, ViewFailed, ViewReport

PIXELS, QUALITY = (800, 450), 85
NICE = 15  # whatever else runs here matters more than a picture


class Artist:
    """Draws one room."""

    def __init__(self, order: DrawRoom) -> None:
        from simulator.gui.customer.drawn_room import DrawnRoom
        from simulator.server.opening import header_for

        header = header_for(order.room)
        self._room = DrawnRoom(header.spec, header.facts)

    def draw(self, order: Draw) -> bytes:
        """One picture as JPEG."""
        from simulator.onboard.opencv import cv2
        from simulator.world.camera.customer_place import Standpoint

        pixels = self._room.person(order.moment, Standpoint(view=order.view, who=order.who, pixels=PIXELS))
        good, jpeg = cv2.imencode(".jpg", pixels[:, :, ::-1], (cv2.IMWRITE_JPEG_QUALITY, QUALITY))
        if not good:
            raise RuntimeError("the picture could not be written as JPEG")
        return bytes(jpeg)

    def close(self) -> None:
        """Give the graphics memory back."""
        self._room.close()


def main() -> int:
    """Draw until the server hangs up."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.nice(NICE)
    out = own_output()

    def report(message: ViewReport) -> None:
        write_all(out, pack(VIEW_REPORTS, message))

    unpacker, artist = Unpacker(VIEW_ORDERS), None
    try:
        while data := os.read(0, 1 << 16):
            for order in unpacker.feed(data):
                match order:
                    case DrawRoom():
                        artist = Artist(order)
                    case Draw() if artist is not None:
                        report(Drawn(body=artist.draw(order)))
                    case Draw():
                        raise ValueError("the server asked for a picture before it said of which room")
                    case PipeError():
                        raise ValueError(f"the server sent something else than an order: {order}")
    except (BrokenPipeError, KeyboardInterrupt):
        return 0
    except Exception as error:  # no OpenGL here, most of all
        report(ViewFailed(text=f"The room cannot be drawn on this machine: {error}."))
        return 1
    finally:
        if artist is not None:
            artist.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
