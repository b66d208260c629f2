"""The answers of a study as a table: one row a pair."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from simulator.lab.measure.labels import Row
from simulator.lab.study.record import Session

COLUMNS = {
    "rater": "Random name of the rater.",
    "finished": "The rater went through to the end.",
    "trial": "Place of the pair in what this rater saw, from 1.",
    "purpose": "warm-up, judged, repeated or planted; only judged pairs say what people prefer.",
    "moment": "The part of a scene that both settings were shown in.",
    "first": "The setting that was shown first.",
    "second": "The setting that was shown second.",
    "first_knobs": "The knobs of the first one that differ from the defaults, as JSON.",
    "second_knobs": "The knobs of the second one that differ from the defaults, as JSON.",
    "choice": "first, second or same.",
    "seconds": "Seconds from the end of the second clip to the answer.",
    "shown_on": "What the rater looked at: the rig of a real display, or room or screen as drawn.",
    "replays": "How often the pair was looked at again.",
}


def rows(sessions: Sequence[Session]) -> list[Row]:
    """One row a pair."""
    return [
        {
            "rater": session.rater,
            "finished": session.finished,
            "trial": pair.trial,
            "purpose": str(pair.purpose),
            "moment": pair.moment,
            "first": pair.first,
            "second": pair.second,
            "first_knobs": orjson.dumps(pair.first_knobs).decode(),
            "second_knobs": orjson.dumps(pair.second_knobs).decode(),
            "choice": str(pair.choice),
            "seconds": round(pair.seconds, 3),
            "shown_on": session.shown_on,
            "replays": pair.replays,
        }
        for session in sessions
        for pair in session.judged
    ]
