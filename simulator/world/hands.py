"""People's hands on the screen: they turn it, hold it, press it, scroll and tap, and the touch panel sees their fingers.

A hand that turns or holds is a spring with a bounded force, as an arm is: it leads the screen along a smooth path and gives
way to a stronger motor. Fingers play recorded traces of the library in assets/touch: where the finger is, how hard it
presses and how it drags the glass. A finger left or right of the axis turns the screen by its pressure, and by its drag
because the glass stands in front of the axis.
"""

from __future__ import annotations

import math

from simulator.onboard.facts import MotorFacts
from simulator.onboard.messages import TICK_S, Touch
from simulator.world.contacts import edge_half_width_m
from simulator.world.spec import HandAction
from simulator.world.touch_traces import USUAL_PROFILE, TouchTrace, check, library

# Usual forces: turning a light screen by its edge takes 3 to 6 N, holding it still up to 8 N, a firm press 6 N (guesses
# within what ergonomic tables give for one hand without effort).
USUAL_FORCE_N = {"turn": 5.0, "hold": 8.0, "press": 6.0}
# Arm and grip at the screen's edge: stiffness and damping felt at the axis (guess: 500 N/m and 12 N s/m at 0.14 m).
ARM_NM_PER_RAD, ARM_NMS_PER_RAD = 10.0, 0.24
# A hand takes hold and lets go over this time.
GRIP_S = 0.12
# A press is neither a switch: the force comes and goes over this time.
PRESS_RISE_S = 0.06
# Where a press and a palm land, in shares of the screen.
PRESS_AT = (0.85, 0.5)
# The panel believes a finger after two scans and gives its place in steps of 1/1024.
PANEL_SCANS = 2
PANEL_STEPS = 1024
# How much of a new speed the panel's driver takes over at each scan.
PANEL_SPEED_SHARE = 0.4


