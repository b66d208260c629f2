"""`swivel study`: which motion people like, asked blind in pairs: new, run, report, export, withdraw."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import orjson

from simulator.lab.export.tables import as_csv, as_parquet
from simulator.lab.qa.result_store import write_whole
from simulator.lab.study.findings import Findings, findings
from simulator.lab.study.outcome import outcome_of
from simulator.lab.study.page import as_text, write_report
from simulator.lab.study.plan import StudyError, StudyPlan, beside, load_plan
from simulator.lab.study.record import StudyRecord
from simulator.lab.study.tables import COLUMNS, rows
from simulator.lab.study.template import write_new
from simulator.runtime.exit_codes import ExitCode
from simulator.workbench.presets import Presets


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The commands below `swivel study`."""
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, handler: object, words: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=words, description=f"{words[:1].upper()}{words[1:]}.")
        made.add_argument("study", type=Path, metavar="FILE", help="a file NAME.study.yaml")
        made.set_defaults(study_handler=handler)
        return made

    command("new", _new, "write a study to begin with")
    run = command("run", _run, "ask one rater, full screen")
    run.add_argument(
        "--rig", default="", help="show the motions on this display, as hybrid:dynamixel:/dev/ttyUSB0, and draw nothing"
    )
    run.add_argument("--json-lines", action="store_true", help=argparse.SUPPRESS)  # as every program of the window
    report = command("report", _report, "say what was found, and write it as a page")
    report.add_argument("--json", action="store_true", help="print one JSON object instead of sentences")
    report.add_argument(
        "--preset", type=Path, metavar="OUT", help="write the preferred or suggested setting as a preset"
    )
    export = command("export", _export, "write all answers as a table")
    export.add_argument("--to", choices=("csv", "parquet"), default="csv")
    withdraw = command("withdraw", _withdraw, "delete all answers of one rater")
    withdraw.add_argument("rater", metavar="NAME", help="the random name that the rater was told")


def study_command(options: argparse.Namespace) -> int:
    """Run one of them; returns the exit code."""
    code: int = options.study_handler(options)
    return code


def _new(options: argparse.Namespace) -> int:
    try:
        write_new(options.study)
    except StudyError as error:
        print(f"swivel study: {error}", file=sys.stderr)
        return ExitCode.BAD_USAGE
    load_plan(options.study)
    print(f"{options.study}: edit it, then: swivel study run {options.study}")
    return ExitCode.PASSED


def _run(options: argparse.Namespace) -> int:
    plan = load_plan(options.study)
    from simulator.gui.study.app import run_study

    return run_study(plan, rig=options.rig)


def _report(options: argparse.Namespace) -> int:
    plan = load_plan(options.study)
    sessions = StudyRecord(plan.path).sessions()
    found = findings(plan, sessions)
    if not sessions:
        print(f"swivel study: {plan.path}: nobody was asked yet", file=sys.stderr)
        return ExitCode.NOT_EXERCISED
    target = write_report(plan, found)
    if options.json:
        print(orjson.dumps(found).decode())
    else:
        print(as_text(plan, found), end="")
        print(target)
    if options.preset is not None:
        return _preset(options.preset, plan, found)
    return ExitCode.PASSED


def _preset(target: Path, plan: StudyPlan, found: Findings) -> ExitCode:
    outcome = outcome_of(plan, found)
    if outcome is None:
        print(f"swivel study: no preset: {found.verdict}", file=sys.stderr)
        return ExitCode.NOT_EXERCISED
    path = Presets(target.parent).save(target.stem, dict(outcome.knobs), about=outcome.about)
    print(f"{path}: {outcome.about}")
    return ExitCode.PASSED


def _export(options: argparse.Namespace) -> int:
    plan = load_plan(options.study)
    found = rows(StudyRecord(plan.path).sessions())
    target = beside(plan.path, f"answers.{options.to}")
    try:
        write_whole(target, as_parquet(found, COLUMNS) if options.to == "parquet" else as_csv(found, COLUMNS))
    except ModuleNotFoundError:
        print(
            "swivel study: --to parquet needs pyarrow: pip install 'swivel-display[data]', or --to csv", file=sys.stderr
        )
        return ExitCode.BAD_USAGE
    print(f"{target}: {len(found)} rows")
    return ExitCode.PASSED if found else ExitCode.NOT_EXERCISED


def _withdraw(options: argparse.Namespace) -> int:
    plan = load_plan(options.study)
    lines = StudyRecord(plan.path).withdraw(options.rater)
    gone = [beside(plan.path, ending) for ending in ("answers.csv", "answers.parquet", "report.html")]
    old = [path for path in gone if path.exists()]
    for path in old:  # they were made from the answers and still hold the rater's: made again by report and export
        path.unlink()
    print(f"{options.rater}: {lines} lines deleted" + "".join(f"; {path.name} deleted, make it again" for path in old))
    return ExitCode.PASSED
