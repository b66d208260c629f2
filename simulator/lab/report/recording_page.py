"""The page about recordings: which channels there are, where the numbers are that one plots first, and every field of every message."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.runtime.channels import SCALARS, STANDING, WHY, channel_schema, schema_name
from simulator.runtime.message_schemas import Schema

HEAD = """# What is in a recording

Made from the code by `make docs`.

A recording is one [MCAP](https://mcap.dev) file, `run.mcap`. Each channel carries JSON and its JSON Schema, so PlotJuggler, Foxglove,
Lichtblick and any script read it without Swivel. For the room in three dimensions: [export a recording](how-to/export-a-recording.md).

* Times are simulated: tick *n* is at *n* x 10 ms, from 0, as log time and as publish time. All channels share this clock.
* `tick` has a message in every tick, the others only when something changed: a message stands until the next one.
* A field that is None is left out. Units are at the end of names and in the schemas. Angles are counter-clockwise seen from above.
* `why` has a line when the reason to turn or to stay changes, not while it lasts. Its schema is Foxglove's `foxglove.Log`.
* Attached are `run.json` (scene, device, every knob, seed and versions: enough to run it again) and `scene.yaml` as it was written.
* No picture and no sound is ever in it.

The file holds each schema with names, types and units; what each field means is below.

## What to plot first

These paths stay as they are, whatever else changes.

| path | unit | what it is |
|---|---|---|
"""


def page() -> str:
    """The page as Markdown."""
    lines = [HEAD.rstrip("\n")]
    for path, said in SCALARS.items():
        lines.append(f"| `{path}` | {field_at(path).get('unit', '')} | {said} |")
    for channel in ("tick", *STANDING, "truth", "command", WHY):
        schema = channel_schema(channel)
        lines += ["", f"## {channel}", "", f"{schema['description']} Schema `{schema_name(channel)}`.", ""]
        lines += ["| field | type | unit | what it is |", "|---|---|---|---|"]
        lines += [_row(path, field) for path, field in _fields(schema, "")]
    return "\n".join(lines) + "\n"


def field_at(path: str) -> Schema:
    """The schema of the field that a path leads to; KeyError where there is none."""
    channel, *names = path.split(".")
    found = channel_schema(channel)
    for name in names:
        found = found["properties"][name]
    return found


def _fields(schema: Schema, before: str) -> Iterator[tuple[str, Schema]]:
    """All fields below, each with its path; a list is named with [ ]."""
    for name, field in schema.get("properties", {}).items():
        path = f"{before}{name}"
        yield path, field
        inner = field
        while inner["type"] == "array":
            inner, path = inner["items"], f"{path}[ ]"
        yield from _fields(inner, f"{path}.")


def _row(path: str, field: Schema) -> str:
    kind = f"list of {field['items']['type']}" if field["type"] == "array" else field["type"]
    words = field.get("enum") or field.get("items", {}).get("enum") or ()
    said = [field.get("description", ""), ", ".join(f"`{word}`" for word in words if word)]
    text = "; ".join(part.rstrip(".") for part in said if part).replace("|", "\\|")
    return f"| `{path}` | {kind} | {field.get('unit', '')} | {text} |"