class Hands:
    """The one hand that may be on the screen; a new gesture takes over from the one before."""

    def __init__(self, facts: MotorFacts) -> None:
        self._width_m = 2.0 * edge_half_width_m(facts)
        self._forward_m, self._edge_m = facts.screen_forward_m, facts.edge_radius_m
        self.touch = Touch()
        self._action: HandAction | None = None
        self._trace: TouchTrace | None = None
        self._from_rad = 0.0
        self._age = 0  # ticks of the gesture
        self._finger_nm = 0.0  # torque of the fingers in this tick
        self._scale = 1.0
        self._scans = 0

    @property
    def busy(self) -> bool:
        """Whether a hand is on the screen."""
        return self._action is not None

    def begin(self, action: HandAction, *, yaw_rad: float) -> None:
        """Start a gesture with the screen at this angle."""
        check(action)
        self._trace, self._scale = None, 1.0
        if action.gesture in USUAL_PROFILE:
            self._trace = library()[action.profile or USUAL_PROFILE[action.gesture]]
            if action.force_n is not None:
                self._scale = action.force_n / max(self._trace.press_n)
        self._action, self._from_rad, self._age = action, yaw_rad, 0

    def begin_tick(self) -> None:
        """Move the fingers on by one tick and let the panel scan them."""
        action = self._action
        finger = None
        self._finger_nm = 0.0
        if action is not None:
            if self._trace is not None:
                finger = self._traced(self._trace, action)
            elif self._age * TICK_S >= action.for_s + GRIP_S:
                self._action = None
            elif action.gesture == "press":
                share = _fade(self._age * TICK_S, action.for_s, rise_s=PRESS_RISE_S)
                x, y = PRESS_AT
                self._finger_nm = self._lever_m(x) * share * self._force_n(action)
                finger = (x, y) if share > 0.0 else None
            elif action.profile == "palm" and self._age * TICK_S < action.for_s:
                finger = PRESS_AT
            self._age += 1
        self._scan(finger)

    def torque_nm(self, *, yaw_rad: float, rate_rps: float, part_s: float) -> float:
        """Torque of the hand on the screen, so far into the tick."""
        action = self._action
        if action is None or action.gesture not in ("turn", "hold"):
            return self._finger_nm
        time_s = (self._age - 1) * TICK_S + part_s
        share = _fade(time_s, action.for_s, rise_s=GRIP_S)
        if share == 0.0:
            return 0.0
        path_rad, path_rps = self._from_rad, 0.0
        if action.to_deg is not None and action.gesture == "turn":
            way_rad = math.radians(action.to_deg) - self._from_rad
            done, pace = _smooth(time_s / action.for_s)
            path_rad, path_rps = self._from_rad + way_rad * done, way_rad * pace / action.for_s
        pull_nm = ARM_NM_PER_RAD * (path_rad - yaw_rad) + ARM_NMS_PER_RAD * (path_rps - rate_rps)
        limit_nm = share * self._force_n(action) * self._edge_m
        return min(limit_nm, max(-limit_nm, pull_nm))

    def snapshot(self) -> object:
        """All state."""
        return (
            (self.touch, self._action, self._trace, self._from_rad),
            (self._age, self._finger_nm, self._scale, self._scans),
        )

    def restore(self, state: object) -> None:
        """Return to a snapshot."""
        assert isinstance(state, tuple)
        (self.touch, self._action, self._trace, self._from_rad), rest = state
        self._age, self._finger_nm, self._scale, self._scans = rest

    def _traced(self, trace: TouchTrace, action: HandAction) -> tuple[float, float] | None:
        ticks = len(trace.x)
        at, rounds = self._age % ticks, self._age // ticks
        again = action.gesture == "scroll" and (rounds + 1) * ticks * TICK_S <= action.for_s
        if rounds and not again and at == 0:
            self._action = self._trace = None
            return None
        press_n = self._scale * trace.press_n[at]
        self._finger_nm = self._lever_m(trace.x[at]) * press_n + self._forward_m * self._scale * trace.drag_n[at]
        return (trace.x[at], trace.y[at]) if press_n > 0.0 else None

    def _lever_m(self, x: float) -> float:
        """From the axis to the finger along the glass; a person's right is the screen's counter-clockwise side."""
        return (x - 0.5) * self._width_m

    def _force_n(self, action: HandAction) -> float:
        return USUAL_FORCE_N[action.gesture] if action.force_n is None else action.force_n

    def _scan(self, finger: tuple[float, float] | None) -> None:
        before = self.touch
        if finger is None:
            self._scans = 0
            if before.down:
                self.touch = Touch(down=False, x=before.x, y=before.y)
            return
        self._scans += 1
        if self._scans < PANEL_SCANS:
            return
        x, y = (round(share * PANEL_STEPS) / PANEL_STEPS for share in finger)
        if not before.down:
            self.touch = Touch(down=True, x=x, y=y)
            return
        speed = math.hypot(x - before.x, y - before.y) / TICK_S
        speed = before.speed_per_s + PANEL_SPEED_SHARE * (speed - before.speed_per_s)
        if speed < 1e-3:
            speed = 0.0
        if (x, y, speed) != (before.x, before.y, before.speed_per_s):
            self.touch = Touch(down=True, x=x, y=y, speed_per_s=speed)


def _fade(time_s: float, for_s: float, *, rise_s: float) -> float:
    """1 in the middle of a gesture, rising and falling at its ends."""
    rise_s = min(rise_s, 0.5 * for_s)
    return max(0.0, min(1.0, time_s / rise_s, (for_s - time_s) / rise_s))


def _smooth(share: float) -> tuple[float, float]:
    """Way and pace of a reach of the arm (minimum jerk, Flash and Hogan 1985), in shares of way and time."""
    s = min(1.0, max(0.0, share))
    return s * s * s * (10.0 - 15.0 * s + 6.0 * s * s), 30.0 * s * s * (1.0 - s) * (1.0 - s)
