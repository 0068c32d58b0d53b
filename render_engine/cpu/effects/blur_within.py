"""Gaussian blur of a picture that ends nowhere: beyond its edges they go on, and nothing comes in from outside."""

from __future__ import annotations

from collections.abc import Sequence

import cv2

from render_engine.cpu.effects.blur import blurred
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    return blurred(texture.pixels, effect.numbers[0], cv2.BORDER_REPLICATE)
