"""What all benchmarks share: the same options, the same output, and intervals for rates."""

from __future__ import annotations

import argparse
import json
import math
import os
from pathlib import Path


def parser(doc: str | None) -> argparse.ArgumentParser:
    """The options of every benchmark."""
    made = argparse.ArgumentParser(description=(doc or "").strip().splitlines()[0])
    made.add_argument("--quick", action="store_true", help="end within 60 s, with wider intervals")
    made.add_argument("--json", type=Path, metavar="FILE", help="also write the figures as one flat JSON object")
    return made


def finish(figures: dict[str, float | int | str], args: argparse.Namespace) -> None:
    """Print the figures, one a line, and write them where asked."""
    width = max(map(len, figures), default=0)
    for name, value in figures.items():
        print(f"{name:<{width}}  {value:.4g}" if isinstance(value, float) else f"{name:<{width}}  {value}")
    if args.json:
        args.json.parent.mkdir(parents=True, exist_ok=True)
        args.json.write_text(json.dumps(figures, indent=1) + "\n")


def processor_s(pid: int) -> float:
    """Processor time of a process and its threads so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wilson(hits: int, trials: int, *, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a rate (Wilson 1927), as shares of one."""
    if trials == 0:
        return 0.0, 1.0
    rate = hits / trials
    spread = z * math.sqrt(rate * (1 - rate) / trials + z * z / (4 * trials * trials))
    middle = rate + z * z / (2 * trials)
    scale = 1 + z * z / trials
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)
