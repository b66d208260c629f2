"""A defect as a scene: what the device believed was there, the two calls, and the promise that was not kept."""

from __future__ import annotations

import math
from collections.abc import Sequence

from simulator.lab.learn.defects import READABLE_DEG, Defect
from simulator.onboard.messages import TICKS_PER_S, TickTrace
from simulator.runtime.header import Header
from simulator.scene.homes.home import flow

# Somebody who was only heard is put where most people stand.
USUAL_M, NEAREST_M, FARTHEST_M = 1.8, 0.7, 4.0
BEFORE_S, FACED_S, AFTER_S, ROOM_M = 2.0, 3.5, 6.0, 9.0


def as_scene(defect: Defect, traces: Sequence[TickTrace], header: Header, *, name: str) -> str:
    """The text of a scene in which the caller calls as they did, and must be faced.

    The room is bare and large: a device knows directions and distances, and not where its walls are.
    """
    first_tick = round(defect.called_s * TICKS_PER_S)
    place = next((k for k, trace in enumerate(traces) if trace.tick >= first_tick), len(traces) - 1)
    before = traces[max(0, place - TICKS_PER_S)]
    track = min(
        (one for one in before.tracks.tracks if one.seen),
        key=lambda one: abs(one.azimuth_deg - defect.caller_deg),
        default=None,
    )
    near = track is not None and abs(track.azimuth_deg - defect.caller_deg) < READABLE_DEG
    known_m = track.distance_m if near and track is not None else None
    distance_m = min(max(USUAL_M if known_m is None else known_m, NEAREST_M), FARTHEST_M)
    turn = math.radians(90.0 + defect.caller_deg)
    middle_m = 0.5 * ROOM_M
    at = [round(middle_m + distance_m * math.cos(turn), 2), round(middle_m + distance_m * math.sin(turn), 2)]
    arc = header.spec.device.range
    device = {"at": [middle_m, middle_m], "heading": "90 °", "start_yaw": f"{before.motor.yaw_deg:.1f} °"}
    if arc is not None:
        device["range"] = [f"{arc.min_deg:g} °", f"{arc.max_deg:g} °"]
    tuning = header.tuning.changed()
    lines = [
        f"# From the device's own record of {header.scene_name}: {defect.evidence}.\n",
        f"scene: 1\nname: {name}\nclaim: Whoever calls is faced and need not complain.\ntags: [defect]\n",
        f"duration: {BEFORE_S + FACED_S + AFTER_S:g} s\n",
        f"room: {flow({'width': f'{ROOM_M:g} m', 'depth': f'{ROOM_M:g} m'})}\ndevice: {flow(device)}\n",
        *(["tuning:\n"] if tuning else []),
        *(f"  {path}: {flow(value)}\n" for path, value in tuning.items()),
        f"people:\n  caller: {flow({'at': at})}\n",
        f"timeline:\n  - {flow({'at': f'{BEFORE_S:g} s', 'who': 'caller', 'does': 'say wake word'})}\n",
        "expect:\n  - ",
        flow({
            "id": "faced", "after": "caller says wake word", "within": f"{FACED_S:g} s",
            "then": f"angle to caller < {READABLE_DEG:g} °", "for": "1 s",
        }),
        "\n",
    ]  # fmt: skip
    return "".join(lines)
