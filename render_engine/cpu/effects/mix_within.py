"""Another picture in the place of this one inside an outline: both shares of its edge come to one, so no seam shows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QBrush, QPainter

from render_engine.cpu.effects.clip import outline
from render_engine.cpu.place import new_painter
from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Pixels]) -> Pixels:
    other = Texture(inputs[0])
    with new_painter(texture.image) as painter:  # Qt aborts when pixels go while a painter is on them
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.fillPath(outline(effect.tables[0], texture), QBrush(other.image))
    return texture.pixels
