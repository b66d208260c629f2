"""The loop: same seed, same bits; a run continued from a checkpoint is the uninterrupted one; commands replay."""

from __future__ import annotations

import pickle

import pytest

from simulator.runtime.compose import compose, header_of
from simulator.runtime.run import run
from simulator.scene.loader import load
from simulator.world.assets import SCENES
from simulator.world.spec import ShutterAction, TuneAction

SAMPLE = load(SCENES / "sample.scene.yaml")


def hash_after(session, ticks):
    for _ in range(ticks):
        session.step()
    return session.trace_hash


@pytest.mark.render
@pytest.mark.parametrize("mode", ["feature", "audio", "full"])
def test_the_same_seed_gives_the_same_bits_and_another_seed_others(mode):
    ticks = 600 if mode == "feature" else 250
    first, second, other = (hash_after(compose(SAMPLE, seed=seed, mode=mode), ticks) for seed in (3, 3, 4))
    assert first == second
    assert first != other


@pytest.mark.render
@pytest.mark.parametrize("mode", ["feature", "audio", "full"])
def test_a_run_continued_from_any_second_is_the_uninterrupted_one(mode):
    seconds = 6 if mode == "feature" else 3
    session = compose(SAMPLE, seed=3, mode=mode)
    checkpoints = []
    for _ in range(seconds):
        checkpoints.append(session.checkpoint())
        hash_after(session, 100)
    whole = session.trace_hash
    for checkpoint in checkpoints:
        session.restore(checkpoint)
        assert hash_after(session, seconds * 100 - checkpoint.tick) == whole, checkpoint.tick


def test_a_checkpoint_goes_to_another_session_and_through_a_pipe():
    session = compose(SAMPLE, seed=3, mode="feature")
    hash_after(session, 250)
    sent = pickle.dumps(session.checkpoint())
    whole = hash_after(session, 250)
    other = compose(SAMPLE, seed=3, mode="feature")
    other.restore(pickle.loads(sent))
    assert hash_after(other, 250) == whole


def test_a_session_somebody_played_with_replays_to_the_same_hash():
    commands = (
        (50, TuneAction(at_s=0.5, path="zones.dead_half_width_deg", value=5.0)),
        (120, ShutterAction(at_s=1.2, closed=True)),
        (180, ShutterAction(at_s=1.8, closed=False)),
    )
    played = compose(SAMPLE, seed=3, mode="feature")
    for tick in range(400):
        for at, action in commands:
            if at == tick:
                played.send(action)
        played.step()
    again = run(header_of(SAMPLE, seed=3, mode="feature"), commands=commands, ticks=400)
    assert again.trace_hash == played.trace_hash
    assert again.commands == list(commands)


def test_adding_a_person_who_does_nothing_leaves_the_noise_of_others_alone():
    from simulator.runtime.seeds import stream

    before = stream(5, "camera").random(4)
    stream(5, "somebody new").random(1000)
    assert (stream(5, "camera").random(4) == before).all()
