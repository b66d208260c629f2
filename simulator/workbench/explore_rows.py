"""What was explored, as rows and sentences for people: the table of named points, their runs, and what may be said of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from simulator.lab.search.explored import Explored, FigureMatters, Named, PointRun
from simulator.lab.search.objectives import Objectives

SHIPPED = "as it ships"
UNKNOWN = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class PointRow:
    """One line of the table."""

    name: str
    adviser: str
    service: str
    service_held_out: str
    disturbance: str
    disturbance_held_out: str
    changed: str  # fixed : broken
    verdict: str
    colour: str  # of the verdict
    tip: str


def point_rows(found: Explored) -> list[PointRow]:
    """What ships first, then the front from eager to calm."""
    shipped = [] if found.shipped is None else [_row(SHIPPED, "", found.shipped, found.shipped_held_out)]
    return [*shipped, *(_named(one, found) for one in found.points)]


def _named(one: Named, found: Explored) -> PointRow:
    if found.made_by == "sweep":
        return _row(
            one.name, one.adviser, one.train, None, verdict="not tested on others", tip="A sweep holds nothing out"
        )
    if one.held_out is None:
        tip = "It is run on the held-out scenes when all points were tried"
        return _row(one.name, one.adviser, one.train, None, verdict="not tested yet", tip=tip)
    verdict, colour = ("generalises", "ok") if one.generalises else ("does not generalise", "bad")
    names = [f"fixes {_scene(name)}" for name in one.fixed] + [f"breaks {_scene(name)}" for name in one.broken]
    tip = "\n".join(names) or "Every scene passes or fails as it does with the settings that ship"
    changed = f"{len(one.fixed)} : {len(one.broken)}"
    return _row(
        one.name, one.adviser, one.train, one.held_out, changed=changed, verdict=verdict, colour=colour, tip=tip
    )


def _row(
    name: str,
    adviser: str,
    train: Objectives,
    held_out: Objectives | None,
    *,
    changed: str = "",
    verdict: str = "",
    colour: str = "dim",
    tip: str = "",
) -> PointRow:
    service, disturbance = (f"{value:.2f}" for value in train)
    held = (UNKNOWN, UNKNOWN) if held_out is None else tuple(f"{value:.2f}" for value in held_out)
    return PointRow(
        name=name, adviser=adviser, service=service, service_held_out=held[0], disturbance=disturbance,
        disturbance_held_out=held[1], changed=changed, verdict=verdict, colour=colour, tip=tip,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run of a point."""

    scene: str
    path: str
    seed: int
    where: str
    shipped: str
    point: str
    change: str  # fixed, broken, or nothing


def run_rows(one: Named) -> list[RunRow]:
    """What the point breaks first, then what it fixes, then all others by name."""
    rows = [_run(run) for run in one.runs]
    order = {"broken": 0, "fixed": 1, "": 2}
    return sorted(rows, key=lambda row: (order[row.change], row.where, row.scene, row.seed))


def _run(run: PointRun) -> RunRow:
    change = {(False, True): "fixed", (True, False): "broken"}.get((run.shipped_passed, run.passed), "")  # type: ignore[arg-type]
    return RunRow(
        scene=_scene(run.scene), path=run.scene, seed=run.seed, where="held out" if run.held_out else "tuned on",
        shipped=_passed(run.shipped_passed), point=_passed(run.passed), change=change,
    )  # fmt: skip


def _passed(passed: bool | None) -> str:
    return {True: "passes", False: "fails", None: UNKNOWN}[passed]


def _scene(path: str) -> str:
    parts = Path(path)
    name = parts.name.removesuffix(".scene.yaml")
    return f"{parts.parent.name}/{name}" if parts.parent.name else name


def beside_chance(found: Explored) -> str:
    """What each adviser's points are worth beside random ones, also when that is nothing."""
    volumes = found.volumes
    if len(volumes) < 2 or "random" not in volumes:
        return ""
    shares = ", ".join(f"{name} {share:.2f}" for name, share in volumes.items())
    better = [name for name, share in volumes.items() if share > volumes["random"]]
    words = (
        f"{' and '.join(better)} did better than chance in this one draw" if better else "none did better than chance"
    )
    return f"Share of the box beaten: {shares}; {words}."


def summary(found: Explored) -> str:
    """How much was tried, and what may be said of it."""
    known = [trial for trial in found.trials if trial.train is not None]
    clash = len(found.trials) - len(known)
    parts = [f"{len(found.trials)} points on {_count(found.train_scenes, 'scene')}"]
    if clash:
        parts.append(f"{clash} clash with a scene or crashed")
    if found.held_out_scenes:
        parts.append(
            f"tested on {found.held_out_scenes} others" if found.tested else f"{found.held_out_scenes} held out"
        )
    else:
        parts.append("nothing held out, so nothing is said to generalise")
    if found.tested:
        good = sum(one.generalises for one in found.points)
        parts.append(f"{good} of {len(found.points)} named points generalise")
    if not found.complete:
        parts.append("not finished")
    return "; ".join(parts) + "."


def matters_words(one: FigureMatters, scenes: int) -> str:
    """For whom the bars hold."""
    return f"for this set of {_count(scenes, 'scene')}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
