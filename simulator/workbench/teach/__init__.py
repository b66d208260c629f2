"""Teaching a named mode by showing where the screen should have been.

In: two to six lessons, each a run and the way that a person pushed the screen along it, or "calmer" and "livelier". Out: settings that
would have behaved like that, what else would explain the lessons, and the scene whose lesson would tell these apart. Read `ways.py` (what
is fitted), `lesson.py`, `fit.py`, `asking.py`, `behaviour.py` (what is shown of it) and `taught.py` (how a mode is kept).
"""
