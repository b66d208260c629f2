"""The customer's view: what people in the room see of the display, live, as stills and as films.

glass.py    what is on the glass, from what the device does
film.py     a run as a film that browsers play
live.py     pictures of a room that is served, in a process of their own
"""

LIVE_PROGRAM = "simulator.gui.customer.live"
