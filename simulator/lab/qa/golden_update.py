"""`swivel qa --golden update`: makes golden traces again and tells what changed, with the reason that was given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simulator.lab.qa.golden import GoldenError, compare, read_golden, trace_of, write_golden
from simulator.lab.qa.plan import Job, golden_path
from simulator.runtime.run import run_scene


def update_goldens(jobs: Sequence[Job], *, reason: str) -> Iterator[str]:
    """Run seed 0 of each scene and keep it; gives one line for each that changed, and one for all."""
    new = same = changed = 0
    for job in jobs:
        scene, path = job.scene, golden_path(job.path, mode=job.mode)
        log = run_scene(scene, seed=0, mode=job.mode)
        trace = trace_of(log, log.columns())
        try:
            before, word = read_golden(path), "new"
        except GoldenError as error:
            before, word = None, f"made again, since {error}"
        difference = None if before is None else compare(before, trace)
        if difference is None:
            new += 1
            yield f"{job.name}: {word}"
        elif difference.same:
            same += 1
            continue
        else:
            changed += 1
            yield f"{job.name}: from {difference.at_s:.2f} s in {difference.stage}: {difference.text}"
        write_golden(path, trace, reason=reason)
    yield f"{changed} changed, {new} new, {same} as before; reason: {reason}"
