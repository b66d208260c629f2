"""Third-party weights: fetched once, verified byte by byte, then used offline.

`assets/models.lock` names each file and the package it lies in. A missing or damaged file is said in one sentence, and the
eyes go on with what they have. The face detector is made here out of what the package holds, and verified as well.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from simulator.onboard.vision.models import VisionModels
from simulator.runtime.face_network.graph import yunet
from simulator.runtime.packages import Package, PackageProblem
from simulator.world.assets import ASSETS

LOCK = ASSETS / "models.lock"
YUNET_ENV = "SWIVEL_YUNET"  # path of another YuNet file (ONNX), if the user has one
CACHE_ENV = "SWIVEL_CACHE"


class ModelProblem(RuntimeError):
    """Weights that are missing or damaged; the text says which and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One file of weights as the lock describes it."""

    name: str
    use: str
    package: str
    version: str
    file: str
    bytes: int
    sha256: str
    licence: str
    author: str
    registry: Literal["pip", "npm"] = "pip"
    platform: str = ""  # of the wheel, and its Python: the file is the same for all
    python: str = ""
    start: int = 0  # where in the file the weights begin, when it holds more than them
    makes: str = ""  # the network file that is made out of it at set-up, and kept in its place
    makes_sha256: str = ""
    needed: bool = True  # set-up fails without it

    @property
    def kept(self) -> tuple[str, str]:
        """Name and sha256 of what stays in the cache."""
        return (self.makes, self.makes_sha256) if self.makes else (Path(self.file).name, self.sha256)

    @property
    def source(self) -> Package:
        """The package that holds it."""
        return Package(
            registry=self.registry, name=self.package, version=self.version, platform=self.platform, python=self.python
        )


def models(lock: Path = LOCK) -> tuple[Model, ...]:
    """Everything in the lock."""
    return tuple(Model(**entry) for entry in tomllib.loads(lock.read_text())["model"])


def cache_dir() -> Path:
    """Where this user's weights are kept."""
    if CACHE_ENV in os.environ:
        return Path(os.environ[CACHE_ENV])
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData/Local")) / "swivel"
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/swivel"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "swivel"


def ensure(progress: Callable[[str], None] = lambda _: None, *, lock: Path = LOCK) -> None:
    """Fetch what is missing or damaged; asks the network for nothing when all is there."""
    wanted: dict[Package, list[Model]] = {}
    for model in models(lock):
        if fault_of(model) is not None:
            wanted.setdefault(model.source, []).append(model)
    for package, group in wanted.items():
        names = ", ".join(model.name for model in group)
        progress(f"fetching {names} from {package.name} {package.version} (once)")
        try:
            with tempfile.TemporaryDirectory() as folder:
                archive = package.download(Path(folder))
                for model in group:
                    _keep(model, archive.read(model.file))
                    progress(f"{model.name}: verified")
        except PackageProblem as error:
            if any(model.needed for model in group):
                raise ModelProblem(str(error)) from error
            progress(f"{names}: done without for now; {error}")


def not_fetched(*, lock: Path = LOCK) -> tuple[str, ...]:
    """What is needed and no set-up has brought yet; reads no file of weights, so that every start can afford to ask."""
    return tuple(model.name for model in models(lock) if model.needed and not _place(model).is_file())


def path_of(name: str, *, lock: Path = LOCK) -> Path:
    """The verified file of a model."""
    by_name = {model.name: model for model in models(lock)}
    if name not in by_name:
        raise ModelProblem(f"{name}: not in {lock.name}; there are {', '.join(by_name)}")
    fault = fault_of(by_name[name])
    if fault is not None:
        raise ModelProblem(fault)
    return _place(by_name[name])


def vision_models(complain: Callable[[str], object] = lambda _: None) -> VisionModels:
    """What the eyes can have on this machine; says what is missing and goes on without it."""
    found: dict[str, bytes] = {}
    for model in models():
        fault = fault_of(model)
        if fault is None:
            found[model.name] = _place(model).read_bytes()
        else:
            complain(fault)
    own = os.environ.get(YUNET_ENV)
    if own and not Path(own).is_file():
        raise ModelProblem(f"{YUNET_ENV} = {own}: there is no such file; unset it to use the face detector of set-up")
    return VisionModels(
        yunet=Path(own).read_bytes() if own else found.get("faces"),
        face_mesh=found.get("face mesh"),
        body=found.get("body"),
        things=found.get("things"),
    )


def _place(model: Model) -> Path:
    name, sha256 = model.kept
    return cache_dir() / "models" / f"{sha256[:12]}-{name}"


def fault_of(model: Model) -> str | None:
    """What is wrong with the kept file, in one sentence; None when it is the right one."""
    path = _place(model)
    if not path.is_file():
        return f"{model.name}: weights are missing ({path}); run `swivel setup` once with network access"
    if hashlib.sha256(path.read_bytes()).hexdigest() != model.kept[1]:
        return f"{model.name}: weights are damaged or swapped ({path}); run `swivel setup` to fetch them again"
    return None


def _keep(model: Model, file: bytes) -> None:
    """Put the weights into the cache, all or nothing."""
    data = file[model.start : model.start + model.bytes]
    _verify(model, data, model.sha256, f"{model.package} {model.version} holds")
    if model.makes:
        data = yunet(data)
        _verify(model, data, model.makes_sha256, "out of the right weights was made")
    path = _place(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_bytes(data)
    partial.replace(path)


def _verify(model: Model, data: bytes, expected: str, where: str) -> None:
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise ModelProblem(
            f"{model.name}: {where} another file than expected "
            f"(sha256 {found[:12]}, expected {expected[:12]}); it is not used"
        )
