"""Writes docs/scene-format.md from the tables that the loader reads, so that the handbook never lags behind the code.

`make docs` writes it; a test fails when it is stale.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.tuning import leaves
from simulator.scene import phrases
from simulator.scene.event_words import GENERAL_EVENTS
from simulator.scene.request_phrases import ASKERS
from simulator.scene.schema import schema
from simulator.scene.sentences import sentence
from simulator.scene.signal_table import SIGNALS
from simulator.scene.units import UNITS, short_name, unit_of
from simulator.scene.words import WORDS
from simulator.world.hands import USUAL_FORCE_N
from simulator.world.spec import DevicePlace, HandAction, PersonSpec, RoomSpec, SourceSpec, ThingSpec, Walk
from simulator.world.touch_traces import USUAL_PROFILE

# Knobs of the usual motion, which a check of speed has to allow for.
SPEEDS = ("motion.max_rate_dps", "motion.max_accel_dps2")
HEAD = """\
# Scene files

A scene is a room, the people in it, what happens, and what must come of it. It is YAML 1.2 and begins with `scene: 1`. Everything
has a default, so a useful scene is short:

```yaml
scene: 1
claim: After a wake word from the left the screen faces Anna and stays with her.
tags: [smoke, wake]
use: [homes/kitchen-wall.yaml]
people:
  anna: {at: [0.74, 1.25]}
timeline:
  - {at: 2 s, who: anna, does: say wake word}
expect:
  - {id: faces-anna, after: anna says wake word, within: 3 s, then: anna in dead zone, for: 1 s}
  - {never: yaw speed > 180 °/s}
```

`swivel scene check FILE` tells every mistake at once as `file:line:column: path: what is wrong and what is allowed`.
`swivel scene schema` prints the JSON Schema; the first line `# yaml-language-server: $schema=…` gives completion in most editors.

* **Places** are `[x, y]` in metres on the floor plan. The room's corner is `[0, 0]`, x goes along the south wall, y along the west wall.
* **Angles** are in degrees, counter-clockwise positive seen from above. `heading` is a direction of the room (0 ° along x, 90 ° along y).
* **Values carry their unit**: `2 s`, `500 ms`, `40 cm`, `62 dB`. A bare number is taken in the first unit of the table below.
* **Not allowed**: aliases, anchors, tags, merge keys, a key twice, files over 1 MiB, more than 32 levels or 10,000 values.
"""

MIDDLE = """\
## Using other files

`use: [homes/kitchen-wall.yaml, checks/promises.yaml]` lays the scene over other files of the scene folder (the nearest folder above that
is called `scenes`). The scene wins, entry by entry; timelines and checks add up; `vase: none` takes away what a home had put there.
Paths stay inside the scene folder. A used file may hold anything but what a scene says of itself (name, claim, tags, seeds, duration).

`mode: cooking` uses `taught/cooking.yaml` of the scene folder: a mode that people have [taught](teach.md). The scene's own knobs win.

## Parameters

`params: {loudness: {default: 62 dB, range: [50 dB, 75 dB]}}` and then `$loudness` anywhere in the file. A sweep gives other values within
the range.

## Seeds

`seeds: 20` runs a scene with twenty seeds; `seeds: auto` goes on until a sequential test is sure. With `pass_rate: 0.95` a share of the
seeds may fail. `modes: [full]` keeps a scene out of the modes in which it makes no sense.
"""

CHECKS = """\
## Checks

| shape | says |
|---|---|
| `{after: EVENT, within: 2 s, then: CONDITION, for: 1 s}` | an answer comes in time, and lasts |
| `{after: EVENT, always: CONDITION, for: 5 s}` | holds for a while after an event; also `never` |
| `{always: CONDITION}`, `{never: CONDITION}` | throughout; with `from: 2 s` and `until: 8 s` in between |
| `{while: CONDITION, never: CONDITION, grace: 0.3 s}` | whenever one holds for longer than the grace; also `always` |
| `{at end: CONDITION}` | in the last moment |
| `{at most: 3 moves, per: 60 s}` | never more often in any stretch; without `per` in the whole scene |
| `{at least: 1 alert}` | at least so often |
| `{after: EVENT, within: 25 s, then: EVENT}` | one event follows another in time: an alert within 25 s after something |
| `{after: EVENT, for: 5 s, never: EVENT}` | no such event in that time |
| `{after: EVENT, until: EVENT, always: CONDITION}` | from one event to the next of another kind; also `never`, `at most`, `at least` |
| `{after: EVENT, for: 10 s, at most: 2 moves}` | counted after each such event; also `at least`, and `from`, `until` |

A check that would run past the end of the scene is a mistake: nothing could be said of its last part.

`id` names a check in reports. `may fail: true` keeps a check out of the verdict over the scene: it is judged and told, as what nobody
can keep while a part is faulty. A scene in which every check may fail is a mistake: nothing could fail it. Each verdict comes with the
worst margin in real units, when it was and whose: `pass`, `fail`, or `not exercised` when the event never came, which CI does not take
for a pass.

A **condition** compares signals: `yaw < 10 °`, `yaw between -5 ° and 5 °`, `yaw within 2 ° of 40 °`, `mode is call`,
`hold is not settling`, `anna in dead zone`, joined by `and`, `or`, `not` and brackets. NAME is a person, a sound or a thing of the scene.

