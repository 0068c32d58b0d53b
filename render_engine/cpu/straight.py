"""Changes of colour work on straight colours: channel by channel, in strips of rows that stay in the processor's cache."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.texture import Pixels

ROWS = 32
OPAQUE = np.uint32(255 << 24)  # the least pixel, as one number, that lets nothing through

Plane = NDArray[Any]  # (rows, width), bytes


def recoloured(pixels: Pixels, change: Callable[[Sequence[Plane]], Sequence[Plane]]) -> Pixels:
    """`change` over the straight planes of blue, green and red; alpha stays."""
    out = np.empty_like(pixels)
    for top in range(0, len(pixels), ROWS):
        strip, to = pixels[top : top + ROWS], out[top : top + ROWS]
        opaque = is_opaque(strip)
        *planes, alpha = cv2.split(strip if opaque else cv2.cvtColor(strip, cv2.COLOR_mRGBA2RGBA))
        cv2.merge([*change(planes), alpha], dst=to)
        if not opaque:
            cv2.cvtColor(to, cv2.COLOR_RGBA2mRGBA, dst=to)
    return out


def is_opaque(pixels: Pixels) -> bool:
    return bool(pixels.view(np.uint32).min() >= OPAQUE)


def looked_up(planes: Sequence[Plane], tables: NDArray[np.uint8]) -> list[Plane]:
    """Each plane by a table of its own; `tables`: (3, 256)."""
    return [cv2.LUT(plane, table) for plane, table in zip(planes, tables, strict=True)]


def mixed(planes: Sequence[Plane], others: Sequence[Plane], share: float) -> list[Plane]:
    """So much of `planes`, the rest of `others`."""
    pairs = zip(planes, others, strict=True)
    return [cv2.addWeighted(plane, share, other, 1 - share, 0) for plane, other in pairs]
