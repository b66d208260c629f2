"""Reads the results of a QA run (junit XML) and finds the recordings that lie beside it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

LARGEST_BYTES = 20_000_000


class ResultsError(ValueError):
    """A file that holds no results; the text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One scene of a QA run."""

    name: str
    passed: bool
    message: str
    recording: Path | None  # None when it was not kept


def read_results(path: Path) -> list[Result]:
    """All results of a junit file."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ResultsError(f"{path}: cannot be read: {error.strerror or error}") from None
    if len(data) > LARGEST_BYTES or b"<!ENTITY" in data or b"<!DOCTYPE" in data:
        raise ResultsError(f"{path}: is no junit file of ours")
    try:
        root = ET.fromstring(data)
    except ET.ParseError as error:
        raise ResultsError(f"{path}: is no XML: {error}") from None
    found = []
    suites = [node for node in root.iter("testsuite") if node.find("testcase") is not None] or [root]
    for suite in suites:
        for case in suite.iter("testcase"):
            bad = [node for node in case if node.tag in ("failure", "error")]
            message = " ".join((node.get("message") or node.text or "").strip() for node in bad)
            name = " · ".join(filter(None, (suite.get("name"), case.get("name"))))
            found.append(
                Result(name=name, passed=not bad, message=message, recording=_recording(case, suite, path.parent))
            )
    if not found:
        raise ResultsError(f"{path}: holds no test cases")
    return found


def _recording(case: ET.Element, suite: ET.Element, folder: Path) -> Path | None:
    """The path that the case names, else a file that is called like its scene."""
    for node in case.iter():
        for words in (node.get("value") or "", node.text or ""):
            for match in re.findall(r"\S+\.mcap", words):
                for place in (folder / match, Path(match), folder / Path(match).name):
                    if place.exists():
                        return place
    clean = re.sub(r"[^\w.-]", "_", suite.get("name") or case.get("name") or "?")
    return next(iter(sorted(folder.rglob(f"*{clean}*.mcap"))), None)
