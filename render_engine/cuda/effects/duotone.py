"""Two colours by luminance. Twin of cpu/effects/duotone.py."""

from __future__ import annotations

from collections.abc import Sequence

from render_engine.cpu.effects.duotone import toned
from render_engine.cuda.recolor import LEVELS, recolored
from render_engine.cuda.texture import Texture
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Texture]) -> Texture:
    return recolored(texture, LEVELS, toned(effect))
