"""Glow. Twin of cpu/effects/glow.py."""

from __future__ import annotations

from collections.abc import Sequence

from render_engine.cpu.effects.glow import KNEE
from render_engine.cuda.launches import Glow, Light, floats
from render_engine.cuda.soft import blurred
from render_engine.cuda.texture import Texture, alike
from render_engine.display_list import Effect


def apply(texture: Texture, effect: Effect, inputs: Sequence[Texture]) -> Texture:
    memory, light, out = texture.block.memory, texture, alike(texture)
    sigma, strength, threshold = effect.numbers
    if threshold or effect.colors:
        light = alike(texture)
        shining = Light(texture.image, light.image, threshold, KNEE, bool(effect.colors))
        memory.launch("light", shining, out.width, out.height)
    soft = blurred(light, sigma)
    glow = Glow(soft.soft, texture.image, out.image, floats(_strengths(effect, strength)))
    memory.launch("glow", glow, out.width, out.height)
    return out


def _strengths(effect: Effect, strength: float) -> list[float]:
    if not effect.colors:
        return [strength] * 4
    red, green, blue, alpha = (channel / 65535 for channel in effect.colors[0])
    return [strength * alpha * channel for channel in (blue, green, red, blue)]
