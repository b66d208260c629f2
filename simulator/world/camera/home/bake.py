"""The light of a home, once for all its light settings: six numbers for each lumel, kept on disk by the geometry they belong to.

Neither colours nor light settings are in them, so both may change without casting a ray.
"""

from __future__ import annotations

import hashlib
import io
import math
import os
import sys
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator.onboard.opencv import cv2
from simulator.world.camera.home.paint import Floats
from simulator.world.camera.home.rays import SIX_AXES, direct, gather
from simulator.world.camera.home.shapes import Home, Patch, Points

CACHE_ENV = "SWIVEL_CACHE"
SKY, SUN, LAMPS, DAY_BACK, LAMP_BACK, OPEN = range(6)  # columns of a light map
RAYS = 64
GRID_M = 0.25
SUN_BACK, SECOND_BOUNCE = 0.55, 1.5  # weights of the sun's patch and of the second bounce in what comes back
VERSION = 1  # counts up when rays are cast in another way
KEPT = 400  # files of old geometries beyond these are deleted, the oldest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Lumels:
    """The pieces of surface of one patch, and their place in the pattern of rays."""

    places: Points
    normals: Points
    shape: tuple[int, int]
    cells: NDArray[np.int64]


def baked(home: Home) -> list[Floats]:
    """Light maps, (rows, columns, 6) for each patch; cast when they are not on disk yet."""
    parts = [_lumels(patch) for patch in home.patches]
    values = _kept_or_cast(home, parts)
    maps, at = [], 0
    for part in parts:
        rows, columns = part.shape
        maps.append(_smooth(values[at : at + rows * columns].reshape(rows, columns, 6)))
        at += rows * columns
    return maps


def _lumels(patch: Patch) -> Lumels:
    columns = max(2, math.ceil(patch.wide_m / patch.lumel_m))
    rows = max(2, math.ceil(patch.tall_m / patch.lumel_m))
    r, c = patch.corners.shape[:2]
    u, v = np.meshgrid((np.arange(columns) + 0.5) / columns * (c - 1), (np.arange(rows) + 0.5) / rows * (r - 1))
    i, j = np.minimum(v.astype(int), r - 2), np.minimum(u.astype(int), c - 2)
    fv, fu = (v - i)[..., None], (u - j)[..., None]

    def between(corners: Points) -> Points:
        above = corners[i, j] * (1 - fu) + corners[i, j + 1] * fu
        below = corners[i + 1, j] * (1 - fu) + corners[i + 1, j + 1] * fu
        return np.asarray(above * (1 - fv) + below * fv).reshape(-1, 3)

    normals = between(patch.normals)
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True) + 1e-9
    row, column = np.mgrid[0:rows, 0:columns]
    cells = ((row % 3) * 3 + column % 3).ravel().astype(np.int64)
    return Lumels(places=between(patch.corners), normals=normals, shape=(rows, columns), cells=cells)


def _kept_or_cast(home: Home, parts: list[Lumels]) -> Floats:
    places = np.concatenate([part.places for part in parts])
    normals = np.concatenate([part.normals for part in parts])
    cells = np.concatenate([part.cells for part in parts])
    owns = np.concatenate(
        [np.full(len(part.places), patch.own) for part, patch in zip(parts, home.patches, strict=True)]
    )
    boxes = np.array(home.boxes, np.float64)
    lamps = np.array(
        [(*one.at, one.radius_m, one.shade == "both", one.strength) for one in home.lamps], np.float64
    ).reshape(-1, 6)
    window, area_m2 = np.zeros((4, 3)), 0.0
    if home.window is not None:
        pane = home.window
        window = np.stack([pane.corner, pane.across, pane.up, pane.inward])
        area_m2 = float(np.linalg.norm(pane.across) * np.linalg.norm(pane.up))
    parts_of_key = (places, normals, owns, boxes, lamps, window, home.sun)
    digest = hashlib.sha256(bytes([VERSION, RAYS]))
    for part in parts_of_key:
        digest.update(np.ascontiguousarray(np.round(part, 5), np.float64).tobytes())
    path = _folder() / f"{digest.hexdigest()[:24]}.npz"
    kept = _read(path, len(places))
    if kept is None:
        kept = _cast(places, normals, owns, cells, boxes, window, area_m2, lamps, home.sun).astype(np.float16)
        _write(path, kept)
    return kept.astype(np.float32)  # the same from disk and fresh from the rays


