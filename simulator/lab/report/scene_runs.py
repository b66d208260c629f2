"""All runs of one scene as a report sees them: how the scene stands, and which of its runs shows why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from simulator.lab.run_result import CheckResult, RunResult, RunVerdict

ENDING = ".scene.yaml"
# Margins in different units are compared by what a person would call a step: half a second, ten degrees.
STEPS = {"s": 0.5, "°": 10.0}


class Standing(StrEnum):
    """How a scene stands; the worst of its runs counts."""

    PASS = "pass"
    FAIL = "fail"
    ERROR = "error"
    NOT_EXERCISED = "not exercised"
    GOLDEN = "golden"


@dataclass(frozen=True, slots=True)
class SceneRuns:
    """One scene and its runs, at least one."""

    scene: str
    results: tuple[RunResult, ...]

    @property
    def title(self) -> str:
        """The scene's path without its ending."""
        return self.scene.removesuffix(ENDING)

    @property
    def standing(self) -> Standing:
        """The worst that happened, an error of the simulator first."""
        if any(result.error or result.repeat for result in self.results):
            return Standing.ERROR
        counted = {result.counts_as for result in self.results}
        for verdict, standing in (
            (RunVerdict.FAIL, Standing.FAIL),
            (RunVerdict.NOT_EXERCISED, Standing.NOT_EXERCISED),
        ):
            if verdict in counted:
                return standing
        return Standing.GOLDEN if any(result.drifted for result in self.results) else Standing.PASS

    @property
    def telling(self) -> RunResult:
        """The run that a report shows: one with something to look at, with a film where there is one."""
        broken = [result for result in self.results if not result.clean]
        return next((result for result in broken if result.film), broken[0] if broken else self.results[0])

    @property
    def closest(self) -> CheckResult | None:
        """The check that was nearest to failing."""
        found = [
            (outcome.margin / STEPS[outcome.unit], outcome)
            for result in self.results
            for outcome in result.outcomes
            if outcome.margin is not None and outcome.unit in STEPS
        ]
        return min(found, key=lambda item: item[0])[1] if found else None


def by_scene(results: Sequence[RunResult]) -> list[SceneRuns]:
    """Results put together by their scene, in the order in which scenes first appear."""
    scenes: dict[str, list[RunResult]] = {}
    for result in results:
        scenes.setdefault(result.scene, []).append(result)
    return [SceneRuns(scene, tuple(found)) for scene, found in scenes.items()]
