"""A worker process of `swivel qa`: reads tasks as JSON lines, runs them, writes each result into the store, says so.

Imports no Qt. Ends when its input ends, so a killed driver leaves no worker behind. What libraries print goes to standard
error; the answers have a channel of their own.
"""

from __future__ import annotations

import simulator.runtime.last_words
import simulator.runtime.threads  # noqa: F401  (before numpy)

# isort: split
import faulthandler
import importlib
import os
import sys
import traceback
from functools import lru_cache
from pathlib import Path

from simulator.lab.qa.result_store import ResultStore
from simulator.lab.qa.run_task import perform
from simulator.lab.qa.worker_messages import RunTask, WorkerReport, read_order, to_line
from simulator.runtime.crash_words import in_words
from simulator.scene.loader import Scene, load

KEPT_SCENES = 64


def main() -> None:
    """Serve until the input ends."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    faulthandler.enable()
    store = ResultStore(Path(sys.argv[1]))
    if len(sys.argv) > 2:  # a planted fault, to see that the checks find it
        module, _, name = sys.argv[2].partition(":")
        getattr(importlib.import_module(module), name)()
    answers.write(to_line(WorkerReport()))
    for line in sys.stdin.buffer:
        order = read_order(line)
        faulthandler.dump_traceback_later(order.dump_after_s, exit=False)
        error = _error_of(order.task, store)
        faulthandler.cancel_dump_traceback_later()
        answers.write(to_line(WorkerReport(key=order.task.key, error=error)))


def _error_of(task: RunTask, store: ResultStore) -> str:
    """Run a task and keep its result; returns what went wrong, or nothing."""
    try:
        path = Path(task.scene)
        store.put(task.key, perform(task, scene=_scene(path, path.stat().st_mtime_ns)))
    except MemoryError:
        return "out of memory"
    except Exception as error:
        traceback.print_exc()
        return in_words(error)
    return ""


@lru_cache(maxsize=KEPT_SCENES)
def _scene(path: Path, written_ns: int) -> Scene:
    """A scene as it was written at a time; reading it takes as long as a fifth of its run, and a sweep asks for it again and again."""
    return load(path)


if __name__ == "__main__":
    main()
