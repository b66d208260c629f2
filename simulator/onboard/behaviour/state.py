"""Everything of the behaviour that a request or a wake word may change."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.onboard.angles import RangeOfMotion
from simulator.onboard.behaviour.attend import Attend
from simulator.onboard.behaviour.desk import Desk
from simulator.onboard.behaviour.framing import Framing
from simulator.onboard.behaviour.guarding import Guarding
from simulator.onboard.behaviour.guide import Guide
from simulator.onboard.behaviour.moment import Moment
from simulator.onboard.behaviour.table import Step
from simulator.onboard.behaviour.wishes import Wishes
from simulator.onboard.messages import BackDrive, MindEvent, Mode, ModeEvent, Setup, WakePolicy


@dataclass(slots=True, kw_only=True)
class BehaviourState:
    """The modes, their programs, and the settings that hold until somebody asks otherwise."""

    setup: Setup
    back_drive: BackDrive = BackDrive.AUTO
    policy: WakePolicy | None = None  # None: as tuned
    stopped: bool = False  # told to stop, and nobody has asked for anything since
    hand: bool = False  # a hand is on the screen
    exchange_tick: int = -1_000_000  # of the last exchange with a person
    wishes: Wishes = field(default_factory=Wishes)
    attend: Attend = field(default_factory=Attend)
    framing: Framing = field(default_factory=Framing)
    guarding: Guarding = field(default_factory=Guarding)
    guide: Guide = field(default_factory=Guide)
    desk: Desk = field(default_factory=Desk)
    notes: list[MindEvent] = field(default_factory=list)

    @property
    def arc(self) -> RangeOfMotion | None:
        """The range of motion in force: during set-up the one that is being tried."""
        return self.guide.arc if self.wishes.mode is Mode.SETUP else self.setup.range

    def happen(self, event: ModeEvent, moment: Moment, *, until_tick: int | None = None) -> Step:
        """Let the table answer an event."""
        firm = self.hand or moment.tick < moment.body.manual_until_tick
        return self.wishes.happen(event, hand_firm=firm, until_tick=until_tick)
