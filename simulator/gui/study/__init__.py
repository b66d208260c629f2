"""A feel study on the screen: `study_window.py` leads one rater through it, `../render/device_seen.py` draws the display that turns."""
