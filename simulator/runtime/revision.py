"""Another revision's stages beside our own: its onboard and world are read out of git, and imported under a name of their own.

What passes between the two is copied field by field: an old message becomes a new one, and a new one an old one, as far as both know
its fields. So a stage that has changed inside can be put in the place of ours, and one that takes other inputs is refused.
"""

from __future__ import annotations

import atexit
import importlib
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from pydantic import BaseModel

from simulator.onboard.algorithms import Algorithms
from simulator.onboard.facts import DeviceFacts
from simulator.onboard.seams import NO_SEAMS, Moment, Seams
from simulator.onboard.tuning import Tuning
from simulator.world.assets import CHECKOUT
from simulator.world.feature_model import feature_errors
from simulator.world.spec import WorldSpec

# A value of which only another revision knows the type.
Foreign: TypeAlias = Any
FOLDERS = ("simulator/onboard", "simulator/world")
OWN = "simulator."
# What a replay cannot run as a revision has it: real ears, the detectors of the eyes, and the motor, which is the simulator's own.
UNRUN = {"ears": "simulator/onboard/ssl/", "eyes": "simulator/onboard/vision/", "motor": "hardware_bridge/body/"}
RUN_BY_MODELS = frozenset({"follow.py", "head.py", "life.py", "observation.py", "pace.py"})  # of the eyes
KEPT_PAIRS = 4096  # messages that stand over many ticks are copied once


class RevisionError(ValueError):
    """A revision that is not there, or whose stages cannot stand in the place of ours."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The stages of another revision."""

    name: str  # as it was asked for
    package: str
    unrun: tuple[str, ...] = ()  # parts that have changed since, in code that no replay runs

    def algorithms(self, parts: Collection[str]) -> Algorithms | None:
        """A mind in which some parts are those of the revision."""
        chosen: dict[str, Foreign] = {}
        if "fusion" in parts:
            chosen["tracker"] = self._maker("fusion.stage", "FusionStage")
        if "planner" in parts:
            chosen["behaviour"] = self._maker("behaviour.stage", "BehaviourStage")
            chosen["planner"] = self._maker("zones.stage", "ZoneStage")
        if "motion" in parts:
            stage = self._maker("motion.stage", "MotionStage")
            chosen["motion"] = lambda facts, profile: stage(facts)
        return Algorithms(**chosen) if chosen else None

    def seams(
        self,
        parts: Collection[str],
        *,
        spec: WorldSpec,
        facts: DeviceFacts,
        streams: Callable[[str], np.random.Generator],
    ) -> Seams:
        """Modelled eyes that follow people as the revision does, where they are asked for."""
        if "eyes" not in parts:
            return NO_SEAMS
        copier = Copier(self.package)
        world = f"{self.package}.world"
        try:
            chances = importlib.import_module(f"{world}.chances").Chances(streams, prefix="feature.eyes")
            lines_of = importlib.import_module(f"{world}.sightlines").SightLines
            eyes_of = importlib.import_module(f"{world}.feature_eyes").ModelledEyes
            theirs = copier.there(spec)
            lines = lines_of(theirs, eye_height_m=spec.device.height_m + facts.camera.height_above_base_m)
            errors = copier.there(feature_errors().eyes)
            eyes = eyes_of(theirs, copier.there(facts), errors, chances=chances, lines=lines)
        except (ImportError, AttributeError, TypeError) as error:
            raise self._unfit("eyes", error) from error
        return Seams(vision=_Eyes(eyes, copier, self))

    def _maker(self, module: str, name: str) -> Callable[..., Foreign]:
        def make(*given: Foreign) -> Foreign:
            copier = Copier(self.package)
            try:
                kind = getattr(importlib.import_module(f"{self.package}.onboard.{module}"), name)
                return _Stage(kind(*(copier.there(one) for one in given)), copier, self)
            except (ImportError, AttributeError, TypeError) as error:
                raise self._unfit(name, error) from error

        return make

    def _unfit(self, what: str, error: Exception) -> RevisionError:
        return RevisionError(f"--against {self.name}: its {what} does not fit into this version: {error}")


class _Stage:
    """A stage of the revision, asked and answering in our messages."""

    def __init__(self, stage: Foreign, copier: Copier, reference: Reference) -> None:
        self._stage, self._copier, self._reference = stage, copier, reference

    def tick(self, *given: Foreign, **named: Foreign) -> Foreign:
        """One tick."""
        there = self._copier.there
        try:
            answer = self._stage.tick(*map(there, given), **{name: there(value) for name, value in named.items()})
        except (TypeError, AttributeError) as error:
            raise self._reference._unfit(type(self._stage).__name__, error) from error
        return self._copier.here(answer)

    def __getattr__(self, name: str) -> Foreign:
        return self._copier.here(getattr(self._stage, name))

    def snapshot(self) -> Foreign:
        """Everything that changes."""
        return self._stage.snapshot()

    def restore(self, state: Foreign) -> None:
        """Go back to a snapshot."""
        self._stage.restore(state)


