"""Defects: of what households complained, how much the device's own record shows, and how much of what it shows were complaints."""

from __future__ import annotations

import simulator.runtime.threads  # noqa: F401  (before numpy)

# isort: split
from dataclasses import dataclass

from benchmarks.common import finish, parser, wilson
from simulator.lab.learn.defects import Defect, defects
from simulator.onboard.messages import TICK_S, Contact
from simulator.runtime.run import RunLog, run_scene
from simulator.scene.homes.household import household
from simulator.scene.homes.seeds import EACH
from simulator.scene.loader import loads
from simulator.world.truth_events import CallsAgain, PushesScreen

# Homes that nothing was looked at in: the thresholds come from the ears' and the eyes' own figures.
FIRST_HOME = EACH + 50_000
DAYS, VISITS_A_DAY = 5, 4
# A complaint is the device's when it names the same kind within this time of what the customer did.
SAME_S = 2.5


@dataclass(slots=True)
class Counts:
    """Of one kind of complaint."""

    told: int = 0
    right: int = 0
    happened: int = 0
    on_record: int = 0  # the word was heard, or the hand was felt
    found: int = 0  # of those on the record


def main() -> None:
    """Measure."""
    args = parser(__doc__).parse_args()
    finish(detector(quick=args.quick), args)


def detector(*, quick: bool) -> dict[str, float | int | str]:
    """The figures of the detector."""
    counts = {"called_again": Counts(), "pushed_back": Counts()}
    visits = 0
    for seed in range(FIRST_HOME, FIRST_HOME + (6 if quick else 60)):
        home = household(seed)
        for visit in home.visits(days=1 if quick else DAYS, a_day=VISITS_A_DAY):
            log = run_scene(loads(visit.text, path="visit.scene.yaml"), seed=seed % 1000 + visits, mode="feature")
            _count(log, counts)
            visits += 1
    figures: dict[str, float | int | str] = {"defects.visits": visits}
    for name, one in counts.items():
        figures |= {f"defects.{name}.{what}": getattr(one, what) for what in Counts.__slots__}
    told, right = (sum(getattr(one, what) for one in counts.values()) for what in ("told", "right"))
    on_record, found = (sum(getattr(one, what) for one in counts.values()) for what in ("on_record", "found"))
    figures |= {
        "defects.precision": right / max(told, 1),
        "defects.precision_bound": wilson(right, told)[0],
        "defects.recall_of_record": found / max(on_record, 1),
        "defects.recall_of_record_bound": wilson(found, on_record)[0],
    }
    return figures


def _count(log: RunLog, counts: dict[str, Counts]) -> None:
    told = defects(log.traces)
    seen: set[int] = set()
    again_s: list[float] = []
    pushed_s: list[float] = []
    for truth in log.truths:
        if truth is None or id(truth) in seen:
            continue
        seen.add(id(truth))
        again_s += [truth.tick * TICK_S for event in truth.events if isinstance(event, CallsAgain)]
        pushed_s += [truth.tick * TICK_S for event in truth.events if isinstance(event, PushesScreen)]
    heard_s = [trace.tick * TICK_S for trace in log.traces if trace.sound.wake_word]
    felt_s = [trace.tick * TICK_S for trace in log.traces if trace.body.contact is Contact.HAND]
    _one_kind(counts["called_again"], [one for one in told if one.kind == "called again"], again_s, heard_s)
    _one_kind(counts["pushed_back"], [one for one in told if one.kind == "pushed back"], pushed_s, felt_s)


def _one_kind(counts: Counts, told: list[Defect], happened_s: list[float], recorded_s: list[float]) -> None:
    counts.told += len(told)
    counts.right += sum(any(0.0 <= one.at_s - at_s <= SAME_S for at_s in happened_s) for one in told)
    counts.happened += len(happened_s)
    on_record = [at_s for at_s in happened_s if any(0.0 <= heard_s - at_s <= SAME_S for heard_s in recorded_s)]
    counts.on_record += len(on_record)
    counts.found += sum(any(0.0 <= one.at_s - at_s <= SAME_S for one in told) for at_s in on_record)


if __name__ == "__main__":
    main()
