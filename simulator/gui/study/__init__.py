"""A feel study on the screen: `study_window.py` leads one rater through it, `device_seen.py` draws the display that turns."""
