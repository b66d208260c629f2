"""A broken installation says which module is missing or broken and what mends it, in the command line and in every process."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from simulator.runtime.crash_words import in_words, package_of
from simulator.runtime.ear_models import load_ear_models

ROOT = Path(__file__).resolve().parents[1]
RUN = ("main.py", "run", "scenes/sample.scene.yaml", "--mode", "feature")


def started(folder: Path, *arguments: str, module: str, text: str) -> subprocess.CompletedProcess[str]:
    """Run Python where another file stands in front of a module."""
    (folder / f"{module}.py").write_text(text)
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(folder), "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


MISSING = "raise ModuleNotFoundError(\"No module named 'orjson'\", name='orjson')"
SILENT = "raise SystemError('error return without exception set')"
NO_GL = "raise ImportError('libGL.so.1: cannot open shared object file: No such file or directory')"


@pytest.mark.process
@pytest.mark.parametrize(
    ("text", "words"),
    [
        (MISSING, ("orjson is missing", "-m pip install", "'orjson>=")),
        ("import no_such_part", ("no_such_part is missing", "-m pip install no-such-part")),
        (SILENT, ("module orjson cannot be loaded", "SystemError: error return", "--force-reinstall 'orjson>=")),
        ("from os import no_such_name", ("cannot be loaded", "no_such_name")),
        ("import ctypes; ctypes.CDLL('libno-such.so.1')", ("system library libno-such.so.1 is missing",)),
        (NO_GL, ("apt-get install libgl1",)),
    ],
)
def test_the_command_line_says_what_mends_it(tmp_path, text, words):
    said = started(tmp_path, *RUN, module="orjson", text=text)
    assert said.returncode == 4
    assert "Traceback" not in said.stderr
    assert len(said.stderr.splitlines()) == 1
    for word in words:
        assert word in said.stderr
    details = said.stderr.rsplit("details in ", 1)[1].strip().rstrip(")")
    assert "Traceback" in Path(details).read_text()


@pytest.mark.process
@pytest.mark.parametrize("module", ["simulator.runtime.engine", "simulator.runtime.live", "simulator.lab.qa.worker"])
def test_the_last_line_of_a_process_says_it_too(tmp_path, module):
    said = started(tmp_path, "-m", module, "x", module="orjson", text=SILENT)
    assert said.returncode != 0
    last = said.stderr.strip().splitlines()[-1]
    assert "the module orjson cannot be loaded" in last
    assert "pip install" in last


def test_an_error_without_a_text_has_a_name_and_a_place():
    with pytest.raises(AssertionError) as raised:
        raise AssertionError
    assert in_words(raised.value).startswith("crashed: AssertionError without a text (test_crash_words.py:")


def test_the_wake_word_that_is_let_go_swallows_no_error():
    # The native features of its package clear the exception that is under way when they end: it became a SystemError.
    def fails() -> None:
        raise ValueError("the real reason")

    open_detector = load_ear_models().wake
    with pytest.raises(ValueError, match="the real reason"):
        (open_detector(), fails())


@pytest.mark.long
def test_every_module_that_the_product_imports_is_known_by_its_package(repository_sources):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [text for group in project["optional-dependencies"].values() for text in group]
    asked = {Requirement(text).name for text in (*project["dependencies"], *extras)}
    ours = {"simulator", "hardware_bridge", "__future__", "_typeshed"}  # the last is for the type checker only
    imported = (
        {
            name.split(".")[0]
            for _, source in repository_sources
            for node in ast.walk(ast.parse(source))
            for name in _imports(node)
        }
        - ours
        - sys.stdlib_module_names
    )
    assert "cv2" in imported
    for module in imported:
        assert Requirement(package_of(module)).name in asked, module


def _imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module]
    return []
