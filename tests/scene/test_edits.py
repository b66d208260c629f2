"""Edits of a scene's text: what is touched changes, every other line stays byte for byte."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from simulator.scene.loader import loads
from simulator.scene.saver import EditError, SceneText, save

LIBRARY = Path(__file__).resolve().parents[2] / "scenes"
FILES = sorted(LIBRARY.rglob("*.yaml"))

COMMENTED = """\
# a kitchen
scene: 1   # the version
name:   wide spaces     # kept

people:
  # the cook
  anna: {at: [1.0, 2.4],   faces: device}   # at the stove
timeline:
  - {at: 2.0 s, who: anna, does: say wake word}  # first

  # then she walks
  - {at: 5.0 s, who: anna, does: walk, to: [3.6, 2.6]}

expect:
  - {never: yaw speed > 180 deg/s}
"""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(LIBRARY).as_posix())
def test_a_round_trip_changes_nothing(path: Path) -> None:
    text = path.read_text()
    assert SceneText(text).text == text


def changed_lines(before: str, after: str) -> tuple[set[str], set[str]]:
    old, new = before.split("\n"), after.split("\n")
    return set(old) - set(new), set(new) - set(old)


def test_one_value_changes_one_line() -> None:
    text = SceneText(COMMENTED)
    text.set("people.anna.at", [1.2, 2.5])
    gone, come = changed_lines(COMMENTED, text.text)
    assert gone == {"  anna: {at: [1.0, 2.4],   faces: device}   # at the stove"}
    assert len(come) == 1
    assert "# at the stove" in next(iter(come))
    assert loads(text.text).spec.people[0].at == (1.2, 2.5)


def test_entries_are_added_and_removed() -> None:
    text = SceneText(COMMENTED)
    text.append("timeline", {"at": "7 s", "who": "anna", "does": "talk"})
    gone, come = changed_lines(COMMENTED, text.text)
    assert (gone, come) == (set(), {"  - {at: 7 s, who: anna, does: talk}"})
    assert text.text.index("7 s") < text.text.index("\nexpect:")
    text.set("tuning.zones.dead_half_width_deg", 14)
    text.set("people.bea", {"at": [3, 3]})
    text.remove("timeline.0")
    scene = loads(text.text)
    assert scene.tuning.zones.dead_half_width_deg == 14
    assert [person.name for person in scene.spec.people] == ["anna", "bea"]
    assert [action.at_s for action in scene.spec.actions] == [5.0, 7.0]
    assert "# the cook" in text.text


def test_windows_line_ends_stay() -> None:
    text = SceneText(COMMENTED.replace("\n", "\r\n"))
    text.set("name", "narrow")
    assert text.text.count("\r\n") == text.text.count("\n") == COMMENTED.count("\n")


def test_edits_that_do_not_fit_are_refused() -> None:
    text = SceneText(COMMENTED)
    for path in ("timeline.9.at", "timeline.x", "people.anna.at.5"):
        with pytest.raises(EditError, match="there is no"):
            text.set(path, 1)
    with pytest.raises(EditError, match=r"^name\.first: expected a mapping to put it into, found 'wide spaces'$"):
        text.set("name.first", 1)
    with pytest.raises(EditError, match="there is no such entry"):
        text.remove("people.nobody")
    with pytest.raises(EditError, match="expected a list, found a mapping"):
        text.append("people", 1)
    assert text.text == COMMENTED


@pytest.mark.long
def test_random_edits_leave_every_other_line_alone() -> None:
    rng = np.random.Generator(np.random.Philox(7))
    scenes = [path for path in FILES if path.name.endswith(".scene.yaml")]
    for _ in range(120):
        before = scenes[int(rng.integers(len(scenes)))].read_text()
        text = SceneText(before)
        lines = len(before.splitlines())
        kind = int(rng.integers(4))
        if kind == 0:
            text.set("claim", "Another claim.")
        elif kind == 1:
            text.append("expect", {"never": "yaw speed > 170 °/s"})
        elif kind == 2:
            text.set("duration", "9 s")
        else:
            text.set("tuning.motion.max_rate_dps", int(rng.integers(5, 180)))
        gone, come = changed_lines(before, text.text)
        assert len(gone) <= 1
        assert len(come) <= 2
        assert lines - 1 <= len(text.text.splitlines()) <= lines + 2


def test_a_save_is_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "s.scene.yaml"
    save("scene: 1\n", target)
    for name in ("write", "fsync", "replace", "chmod"):
        with monkeypatch.context() as patch:
            _fail(patch, name)
            with pytest.raises(OSError, match="No space left"):
                save("scene: 1\nname: new\n", target)
        assert target.read_text() == "scene: 1\n"
        assert list(tmp_path.iterdir()) == [target]
    save("scene: 1\nname: new\n", target)
    assert target.read_text().endswith("new\n")


def _fail(patch: pytest.MonkeyPatch, name: str) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    if name != "write":
        patch.setattr(os, name, full)
        return

    class Full:
        """An open file on a full disk."""

        def __init__(self, handle: int) -> None:
            self._handle = handle

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            os.close(self._handle)

        write = staticmethod(full)

    patch.setattr(os, "fdopen", lambda handle, *_, **__: Full(handle))
