"""Puts the weights of libfacedetection together as the YuNet network that they were trained as.

Wu, Peng, Yu: "YuNet: a tiny millisecond-level face detector" (2023). A stem, five stages that halve the picture, a neck that
adds coarse answers to fine ones, and at strides 8, 16 and 32 four heads: class, objectness, box and five points.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from simulator.runtime.face_network.library import Weights, float_arrays
from simulator.runtime.face_network.onnx_file import Network

STRIDES = (8, 16, 32)
HEADS = {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}  # the names that OpenCV asks for, and how many numbers each gives
# OpenCV reads the size of the picture out of the file, and takes pictures of any size all the same.
PICTURE_PX = 640


def yunet(library: bytes) -> bytes:
    """The network file, out of the library's bytes."""
    return network(float_arrays(library))


def network(weights: Mapping[str, Weights]) -> bytes:
    """The network file, out of the weights by name."""
    return _Yunet(weights).file()


class _Yunet:
    """The network in the making."""

    def __init__(self, weights: Mapping[str, Weights]) -> None:
        self._weights, self._net = weights, Network()
        picture = self._net.takes("input", (1, 3, PICTURE_PX, PICTURE_PX))
        for level, fine in enumerate(self._neck(self._stages(self._stem(picture)))):
            self._heads(level, fine)

    def file(self) -> bytes:
        """The network as the bytes of its file."""
        return self._net.file("yunet")

    def _stem(self, picture: str) -> str:
        """3x3 over blue, green, red; a row of its weights is down, across, colour, filled up from 27 to 32 numbers."""
        name = "backbone__model0_pw"
        bias = self._of(f"{name}_bias")
        rows = self._of(f"{name}_weight").reshape(bias.size, 32)[:, :27].reshape(bias.size, 3, 3, 3)
        kernel = self._net.array(f"{name}_weight", rows.transpose(0, 3, 1, 2))
        put = self._net.array(f"{name}_bias", bias)
        stem = self._net.step("Conv", picture, kernel, put, kernel_shape=(3, 3), pads=(1, 1, 1, 1), strides=(2, 2))
        return self._pooled(self._unit("backbone__model0_dp", self._net.step("Relu", stem)))

    def _stages(self, x: str) -> list[str]:
        """What the last three of the five stages see, fine to coarse."""
        seen = []
        for stage in range(1, 6):
            for half in (1, 2):
                x = self._unit(f"backbone__model{stage}_dp{half}", x)
            if stage >= 3:
                seen.append(x)
            if stage in (2, 3, 4):
                x = self._pooled(x)
        return seen

    def _neck(self, seen: list[str]) -> list[str]:
        """Every level with what the coarser ones add, fine to coarse."""
        twice = self._net.array("twice", np.array([1, 1, 2, 2], np.float32))
        levels: list[str] = []
        for level in (2, 1, 0):
            x = seen[level]
            if levels:
                larger = self._net.step(
                    "Resize", levels[0], "", twice,
                    mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor",
                )  # fmt: skip
                x = self._net.step("Add", larger, x)
            levels.insert(0, self._unit(f"neck__lateral_convs__{level}", x))
        return levels

    def _heads(self, level: int, x: str) -> None:
        stride = STRIDES[level]
        for head, numbers in HEADS.items():
            y = self._unit(f"bbox_head__multi_level_{head}__{level}", x, ends=True)
            y = self._net.step("Transpose", y, perm=(0, 2, 3, 1))
            name = f"{head}_{stride}"
            shape = self._net.array(f"{name}_shape", np.array([1, -1, numbers], np.int64))
            if numbers == 1:
                self._net.step("Sigmoid", self._net.step("Reshape", y, shape), to=name)
            else:
                self._net.step("Reshape", y, shape, to=name)
            self._net.gives(name, (1, (PICTURE_PX // stride) ** 2, numbers))

    def _unit(self, name: str, x: str, *, ends: bool = False) -> str:
        """1x1 over the channels, then 3x3 in each channel."""
        bias = self._of(f"{name}_pw_bias")
        out = bias.size
        across = self._net.array(f"{name}_pw_weight", self._of(f"{name}_pw_weight").reshape(out, -1, 1, 1))
        y = self._net.step("Conv", x, across, self._net.array(f"{name}_pw_bias", bias), kernel_shape=(1, 1))
        within = self._net.array(
            f"{name}_dw_weight", self._of(f"{name}_dw_weight").reshape(9, out).T.reshape(out, 1, 3, 3)
        )
        put = self._net.array(f"{name}_dw_bias", self._of(f"{name}_dw_bias"))
        y = self._net.step("Conv", y, within, put, kernel_shape=(3, 3), pads=(1, 1, 1, 1), group=out)
        return y if ends else self._net.step("Relu", y)

    def _pooled(self, x: str) -> str:
        return self._net.step("MaxPool", x, kernel_shape=(2, 2), strides=(2, 2))

    def _of(self, name: str) -> Weights:
        if name not in self._weights:
            raise ValueError(f"no weights {name} in the library: it is another version than the face detector's")
        return self._weights[name]
