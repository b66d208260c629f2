"""What a stranger copies: every snippet of the pages, the sample apps, the notebook and the pytest fixture, off the page."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.server.documents import kind_of
from simulator.server.messages import COMMANDS
from swivel_client.serving import Served
from tools.api_snippets import SNIPPETS

pytestmark = pytest.mark.process

ROOT = Path(__file__).resolve().parents[2]
API, APPS = ROOT / "docs" / "api", ROOT / "examples" / "apps"


@pytest.fixture(scope="module")
def untouched(quiet_scene: Path) -> Iterator[Served]:
    """A second display: on the first one a snippet has pushed the screen by hand, and a hand goes first for a while."""
    with Served(quiet_scene) as one:
        yield one


def python_of(page: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def run(code: list[str], served: Served, *, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ, "SWIVEL_URL": served.url, "SWIVEL_TOKEN": served.token(), "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, *code], cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=400
    )


def test_every_command_has_a_page_with_a_snippet():
    assert set(SNIPPETS) == {kind_of(model) for model in COMMANDS}
    for kind in SNIPPETS:
        assert len(python_of(API / f"{kind}.md")) == 1


@pytest.mark.parametrize("kind", SNIPPETS)
def test_a_snippet_runs_as_it_stands_on_its_page(kind, served):
    [snippet] = python_of(API / f"{kind}.md")
    with served.display() as display, served.display(scope="setup") as setup:
        exec(compile(snippet, f"{kind}.md", "exec"), {"display": display, "setup": setup})
        display.stop().wait()
        display.set_mode("idle")


def test_the_first_lines_of_the_first_page_turn_the_screen(untouched):
    [first] = python_of(API / "README.md")
    done = run(["-c", first], untouched)
    assert done.returncode == 0, done.stderr
    with untouched.display() as display:
        assert display.state()["angle"] == pytest.approx(30.0, abs=1.0)


@pytest.mark.parametrize(
    ("app", "argument", "words"),
    [
        ("recipe_card.py", "0.2", "3. Add the rice"),
        ("hide_and_seek.py", "1", "you"),
        ("metronome.py", "2", "bar 2: "),
    ],
)
def test_a_sample_app_runs_to_its_end(app, argument, words, untouched):
    done = run([str(APPS / app), argument], untouched)
    assert done.returncode == 0, done.stdout + done.stderr
    assert words in done.stdout


def test_the_notebook_runs_from_top_to_bottom(untouched):
    cells = json.loads((APPS / "tour.ipynb").read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    done = run(["-c", code], untouched)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "does_not_fit" in done.stdout


def test_the_pytest_fixture_works_as_its_page_says(tmp_path, served):
    page = python_of(API / "for-developers.md")
    [example] = [text for text in page if "swivel_device" in text]
    scene = (ROOT / "scenes" / "sample.scene.yaml").read_text(encoding="utf-8")
    (tmp_path / "kitchen.scene.yaml").write_text(scene)
    (tmp_path / "test_app.py").write_text(example)
    plain = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    os.environ.update(plain)
    try:
        done = run(["-m", "pytest", "-q", "-p", "swivel_client.pytest_plugin", "test_app.py"], served, cwd=tmp_path)
    finally:
        del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_all_code_on_the_pages_is_python():
    for page in API.glob("*.md"):
        for text in python_of(page):
            compile(text, page.name, "exec")
