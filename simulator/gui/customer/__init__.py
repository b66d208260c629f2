"""The customer's view: what people in the room see of the display, live, as stills and as films.

glass.py       what is on the glass, from what the device does
drawn_room.py  one room with what draws it
maker.py       the process that draws for the window; orders.py is what it is told
film.py        a run as a film that browsers play
live.py        pictures of a room that is served, in a process of their own
"""

LIVE_PROGRAM = "simulator.gui.customer.live"
