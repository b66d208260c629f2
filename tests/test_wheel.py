"""The wheel that is built from this checkout holds everything that Swivel reads, and nothing else."""

from __future__ import annotations

import configparser
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

ROOT = Path(__file__).resolve().parents[1]
BUILT_FROM = ("pyproject.toml", "setup.py", "README.md", "LICENSE")
CODE, DATA = ("simulator", "hardware_bridge", "swivel_client"), ("assets", "scenes")
PAGE = "simulator/server/page/"


def committed(*folders: str) -> list[str]:
    """The files under version control, or all of them where the checkout came without its history."""
    asked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", *folders],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode == 0:
        return [name for name in asked.stdout.split("\0") if name and (ROOT / name).is_file()]
    return [str(path.relative_to(ROOT)) for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Built from a copy, so that nothing is left in the checkout and no older build is mixed in."""
    source, made = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in (*BUILT_FROM, *committed(*CODE, *DATA)):
        target = source / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / name).read_bytes())
    built = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(made), str(source)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout[-2000:] + built.stderr[-2000:]
    assert "absent from the `packages` configuration" not in built.stdout + built.stderr
    [path] = made.glob("swivel_display-*-py3-none-any.whl")
    return zipfile.ZipFile(path)


def test_it_holds_every_file_of_code_and_data(wheel):
    wanted = {
        name for name in committed(*CODE) if name.endswith((".py", ".c", ".h", "py.typed")) or name.startswith(PAGE)
    }
    wanted |= {f"swivel_{name}" for name in committed(*DATA)}
    inside = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert inside == wanted
    for part in (
        "assets/models.lock",
        "assets/icons/swivel.svg",
        "scenes/schema/scene-1.schema.json",
        "scenes/sample.scene.yaml",
    ):
        assert f"swivel_{part}" in inside


def test_its_files_are_those_of_the_checkout(wheel):
    for name in committed("assets/icons", "assets/models.lock", "scenes/schema"):
        assert wheel.read(f"swivel_{name}") == (ROOT / name).read_bytes()


def test_it_starts_by_the_name_swivel_and_asks_for_ranges(wheel):
    [entry] = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    points = configparser.ConfigParser()
    points.read_string(wheel.read(entry).decode())
    assert points["console_scripts"]["swivel"] == "simulator.cli.main:main"
    assert points["pytest11"]["swivel_device"] == "swivel_client.pytest_plugin"
    [metadata] = [name for name in wheel.namelist() if name.endswith("METADATA")]
    fields = Parser().parsestr(wheel.read(metadata).decode())
    assert fields["Requires-Python"] == ">=3.11"
    assert any(text.startswith("numpy") and ">=" in text for text in fields.get_all("Requires-Dist", []))
