"""What lies outside an outline goes; the outline is drawn by the processor. Twin of cpu/effects/clip.py."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtGui import QColor

from render_engine.cpu.effects.clip import outline
from render_engine.cpu.place import new_painter
from render_engine.cpu.texture import Texture as CpuTexture
from render_engine.cpu.texture import blank
from render_engine.cuda.launches import Share
from render_engine.cuda.memory import Block
from render_engine.cuda.texture import Texture, alike, cleared
from render_engine.display_list import Effect

WHITE = QColor(255, 255, 255)


def apply(texture: Texture, effect: Effect, inputs: Sequence[Texture]) -> Texture:
    inside, nothing, out = mask(texture, effect), cleared(texture), alike(texture)
    share = Share(nothing.image, texture.image, out.image, 0, inside.address)
    texture.block.memory.launch("share", share, out.width, out.height)
    return out


def mask(texture: Texture, effect: Effect) -> Block:
    """How much of each px lies inside, of 255."""
    x0, y0, x1, y1 = texture.whole
    drawn: CpuTexture = blank(x1 - x0, y1 - y0, x0, y0)
    with new_painter(drawn.image) as painter:  # Qt aborts when pixels go while a painter is on them
        painter.fillPath(outline(effect.tables[0], drawn), WHITE)
    rows = slice(texture.y - y0, texture.y - y0 + texture.height)
    return texture.block.memory.upload(np.ascontiguousarray(drawn.pixels[rows, :, 3]))
