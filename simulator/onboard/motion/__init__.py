"""Motion: from a decision to one set point a tick, and what the body feels on the way.

**In**, each tick: `ZoneDecision` (the standing one), `MotorState`, `Touch`, `RangeOfMotion` (None until it is set),
`BackDrive`, `Tuning`. **Out**: `MotionReport`: the `MotorCommand` of this tick and the `BodyReport`.

**Remembers**: the phase (rest, turn, stop, release, retreat, yield, ease), the way being followed and the last set point,
which sides are blocked and since when, until when a hand's direction is respected, and the state of the momentum observer
(`feel.py`).

**Knobs**: motion.max_rate_dps, motion.max_accel_dps2, motion.max_jerk_dps3, motion.stop_short_deg, bump.bump_torque_nm,
bump.retreat_deg, bump.push_hold_s, bump.push_turn_deg, bump.manual_rest_s, bump.unblock_s, bump.friction_slack_nm_per_dps,
bump.accel_slack_nm_per_dps2.

**Read in this order**: `stage.py` one tick · `phases.py` when a phase ends · `profile.py` the way to a goal · `feel.py` hand,
bump or touch.
"""
