"""Random homes: an examiner that draws a flat, who lives in it and what happens, and promises what the truth and the article ask for.

In: a seed and a hardness. Out: the text of a scene file (`home.py`), which every command takes like one that a person wrote.
Read `seeds.py` (which seeds are for what), `chance.py` and `hardness.py` (how it is drawn), `place.py`, `people.py`, `noises.py` and
`furniture.py` (the flat), `promises.py` (what must come of it) and `calls.py`, `company.py`, `doings.py` (the stories).
Nothing here asks what the device does: docs/homes.md says what is drawn and why a promise is fair.
"""
