"""The kinds of layers, one file each: its model, and how it is resolved into what it draws.

A new kind is a file here with a model and `resolve`, and a line in `KINDS` (and in `OWN_LENGTH` where
it has a `length` of its own). A kind's file is read when a document first has such a layer.
"""

from fractions import Fraction
from functools import partial
from importlib import import_module
from sys import modules
from typing import TYPE_CHECKING, Annotated, Any

from render_engine.document.late import ByType

if TYPE_CHECKING:
    from render_engine.document.fields import Model
    from render_engine.document.layer import Layer
    from render_engine.timeline.context import Context
    from render_engine.timeline.scene import Content

KINDS = {
    "text": "layers.text.Text",
    "captions": "layers.captions.Captions",
    "shape": "layers.shape.Shape",
    "gradient": "layers.gradient.Gradient",
    "image": "layers.image.Image",
    "image_sequence": "layers.image_sequence.ImageSequence",
    "svg": "layers.svg.Svg",
    "lottie": "layers.lottie.Lottie",
    "video": "layers.video.Video",
    "audio": "layers.audio.Audio",
    "visualiser": "layers.visualiser.Visualiser",
    "group": "layers.group.Group",
    "stack": "layers.stack.Stack",
    "composition": "layers.nested.Nested",
    "sequence": "layers.sequence.Sequence",
    "typewriter": "layers.typewriter.Typewriter",
    "background": "components.background.Background",
    "badge": "components.badge.Badge",
    "card": "components.card.Card",
    "glow_orb": "components.glow_orb.GlowOrb",
    "grid": "components.grid.Grid",
    "safe_area": "components.safe_area.SafeArea",
    "terminal": "components.terminal.Terminal",
    "vignette": "components.vignette.Vignette",
    "animated_characters": "layers.animated_characters.AnimatedCharacters",
    "count_up": "layers.count_up.CountUp",
    "browser": "components.browser.Browser",
    "phone": "components.phone.Phone",
    "lower_third": "components.lower_third.LowerThird",
    "progress_bar": "components.progress_bar.ProgressBar",
    "code_block": "components.code_block.CodeBlock",
    "bar_chart": "components.bar_chart.BarChart",
    "line_chart": "components.line_chart.LineChart",
}
OWN_LENGTH = {
    "image_sequence", "lottie", "video", "audio", "group", "stack", "composition", "sequence",
    "card", "safe_area", "browser", "phone",
}  # fmt: skip

# with a box of any size, which a stack may stretch
STRETCHES = {
    "shape", "gradient", "image", "image_sequence", "svg", "lottie", "video", "stack", "card",
    "terminal", "browser", "bar_chart", "line_chart",
}  # fmt: skip


def _model(kind: str) -> "type[Model]":
    file, _, name = KINDS[kind].rpartition(".")
    model: type[Model] = getattr(import_module(f"render_engine.{file}"), name)
    return model


if TYPE_CHECKING:
    AnyLayer = Layer
else:
    AnyLayer = Annotated[Any, ByType({kind: partial(_model, kind) for kind in KINDS})]


def resolve(layer: "AnyLayer", context: "Context") -> "Content | None":
    """What the layer draws; None where it is only heard."""
    content: Content | None = modules[type(layer).__module__].resolve(layer, context)
    return content


def length(layer: "AnyLayer", context: "Context") -> Fraction | None:
    """Of the layer's medium or its inner layers, where it has one."""
    if layer.type not in OWN_LENGTH:
        return None
    own: Fraction | None = modules[type(layer).__module__].length(layer, context)
    return own
