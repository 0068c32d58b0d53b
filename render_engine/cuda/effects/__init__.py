"""Effects on the card, one file each, of the same names as in render_engine/cpu/effects.

Each has `apply(texture, effect, inputs) -> Texture`: a new one. What has no file here is done by the processor: its
pixels come down and go up again, and the meter tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

from render_engine.cpu import effects as cpu
from render_engine.cpu.texture import Pixels
from render_engine.cpu.texture import Texture as CpuTexture
from render_engine.cuda.texture import Texture, downloaded, uploaded
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Texture]) -> Texture:
    name = f"{__name__}.{effect.name}"
    if find_spec(name) is None:
        return _by_the_processor(texture, effect, inputs)
    made: Texture = import_module(name).apply(texture, effect, inputs)
    return made


class _Downloaded(Sequence[Pixels]):
    """Fetched when it is looked at."""

    def __init__(self, textures: Sequence[Texture]) -> None:
        self._textures = textures

    def __len__(self) -> int:
        return len(self._textures)

    def __getitem__(self, k: int) -> Pixels:  # type: ignore[override]  # never sliced
        return downloaded(self._textures[k])


def _by_the_processor(texture: Texture, effect: Effect, inputs: Sequence[Texture]) -> Texture:
    pixels = CpuTexture(downloaded(texture), texture.x, texture.y)
    made = cpu.apply(pixels, effect, _Downloaded(inputs))
    return uploaded(texture.block.memory, made, texture.x, texture.y)
