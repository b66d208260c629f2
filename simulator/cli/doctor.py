"""`swivel doctor`: what of this machine works, and the one thing to do about each part that does not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from simulator.runtime.exit_codes import ExitCode
from simulator.runtime.machine.examination import examine
from simulator.runtime.machine.finding import Finding, Status

MARKS = {Status.GOOD: "good", Status.LESS: "less", Status.BAD: "BAD "}


def doctor_command(*, as_json: bool) -> int:
    """Examine this machine; returns the exit code: 0 when Swivel runs on it, 1 when something that it needs is missing."""
    from simulator.gui.app import display_problem

    findings = examine(display_problem=display_problem())
    works = all(finding.status is not Status.BAD for finding in findings)
    if as_json:
        print(json.dumps({"works": works, "parts": [asdict(finding) for finding in findings]}))
    else:
        print(page(findings, works=works))
    return ExitCode.PASSED if works else ExitCode.FAILED


def page(findings: Sequence[Finding], *, works: bool) -> str:
    """The findings as lines, the thing to do below each."""
    width = max(len(finding.part) for finding in findings)
    lines = []
    for finding in findings:
        lines.append(f"{MARKS[finding.status]}  {finding.part:{width}}  {finding.found}")
        if finding.do:
            lines.append(f"{'':{width + 8}}do: {finding.do}")
    missing = sum(finding.status is not Status.GOOD for finding in findings)
    lines.append("Swivel runs here." if works else "Swivel does not run here as it should: see BAD.")
    if works and missing:
        lines[-1] += f" {missing} of {len(findings)} parts are left out."
    return "\n".join(lines)
