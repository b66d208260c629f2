"""The customer's view: what people in the room see of the display, live, as stills and as films.

glass.py    what is on the glass, from what the device does
moments.py  the moments of a run: people and things from the truth, the glass from the trace
film.py     a run as a film that browsers play
"""
