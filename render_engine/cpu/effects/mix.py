"""A share of another picture in the place of as much of this one: a true mix, also of what lets light through."""

from __future__ import annotations

from collections.abc import Sequence

import cv2

from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    (share,), (other,) = effect.numbers, inputs
    cv2.addWeighted(texture.pixels, 1 - share, other, share, 0, dst=texture.pixels)
    return texture.pixels
