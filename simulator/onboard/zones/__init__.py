"""Zones: from what is wanted to a direction to turn to, or the reason to stay.

**In**, each thought: `Intent`, `TrackReport`, `BodyReport`, `MotorState`, `Shutter`, for how long the eyes are gone,
`RangeOfMotion` (None until it is set), `Tuning`. **Out**: `ZoneDecision`: a goal, or a reason to stay, and each question
asked with its numbers.

**Remembers**: the zone and whose it is, since when they are in the motion zone, the goal of the turn under way and for what
it began, since when the screen stands still, and whether a group was aimed at.

**Knobs**: zones.dead_half_width_deg, zones.dead_near_half_width_deg, zones.dead_far_half_width_deg,
zones.holding_half_width_deg, zones.holding_near_half_width_deg, zones.holding_far_half_width_deg, zones.hysteresis_deg,
patience.settle_s, patience.motion_delay_s, patience.rest_after_move_s, patience.look_after_s, attention.min_person,
attention.group_margin_deg, attention.max_distance_m, motion.aim_tolerance_deg, call.settle_s, call.recentre_share,
recipe.settle_s, recipe.widen.

**Read in this order**: `stage.py` one thought · `questions.py` what must be answered before a turn · `moment.py` what they
may look at · `group.py` whom to aim at · `widths.py` how wide the zones are · `rules.py` the knobs by value.
"""
