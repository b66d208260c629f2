"""Paints a person's texture from a few colours: skin with lips, brows, lids and cheeks, eyes, clothes, hair.

All patches share one picture (an atlas), so that a person is one mesh, one texture and one draw call. The places of
eyes, brows and cheeks are read off MakeHuman's texture map (2048 px), where a face lies on its side: up is to the left.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.float32]
Colour = tuple[int, int, int]  # blue, green, red

ATLAS = (1024, 512)  # width, height in pixels
FACE_COLS, FACE_ROWS = (1400, 2048), (700, 1420)  # the part of MakeHuman's map that holds the face and ears
EYE_ROWS = (1001, 1115)
FACE_PATCH = (0, 0, 461, 512)
BODY_PATCH = (470, 0, 160, 160)
EYE_PATCH = (470, 180, 120, 120)
CLOTHES_PATCH = (640, 0, 256, 384)
HAIR_PATCH = (904, 0, 120, 384)
PATCHES = {"face": FACE_PATCH, "body": BODY_PATCH, "eye": EYE_PATCH, "clothes": CLOTHES_PATCH, "hair": HAIR_PATCH}


class Painter:
    """Draws one person's atlas; `chance` makes cloth and skin grain differ from person to person."""

    def __init__(self, textures: Path, chance: np.random.Generator) -> None:
        self._textures = textures
        self._chance = chance

    def atlas(
        self,
        *,
        skin: Colour,
        brow: Colour,
        lip: Colour,
        eye: Colour,
        shirt: Colour,
        trousers: Colour,
        hair: Colour,
        stripes: bool,
        beard: float,
    ) -> NDArray[np.uint8]:
        """The whole picture of one person."""
        sheet = np.full((ATLAS[1], ATLAS[0], 3), skin, np.float32)
        self._put(sheet, FACE_PATCH, self._face(skin=skin, brow=brow, lip=lip, hair=hair, beard=beard))
        self._put(sheet, BODY_PATCH, self._grain(np.full((160, 160, 3), skin, np.float32), fine=3, coarse=20))
        self._put(sheet, EYE_PATCH, _eye(eye))
        self._put(sheet, CLOTHES_PATCH, self._clothes(shirt, trousers, stripes=stripes))
        self._put(sheet, HAIR_PATCH, self._hair(hair))
        return np.clip(sheet, 0, 255).astype(np.uint8)

    def mask(self, name: str) -> Picture:
        """One of MakeHuman's painted masks (lips, eyelids, ears), 0 to 1, cut to the face."""
        path = self._textures / f"mpfb_{name}.jpg"
        picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if picture is None:
            raise FileNotFoundError(path)
        return (picture[FACE_ROWS[0] : FACE_ROWS[1], FACE_COLS[0] : FACE_COLS[1]] / 255.0).astype(np.float32)

    def _face(self, *, skin: Colour, brow: Colour, lip: Colour, hair: Colour, beard: float) -> Picture:
        height, width = FACE_ROWS[1] - FACE_ROWS[0], FACE_COLS[1] - FACE_COLS[0]
        face = self._grain(np.full((height, width, 3), skin, np.float32), fine=3, coarse=25)
        if beard:
            chin = np.zeros((height, width), np.float32)
            cv2.ellipse(chin, _at(1885, 1058), (75, 95), 0, 0, 360, 1.0, -1)
            cv2.ellipse(chin, _at(1848, 1058), (9, 46), 0, 0, 360, 1.0, -1)
            face = _blend(face, hair, beard * _soft(chin, 12))
        face = _blend(face, lip, 0.75 * _soft(self.mask("lips"), 1.5))
        face *= 1.0 - 0.55 * _soft(self.mask("eyelids"), 2)[..., None]
        brows = np.zeros((height, width), np.float32)
        for row in EYE_ROWS:
            out = 1 if row > 1058 else -1
            arch = [(1677, row - out * 38), (1664, row - out * 10), (1662, row + out * 20), (1672, row + out * 48)]
            cv2.polylines(brows, [np.array([_at(*p) for p in arch])], False, 1.0, 11, cv2.LINE_AA)
            shade = np.zeros_like(brows)
            cv2.ellipse(shade, _at(1708, row), (26, 44), 0, 0, 360, 1.0, -1)
            face *= 1.0 - 0.16 * _soft(shade, 9)[..., None]
            cheek = np.zeros_like(brows)
            cv2.circle(cheek, _at(1800, row + out * 25), 36, 1.0, -1)
            face += _soft(cheek, 14)[..., None] * np.array([-6, -4, 12], np.float32)
        return _blend(face, brow, 0.85 * _soft(brows, 1.2))

    def _clothes(self, shirt: Colour, trousers: Colour, *, stripes: bool) -> Picture:
        """The upper half is the shirt, the lower half the trousers, with a belt between them and a darker collar."""
        width, height = CLOTHES_PATCH[2:]
        half = height // 2
        cloth = np.empty((height, width, 3), np.float32)
        cloth[:half], cloth[half:] = shirt, trousers
        if stripes:
            for top in range(14, half - 8, 24):
                cloth[top : top + 5] = np.clip(np.array(shirt) * 1.6 + 20, 0, 255)
        cloth[:10] *= 0.7
        cloth[half - 6 : half + 4] *= 0.45
        cloth[-26:] *= 0.4
        return self._grain(cloth, fine=14, coarse=10)

    def _hair(self, colour: Colour) -> Picture:
        width, height = HAIR_PATCH[2:]
        strands = self._chance.normal(0, 1, (height, width)).astype(np.float32)
        strands = cv2.GaussianBlur(strands, (0, 0), sigmaX=0.8, sigmaY=25) * 120
        return np.asarray(np.array(colour, np.float32) + strands[..., None], np.float32)

    def _grain(self, picture: Picture, *, fine: float, coarse: float) -> Picture:
        noise = self._chance.normal(0, 1, picture.shape[:2]).astype(np.float32)
        grain = _soft(noise, 1.2) * fine + _soft(noise, 12) * coarse
        return picture + grain[..., None] * np.array([0.8, 0.9, 1.0], np.float32)

    @staticmethod
    def _put(sheet: Picture, patch: tuple[int, int, int, int], picture: Picture) -> None:
        x, y, width, height = patch
        sheet[y : y + height, x : x + width] = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)


def patch_uv(uv: NDArray[np.float64], patch: str) -> NDArray[np.float64]:
    """Texture coordinates inside a patch (0 to 1, v downwards) as coordinates of the whole atlas."""
    x, y, width, height = PATCHES[patch]
    inside = np.clip(uv, 0.0, 1.0) * [width - 3, height - 3] + [x + 1.5, y + 1.5]
    return np.asarray(inside / np.array(ATLAS))


def _eye(iris: Colour) -> Picture:
    eye = np.full((128, 128, 3), (235, 238, 240), np.uint8)
    cv2.circle(eye, (64, 64), 26, iris, -1, cv2.LINE_AA)
    cv2.circle(eye, (64, 64), 11, (12, 12, 12), -1, cv2.LINE_AA)
    cv2.circle(eye, (56, 56), 5, (255, 255, 255), -1, cv2.LINE_AA)
    return eye.astype(np.float32)


def _at(col: int, row: int) -> tuple[int, int]:
    return col - FACE_COLS[0], row - FACE_ROWS[0]


def _soft(mask: Picture, sigma: float) -> Picture:
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), sigma), np.float32)


def _blend(picture: Picture, colour: Colour, amount: Picture) -> Picture:
    return np.asarray(picture * (1 - amount[..., None]) + np.array(colour, np.float32) * amount[..., None], np.float32)
