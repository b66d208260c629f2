"""Behaviour: what the device is there for just now, and what it therefore asks of the zones.

**In**, each thought: `TrackReport`, `VisionReport`, `MotorState`, `BodyReport`, every `Request` since the last one, the
`ZoneDecision` before, `Tuning`. **Out**: `Intent`, and an answer to each request.

**Remembers** (`state.py`): which modes wait and which runs, what each mode's program is doing, open requests, the set-up, and
the settings that hold until somebody asks otherwise.

**Knobs**: attention.min_person, attention.max_distance_m, attention.engaged_threshold, attention.min_sound_confidence,
attention.group_margin_deg, attention.wake_policy, attention.reply_window_s, attention.follow_for_s,
patience.ignore_sound_under_s, motion.max_rate_dps, motion.patrol_rate_dps, motion.aim_tolerance_deg, bump.manual_rest_s,
bump.manual_keep_s, call.framing, call.crop_zoom_max, call.crop_smooth_s, away.patrol_every_s, away.dwell_s, away.step_deg,
away.alert_after_s, away.alert_again_s, away.remote_timeout_s, away.remote_rate_dps.

**Read in this order**: `stage.py` one thought · `table.py` what each mode does with each event · `wishes.py` whose mode runs
· `state.py` the memory · `moment.py` what a program may look at. The programs: `attend.py` serving a person · `framing.py`
calls · `guarding.py` an empty home · `guide.py` set-up · `tasks.py` turns that were asked for, with `plans.py` and
`choreographies.py`. Requests: `rights.py` who may ask for what · `intake.py` what each does · `desk.py` until it is answered
· `answering.py` the answers of a thought.
"""
