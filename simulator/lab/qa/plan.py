"""Which runs a `swivel qa` is made of: scenes found, picked by tag and shard, seeds chosen, keys computed."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from simulator.lab.qa.result_store import run_key
from simulator.lab.qa.worker_messages import RunTask
from simulator.lab.run_result import RunResult, RunVerdict
from simulator.lab.statistics import sequential
from simulator.onboard.tuning import Value
from simulator.runtime.header import Senses
from simulator.scene.errors import SceneError
from simulator.scene.include import scene_root
from simulator.scene.loader import Scene, load


class PlanError(ValueError):
    """Scenes that cannot be run; the text says every reason, one a line."""


@dataclass(slots=True)
class Job:
    """One scene and the seeds it still needs."""

    scene: Scene
    path: Path
    mode: Senses
    seeds: int | None  # None: as many as the sequential test asks for
    changes: Mapping[str, Value] = field(default_factory=dict)  # knobs turned beside those of the scene
    explained: bool = True  # a run that does not pass comes with pictures, gates and blame
    blamed: bool = False  # with blame also when it heard or saw
    people: Mapping[str, str] = field(default_factory=dict)  # what everybody is like instead: look, voice, posture
    setting: str = ""  # under which name
    results: dict[int, RunResult] = field(default_factory=dict)
    given: int = 0

    @property
    def name(self) -> str:
        """The scene's path as reports show it."""
        return self.path.as_posix()

    def next_seeds(self, *, at_once: int) -> list[int]:
        """Seeds to run now; none when enough is known."""
        if self.seeds is not None:
            first, self.given = self.given, self.seeds
            return list(range(first, self.seeds))
        if any(result.error for result in self.results.values()):
            return []
        passes = sum(result.verdict is RunVerdict.PASS for result in self.results.values())
        if sequential(passes, len(self.results), pass_rate=self.scene.pass_rate) != "go on":
            return []
        ahead = self.given - len(self.results)
        first = self.given
        self.given += max(0, at_once - ahead)
        return list(range(first, self.given))


def find_scenes(paths: Sequence[Path]) -> list[Path]:
    """Scene files named or below a named folder, each once, in order."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(path.rglob("*.scene.yaml"))
        elif path.is_file():
            found.append(path)
        else:
            raise PlanError(f"{path}: there is no such file or folder")
    for path in found:
        check_name(str(path))
    return list(dict.fromkeys(found))


def check_name(name: str) -> None:
    """Refuse a name that no report could hold: bytes that are no text stay in it as lone surrogates."""
    if any("\ud800" <= letter <= "\udfff" for letter in name):
        shown = name.encode("utf-8", "backslashreplace").decode("ascii", "backslashreplace")
        raise PlanError(
            f"{shown}: this name cannot be read as {sys.getfilesystemencoding()} text; rename it, or set PYTHONUTF8=1"
        )


def load_scenes(paths: Iterable[Path]) -> list[tuple[Path, Scene]]:
    """Load all; every mistake of every file is told."""
    loaded, wrong = [], []
    for path in paths:
        try:
            loaded.append((path, load(path)))
        except SceneError as error:
            wrong.append(str(error))
        except OSError as error:
            wrong.append(f"{path}: {error.strerror}")
    if wrong:
        raise PlanError("\n".join(wrong))
    return loaded


def picked(scenes: list[tuple[Path, Scene]], *, tags: Sequence[str], mode: Senses) -> list[tuple[Path, Scene]]:
    """Those with all the tags (`-tag` for without it) that make sense in a mode."""

    def fits(scene: Scene) -> bool:
        wanted = all((tag in scene.tags) if not tag.startswith("-") else (tag[1:] not in scene.tags) for tag in tags)
        return wanted and mode in scene.modes

    return [(path, scene) for path, scene in scenes if fits(scene)]


def sharded(
    scenes: list[tuple[Path, Scene]], *, shard: int, shards: int, durations: Path | None
) -> list[tuple[Path, Scene]]:
    """One of several equal parts. With recorded durations the longest go first to the emptiest part; else by a hash."""
    known = _durations(durations) if durations is not None else {}
    if shards == 1:
        return scenes
    mean_s = sum(known.values()) / len(known) if known else 1.0
    loads = [0.0] * shards
    part: dict[str, int] = {}
    for path, _ in sorted(scenes, key=lambda item: (-known.get(short_name(item[0]), mean_s), short_name(item[0]))):
        name = short_name(path)
        if known:
            place = min(range(shards), key=lambda k: (loads[k], k))
            loads[place] += known.get(name, mean_s)
        else:
            place = int(hashlib.sha256(name.encode()).hexdigest(), 16) % shards
        part[name] = place
    return [(path, scene) for path, scene in scenes if part[short_name(path)] == shard - 1]


def plan_digest(jobs: Sequence[tuple[Path, Scene]], *, mode: Senses, seeds: object) -> str:
    """A fingerprint of all scenes that are to be run, in whatever shards: two parts of one run have the same."""
    parts = [f"{mode} {seeds}", *sorted(f"{short_name(path)} {scene.digest}" for path, scene in jobs)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def task_for(job: Job, seed: int, *, twice: bool, keep: str, out: Path, golden: Path | None) -> RunTask:
    """The task of one run."""
    checks = [(check.id, check.source, str(check.place)) for check in job.scene.expect]
    key = run_key(
        job.scene.digest, checks, job.name, seed, job.mode, twice, keep, out, golden and _content(golden),
        sorted(job.changes.items()), sorted(job.people.items()), job.explained, job.blamed, modelled=job.mode != "full",
    )  # fmt: skip
    return RunTask(
        key=key, scene=str(job.path), seed=seed, mode=job.mode, twice=twice, keep=keep, out=str(out),
        golden=str(golden or ""), changes=dict(job.changes), people=dict(job.people), explained=job.explained,
        blamed=job.blamed,
    )  # fmt: skip


def golden_path(path: Path, *, mode: str) -> Path:
    """Where the golden of a scene lies: in the scene folder, under golden/ and the mode."""
    root = scene_root(path)
    inside = path.absolute().relative_to(root)
    return root / "golden" / mode / inside.with_name(inside.name.removesuffix(".scene.yaml") + ".json")


def _content(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def short_name(path: Path) -> str:
    """A scene's path inside its scene folder: the same on every machine."""
    return path.absolute().relative_to(scene_root(path)).as_posix()


def _durations(path: Path) -> dict[str, float]:
    try:
        found = json.loads(path.read_text())
        return {str(name): float(value) for name, value in found.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        raise PlanError(f"{path}: must be a JSON object of seconds by scene, as --durations-out writes it") from None
