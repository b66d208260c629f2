"""Which motion people like: blind pairs, a model of what they prefer with honest intervals, and tuning by pairs.

Read `plan.py` (what a study asks), `schedule.py` (who sees which pair in which order), `record.py` (what is kept of a
rater and how it is withdrawn), `preference.py` (strengths with intervals), `power.py` (what could have been seen),
`left_out.py` (whose answers do not count and why), `findings.py` (all of it together) and `ideal_point.py` (which pair of
settings to show next). Nothing here draws or plays: `gui/study` shows the pairs.
"""
