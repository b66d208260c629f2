"""Shows the two motions of a pair on a real display: a program of its own, which the window of a study starts for each pair.

Each motion is the moment's scene from its beginning, among virtual people with modelled senses; before it the display turns back to
where the scene begins.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from simulator.lab.study.display_reports import (
    DISPLAY_REPORTS,
    DisplayGaveUp,
    DisplayReport,
    MotionBegins,
    ReturnsToStart,
)
from simulator.lab.study.plan import Moment, Setting
from simulator.onboard.messages import TICKS_PER_S
from simulator.onboard.tuning import Value
from simulator.runtime.compose import RigError, build, header_of
from simulator.runtime.exit_codes import ExitCode
from simulator.runtime.header import Header
from simulator.runtime.run import run_session
from simulator.scene.loader import load, loads

AT_START_DEG, RETURN_S, SLOW_DPS = 1.0, 12.0, 3.0
# Turning back must not look like one of the motions that are judged: it is always the same, and slow.
RETURN = """scene: 1
claim: The display turns back to where the next motion begins.
duration: 12 s
tuning: {{motion.max_rate_dps: 40, motion.max_accel_dps2: 120}}
timeline:
  - {{at: 0.05 s, who: app, does: turn to {yaw_deg:g} °}}
"""


class GaveUp(RuntimeError):
    """The display cannot be turned; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairOnDisplay:
    """What is to be shown: the moment of a scene with two settings, and on which display."""

    rig: str
    seed: int
    scene: Path
    to_s: float
    knobs: tuple[dict[str, Value], ...]

    @classmethod
    def of(cls, moment: Moment, settings: tuple[Setting, ...], *, rig: str, seed: int) -> PairOnDisplay:
        """The same from the parts of a study."""
        knobs = tuple(dict(setting.knobs) for setting in settings)
        return cls(rig=rig, seed=seed, scene=moment.scene, to_s=moment.to_s, knobs=knobs)

    def as_text(self) -> str:
        """As one argument of a program."""
        return orjson.dumps(
            {**{name: getattr(self, name) for name in self.__slots__}, "scene": str(self.scene)}
        ).decode()

    @classmethod
    def from_text(cls, text: str) -> PairOnDisplay:
        """Back again."""
        plain = orjson.loads(text)
        return cls(**{**plain, "scene": Path(plain["scene"]), "knobs": tuple(plain["knobs"])})


def show(pair: PairOnDisplay, report: Callable[[DisplayReport], None]) -> None:
    """Show both motions; raises RigError where the rig does not fit and GaveUp where the motor does not go on."""
    scene = load(pair.scene)
    for place, knobs in enumerate(pair.knobs):
        header = header_of(
            scene, seed=pair.seed, mode="feature", rig=pair.rig, tuning=scene.tuning.patched(dict(knobs))
        )
        report(ReturnsToStart(place=place))
        _return(header)
        report(MotionBegins(place=place))
        log = run_session(build(header), header, ticks=round(pair.to_s * TICKS_PER_S))
        if log.motor_lost:
            raise GaveUp(log.motor_lost)


def _return(header: Header) -> None:
    """Turn to where the scene begins, and rest there."""
    start_deg = header.spec.device.start_yaw_deg
    back = loads(RETURN.format(yaw_deg=start_deg))
    spec = header.spec.model_copy(update={"actions": back.spec.actions, "duration_s": back.spec.duration_s})
    session = build(replace(header, spec=spec, tuning=back.tuning))
    try:
        for _ in range(round(RETURN_S * TICKS_PER_S)):
            motor = session.step().motor
            if motor.fault:
                raise GaveUp(motor.fault)
            there = abs(motor.yaw_deg - start_deg) < AT_START_DEG and abs(motor.rate_dps) < SLOW_DPS
            if there and session.tick > TICKS_PER_S // 2:
                return
    finally:
        session.close()
    raise GaveUp(f"it did not come back to {start_deg:g}° within {RETURN_S:g} s")


def main(arguments: list[str]) -> int:
    """Show the pair that the first argument describes."""

    def report(message: DisplayReport) -> None:
        sys.stdout.write(f"{DISPLAY_REPORTS.to_json(message).decode()}\n")
        sys.stdout.flush()

    try:
        show(PairOnDisplay.from_text(arguments[0]), report)
    except (RigError, GaveUp, OSError) as error:
        report(DisplayGaveUp(text=str(error)))
        return ExitCode.NOT_EXERCISED
    except KeyboardInterrupt:
        return ExitCode.CANCELLED
    return ExitCode.PASSED
