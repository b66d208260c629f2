"""Messages that GitHub shows on the very line of the scene file that failed."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.lab.run_result import CheckResult, RunResult
from simulator.scene.checks import Verdict


def github(results: Sequence[RunResult]) -> list[str]:
    """One workflow command a failed check; seeds of the same check are told once, with their number."""
    lines: list[str] = []
    for result in results:
        if result.error:
            lines.append(_command("error", result.scene, 1, 1, "simulator", result.error.splitlines()[0]))
        if result.repeat:
            text = f"seed {result.seed} is not repeatable: {result.repeat.stage} differs at {result.repeat.at_s:.2f} s"
            lines.append(_command("error", result.scene, 1, 1, "repeat", text))
        golden = result.golden
        if golden is not None and result.drifted:
            text = f"golden drift from {golden.at_s:.2f} s in {golden.stage}: {golden.text}"
            lines.append(_command("warning", result.scene, 1, 1, "golden", text))
    failed: dict[tuple[str, str, int, int, str], list[tuple[int, CheckResult]]] = {}
    for result in results:
        for outcome in result.outcomes:
            if not outcome.passed:
                at = (result.scene, outcome.file, outcome.line, outcome.column, outcome.id)
                failed.setdefault(at, []).append((result.seed, outcome))
    for (scene, file, line, column, name), found in failed.items():
        seed, outcome = min(found, key=lambda item: (item[1].margin is None, item[1].margin or 0.0))
        others = f", and {len(found) - 1} more seeds" if len(found) > 1 else ""
        verdict = "" if outcome.verdict is Verdict.FAIL else f"{outcome.verdict}: "
        where = "" if file == scene else f"in {scene}: "
        text = f"{where}{verdict}{outcome.detail}, seed {seed}{others}"
        lines.append(_command("error", file, line, column, name, text))
    return lines


def warning(text: str) -> str:
    """A workflow command about the whole run."""
    return f"::warning title=modelled senses::{_data(text)}"


def _command(kind: str, file: str, line: int, column: int, title: str, text: str) -> str:
    return f"::{kind} file={_value(file)},line={line},col={column},title={_value(title)}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _value(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
