"""Zoom blur: the picture added to itself at another scale doubles the samples. Twin of cpu/effects/zoom_blur.py."""

from __future__ import annotations

import math
from collections.abc import Sequence

from render_engine.cpu.effects.zoom_blur import APART, MOST, SHARP, SHORT, SOFT
from render_engine.cuda.launches import Resize, Window, Zoom, ZoomAgain, ZoomShow
from render_engine.cuda.memory import Block
from render_engine.cuda.soft import VALUE
from render_engine.cuda.texture import Texture, alike, empty
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Texture]) -> Texture:
    x, y, smear, far = effect.numbers
    center = (x - texture.x, y - texture.y)
    if far * smear <= SHORT:  # a short smear keeps the picture's own size: its ends and itself
        first = math.log1p(-0.5 * smear)
        means = _sampled(texture, center, first, (math.log1p(0.5 * smear) - first) / 2, 3)
        return _shown(texture, means, (texture.width, texture.height, 1, 0, 0), center, smear)
    left, top, half = texture.x % 2, texture.y % 2, _half(texture)
    there = ((center[0] + left) / 2, (center[1] + top) / 2)
    doublings = min(MOST, max(1, math.ceil(math.log2(far * smear / 2 / APART))))
    first, last = math.log1p(smear / 2), math.log1p(-smear / 2)
    step = (last - first) / (2**doublings - 1)
    means = _sampled(half, there, first, step, 2)
    for k in range(1, doublings):
        means = _again(half, means, there, math.exp(step * 2**k))
    return _shown(texture, means, (half.width, half.height, 2, left, top), center, smear)


def _sampled(source: Texture, center: tuple[float, float], first: float, step: float, samples: int) -> Block:
    """The mean of the picture at so many scales."""
    means = source.block.memory.block(source.width * source.height * VALUE)
    zoom = Zoom(source.image, means.address, *center, first, step, samples)
    source.block.memory.launch("zoom", zoom, source.width, source.height)
    return means


def _again(half: Texture, means: Block, center: tuple[float, float], scale: float) -> Block:
    out = half.block.memory.block(means.size)
    again = ZoomAgain(means.address, out.address, half.width, half.height, *center, scale)
    half.block.memory.launch("zoom_again", again, half.width, half.height)
    return out


def _half(texture: Texture) -> Texture:
    """From an even px of the layer to an even one; what is added is the edge, which goes on."""
    left, top = texture.x % 2, texture.y % 2
    width, height = texture.width + left + (texture.width + left) % 2, texture.height + top + (texture.height + top) % 2
    memory = texture.block.memory
    even, half = empty(memory, width, height), empty(memory, width // 2, height // 2)
    memory.launch("window", Window(texture.image, even.image, -left, -top), width, height)
    memory.launch("reduce", Resize(even.image, half.image), half.width, half.height)
    return half


def _shown(texture: Texture, means: Block, size: tuple[int, ...], center: tuple[float, float], smear: float) -> Texture:
    """`size`: of the means, how many times larger the picture is, and what was added before it."""
    memory, out = texture.block.memory, alike(texture)
    reduced = size[2] == 2
    sharp = (SHARP, SOFT) if reduced else (0.0, 0.0)
    show = ZoomShow(texture.image, out.image, means.address, *size, *center, smear, *sharp, reduced)
    memory.launch("zoom_show", show, out.width, out.height)
    return out
