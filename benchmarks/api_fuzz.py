"""Commands of all kinds, good and bad, from clients that come and go, through the whole server but its sockets."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field

import numpy as np

from simulator.onboard.behaviour.rights import RIGHTS, forbidden
from simulator.onboard.messages import Scope
from simulator.runtime.compose import header_of
from simulator.scene.loader import loads
from simulator.server.clients import Client
from simulator.server.hub import Hub
from simulator.server.loop import Loop
from simulator.server.messages import COMMANDS, ApiMessage, FinalReply
from simulator.server.messages.commands import Subscribe
from simulator.server.messages.world import PushScreen
from simulator.server.pipe import Act, LoopReady, LoopReport, LoopTick
from simulator.world.assets import SCENES
from simulator.world.spec import RequestAction

QUIET = """\
scene: 1
claim: Nobody is there, so nothing moves the screen but what clients ask for.
duration: 20 s
people:
  anna: {at: [1.0, 2.4], faces: away}
expect:
  - {never: yaw speed > 180 deg/s}
"""
TICK_S = 0.01
MOST_CLIENTS = 12
HANDS_OFF = tuple(model for model in COMMANDS if model is not PushScreen)
RANK = {scope: rank for rank, scope in enumerate(Scope)}
NAMES = ("ScreenImpactCenter", "ClockwiseMediumSweep", "MixedExpressiveShakes", "Nope", "")
WORDS: dict[str, tuple[object, ...]] = {
    "angle": (0, 15, -20, 40.5, 89, -95, 170, 400, "30", None, math.nan, math.inf, True),
    "azimuth": (0, 30, -60, 175, 200, None),
    "relative": (True, False, "yes"),
    "maxSpeed": (None, 10, 60, 180, 0, -5, 1e9),
    "style": ("normal", "calm", "wild"),
    "rate": (10, -30, 60, 0, 200, math.nan),
    "ttlMs": (20, 100, 500, 0, 5000),
    "leaseMs": (200, 1000, 5000, 60000, 10, 1e9),
    "name": NAMES,
    "intensity": (1.0, 0.5, 0.1, 0, 2),
    "beats": (
        [],
        [{"offset": 10, "speed": 40}],
        [{"offset": -8, "speed": 30, "dwellMs": 50}, {"offset": 0, "speed": 30}],
        [{"offset": 300, "speed": 30}],
        [{"offset": 5, "speed": 0}],
    ),
    "wakeWordResponse": ("turnToWakeWord", "followOnWakeWord", "doNotMoveOnWakeWord", "sing"),
    "mode": ("idle", "follow", "recipe", "call", "away", "fault", "setup"),
    "framingMode": ("automatic", "center", "left", "right", "top"),
    "width": (40, 5, 120, 0),
    "placement": ("wall", "corner", "free", "hand", "ceiling"),
    "min": (-180, -90, -30, 0, 90, 200),
    "max": (180, 90, 30, 0, -90, -200),
    "backDrive": ("auto", "off", "free", "on"),
    "person": (None, 1, 2, 99, -1),
    "rateHz": (0, 10, 20, 50),
    "since": (None, 0, 3, 10**9, -1),
    "events": (True, False),
    "who": ("anna", "nobody", ""),
    "what": ("wake word", "speech", "song"),
    "x": (1.0, 3.5, -20, 99),
    "y": (1.5, 2.5, 40),
    "speed": (0.5, 1.0, 9.0),
    "to": ("device", "away", 20.0, -40.0, "moon"),
    "gesture": ("turn", "hold", "kick"),
    "forMs": (100, 500, 10**7),
    "closed": (True, False),
}
GARBAGE = (
    "",
    "{",
    "[]",
    "null",
    '"x"',
    "{}",
    '{"id":"a"}',
    '{"type":"TurnTo"}',
    '{"type":7,"id":"a"}',
    "\x00\xff",
    "[" * 500,
)


@dataclass(slots=True)
class OneAnswer:
    """The answers to one command."""

    answers: list[ApiMessage] = field(default_factory=list)

    def answer(self, message: ApiMessage) -> None:
        """Take one."""
        self.answers.append(message)

    @property
    def finals(self) -> int:
        """How many of them were final."""
        return sum(isinstance(one, FinalReply) for one in self.answers)


@dataclass(slots=True, kw_only=True)
class Fuzzed:
    """What came out."""

    commands: int = 0
    answered_once: int = 0
    unsafe: int = 0
    exceptions: int = 0
    disconnects: int = 0
    ticks: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    widest_deg: float = 0.0
    turned_deg: float = 0.0


class InOne:
    """Hub and loop in one process, without a clock."""

    def __init__(self, scene_text: str = QUIET, *, rig: str = "virtual") -> None:
        scene = loads(scene_text, path=SCENES / "quiet.scene.yaml", root=SCENES)
        self.hub: Hub | None = None
        self.acts: list[Act] = []
        self.ticks: list[LoopTick] = []
        self.loop = Loop(header_of(scene, mode="feature", rig=rig), report=self._take)
        self.now_s = 0.0
        self.step()

    @property
    def desk(self) -> Hub:
        """The hub, which is there after the first tick."""
        assert self.hub is not None
        return self.hub

    def step(self, ticks: int = 1) -> None:
        """Let time pass."""
        for _ in range(ticks):
            self.now_s += TICK_S
            self.loop.step(wall_s=self.now_s)

    def ask(self, client: Client, text: str | bytes) -> OneAnswer:
        """Send a command."""
        box = OneAnswer()
        command = self.desk.receive(client, text, box, now_s=self.now_s)
        if isinstance(command, Subscribe):
            box.answer(self.desk.subscribed(command)[1])
        return box

    def _take(self, report: LoopReport) -> None:
        if isinstance(report, LoopReady):
            self.hub = Hub(report, send=self._send)
        elif isinstance(report, LoopTick) and self.hub is not None:
            self.ticks = [report]
            self.hub.clock(self.now_s)
            self.hub.report(report)

    def _send(self, act: Act) -> None:
        self.acts.append(act)
        self.loop.obey(act)


def fuzz(
    commands: int, *, seed: int = 0, scopes: tuple[Scope, ...] = (Scope.WATCH, Scope.APP), hands: bool = False
) -> Fuzzed:
    """Send so many commands from clients of these scopes, with disconnects; hands may push the screen anywhere, if wanted."""
    rng = np.random.Generator(np.random.Philox(seed))
    whole, found = InOne(), Fuzzed()
    hub = whole.desk
    clients = [hub.join(scopes[int(rng.integers(len(scopes)))]) for _ in range(4)]
    open_boxes: list[OneAnswer] = []
    start_deg = whole.loop.session.stack.arc
    while found.commands < commands:
        if rng.random() < 0.05 and len(clients) < MOST_CLIENTS:
            clients.append(hub.join(scopes[int(rng.integers(len(scopes)))]))
        if rng.random() < 0.04 and len(clients) > 1:
            hub.leave(clients.pop(int(rng.integers(len(clients)))))
            found.disconnects += 1
        flood = (
            rng.random() < 0.02
        )  # mostly what apps do, sometimes a flood, now and then a pause in which turns come to their end
        for _ in range(int(rng.integers(50, 200) if flood else rng.integers(1, 7))):
            client, text = clients[int(rng.integers(len(clients)))], command_text(rng, COMMANDS if hands else HANDS_OFF)
            try:
                open_boxes.append(whole.ask(client, text))
            except Exception:
                found.exceptions += 1
            found.commands += 1
        for _ in range(int(rng.integers(50, 250) if rng.random() < 0.01 else rng.integers(1, 5))):
            _checked(whole, found, start_deg)
        open_boxes = _counted(open_boxes, found, left=False)
    for client in clients:
        hub.leave(client)
    whole.step(10)
    _counted(open_boxes, found, left=True)
    whole.loop.close()
    return found


def _checked(whole: InOne, found: Fuzzed, start: object) -> None:
    """One tick, and what must not be in it."""
    for act in whole.acts:
        if isinstance(act.action, RequestAction):
            request = act.action.request
            found.unsafe += forbidden(request) is not None
            found.unsafe += RANK[request.client.scope] < RANK[RIGHTS[type(request)].scope]
    whole.acts.clear()
    try:
        whole.step()
    except Exception:
        found.exceptions += 1
    found.ticks += 1
    session = whole.loop.session
    found.unsafe += session.stack.arc != start
    yaw_deg = session.truth.yaw_deg if session.truth is not None else 0.0
    found.widest_deg = max(found.widest_deg, abs(yaw_deg))
    found.turned_deg += abs(session.truth.rate_dps) * TICK_S if session.truth is not None else 0.0


def _counted(boxes: list[OneAnswer], found: Fuzzed, *, left: bool) -> list[OneAnswer]:
    """Count what has ended; a command that gets another answer later would be seen, for its box stays in use."""
    waiting = []
    for box in boxes:
        if box.finals == 0 and not left:
            waiting.append(box)
            continue
        found.answered_once += box.finals == 1 and isinstance(box.answers[-1], FinalReply)
        kind = f"{type(box.answers[-1]).__name__}" if box.answers else "nothing"
        found.kinds[kind] = found.kinds.get(kind, 0) + 1
    return waiting


def command_text(rng: np.random.Generator, kinds: tuple[type[ApiMessage], ...]) -> str:
    """One command: mostly good, often a little wrong, sometimes nonsense."""
    if rng.random() < 0.03:
        return GARBAGE[int(rng.integers(len(GARBAGE)))]
    model = kinds[int(rng.integers(len(kinds)))]
    plain: dict[str, object] = {"type": model.model_fields["type"].default, "id": f"x{int(rng.integers(40))}"}
    for name, info in model.model_fields.items():
        alias = info.alias or name
        if name in ("type", "id") or (not info.is_required() and rng.random() < 0.5):
            continue
        choices = WORDS[alias]
        few = choices[: max(2, len(choices) // 2)] if rng.random() < 0.75 else choices
        plain[alias] = few[int(rng.integers(len(few)))]
    if rng.random() < 0.02:
        plain["colour"] = "blue"
    return json.dumps(plain)