An **event** is `start`, a time such as `3 s`, a condition (the moment it becomes true), something of the timeline
(`anna says wake word`, `anna stops speaking`, `anna walks`, `anna arrives`, `anna turns`, `anna sits down`, `anna enters`,
`anna leaves`, `radio goes on`, `pot is moved`, `glass tipped`, `shutter closed`, `hand turn`, `light dim`, `camera lost`, or the
name of a request), or one of:
"""


def handbook() -> str:
    """The whole page."""
    events = ", ".join(f"`{event}`" for event in GENERAL_EVENTS)
    parts = [HEAD, *_keys(), MIDDLE, *_units(), *_verbs(), *_numbers(), *_words(), f"{CHECKS}{events}.", *_signals()]
    return "\n".join(parts) + "\n"


def _keys() -> Iterator[str]:
    yield "## Keys\n\n| key | what it holds |\n|---|---|"
    for name, part in schema()["properties"].items():
        yield f"| `{name}` | {part.get('description', '')} |"
    parts = (
        ("room", RoomSpec),
        ("device", DevicePlace),
        ("people", PersonSpec),
        ("sounds", SourceSpec),
        ("things", ThingSpec),
    )
    for title, model in parts:
        yield f"\n### {title}\n\n| key | default | |\n|---|---|---|"
        yield from _fields(model)


def _fields(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        if name in ("name", "x_m", "y_m") and model in (PersonSpec, SourceSpec, ThingSpec, DevicePlace):
            if name == "x_m":
                yield "| `at` | 2.5, 0.4 | Where it stands, `[x, y]`. |"
            continue
        unit = unit_of(name)
        default = "needed" if field.is_required() else field.default
        if unit is not None and isinstance(default, int | float):
            default = f"{default:g} {unit.symbol}"
        if isinstance(default, RangeOfMotion):
            default = f"[{default.min_deg:g} °, {default.max_deg:g} °]"
        shown = "" if default in ("", (), {}, None) else str(default).lower() if isinstance(default, bool) else default
        yield f"| `{short_name(name)}` | {shown} | {sentence(model, name)} |"


def _units() -> Iterator[str]:
    yield "## Units\n\n| kind | written as |\n|---|---|"
    for unit in UNITS.values():
        yield f"| {unit.what.split(' ', 1)[1]} | {', '.join(f'`{word}`' for word in unit.factors)} |"


def _verbs() -> Iterator[str]:
    yield "\n## Timeline\n\n`{at: 2 s, who: WHO, does: …}`; further keys as listed.\n"
    yield (
        "Who asks something of the device is `app`, `remote` (a user far away), `call`, `away`, `settings` (the page on the device's own "
        "glass, which alone may change the range) or `watcher` (may only look on, and stop). What each may ask for, and what the device "
        "answers, is in [requests](requests.md).\n"
    )
    yield "| who | does | further keys |\n|---|---|---|"
    names = {
        "person": "a person", "source": "a sound", "thing": "a thing", "asker": ", ".join(ASKERS), "light": "light",
    }  # fmt: skip
    for verb in phrases.VERBS:
        who = " or ".join(names.get(kind, kind) for kind in verb.who)
        examples = ", ".join(f"`{example}`" for example in (verb.example, *verb.also))
        yield f"| {who} | {examples} | {', '.join(f'`{key}`' for key in verb.extras)} |"


def _numbers() -> Iterator[str]:
    """What an author has to reckon with and no key of a file says."""
    facts = DeviceFacts()
    yield "\n## Numbers to reckon with\n\n| | default | change it with |\n|---|---|---|"
    yield f"| walking speed | {Walk.model_fields['speed_mps'].default:g} m/s | `speed` of the verb |"
    yield f"| a hand's gesture lasts | {HandAction.model_fields['for_s'].default:g} s | `for` |"
    for gesture, force_n in USUAL_FORCE_N.items():
        yield f"| force of a hand that does {gesture} | {force_n:g} N | `force` |"
    for gesture, profile in USUAL_PROFILE.items():
        yield f"| finger that does {gesture} | `{profile}` | `profile` |"
    rows = (
        ("field of view of the camera", f"{facts.camera.hfov_deg:g} °", "facts: {camera: {hfov_deg: …}}"),
        (
            "from the axis to the screen's edge",
            f"{facts.motor.edge_radius_m:g} m",
            "facts: {motor: {edge_radius_m: …}}",
        ),
        *((leaf.label, f"{leaf.default} {leaf.unit}", leaf.path) for leaf in leaves() if leaf.path in SPEEDS),
    )
    for what, value, where in rows:
        yield f"| {what} | {value} | `{where}` |"


def _words() -> Iterator[str]:
    yield "\n## Words\n\n`swivel scene words` prints them.\n\n| for | one of |\n|---|---|"
    for what, allowed in WORDS.items():
        yield f"| {what} | {', '.join(f'`{word}`' for word in allowed)} |"
    yield ""


def _signals() -> Iterator[str]:
    yield "\n## Signals\n\n| signal | unit or words | |\n|---|---|---|"
    for signal in SIGNALS:
        what = (
            signal.unit
            if signal.kind == "number"
            else ", ".join(signal.words)
            if signal.kind == "word"
            else "yes or no"
        )
        yield f"| `{signal.pattern}` | {what} | {signal.says} |"
