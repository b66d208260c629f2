"""The tutorials are true: their files and commands are typed word for word, and what the window is said to have is in it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.onboard.tuning import leaves

ROOT = Path(__file__).resolve().parents[2]
TUTORIALS = ROOT / "docs" / "tutorials"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```", re.DOTALL | re.MULTILINE)
SWIVEL = "import sys; from simulator.cli.main import main; sys.exit(main())"


def followed(page: Path, place: Path, commands: dict[str, str], env: dict[str, str]) -> list[str]:
    """Follow a page: write its files, type its commands; returns the commands that were typed."""
    typed = []
    for language, named, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        if language == "sh":
            for line in text.splitlines():
                word, _, rest = line.partition(" ")
                done = subprocess.run(
                    f"{commands[word]} {rest}",
                    shell=True,
                    cwd=place,
                    env=env,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                wanted = named.partition("=")[2] or "0"
                assert wanted == "any" or done.returncode == int(wanted), f"{line}\n{done.stdout}\n{done.stderr}"
                typed.append(line)
        elif named:
            (place / named).write_text(text, encoding="utf-8")
    return typed


@pytest.fixture
def shell(tmp_path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """What a word at the start of a line stands for here, and the environment."""
    site = tmp_path / "site"
    pip = f"{sys.executable} -m pip install --quiet --no-deps --no-build-isolation --no-index --target {site}"
    commands = {"swivel": f"{sys.executable} -c '{SWIVEL}'", "pip": f'f() {{ shift; {pip} "$@"; }}; f'}
    path = os.pathsep.join(map(str, (ROOT, site, *sys.path)))
    return commands, os.environ | {"PYTHONPATH": path}


@pytest.mark.process
@pytest.mark.long
@pytest.mark.timeout(900)
def test_an_engineer_gets_through_in_an_empty_folder(tmp_path, shell):
    place = tmp_path / "empty"
    place.mkdir()
    typed = followed(TUTORIALS / "engineer.md", place, *shell)
    assert len(typed) == 9
    assert (place / "bench" / "leaderboard.html").exists()
    told = subprocess.run(
        f"{shell[0]['swivel']} blame deaf.scene.yaml",
        shell=True,
        cwd=place,
        env=shell[1],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert "ears" in told.lower(), told


@pytest.mark.process
@pytest.mark.long
@pytest.mark.timeout(900)
def test_qa_gets_through_in_a_checkout(tmp_path, shell):
    for name in ("scenes", "assets"):
        (tmp_path / name).symlink_to(ROOT / name)
    typed = followed(TUTORIALS / "qa.md", tmp_path, *shell)
    assert len(typed) == 10
    assert (tmp_path / "exported" / "sample.0.foxglove.mcap").exists()
    assert "<svg" in (tmp_path / "broken.html").read_text()


@pytest.mark.process
@pytest.mark.long
@pytest.mark.timeout(900)
def test_what_a_designer_types_works_without_the_window(tmp_path, shell):
    (tmp_path / "scenes").symlink_to(ROOT / "scenes")
    commands, env = shell
    page = TUTORIALS / "designer.md"
    lines = [line for _, _, text in BLOCK.findall(page.read_text()) for line in text.splitlines()]
    assert lines[0] == "swivel gui scenes/sample.scene.yaml"
    done = subprocess.run(
        lines[1].replace("swivel", commands["swivel"], 1),
        shell=True,
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "sample" in done.stdout, done.stderr


def test_what_the_designers_page_names_is_in_the_window():
    page = (TUTORIALS / "designer.md").read_text()
    source = "\n".join(path.read_text() for path in (ROOT / "simulator" / "gui").rglob("*.py"))
    labels = {leaf.label for leaf in leaves()}
    for name in re.findall(r"\*\*([^*]+)\*\*", page):
        assert name in labels or f'"{name}"' in source or name in ("dead zone", "holding zone"), name


def test_every_picture_of_a_tutorial_is_there():
    for page in TUTORIALS.glob("*.md"):
        for picture in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page.read_text()):
            assert (TUTORIALS / picture).stat().st_size > 10_000
