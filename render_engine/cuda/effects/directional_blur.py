"""Directional blur: the mean of samples along a line. Twin of cpu/effects/directional_blur.py."""

from __future__ import annotations

import math
from collections.abc import Sequence

from render_engine.cpu.effects.directional_blur import MOST
from render_engine.cuda.launches import Smear
from render_engine.cuda.texture import Texture, alike
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Texture]) -> Texture:
    out = alike(texture)
    x, y = effect.numbers
    long, across = max(abs(x), abs(y)), min(abs(x), abs(y))
    if across == 0 and 1 <= long <= MOST - 2:
        # an odd number of px, and a share of one more at either end, so that it is `long` px in all
        samples = 2 * math.floor((long - 1) / 2) + 1
        step, ends = 1.0, (long - samples) / 2
    else:
        samples = min(MOST, max(3, 2 * round((max(1.0, long) - 1) / 2) + 1))
        step, ends = max(1.0, long) / samples, 0.0
    smear = Smear(texture.image, out.image, step * x / long, step * y / long, samples, ends)
    texture.block.memory.launch("smear", smear, out.width, out.height)
    return out
