"""A recording for the rerun viewer, with a blueprint: the room, the reasons, and plots of yaw, zones and sound. Needs rerun-sdk."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import rerun as rr
import rerun.blueprint as rrb

from simulator.lab.export import moments as m
from simulator.onboard.messages import TickTrace
from simulator.runtime.recording import Recording

TIMELINE = "time"
# Plots: entity, name of the curve, colour.
CURVES = (
    ("yaw/measured", (80, 140, 255)), ("yaw/sent", (170, 170, 180)), ("yaw/goal", (240, 200, 90)),
    ("zones/bearing", (122, 79, 209)), ("zones/dead", (63, 116, 217)), ("zones/holding", (242, 210, 114)),
    ("sound/voice", (30, 180, 255)), ("sound/confidence", (120, 220, 160)),
)  # fmt: skip


def rerun(recording: Recording, target: Path) -> None:
    """Write the file for rerun."""
    header = recording.header
    stream = rr.RecordingStream("swivel", recording_id=f"{header.scene_name} {header.seed} {header.mode}")
    stream.save(target, default_blueprint=blueprint())
    _room(stream, recording)
    _screen(stream, recording)
    _plots(stream, recording)
    for moment in m.moments(recording):
        stream.set_time(TIMELINE, duration=m.seconds(moment.tick))
        _people(stream, moment)
        _beliefs(stream, moment, header.spec.device.height_m)
    for tick, sentence in m.reasons(recording):
        stream.set_time(TIMELINE, duration=m.seconds(tick))
        stream.log("why", rr.TextLog(sentence, level="INFO"))
    stream.flush()
    stream.disconnect()


def blueprint() -> rrb.Blueprint:
    """How the viewer shows it."""
    plots = [rrb.TimeSeriesView(origin=f"/{name}", name=name.capitalize()) for name in ("yaw", "zones", "sound")]
    # The people stand in the room's frame, and a wall between them and the eye would hide them: look from above the device.
    room = rrb.Spatial3DView(origin="/room", name="Room")
    log = rrb.TextLogView(origin="/why", name="Why it turns or stays")
    left = rrb.Vertical(room, log, row_shares=[3, 1.2])
    return rrb.Blueprint(rrb.Horizontal(left, rrb.Vertical(*plots), column_shares=[3, 2]), collapse_panels=True)


def _room(stream: rr.RecordingStream, recording: Recording) -> None:
    spec = recording.header.spec
    stream.log("room", rr.ViewCoordinates.RIGHT_HAND_Z_UP, static=True)
    stream.log("room/walls", rr.LineStrips3D(m.room_lines(spec), colors=[_rgba(m.WALL)], radii=0.012), static=True)
    for box in m.things(spec):
        shape = rr.Boxes3D(
            half_sizes=[[size / 2 for size in box.size_m]],
            centers=[box.middle_m],
            quaternions=[_turn(box.turned_deg)],
            colors=[_rgba(m.THING)],
            labels=[box.name],
        )
        stream.log(f"room/things/{box.name}", shape, static=True)
    place = spec.device
    base = rr.Transform3D(translation=[place.x_m, place.y_m, place.height_m], quaternion=_turn(place.heading_deg))
    stream.log("room/base", base, static=True)
    glass = rr.Boxes3D(half_sizes=[[0.007, 0.125, 0.085]], centers=[[0.09, 0, 0.14]], colors=[_rgba(m.DEAD)])
    stream.log("room/base/screen/glass", glass, static=True)


def _screen(stream: rr.RecordingStream, recording: Recording) -> None:
    ticks, yaws_deg = zip(*m.yaws(recording), strict=True)
    turns = rr.Transform3D.columns(translation=np.zeros((len(ticks), 3)), quaternion=[_turn(yaw) for yaw in yaws_deg])
    at = rr.TimeColumn(TIMELINE, duration=[m.seconds(tick) for tick in ticks])
    stream.send_columns("room/base/screen", indexes=[at], columns=turns)


def _plots(stream: rr.RecordingStream, recording: Recording) -> None:
    at = rr.TimeColumn(TIMELINE, duration=[m.seconds(trace.tick) for trace in recording.traces])
    rows = np.array([_numbers(trace) for trace in recording.traces], dtype=float)
    for index, (entity, colour) in enumerate(CURVES):
        stream.log(entity, rr.SeriesLines(names=[entity.partition("/")[2]], colors=[colour]), static=True)
        stream.send_columns(entity, indexes=[at], columns=rr.Scalars.columns(scalars=rows[:, index]))


def _numbers(trace: TickTrace) -> tuple[float, ...]:
    """The curves at one tick, in the order of CURVES."""
    decision = trace.decision
    bearing, goal = decision.subject_bearing_deg, decision.goal_yaw_deg
    return (
        trace.motor.yaw_deg, trace.command_sent.yaw_deg, math.nan if goal is None else goal,
        math.nan if bearing is None else bearing, decision.dead_half_width_deg, decision.holding_half_width_deg,
        trace.sound.voice, trace.sound.confidence,
    )  # fmt: skip


def _people(stream: rr.RecordingStream, moment: m.Moment) -> None:
    if not moment.people:
        stream.log("room/people", rr.Clear(recursive=True))
        return
    x_y_m = [person.at_m for person in moment.people]
    colours = [_rgba(m.TALKER if person.talking else m.LISTENER) for person in moment.people]
    names = [person.name + (" speaks" if person.talking else "") for person in moment.people]
    lengths = [max(z - 0.3, 0.1) for _, _, z in x_y_m]
    bodies = rr.Capsules3D(
        lengths=lengths, radii=[0.2] * len(names), translations=[(x, y, 0.2) for x, y, _ in x_y_m], colors=colours, labels=names
    )  # fmt: skip
    stream.log("room/people/body", bodies)
    ways = [_ahead(person.head_deg, m.HEADING_ARROW_M) for person in moment.people]
    stream.log("room/people/look", rr.Arrows3D(origins=x_y_m, vectors=ways, colors=colours, radii=0.02))


def _beliefs(stream: rr.RecordingStream, moment: m.Moment, height_m: float) -> None:
    outlines = [m.wedge(half_deg, m.ZONE_RADIUS_M, 0.01 - height_m) for half_deg, _ in moment.zones_deg]
    colours = [_rgba(colour) for _, colour in moment.zones_deg]
    stream.log("room/base/screen/zones", rr.LineStrips3D(outlines, colors=colours, radii=0.015))
    spots = [at_m for _, at_m in moment.tracks_m]
    names = [name for name, _ in moment.tracks_m]
    stream.log("room/base/tracks", rr.Points3D(spots, radii=0.12, colors=[_rgba(m.TRACK)], labels=names))
    rays = [points for _, points in moment.paths_m]
    ray_colours = [_rgba(m.SOUND if direct else m.ECHO) for direct, _ in moment.paths_m]
    stream.log("room/paths", rr.LineStrips3D(rays, colors=ray_colours, radii=0.008))
    if moment.sound_deg is None:
        stream.log("room/base/sound", rr.Clear(recursive=False))
        return
    way = _ahead(moment.sound_deg, 1.2 * max(moment.confidence, 0.1))
    stream.log("room/base/sound", rr.Arrows3D(vectors=[way], colors=[_rgba(m.SOUND)], radii=0.02))


def _ahead(turned_deg: float, length_m: float) -> tuple[float, float, float]:
    angle = math.radians(turned_deg)
    return length_m * math.cos(angle), length_m * math.sin(angle), 0.0


def _turn(turned_deg: float) -> rr.Quaternion:
    half = math.radians(turned_deg) / 2
    return rr.Quaternion(xyzw=[0.0, 0.0, math.sin(half), math.cos(half)])


def _rgba(colour: m.Colour) -> tuple[int, int, int, int]:
    red, green, blue, alpha = (round(255 * part) for part in colour)
    return red, green, blue, alpha
