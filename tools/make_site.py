"""Builds the documentation site from docs/ into build/site, without a network; a warning is an error. Part of `make docs`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NEEDED = {"sphinx": "Sphinx", "myst_parser": "myst-parser", "furo": "furo"}


def missing() -> list[str]:
    """What would have to be installed."""
    return [name for module, name in NEEDED.items() if importlib.util.find_spec(module) is None]


def build(docs: Path, out: Path) -> int:
    """Build the site of a folder of pages; returns 0 if there was nothing to warn of."""
    from sphinx.cmd.build import main as sphinx

    words = ["-q", "-E", "-b", "html", "-W", "--keep-going", "-d", str(out.with_name(f"{out.name}-doctrees"))]
    return sphinx([*words, "-c", str(docs / "site"), str(docs), str(out)])


def main() -> int:
    """Build it if it can be built here."""
    if gone := missing():
        print(f"the site is not built: {', '.join(gone)} not installed; pip install '.[docs]', then make docs again")
        return 0
    out = ROOT / "build" / "site"
    code = build(ROOT / "docs", out)
    if code == 0:
        print(f"{out / 'index.html'}: built")
    return code


if __name__ == "__main__":
    sys.exit(main())