def _cast(
    places: Points, normals: Points, owns: NDArray[np.int64], cells: NDArray[np.int64], boxes: Points, window: Points,
    area_m2: float, lamps: Points, sun: Points,
) -> Points:  # fmt: skip
    """Direct light, then what surfaces give back of it, twice."""
    count = len(places)
    straight, back, again = np.zeros((count, 3)), np.zeros((count, 3)), np.zeros((count, 3))
    direct(places, normals, owns, cells, boxes, window, area_m2, lamps, sun, straight)
    low, high = places.min(0) - 0.3, places.max(0) + 0.3
    size = tuple(np.ceil((high - low) / GRID_M).astype(int).tolist())
    axis = np.abs(normals).argmax(1)
    faces = 2 * axis + (normals[np.arange(count), axis] < 0)
    where = (faces, *((places + 0.02 * normals - low) / GRID_M).astype(int).T)
    known = np.zeros((SIX_AXES, *size))
    np.add.at(known, where, 1)

    def grid(day: Points, lamp: Points) -> Points:
        lit = np.zeros((SIX_AXES, *size, 2))
        np.add.at(lit, (*where, 0), day)
        np.add.at(lit, (*where, 1), lamp)
        return lit / np.maximum(known, 1)[..., None]

    rays = _hemisphere(RAYS)
    first = grid(straight[:, SKY] + SUN_BACK * straight[:, SUN], straight[:, LAMPS])
    gather(places, normals, owns, cells, boxes, rays, low, GRID_M, first, back)
    second = grid(back[:, 0], back[:, 1])
    gather(places, normals, owns, cells, boxes, np.ascontiguousarray(rays[::3]), low, GRID_M, second, again)
    back[:, :2] += SECOND_BOUNCE * again[:, :2]
    return np.concatenate([straight, back], 1)


def _hemisphere(count: int) -> Points:
    """Directions that a matt surface sees, evenly by how much each matters."""
    k = np.arange(count) + 0.5
    reach, turn = np.sqrt(k / count), 2.399963 * k
    return np.stack([reach * np.cos(turn), reach * np.sin(turn), np.sqrt(1 - reach * reach)], 1)


def _smooth(light: Floats) -> Floats:
    """Without the noise of the ray pattern; the sun's edge stays sharper, along axes that have a whole pattern only."""
    rows, columns = light.shape[:2]
    size = (3 if columns >= 3 else 1, 3 if rows >= 3 else 1)
    out = np.asarray(cv2.blur(light, size, borderType=cv2.BORDER_REPLICATE), np.float32)
    sun = np.ascontiguousarray(light[..., SUN])
    out[..., SUN] = cv2.GaussianBlur(sun, size, 0.7, borderType=cv2.BORDER_REPLICATE)
    return out


def _folder() -> Path:
    """Where this user's light maps are kept: beside the weights."""
    if CACHE_ENV in os.environ:
        return Path(os.environ[CACHE_ENV]) / "light"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData/Local")) / "swivel" / "light"
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/swivel/light"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "swivel" / "light"


def _read(path: Path, count: int) -> NDArray[np.float16] | None:
    """What is on disk; a damaged file counts as none."""
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as kept:
            light = np.asarray(kept["light"], np.float16)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return None
    return light if light.shape == (count, 6) and bool(np.isfinite(light).all()) else None


def _write(path: Path, light: NDArray[np.float16]) -> None:
    """Keep a bake; a disk that is full or read-only costs time only."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            np.savez_compressed(file, light=light)
        os.replace(file.name, path)
        kept = sorted(path.parent.glob("*.npz"), key=lambda one: one.stat().st_mtime)
        for old in kept[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        return
