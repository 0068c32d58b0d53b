"""Gradients drawn on the card. Twin of cpu/gradient.py."""

from __future__ import annotations

import struct

from render_engine.cpu.gradient import STEPS, ramp
from render_engine.cuda import launches
from render_engine.cuda.memory import Memory
from render_engine.cuda.texture import Texture, cleared, empty
from render_engine.display_list import Gradient, Rect
from render_engine.matrix import Matrix, inverse, multiply, translation

KINDS = ("linear", "radial", "conic")
SPREADS = ("pad", "repeat", "reflect")


def gradient_texture(memory: Memory, gradient: Gradient, matrix: Matrix, area: Rect) -> Texture:
    """The gradient over `area`; `matrix` takes its coordinates to the area's."""
    out = empty(memory, area[2] - area[0], area[3] - area[1], area[0], area[1])
    back = inverse(multiply(translation(-area[0], -area[1]), matrix))
    if back is None:
        return cleared(out)
    stops = b"".join(struct.pack("<d4H", offset, *color) for offset, color in gradient.stops)
    colors = memory.table(("ramp", stops), lambda: ramp(gradient))
    geometry = launches.floats([*gradient.geometry, 0.0][:4])
    kind, spread = KINDS.index(gradient.kind), SPREADS.index(gradient.spread)
    arguments = launches.Gradient(out.image, colors.address, STEPS, launches.floats(back), geometry, kind, spread)
    memory.launch("gradient", arguments, out.width, out.height)
    return out
