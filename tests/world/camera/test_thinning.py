"""Coarser meshes: fewer triangles, no cracks at the seams of the texture, and the same person for the truth."""

from __future__ import annotations

import numpy as np

from simulator.world.camera.body import body_of
from simulator.world.camera.thinning import Thinned, thinned
from simulator.world.camera.view import PersonView

# Two squares of four small ones, side by side. At the seam (x = 2) each has its own vertices, for its own piece of the texture.
LEFT = np.array([[x, y, 0] for y in range(3) for x in range(3)], np.float32)
VERTICES = np.concatenate([LEFT, LEFT + [2, 0, 0]]).astype(np.float32)
SQUARE = [[a, a + 1, a + 4] for a in (0, 1, 3, 4)] + [[a, a + 4, a + 3] for a in (0, 1, 3, 4)]
TRIANGLES = np.concatenate([SQUARE, np.array(SQUARE) + 9]).astype(np.int32)


def test_a_seam_stays_closed_and_no_triangle_reaches_across_the_texture() -> None:
    full = Thinned.of(18, TRIANGLES)
    less = thinned(
        VERTICES, 0 * VERTICES[:, :2], full, cell_m=np.full(18, 2.0, np.float32), group=np.zeros(18, np.int64)
    )
    assert 0 < len(less.triangles) < len(TRIANGLES)
    paint = less.paint[less.triangles]
    assert ((paint < 9).all(1) | (paint >= 9).all(1)).all()
    left = {tuple(VERTICES[k]) for k in less.place[less.paint < 9]}
    right = {tuple(VERTICES[k]) for k in less.place[less.paint >= 9]}
    assert len(left & right) >= 2  # an edge in common, at one place


def test_vertices_of_different_groups_are_not_merged() -> None:
    group = (VERTICES[:, 1] > 0.5).astype(np.int64)
    less = thinned(
        VERTICES, 0 * VERTICES[:, :2], Thinned.of(18, TRIANGLES), cell_m=np.full(18, 9.0, np.float32), group=group
    )
    assert set(group[less.place]) <= {0, 1}
    assert (group[less.place] == group[less.paint]).all()


def test_a_person_from_afar_has_fewer_triangles_and_the_same_size() -> None:
    body = body_of("adult-1")
    assert len(body.far) < 0.8 * len(body.near)
    pose = body.pose(PersonView(name="ann", look="adult-1", x_m=1.0, y_m=2.0, body_deg=30.0, head_deg=40.0))
    everything, drawn = body.placed(body.whole, pose), body.placed(body.drawn, pose)
    for mesh in (body.near, body.far):
        used = drawn[np.unique(mesh)]
        assert np.abs(used.min(0) - everything.min(0)).max() < 0.015
        assert np.abs(used.max(0) - everything.max(0)).max() < 0.015


def test_the_few_points_of_a_head_have_the_bounds_and_the_middle_of_all() -> None:
    body = body_of("adult-3")
    pose = body.pose(
        PersonView(name="ann", look="adult-3", x_m=1.0, y_m=2.0, body_deg=30.0, head_deg=80.0, mouth_open=0.7)
    )
    everything = body.placed(body.whole, pose)[body.head_vertices]
    few = body.placed(body.head, pose)
    assert np.abs(few.min(0) - everything.min(0)).max() < 0.001
    assert np.abs(few.max(0) - everything.max(0)).max() < 0.001
    assert np.abs(body.head_centre(pose) - everything.mean(0)).max() < 1e-4
