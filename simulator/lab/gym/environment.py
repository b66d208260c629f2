"""A device in a room as a Gymnasium environment: an agent asks for turns 20 times a second, as an app would, and is paid for service.

The agent sees what the stack believes and nothing else, and asks through requests, so that the guard and the order of owners hold.
An episode is one scene; the same seed and the same actions give the same fingerprint of the run.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import SupportsFloat

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from simulator.lab.service import CALM_DEG, PATIENCE_S
from simulator.onboard.angles import RangeOfMotion, distance_deg
from simulator.onboard.messages import TICK_S, TICKS_PER_S, Client, TurnTo
from simulator.runtime.compose import build, header_of
from simulator.runtime.message_schemas import Json
from simulator.scene.loader import Scene, load
from simulator.world.assets import SCENES
from simulator.world.spec import RequestAction
from simulator.world.truth_events import Says

Numbers = NDArray[np.float32]
EVERY_TICKS = 5
MOST_TRACKS = 4
MOST = 1000.0  # no angle, speed or distance is beyond it
AGENT = Client(name="agent")
OWN = (
    "yaw_deg",
    "rate_dps",
    "range_min_deg",
    "range_max_deg",
    "voice",
    "heard",
    "sound_deg",
    "confidence",
    "wake_word",
    "moving",
)
EACH_TRACK = ("there", "azimuth_deg", "rate_dps", "distance_m", "engagement", "talking", "addressing", "in_view")
OBSERVED = (*OWN, *(f"{name} {k + 1}" for k in range(MOST_TRACKS) for name in EACH_TRACK))
# What each costs next to a caller who is served (1) or lost (-1); guesses, of the size by which service figures differ.
OUTSIDE_COST = 1 / 60.0  # for each degree and second outside the fixed middle
TURNED_COST = 1 / 1000.0  # for each degree turned
NO_RANGE = RangeOfMotion(min_deg=0.0, max_deg=0.0)


class SwivelEnv(gymnasium.Env[Numbers, Numbers]):
    """One device; reset draws a scene and its seed, step lets 50 ms pass."""

    metadata: Json = {"render_modes": []}

    def __init__(self, scenes: Sequence[str | Path] = (SCENES / "sample.scene.yaml",), *, most_s: float = 60.0) -> None:
        self._scenes: list[Scene] = [load(Path(scene)) for scene in scenes]
        self._most_ticks = round(most_s * TICKS_PER_S)
        self.observation_space = spaces.Box(-MOST, MOST, (len(OBSERVED),), np.float32)
        # Where in the range of motion (-1 right end, 1 left end), and whether to ask at all (above 0).
        self.action_space = spaces.Box(-1.0, 1.0, (2,), np.float32)

    def reset(self, *, seed: int | None = None, options: Json | None = None) -> tuple[Numbers, Json]:
        """Begin an episode: a scene and a seed, drawn from the environment's own stream."""
        super().reset(seed=seed)
        scene = self._scenes[int(self.np_random.integers(len(self._scenes)))]
        drawn = int(self.np_random.integers(2**31))
        self._session = build(header_of(scene, seed=drawn, mode="feature"))
        self._left = min(round(scene.spec.duration_s * TICKS_PER_S), self._most_ticks)
        self._caller, self._called_tick, self._faced = "", 0, True
        self._trace = self._session.step()
        self._before_deg = self._yaw_deg()
        self._left -= 1
        return self._observed(), {"scene": scene.name, "seed": drawn}

    def step(self, action: Numbers) -> tuple[Numbers, SupportsFloat, bool, bool, Json]:
        """Ask, let 50 ms pass, look."""
        arc = self._session.stack.arc
        if action[1] > 0 and arc is not None:
            share = (float(np.clip(action[0], -1, 1)) + 1) / 2
            goal_deg = arc.min_deg + share * (arc.max_deg - arc.min_deg)
            self._session.send(RequestAction(at_s=0.0, request=TurnTo(angle_deg=goal_deg, client=AGENT)))
        reward = 0.0
        for _ in range(min(EVERY_TICKS, self._left)):
            self._trace = self._session.step()
            self._left -= 1
            reward += self._worth()
        over = self._left <= 0
        info: Json = {"trace_hash": self._session.trace_hash} if over else {}
        return self._observed(), reward, False, over, info

    def _yaw_deg(self) -> float:
        truth = self._session.truth
        return self._trace.motor.yaw_deg if truth is None else truth.yaw_deg

    def _worth(self) -> float:
        """What one tick was worth, by the terms of the service figures."""
        truth = self._session.truth
        assert truth is not None, "a virtual room is known"
        yaw_deg = truth.yaw_deg
        worth = -TURNED_COST * abs(yaw_deg - self._before_deg)
        self._before_deg = yaw_deg
        if truth.tick == self._trace.tick:
            for event in truth.events:
                if isinstance(event, Says) and event.what == "wake word":
                    self._caller, self._called_tick, self._faced = event.who, self._trace.tick, False
        person = next((one for one in truth.people if one.name == self._caller), None)
        if person is None:
            return worth
        outside_deg = max(distance_deg(person.azimuth_deg, yaw_deg) - CALM_DEG, 0.0)
        worth -= OUTSIDE_COST * outside_deg * TICK_S
        if not self._faced and (outside_deg == 0.0 or self._trace.tick - self._called_tick >= PATIENCE_S * TICKS_PER_S):
            self._faced = True
            worth += 1.0 if outside_deg == 0.0 else -1.0
        return worth

    def _observed(self) -> Numbers:
        trace = self._trace
        sound, arc = trace.sound, self._session.stack.arc or NO_RANGE
        heard = sound.azimuth_deg is not None
        row = [
            trace.motor.yaw_deg, trace.motor.rate_dps, arc.min_deg, arc.max_deg, sound.voice, heard, sound.azimuth_deg or 0.0,
            sound.confidence, sound.wake_word, trace.body.moving,
        ]  # fmt: skip
        for one in trace.tracks.tracks[:MOST_TRACKS]:
            row += (
                1.0, one.azimuth_deg, one.rate_dps, one.distance_m or 0.0, one.engagement, one.talking, one.addressing, one.in_view,
            )  # fmt: skip
        seen = np.zeros(len(OBSERVED), np.float32)
        seen[: len(row)] = row
        return seen


gymnasium.register(id="Swivel-v0", entry_point=SwivelEnv)
