"""Installs the example packages as their readers would, into a folder of the test."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "how-to" / "add-a-finder.md"


def typed_off_the_page(folder):
    """The package of the how-to page, each file as it is printed there."""
    folder.mkdir()
    for name, text in re.findall(
        r"^```\w+ (\S+)\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    ):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def install(target, *names, build, others=()):
    """Install examples and other packages into a folder, built from copies so that the checkout stays clean."""
    sources = [*(shutil.copytree(ROOT / "examples" / name, build / name) for name in names), *others]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "--target", str(target), *map(str, sources)], check=True, capture_output=True)
