"""The options of `swivel qa`."""

from __future__ import annotations

import argparse
from pathlib import Path

from simulator.scene.homes.seeds import FIRST, Purpose

# A worker that has loaded the stack holds 150 MB before its first run (measured); below this no run could end.
LEAST_MEMORY_MB = 300.0
GROUPS = ("look", "voice", "height", "posture")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `swivel qa`."""
    _add_what_runs(parser)
    _add_homes(parser)
    _add_reports(parser)
    _add_questions(parser)


def _add_what_runs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        nargs="*",
        default=[Path("scenes")],
        type=Path,
        metavar="PATH",
        help="scenes, folders of scenes, or: merge DIR...",
    )
    parser.add_argument("--jobs", type=jobs_count, default=1, metavar="N", help="worker processes (default 1)")
    add_cluster(parser)
    parser.add_argument(
        "--mode", choices=("full", "audio", "feature"), default="feature", help="how it senses (default feature)"
    )
    parser.add_argument("--seeds", type=_seeds, metavar="N|auto", help="seeds per scene; auto stops when it is sure")
    parser.add_argument(
        "--tag", action="append", default=[], metavar="TAG", help="only scenes with this tag; -TAG: without it"
    )
    parser.add_argument("--shard", type=_shard, default=(1, 1), metavar="I/N", help="run one of N parts of the scenes")
    parser.add_argument(
        "--durations", type=Path, metavar="FILE", help="seconds by scene, to make shards of equal length"
    )
    parser.add_argument("--durations-out", type=Path, metavar="FILE", help="write the seconds by scene of this run")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("runs/qa"),
        metavar="DIR",
        help="ledger, results and recordings (default runs/qa)",
    )
    parser.add_argument("--fresh", action="store_true", help="run everything again, also what is known from before")
    parser.add_argument("--twice", action="store_true", help="run each seed twice and compare the traces")
    parser.add_argument("--golden", choices=("check", "update"), help="compare with golden traces, or write them again")
    parser.add_argument(
        "--reason", default="", metavar="TEXT", help="why the goldens change; needed by --golden update"
    )
    parser.add_argument(
        "--keep", choices=("failures", "all", "none"), default="failures", help="which recordings to keep"
    )
    parser.add_argument(
        "--timeout", type=_timeout_s, default=300.0, metavar="S", help="most seconds for one run (default 300)"
    )
    parser.add_argument(
        "--memory", type=_memory_mb, default=3000.0, metavar="MB", help="most memory for one run (default 3000)"
    )


def _add_homes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--homes", type=_homes, metavar="N", help="run N random homes instead of scene files")
    parser.add_argument(
        "--seed", type=_home_seed, default=FIRST[Purpose.DEVELOPMENT], metavar="S", help="of the first home"
    )
    parser.add_argument(
        "--hard", type=float, default=1.0, metavar="H", help="how hard the homes are: 0 to 2 (default 1)"
    )
    parser.add_argument("--story", default="", metavar="NAME", help="this story in every home")
    parser.add_argument("--test-seeds", action="store_true", help="allow the seeds that are kept for tests")


def add_cluster(parser: argparse.ArgumentParser) -> None:
    """The option of commands that can run on a cluster."""
    parser.add_argument(
        "--cluster",
        default="",
        metavar="tls://HOST:PORT",
        help="run on the workers of a Dask scheduler; recordings stay out",
    )


def _add_reports(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write JUnit XML")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a report that opens anywhere")
    parser.add_argument("--annotate", choices=("github",), help="mark the failed lines of the scene files")


def _add_questions(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help="turn a knob in all scenes")
    parser.add_argument("--preset", type=Path, metavar="FILE", help="a file of knobs for all scenes")
    parser.add_argument(
        "--compare", action="store_true", help="what --set and --preset would fix and break, by scene name"
    )
    parser.add_argument("--guard-knobs", action="store_true", help="push each design knob to its ends: who objects?")
    parser.add_argument(
        "--by", type=_by, metavar="look,voice,height,posture", help="which group of people is served worst"
    )
    parser.add_argument(
        "--history", action="store_true", help="pass rates, figures and times over revisions, from --out"
    )
    parser.add_argument("--list", action="store_true", help="only list what would run")
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end")
    parser.add_argument(
        "--fault", default="", metavar="MODULE:FUNCTION", help="plant a fault in the workers, to test the checks"
    )


def _homes(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError(f"{text}: must be a whole number from 1 to 10000")
    return int(text)


def _home_seed(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text}: must be a whole number, 0 or more")
    return int(text)


def jobs_count(text: str) -> int:
    """How many worker processes an option asks for."""
    if not text.isdigit() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"{text}: must be a whole number from 1 to 256")
    return int(text)


def _timeout_s(text: str) -> float:
    return _number(text, least=1.0, most=86_400.0, unit="s")


def _memory_mb(text: str) -> float:
    return _number(text, least=LEAST_MEMORY_MB, most=1_000_000.0, unit="MB")


def _number(text: str, *, least: float, most: float, unit: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(f"{text}: must be a number from {least:g} to {most:g} {unit}")
    return value


def _by(text: str) -> list[str]:
    words = text.split(",")
    for word in words:
        if word not in GROUPS:
            raise argparse.ArgumentTypeError(f"{word}: must be of {', '.join(GROUPS)}")
    return words


def _seeds(text: str) -> int | str:
    if text == "auto":
        return text
    if not text.isdigit() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError(f"{text}: must be auto or a whole number from 1 to 10000")
    return int(text)


def _shard(text: str) -> tuple[int, int]:
    part, slash, parts = text.partition("/")
    if not (slash and part.isdigit() and parts.isdigit() and 1 <= int(part) <= int(parts) <= 1000):
        raise argparse.ArgumentTypeError(f"{text}: must be such as 1/4")
    return int(part), int(parts)
