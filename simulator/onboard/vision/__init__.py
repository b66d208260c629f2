"""The eyes: a picture comes in, who is where and who faces the device comes out, and the picture is gone.

**In**, each tick: `CameraFrame` (None on most ticks), `MotorState`, `Shutter`, `VisionHints`, `Tuning`. **Out**:
`VisionReport`, the same object again while nothing new is known. Looking takes time: the report on a picture comes the
latency of the device after its exposure, with the yaw of that moment. Of a picture 440 small numbers stay.

**Remembers**: the people being followed with what speaks for their being alive (`follow.py`, `life.py`), the things that
stand around (`things.py`), when the whole picture was searched last (`search.py`), which picture is being looked at and until
when pictures are urgent (`schedule.py`). Networks are fixed.

**Knobs**: vision.face_threshold, vision.body_threshold, vision.facing_yaw_deg, vision.confirm_of_5, vision.coast_s,
vision.life_s, vision.empty_fps, vision.still_fps, vision.moving_fps.

**Read in this order**: `stage.py` a picture comes, a report goes · `schedule.py` when · `looking.py` what happens to a
picture · `source.py` the picture and its end · `bars.py` what pads it · `search.py` where to look
· `look.py` one look · `observation.py` what a look says · `follow.py` whom to believe · `life.py` person or picture · `cells.py` what tells
it ·
`framed.py` a frame around a face · `things.py` what stands around · `pace.py` when to look again · `points.py` what stays of
a picture. The detectors: `faces.py`, `head.py`, `bodies.py`, `glance.py`, `names.py`, on `network.py`, `optics.py` and the
weights of `models.py`.
"""
