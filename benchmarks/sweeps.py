"""Sweeps: nothing is lost under kills, two workers of a cluster against one, what Morris costs and repeats, and how far a front repeats."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.common import finish, parser
from benchmarks.sweeps_cluster import cluster
from benchmarks.sweeps_front import fronts
from benchmarks.sweeps_kills import kills
from benchmarks.sweeps_morris import walks

PARTS = {"kills": kills, "cluster": cluster, "morris": walks, "front": fronts}


def main() -> None:
    """Measure."""
    made = parser(__doc__)
    made.add_argument("--part", choices=tuple(PARTS), action="append", help="only this part; may be given again")
    args = made.parse_args()
    figures: dict[str, float | int | str] = {}
    for name in args.part or PARTS:
        with tempfile.TemporaryDirectory(prefix="swivel-sweeps-") as folder:
            figures |= PARTS[name](Path(folder), quick=args.quick)
    finish(figures, args)


if __name__ == "__main__":
    main()
