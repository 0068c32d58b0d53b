"""Blurred pictures, small and in floats: what blur, glow, drop shadow and sharpen look at. Twin of cpu/effects/blur.py."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from render_engine.cpu.effects.blur import lessened, reduction
from render_engine.cuda.launches import Convolve, Shrink, Soft
from render_engine.cuda.memory import Block
from render_engine.cuda.texture import Texture

VALUE = 16  # bytes of a pixel: four floats


@dataclass(frozen=True)
class Blurred:
    """A `by`th of the picture's size, with a px of what lies outside on each side."""

    block: Block
    width: int
    height: int
    by: int

    @property
    def soft(self) -> Soft:
        return Soft(self.block.address, self.width, self.height, self.by)


def blurred(texture: Texture, sigma: float, *, goes_on: bool = False) -> Blurred:
    """`goes_on`: beyond its edges the picture does; else there is nothing."""
    by, memory = reduction(sigma), texture.block.memory
    width, height = -(-texture.width // by) + 2, -(-texture.height // by) + 2
    one, other = (Blurred(memory.block(width * height * VALUE), width, height, by) for _ in range(2))
    memory.launch("shrink", Shrink(texture.image, one.soft, goes_on), width, height)
    weights = _weights(lessened(sigma, by))
    if len(weights) > 1:
        sent, reach = memory.upload(weights), len(weights) // 2
        memory.launch("convolve", Convolve(one.soft, other.soft, sent.address, reach, 0, goes_on), width, height)
        memory.launch("convolve", Convolve(other.soft, one.soft, sent.address, reach, 1, goes_on), width, height)
    return one


@lru_cache(maxsize=64)
def _weights(sigma: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    if sigma <= 0:
        return np.ones(1, np.float32)
    return np.asarray(cv2.getGaussianKernel(2 * math.ceil(3.2 * sigma) + 1, sigma, cv2.CV_32F), np.float32).reshape(-1)
