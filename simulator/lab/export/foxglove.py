"""A recording for Foxglove and Lichtblick: the room with people, zones and sound in three dimensions, reasons as a log, and plots.

Everything of the recording is in it as well, under the same names with a slash before them, so that one file is enough.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import orjson
from mcap.reader import make_reader
from mcap.well_known import MessageEncoding, SchemaEncoding
from mcap.writer import CompressionType, Writer

from simulator.lab.export import moments as m
from simulator.lab.export.foxglove_messages import (
    arrow,
    cube,
    cylinder,
    entity,
    fan,
    line,
    scene_update,
    schemas,
    sphere,
    text,
    time_of,
    transform,
)
from simulator.runtime.channels import INFO, LOG_SCHEMA, NS_PER_TICK, WHY
from simulator.runtime.message_schemas import Json
from simulator.runtime.recording import Recording
from simulator.world.spec import WorldSpec

# Topics of our own beside those of the recording.
ROOM, SCENE, FRAMES, REASONS = "/room", "/scene", "/tf", "/why"
WHITE: m.Colour = (1.0, 1.0, 1.0, 1.0)
GLASS: m.Colour = (0.10, 0.10, 0.12, 1.0)
FOOT: m.Colour = (0.20, 0.20, 0.22, 1.0)
# A belief is drawn until the next drawing and a little longer, so that it does not flicker.
LASTS_NS = (m.DRAW_EVERY_TICKS + 3) * NS_PER_TICK
HEAD_M = 0.08  # of the head's middle above the mouth


def foxglove(recording: Recording) -> bytes:
    """The file for Foxglove."""
    sink = io.BytesIO()
    writer = Writer(sink, compression=CompressionType.ZSTD)
    writer.start(profile="", library="swivel")
    known = {
        name: writer.register_schema(
            name, SchemaEncoding.JSONSchema, schema if isinstance(schema, bytes) else orjson.dumps(schema)
        )
        for name, schema in schemas().items()
    }
    topics = {
        topic: writer.register_channel(topic, MessageEncoding.JSON, known[name])
        for topic, name in (
            (ROOM, "foxglove.SceneUpdate"), (SCENE, "foxglove.SceneUpdate"), (FRAMES, "foxglove.FrameTransforms"),
            (REASONS, LOG_SCHEMA),
        )
    }  # fmt: skip
    drawn = ((tick * NS_PER_TICK, topics[topic], orjson.dumps(message)) for tick, topic, message in messages(recording))
    # Readers fetch a stretch of time: what belongs to it must lie together.
    for at_ns, channel, data in sorted((*drawn, *_copied(recording.path, writer)), key=lambda item: item[0]):
        writer.add_message(channel, at_ns, data, at_ns, sequence=at_ns // NS_PER_TICK)
    writer.finish()
    return sink.getvalue()


def messages(recording: Recording) -> Iterator[tuple[int, str, Json]]:
    """What Foxglove draws: tick, topic, message."""
    spec = recording.header.spec
    place = spec.device
    yield 0, ROOM, scene_update([_room(spec)])
    base = transform("room", "base", 0, (place.x_m, place.y_m, place.height_m), place.heading_deg)
    for tick, yaw_deg in m.yaws(recording):
        moved = base | {"timestamp": time_of(tick)}
        yield tick, FRAMES, {"transforms": [moved, transform("base", "screen", tick, (0.0, 0.0, 0.0), yaw_deg)]}
    here: set[str] = set()
    for moment in m.moments(recording):
        now = {person.name for person in moment.people}
        gone = sorted(f"person {name}" for name in here - now)
        yield moment.tick, SCENE, scene_update(list(_entities(moment, place.height_m)), gone=gone, tick=moment.tick)
        here = now
    for tick, sentence in m.reasons(recording):
        said = {"timestamp": time_of(tick), "level": INFO, "message": sentence, "name": "why", "file": "", "line": 0}
        yield tick, REASONS, said


def _room(spec: WorldSpec) -> Json:
    walls = [line(points, m.WALL, thickness_m=0.03) for points in m.room_lines(spec)]
    boxes = [cube(box.middle_m, box.size_m, m.THING, box.turned_deg) for box in m.things(spec)]
    names = [
        text(box.name, (*box.middle_m[:2], box.middle_m[2] + box.size_m[2] / 2 + 0.1), WHITE) for box in m.things(spec)
    ]
    return entity("room", "room", 0, lines=walls, cubes=boxes, texts=names)


def _entities(moment: m.Moment, height_m: float) -> Iterator[Json]:
    tick = moment.tick
    for person in moment.people:
        yield _person(person, tick)
    for number, (direct, points) in enumerate(moment.paths_m):
        ray = line(points, m.SOUND if direct else m.ECHO, thickness_m=0.02 if direct else 0.01)
        yield entity(f"path {number}", "room", tick, lasts_ns=LASTS_NS, lines=[ray])
    for name, at_m in moment.tracks_m:
        disc = cylinder((*at_m[:2], at_m[2] + 0.02), (0.6, 0.6, 0.02), m.TRACK)
        yield entity(f"track {name}", "base", tick, lasts_ns=LASTS_NS, cylinders=[disc])
    if moment.sound_deg is not None:
        shaft = arrow((0.0, 0.0, 0.1), moment.sound_deg, 1.2 * max(moment.confidence, 0.1), m.SOUND)
        yield entity("sound", "base", tick, lasts_ns=LASTS_NS, arrows=[shaft])
    zones = [
        fan(m.wedge(half_deg, m.ZONE_RADIUS_M, 0.01 + 0.004 * layer - height_m), rgba)
        for layer, (half_deg, rgba) in enumerate(moment.zones_deg)
    ]
    glass = cube((0.09, 0.0, 0.14), (0.014, 0.25, 0.17), GLASS)
    foot = cylinder((0.0, 0.0, 0.08), (0.17, 0.17, 0.16), FOOT)
    yield entity("screen", "screen", tick, cubes=[glass], cylinders=[foot], triangles=zones)


def _person(person: m.PersonShape, tick: int) -> Json:
    x_m, y_m, mouth_m = person.at_m
    rgba = m.TALKER if person.talking else m.LISTENER
    head_m = mouth_m + HEAD_M
    return entity(
        f"person {person.name}", "room", tick,
        cylinders=[cylinder((x_m, y_m, mouth_m / 2), (0.45, 0.45, mouth_m - 0.05), rgba, top_scale=0.7)],
        spheres=[sphere((x_m, y_m, head_m), (0.22, 0.22, 0.26), rgba)],
        arrows=[arrow((x_m, y_m, head_m), person.head_deg, m.HEADING_ARROW_M, rgba)],
        texts=[text(person.name + (" speaks" if person.talking else ""), (x_m, y_m, head_m + 0.3), WHITE)],
    )  # fmt: skip


def _copied(path: Path, writer: Writer) -> Iterator[tuple[int, int, bytes]]:
    """The recording's own channels, with a slash before their names; its log of reasons gives way to one with sentences."""
    ids: dict[int, int] = {}
    with path.open("rb") as file:
        for schema, channel, message in make_reader(file).iter_messages():
            if channel.topic == WHY or schema is None:
                continue
            if channel.id not in ids:
                known = writer.register_schema(schema.name, schema.encoding, schema.data)
                ids[channel.id] = writer.register_channel(f"/{channel.topic}", channel.message_encoding, known)
            yield message.log_time, ids[channel.id], message.data


