"""Fusion: from what was heard and seen to who is there, who talks and who means the device.

**In**, each thought (20 a second, sooner when something happens): `SoundReport`, `VisionReport`, `RangeOfMotion` (None until
it is set), `Tuning`. **Out**: `TrackReport`.

**Remembers**: every person, in view or not (`person.py`), directions that sound and show nobody (`echoes.py`), the last wake
word and why it may be in doubt, one that waits for agreement, for how long speech has been heard, and who was meant last.
With a `Memory` also where people usually are at this hour (`habits.py`), which decides nothing but ties.

**Knobs**: attention.ambiguity_ratio, attention.ambiguity_gap_deg, attention.min_sound_confidence,
attention.face_me_preference, attention.engaged_threshold, attention.min_person, attention.reflector_forget_s,
patience.forget_s, patience.settle_radius_deg, patience.ignore_sound_under_s, sound.voice_threshold.

**Read in this order**: `stage.py` one thought · `person.py` what is known of one person · `kalman.py` where they are ·
`assign.py` which sighting is whose · `hearing.py` what a sound means · `agreement.py` what agrees in time · `echoes.py` what is
nobody · `habits.py` where people usually are · `addressing.py` who is meant · `rules.py` knobs and numbers.
"""
