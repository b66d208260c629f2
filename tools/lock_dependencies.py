"""Writes requirements.lock and docs/wheels.md from pyproject.toml: every package in one version, with the hash of every file.

    pip install uv
    python tools/lock_dependencies.py             # keeps the versions that still fit pyproject.toml
    python tools/lock_dependencies.py --upgrade   # takes the newest ones

One lock serves Python 3.11 to 3.14 on Linux, macOS and Windows: a package that differs between them has several rows with
markers. No registry's address gets into either file.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.wheel_table import table

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
WHEELS = ROOT / "docs" / "wheels.md"
HEADER = """\
# Every dependency of `make run` and `make test` in one version, with the hash of every file it may come in.
# Written by tools/lock_dependencies.py from pyproject.toml; do not edit.
"""
OLDEST_PYTHON = "3.11"
# uv ignores upper bounds on Python, pip does not: 1.3.1 says "below 3.11" of itself.
BOUNDS = ("backports.strenum<1.3",)


def main() -> int:
    """Renew both files."""
    parser = argparse.ArgumentParser(description="Renew requirements.lock and docs/wheels.md.")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that pyproject.toml allows")
    options = parser.parse_args()
    if importlib.util.find_spec("uv") is None:
        print("uv is missing: pip install uv", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        plain, files, bounds = (Path(folder) / name for name in ("plain.txt", "pylock.toml", "bounds.txt"))
        bounds.write_text("\n".join(BOUNDS) + "\n")
        if LOCK.exists() and not options.upgrade:
            plain.write_text(LOCK.read_text())
        _compile(f"--constraint={bounds}", "--generate-hashes", "--no-emit-index-url", output=plain)
        # The same versions once more in the format that names the files, for the table of wheels.
        _compile(f"--constraint={plain}", output=files)
        _accepted_by_pip(plain)
        ours = [line for line in plain.read_text().splitlines() if not line.startswith(("#", "    #   -c "))]
        LOCK.write_text(HEADER + "\n".join(ours) + "\n")
        WHEELS.write_text(table(files.read_text(), direct=ROOT / "pyproject.toml"))
    return 0


def _compile(*options: str, output: Path) -> None:
    subprocess.run(
        [
            sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--quiet", "--no-config", "--no-header",
            "--universal", "--fork-strategy=fewest", f"--python-version={OLDEST_PYTHON}",
            "--extra=dev", "--extra=data", "--extra=api", *options, f"--output-file={output}",
        ],
        cwd=ROOT,
        check=True,
    )  # fmt: skip


def _accepted_by_pip(lock: Path) -> None:
    """pip, which installs from it, finds a file with a right hash for every row that this Python needs."""
    subprocess.run(
        [
            sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--no-deps",
            "--require-hashes", f"--requirement={lock}",
        ],
        check=True,
    )  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
