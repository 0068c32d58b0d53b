"""The kinds of layers, one file each: its model, and how it is resolved into what it draws.

A new kind is a file here and a line in `AnyLayer` and `RESOLVE` (and in `LENGTH` where it knows its own length).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from render_engine.layers import (
    audio,
    captions,
    gradient,
    group,
    image,
    image_sequence,
    nested,
    shape,
    stack,
    svg,
    text,
    video,
)

if TYPE_CHECKING:
    from render_engine.timeline.context import Context
    from render_engine.timeline.scene import Content

AnyLayer = Annotated[
    text.Text
    | captions.Captions
    | shape.Shape
    | gradient.Gradient
    | image.Image
    | image_sequence.ImageSequence
    | svg.Svg
    | video.Video
    | audio.Audio
    | group.Group
    | stack.Stack
    | nested.Nested,
    Field(discriminator="type"),
]

RESOLVE: dict[type, Callable[[Any, Context], Content | None]] = {
    text.Text: text.resolve,
    captions.Captions: captions.resolve,
    shape.Shape: shape.resolve,
    gradient.Gradient: gradient.resolve,
    image.Image: image.resolve,
    image_sequence.ImageSequence: image_sequence.resolve,
    svg.Svg: svg.resolve,
    video.Video: video.resolve,
    audio.Audio: audio.resolve,
    group.Group: group.resolve,
    stack.Stack: stack.resolve,
    nested.Nested: nested.resolve,
}

LENGTH: dict[type, Callable[[Any, Context], Fraction | None]] = {
    image_sequence.ImageSequence: image_sequence.length,
    video.Video: video.length,
    audio.Audio: audio.length,
    group.Group: group.length,
    stack.Stack: stack.length,
    nested.Nested: nested.length,
}

# kinds with a box of any size, which a stack may stretch
STRETCHES = (
    shape.Shape,
    gradient.Gradient,
    image.Image,
    image_sequence.ImageSequence,
    svg.Svg,
    video.Video,
    stack.Stack,
)