def layout() -> Json:
    """A layout for Foxglove and Lichtblick: the room, the log, and four plots over each other."""
    plots = {
        "Plot!yaw": ("Yaw", ("tick.motor.yaw_deg", "tick.sent.yaw_deg", "decision.value.goal_yaw_deg", "truth.yaw_deg")),
        "Plot!zones": (
            "Bearing and zones",
            ("decision.value.subject_bearing_deg", "decision.value.dead_half_width_deg", "decision.value.holding_half_width_deg"),
        ),
        "Plot!sound": ("Sound", ("sound.value.voice", "sound.value.confidence")),
        "Plot!speed": ("Speed and force", ("tick.motor.rate_dps", "tick.motor.torque_nm")),
    }  # fmt: skip
    configs: Json = {
        "3D!room": {
            "followTf": "room", "followMode": "follow-none", "scene": {"backgroundColor": "#15171c"},
            "cameraState": {
                "perspective": True, "distance": 8, "phi": 50, "thetaOffset": 25, "targetOffset": [2.5, 2, 0], "target": [0, 0, 0],
                "targetOrientation": [0, 0, 0, 1], "fovy": 45, "near": 0.1, "far": 100,
            },
            "topics": {topic: {"visible": True} for topic in (ROOM, SCENE)},
            "transforms": {},
        },
        "RosOut!why": {"topicToRender": REASONS, "minLogLevel": 1, "searchTerms": []},
    }  # fmt: skip
    for name, (title, paths) in plots.items():
        shown = [{"value": f"/{path}", "enabled": True, "timestampMethod": "receiveTime"} for path in paths]
        configs[name] = {
            "title": title,
            "foxglovePanelTitle": title,
            "paths": shown,
            "showLegend": True,
            "isSynced": True,
        }
    column: str | Json = "Plot!speed"
    for name, share in (("Plot!sound", 50), ("Plot!zones", 34), ("Plot!yaw", 28)):
        column = {"direction": "column", "first": name, "second": column, "splitPercentage": share}
    left = {"direction": "column", "first": "3D!room", "second": "RosOut!why", "splitPercentage": 68}
    return {
        "configById": configs, "globalVariables": {}, "userNodes": {}, "playbackConfig": {"speed": 1},
        "layout": {"direction": "row", "first": left, "second": column, "splitPercentage": 58},
    }  # fmt: skip


def layout_text() -> str:
    """The layout as it is shipped."""
    return orjson.dumps(layout(), option=orjson.OPT_INDENT_2).decode() + "\n"
