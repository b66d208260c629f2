"""The results as JUnit XML: one suite a scene, one case a check and seed; a broken promise is a failure, a crash an error."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as Xml

from simulator.lab.run_result import CheckResult, RunResult


def junit(results: Sequence[RunResult]) -> bytes:
    """The XML of all runs."""
    root = Xml.Element("testsuites", name="swivel qa")
    for scene in dict.fromkeys(result.scene for result in results):
        suite = Xml.SubElement(root, "testsuite", name=scene)
        for result in (result for result in results if result.scene == scene):
            _cases(suite, result)
        for name, tag in (("failures", "failure"), ("errors", "error")):
            suite.set(name, str(len(suite.findall(f"testcase/{tag}"))))
        suite.set("tests", str(len(suite.findall("testcase"))))
        suite.set("time", f"{sum(result.wall_s for result in results if result.scene == scene):.3f}")
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    Xml.indent(root)
    body: bytes = Xml.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + body + b"\n"


def _cases(suite: Xml.Element, result: RunResult) -> None:
    if result.error:
        _case(suite, result, "run", tag="error", kind=result.error.split(":")[0], text=result.error)
        return
    if result.repeat:
        text = f"the same seed gave another run from {result.repeat.at_s:.2f} s on, first in {result.repeat.stage}"
        _case(suite, result, "repeat", tag="error", kind="not repeatable", text=text)
    golden = result.golden
    if golden is not None and result.drifted:
        text = f"first divergence at {golden.at_s:.2f} s in {golden.stage}: {golden.text}"
        _case(suite, result, "golden", tag="failure", kind="golden drift", text=text)
    for outcome in result.outcomes:
        tag = "" if outcome.passed else "failure"
        case = _case(suite, result, outcome.id, tag=tag, kind=outcome.verdict, text=said(outcome))
        case.set("file", outcome.file)
        case.set("line", str(outcome.line))
        properties = Xml.SubElement(case, "properties")
        given = {
            "seed": result.seed,
            "mode": result.mode,
            "sentence": outcome.sentence,
            "margin": "" if outcome.margin is None else f"{outcome.margin:.4g} {outcome.unit}".strip(),
            "at_s": "" if outcome.at_s is None else f"{outcome.at_s:.2f}",
            "x_real_time": result.x_real_time,
            "trace_hash": result.trace_hash,
            "recording": result.recording or "",
            "blame": "" if result.blame is None else ", ".join(result.blame.culprits) or "nobody",
        }
        for name, value in given.items():
            Xml.SubElement(properties, "property", name=name, value=str(value))
    if not result.outcomes:
        _case(suite, result, "expect", tag="failure", kind="not exercised", text="this scene has no expect block")


def _case(suite: Xml.Element, result: RunResult, name: str, *, tag: str, kind: str, text: str) -> Xml.Element:
    case = Xml.SubElement(
        suite, "testcase", name=f"{name} [seed {result.seed}]", classname=result.scene,
        time=f"{result.wall_s:.3f}",
    )  # fmt: skip
    if tag:
        # XML knows no control characters, not even escaped ones; a crash report may hold some.
        clean = "".join(c if c in "\n\t" or c.isprintable() else "?" for c in text)
        Xml.SubElement(case, tag, type=kind, message=clean.splitlines()[0]).text = clean
    return case


def said(outcome: CheckResult) -> str:
    """A check's outcome in one line."""
    return f"{outcome.sentence} {outcome.verdict}: {outcome.detail}"
