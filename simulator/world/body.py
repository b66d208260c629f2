"""The virtual body: a motor that turns the screen among things and hands, as a real one feels it.

To the stack it is a motor like any other (hardware_bridge/ports.py). `step` lets one tick of physics pass: the drive's
torque, the hand's torque, friction and play turn the screen, and where its edge meets things they push back.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from hardware_bridge.body.plant import SUBSTEP_S, SUBSTEPS, Plant
from hardware_bridge.body.virtual_motor import VirtualMotor
from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import TICK_S, Touch
from simulator.world.contacts import Contacts
from simulator.world.hands import Hands
from simulator.world.spec import HandAction, WorldSpec
from simulator.world.things import Frame, at_the_start, thing_of, walls_of
from simulator.world.touch_traces import check
from simulator.world.truth import ThingTruth
from simulator.world.truth_events import TruthEvent


class BodyWorld(VirtualMotor):
    """The plant, the things around it and the hands on it."""

    def __init__(self, spec: WorldSpec, facts: MotorFacts, rng: np.random.Generator | None) -> None:
        """Without a stream of chance encoder and current have resolution but no noise."""
        super().__init__(Plant(facts, rng=rng, yaw_deg=spec.device.start_yaw_deg))
        self._frame = Frame(spec.device)
        things = [thing_of(thing, place=spec.device, facts=facts, frame=self._frame) for thing in spec.things]
        self._named = {thing.name: k for k, thing in enumerate(things)}
        self.contacts = Contacts(things + walls_of(spec.room, frame=self._frame), facts=facts)
        self.hands = Hands(facts)
        for action in spec.actions:  # a mistake in a scene is told before it runs
            if isinstance(action, HandAction):
                check(action)
        self.contact_force_n = 0.0
        self.hand_torque_nm = 0.0
        self.accel_dps2 = 0.0
        self._truth = at_the_start(spec.things)

    @property
    def yaw_deg(self) -> float:
        """Where the screen truly points."""
        return self.plant.yaw_deg

    @property
    def rate_dps(self) -> float:
        """How fast the screen truly turns."""
        return self.plant.rate_dps

    @property
    def touch(self) -> Touch:
        """What the touch panel says."""
        return self.hands.touch

    @property
    def events(self) -> list[TruthEvent]:
        """What happened in the last tick: "glass tipped", "screen touches wall"."""
        return self.contacts.events

    def things(self) -> tuple[ThingTruth, ...]:
        """Where the things of the scene are now, in the order of the scene."""
        return self._truth

    def begin(self, action: HandAction, tick: int) -> None:
        """A hand begins a gesture in this tick, from where the screen is."""
        self.hands.begin(action, yaw_rad=self.plant.screen_rad)

    def place(self, name: str, *, at: tuple[float, float]) -> None:
        """Put a thing elsewhere, as somebody does who tidies up."""
        if name not in self._named:
            raise KeyError(f"unknown thing {name}; this scene has {', '.join(self._named) or 'no things'}")
        x, y = self._frame.to_base(at)
        self.contacts.place(self._named[name], x=x, y=y)
        self._tell([self._named[name]])

    def step(self, tick: int) -> None:
        """One tick of physics."""
        plant, contacts, hands = self.plant, self.contacts, self.hands
        before_rps = plant.screen_rps
        contacts.events.clear()
        hands.begin_tick()
        touching = contacts.begin_tick(yaw_rad=plant.screen_rad, rate_rps=before_rps, tick=tick)
        self.hand_torque_nm = 0.0
        if touching or hands.busy:
            self._step_touched(touching)
        else:
            plant.advance()
        self.contact_force_n = contacts.force_n
        self.accel_dps2 = math.degrees(plant.screen_rps - before_rps) / TICK_S

    def snapshot(self) -> object:
        """All state, to be given back to `restore`."""
        values = (self.contact_force_n, self.hand_torque_nm, self.accel_dps2, self._stopped, self._truth)
        return self.plant.snapshot(), self.contacts.snapshot(), self.hands.snapshot(), values

    def restore(self, state: object) -> None:
        """Return to a snapshot, bit for bit."""
        assert isinstance(state, tuple)
        plant, contacts, hands, values = state
        self.plant.restore(plant)
        self.contacts.restore(contacts)
        self.hands.restore(hands)
        self.contact_force_n, self.hand_torque_nm, self.accel_dps2, self._stopped, self._truth = values

    def _step_touched(self, touching: bool) -> None:
        """A tick in which hands and things have their say after each substep."""
        plant, contacts, hands = self.plant, self.contacts, self.hands
        hand_sum_nm, handled = 0.0, hands.busy
        for k in range(SUBSTEPS):
            hand_nm = 0.0
            if handled:
                hand_nm = hands.torque_nm(yaw_rad=plant.screen_rad, rate_rps=plant.screen_rps, part_s=k * SUBSTEP_S)
                hand_sum_nm += hand_nm
            plant.substep(hand_nm)
            if touching:
                change_rps, yaw_rad = contacts.substep(rate_rps=plant.screen_rps, moment_kgm2=plant.moment_kgm2)
                plant.strike(change_rps=change_rps, screen_rad=yaw_rad)
        self.hand_torque_nm = hand_sum_nm / SUBSTEPS
        if touching:
            moved = contacts.end_tick()
            if moved:
                self._tell(moved)

    def _tell(self, moved: Iterable[int]) -> None:
        """Renew the truth about things that moved."""
        told = list(self._truth)
        for k in moved:
            thing = self.contacts.things[k]
            x_m, y_m = self._frame.to_room(thing.x_m, thing.y_m)
            angle_deg = math.degrees(thing.angle_rad) + self._frame.heading_deg
            told[k] = ThingTruth(name=thing.name, x_m=x_m, y_m=y_m, angle_deg=angle_deg, tipped=thing.tipped)
        self._truth = tuple(told)
