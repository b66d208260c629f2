"""A home around the device, from a room's description and by rule: what stands and hangs there, and its finished light.

In: a WorldSpec. Out: one mesh and one picture (atlas) for each light setting, which the renderer draws with a single fetch.
Nothing here is chosen scene by scene, and nothing takes from the scene's streams of chance: `room.decor_seed` has its own.

plan.py       which wall is behind the device, where window and door are, what the device stands on, what must stay free
shapes.py     patches of surface and the boxes that stop light; paint.py, fronts.py, art.py say what is painted on them
dress.py      puts shell.py, kitchen.py, living.py, bedroom.py and standing.py (the scene's own furniture) together
rays.py       light of each small piece of surface by casting rays, once for all settings; bake.py keeps it on disk
looks.py      a light setting as colours of sky, sun and lamps, with the exposure that a room's walls ask for
atlas.py      colours times light, packed into one picture
"""
