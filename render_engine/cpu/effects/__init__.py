"""The pixels of effects, one file each, of the same names as in render_engine/effects."""

from __future__ import annotations

from collections.abc import Callable

from render_engine.cpu.effects import blur, drop_shadow
from render_engine.cpu.texture import Pixels
from render_engine.display_list import Effect

APPLY: dict[str, Callable[[Pixels, Effect], Pixels]] = {
    "blur": blur.apply,
    "drop_shadow": drop_shadow.apply,
}
