"""What was asked of a render, by a command or a job: a preset, and what goes before it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from render_engine.document.suggest import did_you_mean
from render_engine.encode.codecs import ALIASES, CODECS
from render_engine.encode.presets import PRESETS, Preset
from render_engine.errors import BadInput
from render_engine.film import RenderOptions


def preset_named(name: str, *, where: str = "preset") -> Preset:
    """`where`: what to call it in the error, a BadInput with all there are."""
    if name not in PRESETS:
        hint = did_you_mean(name, PRESETS) or ""
        listed = "\n".join(f"  {preset.name:<14} {preset.help}" for preset in PRESETS.values())
        raise BadInput(f"there is no “{name}”. {hint}\nThe presets are:\n{listed}", where=where)
    return PRESETS[name]


def options_asked(
    preset: Preset | None,
    *,
    encoder: str | None = None,
    crf: float | None = None,
    speed: str | None = None,
    renderer: str | None = None,
    bit_depth: int | None = None,
) -> RenderOptions:
    """What is named goes before what the preset says. Its size and rate are the document's to take."""
    options = RenderOptions()
    if preset:
        options = RenderOptions(
            encoder=preset.codec,
            crf=preset.crf,
            speed=preset.speed,
            alpha=preset.alpha or None,
            max_rate=preset.max_rate,
            audio_bitrate=preset.audio_bitrate,
        )
    asked: dict[str, Any] = {
        "encoder": encoder,
        "crf": crf,
        "speed": speed,
        "renderer": renderer,
        "bit_depth": bit_depth,
    }
    return replace(options, **{name: value for name, value in asked.items() if value is not None})


def suffix_asked(preset: Preset | None, encoder: str | None) -> str:
    """The ending of a file that nobody named."""
    codec = CODECS.get(ALIASES.get(encoder, encoder)) if encoder else None
    if codec:
        return codec.suffixes[0]
    return preset.suffix if preset else ".mp4"
