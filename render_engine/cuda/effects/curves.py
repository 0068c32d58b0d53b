"""Curves by table. Twin of cpu/effects/curves.py."""

from __future__ import annotations

from collections.abc import Sequence

from render_engine.cpu.effects.curves import tables
from render_engine.cuda.recolor import recolored
from render_engine.cuda.texture import Texture
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Texture]) -> Texture:
    return recolored(texture, tables(effect))
