"""The ears: is somebody speaking, was the wake word said, and from where.

**In**, each tick: `MicBlock` (None while the microphones are gone; with what the own loudspeaker got), `MotorState` (the array turns
with the screen), `Setup` (known walls), `Tuning`. **Out**: `SoundReport`, the same object again while nothing new was heard.

**Remembers**: `hearing.py` the last 1.7 s of sound with the yaw at which each block was heard, the noise of the room and the state of
the voice network; `canceller.py` the way from the own loudspeaker; `beams.py` what has lasted in the room; `wakeword.py` what the
detectors were fed since their last fresh start. Networks, forests and dictionary are fixed.

**Knobs**: sound.algorithm, sound.low_hz, sound.high_hz, sound.voice_threshold, sound.wake_threshold,
sound.look_threshold, sound.window_s, sound.freeze_rate_dps, sound.wall_model, attention.ambiguity_ratio, attention.ambiguity_gap_deg.

**Read in this order**: `stage.py` what happens in a tick · `hearing.py` the memory · `canceller.py` without what the device plays ·
`beams.py` without what lasts · `voice.py` is it speech · `wakeword.py` was it the wake word · `directions.py` from where · `turning.py`
the same while the array turns · `question.py` what a direction finder is asked · `answer.py` from a stretch of sound to one
direction. Then how a direction is found: `geometry.py` what an array can tell apart · `dictionary.py` what the array hears from each
direction · `frames.py` spectra · `decomposition.py` plane waves · `evidence.py` one map for each way to ask ·
`syllables.py` who leads in each tenth of a second · `candidates.py` the
summits of a map · `features.py` what speaks for each · `places.py` where exactly it lies · `forest.py` the trees · `trust.py` how sure
that is · `finders.py` the finders by name. `compiled.py` makes the inner loops fast.
"""
