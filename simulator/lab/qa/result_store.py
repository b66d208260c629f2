"""Results of runs on disk: found by what was run, checked by a fingerprint, never half written, never trusted when damaged.

One JSON file per run, named by the key of the run (scene, knobs, seed, mode, version of the code). The first line is the
SHA-256 of the rest; a file whose fingerprint does not fit counts as missing and is made again.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from simulator.lab.run_result import ResultError, RunResult, from_json
from simulator.world.assets import ASSETS, CHECKOUT

# Code that decides how a run goes, how it is judged and what a result holds; the window, the reports and the commands do not.
CODE = (
    "simulator/onboard",
    "simulator/world",
    "simulator/scene",
    "simulator/runtime",
    "hardware_bridge",
    "simulator/lab/homes/reasons.py",
    "simulator/lab/qa/trust.py",
    "simulator/lab/qa/run_task.py",
    "simulator/lab/qa/golden.py",
    "simulator/lab/run_result.py",
    "simulator/lab/service.py",
    "simulator/lab/why/hold_words.py",
    "simulator/lab/why/why_sentences.py",
    *(f"simulator/lab/report/{name}.py" for name in ("film", "run_picture", "plots")),
)


class ResultStore:
    """One folder of results."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, key: str) -> Path:
        """Where a result lies."""
        return self._folder / key[:2] / f"{key}.json"

    def get(self, key: str) -> RunResult | None:
        """A result; None when there is none, when it is damaged, or when an older version wrote it."""
        try:
            content = self.path(key).read_bytes()
        except OSError:
            return None
        digest, _, body = content.partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() != digest:
            return None
        try:
            result = from_json(body)
        except ResultError:
            return None
        return result if result.key == key else None

    def put(self, key: str, result: RunResult) -> None:
        """Keep a result."""
        body = result.to_json()
        write_whole(self.path(key), hashlib.sha256(body).hexdigest().encode() + b"\n" + body)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is either the old one or all of the new one."""
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:20]}.", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError):  # of all names the reader knows this one, and a full disk names none
            raise OSError(error.errno, error.strerror, str(path)) from None
        raise


@cache
def code_digest(*, modelled: bool) -> str:
    """A fingerprint of all code and models that shape a result, with the error models where senses are modelled."""
    found = hashlib.sha256()
    for folder in CODE:
        place = CHECKOUT / folder
        for path in [place] if place.is_file() else sorted(place.rglob("*.py")):
            found.update(path.relative_to(CHECKOUT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for path in sorted((ASSETS / "feature").rglob("*.json")) if modelled else ():
        found.update(path.read_bytes())
    return found.hexdigest()


@cache
def revision_name(*, modelled: bool) -> str:
    """The commit that a checkout is at, and a fingerprint of the code as it is: edited files make another revision."""
    digest = code_digest(modelled=modelled)[:8]
    try:
        done = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=CHECKOUT, capture_output=True, text=True, check=False
        )
    except OSError:
        return digest
    return f"{done.stdout.strip()}-{digest}" if done.returncode == 0 else digest


def run_key(*parts: object, modelled: bool) -> str:
    """The key of a run from everything that shapes its result."""
    return hashlib.sha256("\0".join([code_digest(modelled=modelled), *map(str, parts)]).encode()).hexdigest()
