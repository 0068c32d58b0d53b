"""Effects of layers, one file each: their parameters and how far they reach. No pixels: those are in cpu/effects.

A new effect is a file here with a model and `resolve`, a line in `KINDS`, and a file of the same name in cpu/effects.
An effect's file is read when a document first has one.
"""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from sys import modules
from typing import TYPE_CHECKING, Annotated, Any, Protocol, runtime_checkable

from render_engine import display_list
from render_engine.document.late import ByType

if TYPE_CHECKING:
    from render_engine.document.fields import Model
    from render_engine.timeline.context import Context
    from render_engine.timeline.scene import Node

KINDS = {
    "blur": "Blur",
    "chroma_key": "ChromaKey",
    "color_adjust": "ColorAdjust",
    "corner_pin": "CornerPin",
    "curves": "Curves",
    "directional_blur": "DirectionalBlur",
    "displacement": "Displacement",
    "drop_shadow": "DropShadow",
    "duotone": "Duotone",
    "glow": "Glow",
    "grain": "Grain",
    "lut": "Lut",
    "pixelate": "Pixelate",
    "sharpen": "Sharpen",
    "vignette": "VignetteEffect",
    "zoom_blur": "ZoomBlur",
}


def _model(kind: str) -> "type[Model]":
    model: type[Model] = getattr(import_module(f"{__name__}.{kind}"), KINDS[kind])
    return model


AnyEffect = Annotated[Any, ByType({kind: partial(_model, kind) for kind in KINDS})]

# of the layer's seconds and the texture's px for each px of the layer; None where it changes nothing
EffectAt = Callable[[float, float], display_list.Effect | None]


@runtime_checkable
class LooksBeside(Protocol):
    """What an effect does that looks at another layer, once it is told which."""

    layer: str  # id of a layer beside the effect's own

    def with_layer(self, node: "Node", start: float) -> EffectAt:
        """`start`: of the effect's own layer, in its parent's seconds."""
        ...


def resolve(effect: Any, context: "Context", size: tuple[float, float]) -> EffectAt:
    """What the effect does at any time; `size`: of the layer's content, px."""
    found: EffectAt = modules[type(effect).__module__].resolve(effect, context, size)
    return found
