"""One run on a worker of a cluster: it comes with its scene as text, and its result goes back as bytes; nothing is kept there."""

from __future__ import annotations

import simulator.runtime.threads  # noqa: F401  (before numpy)

# isort: split
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from simulator.lab.qa.result_store import code_digest
from simulator.lab.qa.run_task import perform
from simulator.lab.qa.worker_messages import RunTask
from simulator.runtime.crash_words import in_words
from simulator.scene.loader import loads


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterOrder:
    """Driver to worker: a run with all it needs."""

    task: RunTask
    text: str
    files: Mapping[str, str] = field(default_factory=dict)  # of `use:`
    code: str  # the digest of the driver's code


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterReport:
    """Worker to driver: the result, or what went wrong, or that this worker has other code."""

    result: bytes = b""
    error: str = ""
    refused: bool = False


def perform_order(order: ClusterOrder) -> ClusterReport:
    """Run it; never raises what the run raises."""
    if code_digest(modelled=order.task.mode != "full") != order.code:
        return ClusterReport(refused=True)
    try:
        scene = loads(order.text, path=Path(order.task.scene), files=order.files)
        return ClusterReport(result=perform(order.task, scene=scene).to_json())
    except MemoryError:
        return ClusterReport(error="out of memory")
    except Exception as error:
        traceback.print_exc()
        return ClusterReport(error=in_words(error))
