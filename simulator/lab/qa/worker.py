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
from pathlib import Path

import orjson

from simulator.lab.qa.result_store import ResultStore
from simulator.lab.qa.run import Task, perform
from simulator.runtime.crash_words import in_words


def main() -> None:
    """Serve until the input ends."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    faulthandler.enable()
    store = ResultStore(Path(sys.argv[1]))
    if len(sys.argv) > 2:  # a planted fault, to see that the checks find it
        module, _, name = sys.argv[2].partition(":")
        getattr(importlib.import_module(module), name)()
    answers.write(orjson.dumps({"ready": True}) + b"\n")
    for line in sys.stdin.buffer:
        order = orjson.loads(line)
        faulthandler.dump_traceback_later(order.pop("timeout_s"), exit=False)
        task = Task(**order)
        try:
            store.put(task.key, perform(task))
            answer = {"key": task.key, "error": ""}
        except MemoryError:
            answer = {"key": task.key, "error": "out of memory"}
        except Exception as error:
            answer = {"key": task.key, "error": in_words(error)}
            traceback.print_exc()
        faulthandler.cancel_dump_traceback_later()
        answers.write(orjson.dumps(answer) + b"\n")


if __name__ == "__main__":
    main()
