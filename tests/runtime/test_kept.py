"""A run that is kept goes on in another process as if nothing had happened, and only that run does."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.runtime import kept
from simulator.runtime.codec import encode
from simulator.runtime.compose import build, header_of
from simulator.runtime.kept import Kept, Past
from simulator.scene.loader import load

SAMPLE = Path(__file__).resolve().parents[2] / "scenes" / "sample.scene.yaml"
TURNING = 300  # the screen turns to Anna then, so the checkpoint holds a plan under way


@pytest.fixture(scope="module")
def header():
    return header_of(load(SAMPLE), seed=0, mode="feature")


def ran(header, ticks: int):
    session, past = build(header), Past()
    for _ in range(ticks):
        past.traces.append(session.step())
        past.truths.append(session.truth)
    return session, past


def test_a_kept_run_goes_on_to_the_same_hash(header, tmp_path):
    first, past = ran(header, TURNING)
    data = Kept(tmp_path, run="this").keep(first.checkpoint(), [], past)
    checkpoint, again = Kept(tmp_path, run="this").past(data, [], heard=False)
    assert [encode(one) for one in again.traces] == [encode(one) for one in past.traces]
    assert [encode(one) for one in again.truths] == [encode(one) for one in past.truths]
    second = build(header)
    second.restore(checkpoint)
    for _ in range(200):
        first.step()
        second.step()
    assert second.trace_hash == first.trace_hash


def test_another_run_and_a_torn_folder_are_refused(header, tmp_path):
    session, past = ran(header, TURNING)
    data = Kept(tmp_path, run="this").keep(session.checkpoint(), [(100, "turned")], past)
    assert Kept(tmp_path, run="other").past(data, [(100, "turned")], heard=False) is None
    assert Kept(tmp_path, run="this").past(data, [], heard=False) is None
    assert Kept(tmp_path, run="this").past(data, [(100, "turned"), (400, "later")], heard=False) is not None
    (tmp_path / "1.json").unlink()
    assert Kept(tmp_path, run="this").past(data, [(100, "turned")], heard=False) is None


def test_it_is_kept_only_now_and_then_and_at_once_after_going_back(header, tmp_path, monkeypatch):
    now = [10.0]
    monkeypatch.setattr(kept, "wall_s", lambda: now[0])
    session, past = ran(header, 200)
    keeper = Kept(tmp_path, run="this")
    assert keeper.keep(session.checkpoint(), [], past)
    assert not keeper.keep(session.checkpoint(), [], past)
    keeper.forget(from_tick=100)
    assert keeper.keep(session.checkpoint(), [], past)
    now[0] += kept.EVERY_S
    assert keeper.keep(session.checkpoint(), [], past)
