"""Changes of colour work on straight colours: channel by channel, in strips of rows that stay in the processor's cache."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.texture import Pixels

ROWS = 64
ONE = np.uint32(1 << 24)  # of alpha, in a pixel as one number

Plane = NDArray[Any]  # (rows, width), bytes


def recoloured(pixels: Pixels, change: Callable[[Sequence[Plane]], Sequence[Plane]]) -> Pixels:
    """`change` over the straight planes of blue, green and red; alpha stays."""
    out = np.empty_like(pixels)
    for top in range(0, len(pixels), ROWS):
        strip, to = pixels[top : top + ROWS], out[top : top + ROWS]
        colors = cv2.cvtColor(strip, cv2.COLOR_mRGBA2RGBA) if _is_soft(strip) else strip
        *planes, alpha = cv2.split(colors)
        cv2.merge([*change(planes), alpha], dst=to)
        cv2.cvtColor(to, cv2.COLOR_RGBA2mRGBA, dst=to)
    return out


def _is_soft(pixels: Pixels) -> bool:
    """Whether any alpha is neither 255 nor 0: premultiplied is another colour than straight there."""
    return bool((pixels.view(np.uint32) + ONE).max() >= 2 * ONE)


def looked_up(planes: Sequence[Plane], tables: NDArray[np.uint8]) -> list[Plane]:
    """Each plane by a table of its own; `tables`: (3, 256)."""
    return [cv2.LUT(plane, table) for plane, table in zip(planes, tables, strict=True)]


def mixed(planes: Sequence[Plane], others: Sequence[Plane], share: float) -> list[Plane]:
    """So much of `planes`, the rest of `others`."""
    pairs = zip(planes, others, strict=True)
    return [cv2.addWeighted(plane, share, other, 1 - share, 0) for plane, other in pairs]
