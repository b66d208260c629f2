"""A bench to compete on: tracks over random homes, public and hidden, for algorithms of other packages and for baselines.

Read `tracks.py` (what is asked and how it is scored), `entries.py` (who takes part), `draws.py` (which homes), `child.py` and
`runner.py` (one process an entry, with limits), `board.py` and `board_page.py` (the table), `codabench.py` (a bundle for a contest).
"""
