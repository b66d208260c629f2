"""What a served device is made from: a scene with the knobs that were asked for."""

from __future__ import annotations

from simulator.runtime.compose import header_of
from simulator.runtime.header import Header
from simulator.scene.loader import load, loads
from simulator.server.pipe import OpenRoom


def header_for(order: OpenRoom) -> Header:
    """The header of a served run."""
    text = order.text
    scene = load(order.path) if text is None else loads(text, path=order.path, root=order.root)
    tuning = scene.tuning.patched(order.settings)
    return header_of(scene, seed=order.seed, mode=order.mode, tuning=tuning, rig=order.rig)
