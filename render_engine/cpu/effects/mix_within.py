"""Another picture in the place of this one where a third is opaque: both shares of a soft edge come to one."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    pixels, (other, mask) = texture.pixels, inputs
    share = np.ascontiguousarray(mask[..., 3])
    edge = np.nonzero((share > 0) & (share < 255))
    part = share[edge][:, None].astype(np.uint16)
    mixed = (pixels[edge] * (255 - part) + other[edge] * part + 127) // 255
    cv2.copyTo(other, np.asarray(cv2.compare(share, 255, cv2.CMP_EQ), np.uint8), pixels)
    pixels[edge] = mixed
    return pixels
