"""Reads the results of a QA run, as `swivel qa` keeps them or as JUnit XML, and finds the recordings that lie beside them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

from simulator.lab.qa import results_file
from simulator.lab.run_result import ResultError, RunResult
from simulator.lab.why.blame_result import Blame

LARGEST_BYTES = 20_000_000


class ResultsError(ValueError):
    """A file that holds no results; the text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QaCase:
    """One check of one run."""

    name: str
    passed: bool
    message: str
    recording: Path | None  # None when it was not kept
    blame: Blame | None = None  # None: not looked for
    scene: str = ""  # as the run of QA calls it
    check: str = ""  # the check's name in the scene; empty for what is no check


def read_results(path: Path) -> list[QaCase]:
    """All cases of a file."""
    found = _kept(path) if path.suffix == ".jsonl" else _junit(path)
    if not found:
        raise ResultsError(f"{path}: holds no test cases")
    return found


def write_report(path: Path, page: Path) -> None:
    """Write the HTML page of the results that `swivel qa` kept."""
    from simulator.lab.report.html import html

    try:
        results, _ = results_file.read_results(path)
    except ResultError as error:
        raise ResultsError(str(error)) from None
    spent_s = sum(result.wall_s for result in results)
    page.write_text(html(results, title="Swivel scenes", wall_s=spent_s), encoding="utf-8")


def _kept(path: Path) -> list[QaCase]:
    """What `swivel qa` itself keeps."""
    try:
        results, _ = results_file.read_results(path)
    except OSError as error:
        raise ResultsError(f"{path}: cannot be read: {error.strerror or error}") from None
    except ResultError as error:
        raise ResultsError(str(error)) from None
    return [case for result in results for case in _cases(result, path.parent)]


def _cases(result: RunResult, folder: Path) -> list[QaCase]:
    recording = _found(result.recording or "", folder)
    if result.error:
        return [QaCase(name=f"{result.scene} · run", passed=False, message=result.error, recording=recording)]
    cases = [
        QaCase(
            name=f"{result.scene} · {outcome.id} [seed {result.seed}]",
            passed=outcome.passed,
            message="" if outcome.passed else outcome.detail,
            recording=recording,
            blame=result.blame,
            scene=result.scene,
            check=outcome.id,
        )
        for outcome in result.outcomes
    ]
    golden = result.golden
    if golden is not None and result.drifted:
        text = f"first divergence at {golden.at_s:.2f} s in {golden.stage}: {golden.text}"
        name = f"{result.scene} · golden [seed {result.seed}]"
        cases.append(QaCase(name=name, passed=False, message=text, recording=recording))
    return cases


def _junit(path: Path) -> list[QaCase]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ResultsError(f"{path}: cannot be read: {error.strerror or error}") from None
    if len(data) > LARGEST_BYTES or b"<!ENTITY" in data or b"<!DOCTYPE" in data:
        raise ResultsError(f"{path}: not a JUnit file written by `swivel qa`")
    try:
        root = ET.fromstring(data)
    except ET.ParseError as error:
        raise ResultsError(f"{path}: not XML: {error}") from None
    suites = [node for node in root.iter("testsuite") if node.find("testcase") is not None] or [root]
    return [_case(case, suite, path.parent) for suite in suites for case in suite.iter("testcase")]


def _case(case: ET.Element, suite: ET.Element, folder: Path) -> QaCase:
    bad = [node for node in case if node.tag in ("failure", "error")]
    return QaCase(
        name=" · ".join(filter(None, (suite.get("name"), case.get("name")))),
        passed=not bad,
        message=" ".join((node.get("message") or node.text or "").strip() for node in bad),
        recording=_recording(case, suite, folder),
        scene=suite.get("name") or "",
        check=(case.get("name") or "").partition(" [seed ")[0],
    )


def _recording(case: ET.Element, suite: ET.Element, folder: Path) -> Path | None:
    """The path that the case's property names, else a file that is called like its scene."""
    named = case.find("./properties/property[@name='recording']")
    found = _found(named.get("value") or "", folder) if named is not None else None
    if found is not None:
        return found
    clean = re.sub(r"[^\w.-]", "_", suite.get("name") or case.get("name") or "?")
    return next(iter(sorted(folder.rglob(f"*{clean}*.mcap"))), None)


def _found(recording: str, folder: Path) -> Path | None:
    """A recording as its result names it, or moved together with the results."""
    if not recording:
        return None
    places = (folder / recording, Path(recording), folder / Path(recording).name)
    return next((place for place in places if place.exists()), None)
