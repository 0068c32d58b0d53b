"""Corner pin. Twin of cpu/effects/corner_pin.py."""

from __future__ import annotations

from collections.abc import Sequence

from render_engine.cpu.effects.corner_pin import halvings, perspective
from render_engine.cuda.effects.warp import warped
from render_engine.cuda.texture import Texture, cleared
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Texture]) -> Texture:
    if not effect.numbers:
        return cleared(texture)
    level = texture.halved(halvings(effect))
    rows = perspective(effect, texture.area, (level.width, level.height))
    a, c, e, b, d, f, g, h, i = (float(value) for value in rows.reshape(-1))
    return warped(texture, level, (a, b, c, d, e, f, g, h, i), (0, 0, texture.width, texture.height))
