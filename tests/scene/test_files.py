"""Scene files: every mistake told with its place, hostile files refused cheaply, includes that cannot escape."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from simulator.scene.errors import SceneError
from simulator.scene.loader import load, loads
from simulator.scene.mistakes import ProblemCode
from simulator.scene.tree import MAX_BYTES, read_tree
from simulator.scene.units import UNITS, UnitError, quantity

BAD = """\
scene: 1
roomm: {}
room: {width: 99 m, light: darkk, walls: {notrh: tile}}
device: {at: [1, 2, 3], heading: 12 kg}
people:
  anna: {at: [1.0, 3], faces: bean, look: adult-99, foo: 3}
  device: {at: [1, 1]}
timeline:
  - {at: 2.0 s, who: ana, does: say wake word}
  - {at: 200.0 s, who: anna, does: say wake wrd}
  - {at: 2.0 s, who: anna, does: walk, to: [1, 1], sped: 3}
tuning:
  zones.dead_half_width: 3
  zones.dead_half_width_deg: 300
  attention.wake_policy: foo
expect:
  - {never: yaw sped > 180 deg/s}
  - {always: yaw < 3 m/s}
  - {never: anna in dead zon and mode is call}
  - {at most: three moves}
  - {then: yaw < 3 °}
"""


def refused(text: str | bytes, **options: object) -> str:
    if isinstance(text, bytes):
        with pytest.raises(SceneError) as caught:
            read_tree(text, file="s.yaml")
    else:
        with pytest.raises(SceneError) as caught:
            loads(text, path="s.yaml", **options)  # type: ignore[arg-type]
    return str(caught.value)


def test_every_mistake_is_told_at_once_with_line_and_column() -> None:
    said = refused(BAD)
    for line in (
        "s.yaml:2:1: roomm: there is no roomm here; did you mean room?",
        "s.yaml:3:15: room.width: 99 m: must be at least 1.5 and at most 20 m",
        "s.yaml:3:28: room.light: darkk: must be one of day, evening, lamp, dim, dark; did you mean dark?",
        "s.yaml:4:14: device.at: must be two lengths, such as [1.2, 2.5]",
        "s.yaml:4:34: device.heading: 12 kg: must be an angle such as 12 °",
        "s.yaml:6:43: people.anna.look: adult-99: must be one of adult-1",
        "s.yaml:6:53: people.anna.foo: there is no foo here",
        "s.yaml:7:3: people.device: device: this word has a meaning of its own",
        "s.yaml:9:22: timeline.0.who: ana: nobody of this name; did you mean anna?",
        "s.yaml:10:10: timeline.1.at: 200 s: must be from 0 s to the scene's end at 20 s",
        "s.yaml:10:36: timeline.1.does: 'say wake wrd': anna can say wake word",
        "s.yaml:11:34: timeline.2.does: sped: 'walk to [1, 1]' accepts speed (besides at, who and does)",
        "s.yaml:13:3: tuning.zones.dead_half_width: zones.dead_half_width: there is no such knob; did you mean",
        "s.yaml:14:30: tuning.zones.dead_half_width_deg: zones.dead_half_width_deg = 300: must be a number from 2 to 40 °",
        "s.yaml:15:26: tuning.attention.wake_policy: attention.wake_policy = foo: must be one of turn to wake word",
        "s.yaml:17:17: expect.0.never: after yaw comes <, <=, >, >=",
        "s.yaml:18:22: expect.1.always: yaw is measured in °",
        "s.yaml:19:13: expect.2.never: 'anna in dead zon' cannot be checked; did you mean anna in dead zone?",
        "s.yaml:20:15: expect.3.at most: three moves: must be a number and an event, such as 3 moves",
        "s.yaml:21:5: expect.4: after is missing; then needs after, then, within",
    ):
        assert line in said
    assert len(said.splitlines()) == 21


def test_places_outside_the_room_and_unknown_people() -> None:
    said = refused(
        "scene: 1\npeople: {anna: {at: [9, 1], faces: bea}}\n"
        "timeline:\n  - {at: 1 s, who: anna, does: walk, to: [1, 9]}\n  - {at: 1 s, who: anna, does: turn to bea}\n"
    )
    assert "s.yaml:2:21: people.anna.at: [9, 1] is outside the room (x 0 to 5 m, y 0 to 4 m)" in said
    assert "people.anna.faces: bea: must be device, away, a person or an angle" in said
    assert "s.yaml:4:32: timeline.0.does: [1, 9] is outside the room" in said
    assert "s.yaml:5:32: timeline.1.does: bea: must be" in said


WRONG = [
    ("", "a scene begins with scene: 1"),
    ("# nothing\n", "the file is empty"),
    ("- 1\n", "a scene is a mapping"),
    ("name: x\n", "the version is missing"),
    ("scene: 2\n", "from a newer Swivel; this one reads scene: 1"),
    ("scene: true\n", "there is no such version"),
    ("scene: one\n", "there is no such version"),
    ("scene: 1\nscene: 1\n", "s.yaml:2:1: scene: this key is there twice; the first is in line 1"),
    ("scene: 1\nname: &a x\n", "s.yaml:2:7: name: anchors (&a) are not allowed"),
    ("scene: 1\nname: *a\n", "aliases (*name) are not allowed"),
    ("scene: 1\n<<: {name: x}\n", "merge keys (<<) are not allowed"),
    ("scene: 1\nname: !!python/object:os.system x\n", "are not allowed"),
    ("scene: 1\nduration: 1e999\n", "s.yaml:2:11: duration: 1e999: numbers must be finite"),
    ("scene: 1\nduration: .nan\n", "numbers must be finite"),
    ("scene: 1\nduration: -.inf\n", "numbers must be finite"),
    (f"scene: 1\nduration: {'9' * 4300}\n", "at most 40 characters"),
    ("scene: 1\nname: a: b\n", "text that holds a colon needs quotes"),
    ("scene: 1\nname: [1\n", "not valid YAML"),
    ("scene: 1\n---\nscene: 1\n", "only one document per file"),
    ("scene: 1\n? [a]\n: 1\n", "a key must be a word"),
    ("scene: 1\nx: " + "[" * 40 + "]" * 40, "nested deeper than 32 levels"),
    ("scene: 1\nx:" + " - " * 40 + "1", "not valid YAML"),
    ("[" * 200_000, "more than 10000 lists and mappings"),
    ("scene: 1\nx: [" + "1," * 11_000 + "1]\n", "more than 10000 values in one file"),
    ("scene: 1\nname: " + "x" * MAX_BYTES, "the file is larger than 1024 KiB"),
    ("scene: 1\nname: a\0b\n", "a character that YAML does not allow"),
    ("scene: 1\npeople: 3\n", "s.yaml:2:9: people: must be a mapping"),
    ("scene: 1\npeople: {anna: {}}\n", "people.anna.at: at is missing"),
    ("scene: 1\npeople: {anna: {at: [1, 1]}}\nthings: {anna: {kind: pot, at: [1, 1]}}\n", "each name once"),
    ("scene: 1\npeople: {'a b': {at: [1, 1]}}\n", "a name is one word"),
    ("scene: 1\nseeds: 0\n", "must be auto or a whole number from 1 to 10000"),
    ("scene: 1\npass_rate: 0.1\n", "must be a share from 0.5 to 1"),
    ("scene: 1\nmodes: [fast]\n", "fast: must be one of full, audio, feature"),
    ("scene: 1\nroom: {corners: [[0, 0], [0, 3], [3, 3]]}\n", "counter-clockwise"),
    ("scene: 1\nroom: {walls: {up: tile}}\n", "there is no wall up; there are ceiling, east, floor, north, south, west"),
    ("scene: 1\ndevice: {range: [50 °, -50 °]}\n", "the end must be at or after the start"),
    ("scene: 1\nduration: 0 s\n", "must be more than 0 and at most 3600 s"),
    ("scene: 1\nfacts: {motor: {max_rate_dps: 500}}\n", "facts.motor.max_rate_dps"),
    ("scene: 1\nfacts: {motors: {}}\n", "s.yaml:2:9: facts.motors: there is no such fact"),
    ("scene: 1\ntuning: {zones.dead_half_width_deg: 30}\n", "must be at least 2° more than"),
    ("scene: 1\ntimeline: [{at: 1 s, who: device, does: fly}]\n", "'fly': device can close shutter"),
    ("scene: 1\ntimeline: [{at: 1 s, does: fly}]\n", "who is missing"),
    ("scene: 1\nexpect: [{never: x, id: a}, {sometimes: yaw < 3}]\n", "a check has one of then, always"),
    ("scene: 1\nexpect: [{never: yaw < 3 °, within: 2 s}]\n", "there is no within here"),
    ("scene: 1\nexpect: [{always: yaw < 3 °, for: 2 s}]\n", "for needs after"),
    ("scene: 1\nexpect: [{never: mode is cal}]\n", "mode is never cal; did you mean call?"),
    ("scene: 1\nexpect: [{never: (yaw < 3 °}]\n", "a ) is missing"),
    ("scene: 1\nexpect: [{never: yaw < 3 ° yaw}]\n", "'yaw' is left over"),
    ("scene: 1\nexpect: [{never: yaw between 5 and 3}]\n", "the smaller value comes first"),
    ("scene: 1\nexpect: [{id: a, never: yaw < 3 °}, {id: a, never: yaw < 3 °}]\n", "two checks are called a"),
    ("scene: 1\nexpect: [{after: 30 s, within: 1 s, then: yaw < 3 °}]\n", "30 s: must be from 0 s to the scene's end at 20 s"),
    ("scene: 1\nexpect: [{after: 1 s, within: 15 s, then: yaw < 3 °, for: 15 s}]\n", "longer than the scene's 20 s"),
    ("scene: 1\nexpect: [{never: yaw < 3 °, from: 9 s, until: 2 s}]\n", "must be a stretch of the scene's 20 s"),
    ("scene: 1\nparams: {a: {range: [1, 2]}}\n", "needs a default"),
    ("scene: 1\nparams: {a: {default: 5 dB, range: [50 dB, 60 dB]}}\n", "5 dB: must be at least 50 and at most 60 dB"),
    ("scene: 1\nparams: {a: {default: 5 dB, range: [50 m, 60 dB]}}\n", "in the unit of the default"),
    ("scene: 1\nduration: $long\n", "$long: there is no such parameter"),
    # what would crash, or mean nothing
    ("scene: 1\npeople: {anna: {at: [1, 2], voice: zzz}}\n", "s.yaml:2:36: people.anna.voice: zzz: must be one of voice-1"),
    ("scene: 1\npeople: {anna: {at: [1, 2], look: zzz}}\n", "zzz: must be one of adult-1"),
    ("scene: 1\npeople: {anna: {at: [2.5, 0.5]}}\n", "[2.5, 0.5] is 0.1 m from the device; a person stands at least 0.36 m"),
    ("scene: 1\npeople: {anna: {at: [1, 2]}}\ntimeline: [{at: 1 s, who: anna, does: walk, to: [2.5, 0.4]}]\n", "is 0 m from"),
    ("scene: 1\npeople: {anna: {at: [1, 2], faces: 9999}}\n", "9999 °: must be at least -360 and at most 360 °"),
    ("scene: 1\ndevice: {start_yaw: 400 °}\n", "400 °: must be at least -360 and at most 360 °"),
    ("scene: 1\ntimeline: [{at: 1 s, who: hand, does: turn screen to 99999 °}]\n", "99999 °: must be at least -360 and at most 360 °"),
    ("scene: 1\ntimeline: [{at: 1 s, who: hand, does: turn screen to 30 °, profile: zzz}]\n", "zzz: must be one of edge, palm"),
    ("scene: 1\ntimeline: [{at: 1 s, who: hand, does: tap, profile: scroll-slow}]\n", "must be one of tap-corner, tap-double"),
    ("scene: 1\ntimeline: [{at: 1 s, who: hand, does: hold screen, force: -2 N}]\n", "must be more than 0 and at most 100 N"),
    ("scene: 1\ntimeline: [{at: 1 s, who: app, does: set mode zzz}]\n", "zzz: must be one of idle, wake word"),
    ("scene: 1\ntimeline: [{at: 1 s, who: app, does: set policy zzz}]\n", "zzz: must be one of turn to wake word"),
    ("scene: 1\ntimeline: [{at: 1 s, who: app, does: play zzz}]\n", "zzz: must be one of ScreenImpactCenter"),
    ("scene: 1\ntimeline: [{at: 1 s, who: app, does: select person -1}]\n", "-1: must be the number of a track"),
    ('scene: 1\nname: "a\\e[2Jb"\n', "a\\x1b[2Jb: a character that cannot be printed"),
    ('scene: 1\nclaim: "a\\nb"\n', "a\\nb: a character that cannot be printed"),
    ('scene: 1\nexpect: [{id: "a\\0b", never: yaw > 3 °}]\n', "a\\x00b: a character that cannot be printed"),
    ("scene: 1\nexpect: [{after: start, always: yaw < 3 °, for: 999 s}]\n", "for ends at 999 s, after the scene's end at 20 s"),
    ("scene: 1\nexpect: [{never: yaw > 3 °, may fail: true}]\n", "expect: every check may fail, so nothing could fail this scene"),
    ("scene: 1\npeople: {anna: {at: [1, 2]}}\ntimeline: [{at: 15 s, who: anna, does: say wake word}]\n"
     "expect: [{after: anna says wake word, never: yaw > 3 °, for: 6 s}]\n", "for ends at 21 s, after the scene's end at 20 s"),
    ("scene: 1\nexpect: [{after: 18 s, within: 1 s, then: yaw < 3 °, for: 2 s}]\n", "within and for ends at 21 s"),
    ("scene: 1\nexpect: [{always: yaw < 3 °, grace: 21 s}]\n", "the grace ends at 21 s, after"),
    ("scene: 1\nexpect: [{after: 2 s, at most: 1 move, for: 19 s}]\n", "for ends at 21 s"),
    ("scene: 1\nexpect: [{at most: 1 move, until: 21 s}]\n", "must be a stretch of the scene's 20 s"),
    ("scene: 1\nexpect: [{always: alert}]\n", "'alert' happens in one moment; always needs something that lasts"),
    ("scene: 1\nexpect: [{after: start, within: 2 s, then: alert, for: 1 s}]\n", "'alert' happens in one moment; for needs"),
    ("scene: 1\nexpect: [{never: yaw > 3 °, until: move}]\n", "until with an event needs after"),
    # one text for each mistake that no text above makes
    ("scene: 1\npeople: {a: {at: [1, 1]}}\nthings: []\nclaim: 3\n", "claim: must be text"),
    ("scene: 1\ntags: a\n", "tags: must be a list"),
    ("scene: 1\ndevice: {range: 90 °}\n", "must be two angles"),
    ("scene: 1\nroom: {light: [day]}\n", "must be a single value"),
    ("scene: 1\nroom: {light: 1}\npeople: {anna: {at: [1, 1], look: 3}}\n", "must be one of"),
    ("scene: 1\npeople: {anna: {at: [1, 1], faces: bob}}\n", "bob: must be device, away, a person or an angle"),
    ("scene: 1\npeople: {anna: {at: [9, 1]}}\n", "[9, 1] is outside the room"),
    ("scene: 1\nthings: {c: {kind: cabinet, at: [4.9, 2], size: [0.6, 1]}}\n", "things.c: reaches 0.2 m into a wall"),
    ("scene: 1\nthings: {t: {kind: television, at: [4.9, 2], size: [0.1, 1]}}\n", "looks into a wall 0.05 m before it"),
    ("scene: 1\nthings: {p: {kind: poster, at: [2, 2], size: [0.7, 0.02]}}\n", "its front is 0.02 m wide"),
    ("scene: 1\nthings: {box: {kind: cabinet, at: [1, 1], fixed: maybe}}\n", "'maybe': must be true or false"),
    ("scene: 1\ndevice: {at: [9, 9]}\n", "the device stands outside the room"),
    ("scene: 1\nuse: [../a.yaml]\n", "must stay inside the scene folder"),
    ("scene: 1\nexpect: [{after: 1 s, while: yaw < 3 °, never: yaw > 3 °}]\n", "after and while do not go together"),
    ("scene: 1\npeople: {anna: {at: [1, 1]}}\ntimeline: [{at: 1 s, who: anna, does: enter}]\n"
     "expect: [{after: anna entres, within: 1 s, then: yaw < 3 °}]\n", "'anna entres' does not happen in this scene"),
    (f"scene: 1\nexpect: [{{never: {'yaw < 3 ° and ' * 30} yaw < 3 °}}]\n", "a condition has at most 300 characters"),
    (f"scene: 1\nexpect: [{{never: {'(' * 25} yaw < 3 °}}]\n", "nested too deeply"),
    ("scene: 1\nexpect: [{never: not }]\n", "a condition is missing here"),
    ("scene: 1\nexpect: [{never: mode call}]\n", "after mode comes: is, or is not"),
    ("scene: 1\nexpect: [{never: yaw between 3 or 5}]\n", "between takes two values joined by and"),
    ("scene: 1\nexpect: [{never: yaw within 3 °}]\n", "within takes a distance, of, and a value"),
    ("scene: 1\nexpect: [{never: yaw < fast}]\n", "a number is missing here, such as 12 °"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), WRONG)
def test_what_is_wrong_is_said(text: str, words: str) -> None:
    assert words in refused(text)


def test_every_kind_of_mistake_is_made_by_a_text_and_has_all_its_fields() -> None:
    used = {"a.yaml": "seeds: 3\n"}
    made: dict[ProblemCode, str] = {}
    for text, options in [
        *((text, {}) for text, _ in WRONG),
        (BAD, {}),
        ("scene: 1\nuse: [a.yaml]\n", {"files": used}),
    ]:
        with pytest.raises(SceneError) as caught:
            loads(text, **options)  # type: ignore[arg-type]
        made |= {problem.code: problem.text for problem in caught.value.problems}
    with pytest.raises(SceneError) as caught:
        read_tree(b"scene: 1\nname: \xff\n", file="s.yaml")
    made |= {problem.code: problem.text for problem in caught.value.problems}
    assert {code.name for code in ProblemCode} - {code.name for code in made} == set()
    assert {code.name: text for code, text in made.items() if "None" in text or "{}" in text} == {}


def test_text_that_is_not_utf8_is_placed() -> None:
    assert "s.yaml:2:8: must be UTF-8 text" in refused(b"scene: 1\nname: a\xff\n")


def test_windows_line_ends_and_a_byte_order_mark_are_fine() -> None:
    scene = loads("\ufeffscene: 1\r\nname: kitchen\r\npeople:\r\n  anna: {at: [1, 2]}\r\n")
    assert scene.name == "kitchen"
    assert scene.spec.people[0].name == "anna"


@pytest.mark.parametrize(
    ("text", "suffix", "value"),
    [
        ("500 ms", "_s", 0.5), ("2 s", "_s", 2.0), (3, "_s", 3.0), ("40 cm", "_m", 0.4), ("10 ft", "_m", 3.048),
        ("12 °", "_deg", 12.0), ("-12deg", "_deg", -12.0), ("3.6 km/h", "_mps", 1.0), ("250 g", "_kg", 0.25),
        (".5 s", "_s", 0.5), ("1e3 ms", "_s", 1.0), ("0.2 Nm", "_nm", 0.2), ("60 deg/s", "_dps", 60.0),
    ],
)  # fmt: skip
def test_units(text: object, suffix: str, value: float) -> None:
    assert quantity(text, unit=UNITS[suffix]) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    "text", ["", "s", "2 parsec", "2 s s", True, None, "1 2 s", "nan s", "9" * 50 + " s", "1e40 s"]
)
def test_no_units(text: object) -> None:
    with pytest.raises(UnitError):
        quantity(text, unit=UNITS["_s"])


# --- includes ---------------------------------------------------------------------------------------------------------

ESCAPES = [
    "../secret.yaml", "homes/../../secret.yaml", "/etc/passwd", "/etc/hosts.yaml", "~/secret.yaml", "~root/x.yaml",
    "file:///etc/x.yaml", "file:secret.yaml", "http://example.org/x.yaml", "\\\\server\\share\\x.yaml", "//server/x.yaml",
    "C:\\x.yaml", "C:/x.yaml", "homes\\x.yaml", "./homes/x.yaml", "homes//x.yaml", "homes/./x.yaml", "", " ", "..",
    "../scenes/homes/x.yaml", "homes/link.yaml", "linked/x.yaml", "homes", "homes/x", "homes/x.txt", "homes/none.yaml",
    "HOMES/x.yaml", "homes/X.yaml", "homes/x.yaml/", "homes/x.yaml\0", "homes/%2e%2e/x.yaml", "$HOME/x.yaml", "homes/*.yaml",
]  # fmt: skip


@pytest.fixture
def library(tmp_path: Path) -> Path:
    root = tmp_path / "scenes"
    (root / "homes").mkdir(parents=True)
    (tmp_path / "secret.yaml").write_text("scene: 1\nname: secret\n")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "x.yaml").write_text("scene: 1\n")
    (root / "homes" / "x.yaml").write_text("scene: 1\nroom: {width: 3 m}\npeople: {anna: {at: [1, 1]}}\n")
    os.symlink(tmp_path / "secret.yaml", root / "homes" / "link.yaml")
    os.symlink(tmp_path / "outside", root / "linked")
    return root


@pytest.mark.parametrize("name", ESCAPES)
def test_nothing_outside_the_scene_folder_is_read(library: Path, name: str) -> None:
    scene = library / "s.scene.yaml"
    scene.write_text(f"scene: 1\nuse: [{name!r}]\n".replace("\\x00", "\\0").replace("'", '"').replace("\\s", "\\\\s"))
    with pytest.raises(SceneError) as caught:
        load(scene)
    assert "secret" not in str(caught.value).replace(name, "")
    assert f"{scene}:2:" in str(caught.value)


def test_a_scene_wins_over_what_it_uses(library: Path) -> None:
    (library / "checks.yaml").write_text("scene: 1\nexpect: [{id: a, never: yaw > 9 °}]\n")
    (library / "deep").mkdir()
    scene = library / "deep" / "s.scene.yaml"
    scene.write_text(
        "scene: 1\nuse: [homes/x.yaml, checks.yaml]\nroom: {depth: 2 m}\npeople: {anna: {at: [2, 1]}, bea: {at: [1, 1]}}\n"
        "expect: [{id: b, never: yaw < -9 °}]\n"
    )
    loaded = load(scene)
    assert (loaded.spec.room.width_m, loaded.spec.room.depth_m) == (3.0, 2.0)
    assert [(p.name, p.at) for p in loaded.spec.people] == [("anna", (2.0, 1.0)), ("bea", (1.0, 1.0))]
    assert [(c.id, Path(c.place.file).name) for c in loaded.expect] == [("a", "checks.yaml"), ("b", "s.scene.yaml")]
    scene.write_text("scene: 1\nuse: [homes/x.yaml]\npeople: {anna: none}\n")
    assert load(scene).spec.people == ()


def test_a_recorded_scene_loads_without_its_folder(library: Path) -> None:
    scene = library / "s.scene.yaml"
    scene.write_text("scene: 1\nuse: [homes/x.yaml]\n")
    loaded = load(scene)
    again = loads(loaded.text, files=loaded.files)
    assert again.spec == loaded.spec
    assert again.digest == loaded.digest


def test_loops_and_ladders_of_includes_end(library: Path) -> None:
    (library / "a.yaml").write_text("scene: 1\nuse: [b.yaml]\n")
    (library / "b.yaml").write_text("scene: 1\nuse: [a.yaml]\n")
    for k in range(20):
        (library / f"l{k}.yaml").write_text(f"scene: 1\nuse: [l{k + 1}.yaml]\n")
    assert "uses itself: a.yaml > b.yaml > a.yaml" in refused("scene: 1\nuse: [a.yaml]\n", root=library)
    assert "only 4 deep" in refused("scene: 1\nuse: [l0.yaml]\n", root=library)
    many = ", ".join(["homes/x.yaml"] * 20)
    assert "at most 16 files" in refused(f"scene: 1\nuse: [{many}]\n", root=library)


def test_mistakes_in_a_used_file_are_placed_there(library: Path) -> None:
    (library / "homes" / "bad.yaml").write_text("scene: 1\nroom: {width: 1 kg}\nname: no\n")
    said = refused("scene: 1\nuse: [homes/bad.yaml]\n", root=library)
    assert "homes/bad.yaml:2:15: room.width: 1 kg: must be a length" in said
    assert "homes/bad.yaml:3:1: name: belongs into the scene itself" in said


# --- parameters -------------------------------------------------------------------------------------------------------

LOUD = (
    "scene: 1\nparams: {level: {default: 62 dB, range: [50 dB, 75 dB]}, far: 2 m}\n"
    "people: {anna: {at: [1, $far], loudness: $level}}\n"
)


def test_parameters_are_swept() -> None:
    assert loads(LOUD).spec.people[0].loudness_db == 62
    assert loads(LOUD, params={"level": 70, "far": "3 m"}).spec.people[0].loudness_db == 70
    assert loads(LOUD, params={"far": "3 m"}).spec.people[0].at == (1.0, 3.0)
    assert loads(LOUD).params["level"].high == 75


def test_parameters_outside_their_range_are_refused() -> None:
    assert "80 dB: must be at least 50 and at most 75 dB" in refused(LOUD, params={"level": 80})
    assert "there is no such parameter; there are level, far" in refused(LOUD, params={"lvl": 60})
