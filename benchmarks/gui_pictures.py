"""How fast pictures for people come while the engine is busy: the customer's view as it plays, and the device's at a paused playhead."""

from __future__ import annotations

import time
from itertools import pairwise

from benchmarks.common import processor_s
from benchmarks.gui_window import Bench, memory_mb

SIZE = (960, 540)
PATIENCE_S = 60.0


def pictures(bench: Bench, *, quick: bool) -> dict[str, float | int | str]:
    """Both figures, with the processor time that a picture costs its process: the wall clock of a shared machine says little."""
    import numpy as np

    seconds = 6.0 if quick else 20.0
    session, room = bench.session, bench.window.tune.room
    stamps: list[float] = []
    view = room.rooms.customer
    room.rooms.setFixedSize(*SIZE)
    room.show_kind("seen")

    def arrived(client: str, _picture: object) -> None:
        if client.startswith("customer"):
            stamps.append(time.perf_counter())

    session.pictures.arrived.connect(arrived)
    assert bench.until(lambda: bool(stamps), seconds=PATIENCE_S), "no picture came"
    session.seek(0)
    session.play(True)
    bench.spin(1.0)
    stamps.clear()
    spent_s, started_s = processor_s(session.pictures.pid), time.perf_counter()
    bench.spin(seconds)
    spent_s, passed_s = processor_s(session.pictures.pid) - spent_s, time.perf_counter() - started_s
    session.play(False)
    gaps_ms = [1e3 * (b - a) for a, b in pairwise(stamps)]
    assert view.picture is not None
    figures: dict[str, float | int | str] = {
        "customer.pixels": f"{view.picture.image.width()}x{view.picture.image.height()}",
        "customer.fps": len(stamps) / passed_s,
        "customer.gap_p99_ms": float(np.percentile(gaps_ms, 99)),
        "customer.processor_ms": 1e3 * spent_s / max(1, len(stamps)),
        "customer.memory_mb": memory_mb(session.pictures.pid),
    }
    room.rooms.setMinimumSize(0, 0)
    room.rooms.setMaximumSize(16_777_215, 16_777_215)
    room.show_kind("plan")
    session.pictures.arrived.disconnect(arrived)
    return figures | _under_the_playhead(bench, count=20 if quick else 60)


def _under_the_playhead(bench: Bench, *, count: int) -> dict[str, float | int | str]:
    """From a jump while paused to the picture of that very frame."""
    import numpy as np

    session, camera = bench.session, bench.window.tune.camera
    bench.spin(0.5)  # the room gives its place back, and the camera is unfolded
    camera.show_kind("picture")
    assert bench.until(lambda: camera.view.scene().picture is not None, seconds=PATIENCE_S), "no picture came"
    waits_ms = []
    for index in range(count):
        session.seek(100 + (index * 7919) % (len(session.run) - 200))
        started = time.perf_counter()

        def there() -> bool:
            scene = camera.view.scene()
            return scene.picture is not None and scene.picture_at_s is None

        bench.until(there, seconds=PATIENCE_S)
        waits_ms.append(1e3 * (time.perf_counter() - started))
    camera.show_kind("points")
    return {f"device_picture.p{q}_ms": float(np.percentile(waits_ms, q)) for q in (50, 99)}
