"""The kinds of layers, one file each: its model, and how it is resolved into what it draws.

A new kind is a file here and a line in `AnyLayer` and `RESOLVE` (and in `LENGTH` where it knows its own length).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from render_engine.layers import audio, group, nested, shape, text, video

if TYPE_CHECKING:
    from render_engine.timeline.context import Context
    from render_engine.timeline.scene import Content

AnyLayer = Annotated[
    text.Text | shape.Shape | video.Video | audio.Audio | group.Group | nested.Nested, Field(discriminator="type")
]

RESOLVE: dict[type, Callable[[Any, Context], Content | None]] = {
    text.Text: text.resolve,
    shape.Shape: shape.resolve,
    video.Video: video.resolve,
    audio.Audio: audio.resolve,
    group.Group: group.resolve,
    nested.Nested: nested.resolve,
}

LENGTH: dict[type, Callable[[Any, Context], Fraction | None]] = {
    video.Video: video.length,
    audio.Audio: audio.length,
    group.Group: group.length,
    nested.Nested: nested.length,
}
