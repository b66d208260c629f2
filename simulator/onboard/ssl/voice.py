"""Is somebody speaking? The Silero voice-activity network, run on its own published weights with a state that can be copied.

The packaged file holds the weights (format of ggml: name, shape, numbers). The network: magnitudes of four short spectra, four
convolutions, one LSTM cell, one weighted sum. Its whole memory is two vectors of 128 numbers, so a checkpoint is exact.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
CHUNK_SAMPLES: Final = 512
MAGIC: Final = 0x67676D6C
HEADER_INTS: Final = 22
STRIDES: Final = (1, 2, 2, 1)
SPECTRUM_SAMPLES: Final = 256
SPECTRUM_HOP: Final = 128
MIRROR_SAMPLES: Final = 64
PIECES: Final = SPECTRUM_HOP * np.arange(4)[:, None] + np.arange(SPECTRUM_SAMPLES)


@dataclass(slots=True)
class VoiceState:
    """What the network remembers."""

    hidden: F32
    cell: F32

    @staticmethod
    def fresh() -> VoiceState:
        """Nothing heard yet."""
        return VoiceState(np.zeros(128, np.float32), np.zeros(128, np.float32))


class VoiceNetwork:
    """The weights, and one verb."""

    def __init__(self, model: bytes) -> None:
        """Read the packaged model file's bytes."""
        weights = _read(model)
        self._basis = weights["stft.forward_basis_buffer"][:, 0, :]
        self._layers = [
            (weights[f"encoder.{k}.reparam_conv.weight"], weights[f"encoder.{k}.reparam_conv.bias"], stride)
            for k, stride in enumerate(STRIDES)
        ]
        self._layers = [(w.reshape(len(w), -1), bias[:, None], stride) for w, bias, stride in self._layers]
        self._cell = np.hstack([weights["decoder.rnn.weight_ih"], weights["decoder.rnn.weight_hh"]])
        self._cell_bias = weights["decoder.rnn.bias_ih"] + weights["decoder.rnn.bias_hh"]
        self._last = weights["decoder.decoder.2.weight"].ravel()
        self._last_bias = float(weights["decoder.decoder.2.bias"].ravel()[0])

    def probability(self, chunk: F32, state: VoiceState) -> float:
        """The probability of speech in the next 512 samples; the state moves on."""
        if chunk.shape != (CHUNK_SAMPLES,):
            raise ValueError(f"voice activity: chunk of {chunk.shape}; {CHUNK_SAMPLES} samples")
        padded = np.concatenate([chunk[MIRROR_SAMPLES:0:-1], chunk, chunk[-2 : -MIRROR_SAMPLES - 2 : -1]])
        spectra = self._basis @ padded[PIECES].T
        half = len(spectra) // 2
        values = np.sqrt(spectra[:half] ** 2 + spectra[half:] ** 2)
        for weight, bias, stride in self._layers:
            count = (values.shape[1] - 1) // stride + 1
            wide = np.zeros((values.shape[0], values.shape[1] + 2), np.float32)
            wide[:, 1:-1] = values
            columns = np.stack([wide[:, i * stride : i * stride + 3].ravel() for i in range(count)], axis=1)
            values = np.maximum(weight @ columns + bias, 0)
        gates = self._cell @ np.concatenate([values[:, 0], state.hidden]) + self._cell_bias
        let_in, keep, new, let_out = gates.reshape(4, -1)
        state.cell = (_sigmoid(keep) * state.cell + _sigmoid(let_in) * np.tanh(new)).astype(np.float32)
        state.hidden = (_sigmoid(let_out) * np.tanh(state.cell)).astype(np.float32)
        return float(_sigmoid(self._last @ np.maximum(state.hidden, 0) + self._last_bias))


def _sigmoid(values: F32) -> F32:
    return np.asarray(
        1 / (1 + np.exp(-np.maximum(values, np.float32(-80.0))))
    )  # beyond it is 0 anyway, and would overflow


def _read(model: bytes) -> dict[str, F32]:
    """All tensors of the file by name."""
    at = 0

    def number() -> int:
        nonlocal at
        value = int(struct.unpack_from("<i", model, at)[0])
        at += 4
        return value

    if len(model) < 256 or number() != MAGIC:
        raise ValueError("voice activity: not the packaged Silero model")
    name_length = number()
    at += name_length
    for _ in range(HEADER_INTS):
        number()
    weights = {}
    while at < len(model):
        dimensions, name_length, half_precision = number(), number(), number()
        shape = tuple(number() for _ in range(dimensions))[::-1]
        name = model[at : at + name_length].decode()
        at += name_length
        kind = np.dtype(np.float16 if half_precision else np.float32)
        count = int(np.prod(shape))
        values = np.frombuffer(model, kind, count, at).reshape(shape)
        weights[name.removeprefix("_model.")] = np.ascontiguousarray(values, np.float32)
        at += count * kind.itemsize
    return weights
