"""Unsharp mask. The surroundings are the mean of what the layer shows there: nothing beside it counts, so no rim comes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from render_engine.cpu.effects.blur import gaussian
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect

ROWS = 32


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    pixels, (strength, sigma) = texture.pixels, effect.numbers
    around = gaussian(pixels.astype(np.float32), sigma)
    out = np.empty_like(pixels)
    for top in range(0, len(pixels), ROWS):
        strip, mean = pixels[top : top + ROWS], around[top : top + ROWS]
        alpha = strip[..., 3:]
        share = alpha / np.maximum(mean[..., 3:], np.float32(1e-3))
        fine = strip + np.float32(strength) * (strip - mean * share)
        out[top : top + ROWS] = np.clip(np.rint(fine), 0, alpha)
        out[top : top + ROWS, :, 3:] = alpha
    return out