class _Eyes:
    """The seam of the revision's modelled eyes."""

    def __init__(self, eyes: Foreign, copier: Copier, reference: Reference) -> None:
        self._eyes, self._copier, self._reference = eyes, copier, reference

    def __call__(self, own: Foreign, truth: Foreign, moment: Moment) -> Foreign:
        there, sound = self._copier.there, moment.sound
        woken = sound is not None and sound.wake_word and sound.tick == moment.tick
        sensors, tuning = there(moment.sensors), there(moment.tuning)
        try:
            if hasattr(self._eyes, "see"):
                answer = self._eyes.see(there(truth), sensors, tuning, wake_word=woken)
            else:
                module = sys.modules[type(self._eyes).__module__]
                then = module.Moment(sensors, tuning)
                then.sound = there(sound)
                answer = self._eyes(None, there(truth), then)
        except (TypeError, AttributeError) as error:
            raise self._reference._unfit("eyes", error) from error
        return self._copier.here(answer)

    def snapshot(self) -> Foreign:
        """Everything that changes."""
        return self._eyes.snapshot()

    def restore(self, state: Foreign) -> None:
        """Go back to a snapshot."""
        self._eyes.restore(state)


class Copier:
    """Copies values between our classes and those of the same name in a revision."""

    def __init__(self, package: str) -> None:
        self._package = f"{package}."
        self._known: dict[tuple[bool, int], tuple[Foreign, Foreign]] = {}

    def there(self, value: Foreign) -> Foreign:
        """One of our values as the revision knows it."""
        return self._copied(value, out=True)

    def here(self, value: Foreign) -> Foreign:
        """One of the revision's values as we know it."""
        return self._copied(value, out=False)

    def _copied(self, value: Foreign, *, out: bool) -> Foreign:
        kind = type(value)
        if kind is tuple:
            return tuple([self._copied(one, out=out) for one in value])
        if kind.__module__ == "builtins" or not kind.__module__.startswith(OWN if out else self._package):
            return value
        known = self._known.get((out, id(value)))
        if known is not None and known[0] is value:
            return known[1]
        made = self._made(value, kind, out=out)
        if len(self._known) > KEPT_PAIRS:
            self._known.clear()
        self._known[out, id(value)] = (value, made)
        return made

    def _made(self, value: Foreign, kind: type, *, out: bool) -> Foreign:
        twin = _twin(kind, OWN if out else self._package, self._package if out else OWN)
        if isinstance(value, Enum):
            return twin(value.value)
        if isinstance(value, Tuning):
            known = {leaf.path for leaf in sys.modules[twin.__module__].leaves()}
            return twin().patched({path: worth for path, worth in value.changed().items() if path in known})
        if isinstance(value, BaseModel):
            return twin.model_validate(
                {name: one for name, one in value.model_dump().items() if name in twin.model_fields}
            )
        if is_dataclass(value):
            theirs = {item.name: item for item in fields(twin)}
            given = {
                item.name: self._copied(getattr(value, item.name), out=out)
                for item in fields(value)
                if item.name in theirs
            }
            return twin(**given)
        return value


@cache
def _twin(kind: type, before: str, after: str) -> Foreign:
    module = after + kind.__module__.removeprefix(before)
    return getattr(importlib.import_module(module), kind.__name__)


def reference(name: str, *, root: Path = CHECKOUT) -> Reference:
    """Load a revision; raises RevisionError with one line."""
    commit = _git(root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}", name=name).decode().strip()
    package = f"swivel_at_{commit[:12]}"
    if package not in sys.modules:
        place = Path(tempfile.mkdtemp(prefix="swivel-revision-"))
        atexit.register(shutil.rmtree, place, ignore_errors=True)
        archive = _git(root, "archive", commit, *FOLDERS, name=name)
        with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
            # Filters came with Python 3.11.4, and Debian 12 has 3.11.2.
            packed.extraction_filter = getattr(tarfile, "data_filter", None)
            packed.extractall(place)
        _renamed(place / "simulator", place / package, package)
        sys.path.insert(0, str(place))
        importlib.invalidate_caches()
    try:
        importlib.import_module(f"{package}.onboard.stack")
    except Exception as error:
        raise RevisionError(f"--against {name}: its stages cannot be loaded: {error}") from error
    changed = _git(root, "diff", "--name-only", commit, "--", *UNRUN.values(), name=name).decode().splitlines()
    return Reference(name=name, package=package, unrun=unrun(changed))


def unrun(changed: Collection[str]) -> tuple[str, ...]:
    """The parts to which changed files belong that modelled senses and the simulator's motor do not run."""
    return tuple(
        part
        for part, folder in UNRUN.items()
        if any(file.startswith(folder) and file.rpartition("/")[2] not in RUN_BY_MODELS for file in changed)
    )


def _renamed(source: Path, target: Path, package: str) -> None:
    """Make the folders a package of another name."""
    source.rename(target)
    (target / "__init__.py").touch()
    for file in target.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        for part in ("onboard", "world"):
            text = text.replace(f"simulator.{part}", f"{package}.{part}")
        file.write_text(text, encoding="utf-8")
    files = target / "world" / "assets.py"
    if files.exists():  # no models or voices are read out of git: the revision's are ours
        files.write_text("from simulator.world.assets import ASSETS, CHECKOUT, SCENES, folder\n", encoding="utf-8")


def _git(root: Path, *words: str, name: str) -> bytes:
    with suppress(OSError):
        done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, check=False)
        if done.returncode == 0:
            return done.stdout
    raise RevisionError(f"--against {name}: must be a revision of this checkout that git knows")
