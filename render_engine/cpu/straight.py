"""Changes of colour work on straight colours: strips of rows, that stay in the processor's cache, and back."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.texture import Pixels

ROWS = 32
TAKES_ALPHA = [0, 0, 1, 1, 2, 2, 6, 3]  # of mixChannels: three channels, and the alpha of the four that follow


def recoloured(pixels: Pixels, change: Callable[[NDArray[np.uint8]], NDArray[np.uint8]]) -> Pixels:
    """`change` over the straight colours, (rows, width, 3) BGR; alpha stays."""
    out = np.empty_like(pixels)
    for top in range(0, len(pixels), ROWS):
        strip, to = pixels[top : top + ROWS], out[top : top + ROWS]
        alpha = cv2.extractChannel(strip, 3)
        soft = (alpha + np.uint8(1)).max() > 1  # neither 255 nor 0: premultiplied is another colour than straight
        colors = cv2.cvtColor(strip, cv2.COLOR_mRGBA2RGBA) if soft else strip
        changed = change(np.asarray(cv2.cvtColor(colors, cv2.COLOR_BGRA2BGR), np.uint8))
        cv2.mixChannels([changed, strip], [to], TAKES_ALPHA)
        cv2.cvtColor(to, cv2.COLOR_RGBA2mRGBA, dst=to)
    return out
