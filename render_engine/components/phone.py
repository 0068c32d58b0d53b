"""A phone around layers: a rounded body, a thin dark edge, and an island or a notch over the screen."""

from fractions import Fraction
from typing import Any, Literal

from pydantic import Field

from render_engine.color import parse
from render_engine.components.parts import Parts, at, panel, parts
from render_engine.components.screen import screen, shadow
from render_engine.document.fields import ColorText, Pixels
from render_engine.document.gradient import LinearGradient, Stop
from render_engine.document.layer import Mask, VisualLayer
from render_engine.layers import AnyLayer
from render_engine.layers.group import longest
from render_engine.layers.shape import Shape, Stroke
from render_engine.timeline.context import Context

ASPECT = 19.5 / 9  # height to width
# shares of the shorter side
CORNER, METAL, EDGE = 0.165, 0.011, 0.032
BUTTONS = (
    (-1, 0.36, 0.075),
    (-1, 0.56, 0.14),
    (-1, 0.74, 0.14),
    (1, 0.6, 0.22),
)  # side, y, length; shares of the width


class Phone(VisualLayer):
    """A phone; percentages in its layers are of the screen."""

    type: Literal["phone"] = "phone"
    size: tuple[Pixels | None, Pixels | None] = Field(
        (None, 860), description="Width and height in px; null keeps 9 to 19.5. Wider than high lies on its side."
    )
    camera: Literal["island", "notch", "none"] = "island"
    body: ColorText = Field("#2b2b31", description="The metal's colour; it shines a little.")
    screen: ColorText = Field("#000000", description="Behind the layers.")
    shadow: bool = True
    layers: list[AnyLayer] = Field([], max_length=2000)


def resolve(layer: Phone, context: Context) -> Parts:
    width, height = _size(layer, context)
    size, side = (width, height), min(width, height)
    metal, edge, radius = METAL * side, EDGE * side, CORNER * side
    box = (edge, edge, width - 2 * edge, height - 2 * edge)
    inner = radius - edge
    dark = Shape(
        size=(width - 2 * metal, height - 2 * metal), radius=radius - metal, fill="#050506", **at(metal, metal)
    )
    glass = Shape(size=box[2:], radius=inner, fill=layer.screen, **at(edge, edge))
    behind = [shadow(size, radius)] if layer.shadow else []
    return Parts(
        width,
        height,
        (
            *parts(size, [*behind, *_buttons(layer, size)], context),
            *panel(size, radius, _metal(layer.body), Stroke(color="rgba(255, 255, 255, 0.16)", width=1), context),
            *parts(size, [dark, glass], context),
            screen(layer.layers, box, Mask(radius=inner), size, context),
            *parts(size, _camera(layer, size, edge), context),
        ),
        radius,
    )


def _size(layer: Phone, context: Context) -> tuple[float, float]:
    width, height = layer.size
    if width is None and height is None:
        raise context.wrong("give a width or a height", "size")
    wide = height / ASPECT if width is None and height is not None else width
    high = wide * ASPECT if height is None and wide is not None else height
    assert wide is not None
    assert high is not None
    if min(wide, high) < 16:
        raise context.wrong("a phone is 16 px wide at least", "size")
    return wide, high


def _metal(color: str) -> LinearGradient:
    """Lighter where the light comes from, and again at the far edge."""
    return LinearGradient(angle=125, stops=[_mixed(color, 0.28), Stop(color=color, offset=0.3), _mixed(color, 0.1)])


def _mixed(color: str, white: float) -> str:
    red, green, blue, alpha = parse(color)
    lighter = (round(255 * (channel + (1 - channel) * white)) for channel in (red, green, blue))
    return f"rgba({', '.join(map(str, lighter))}, {alpha:g})"


def _buttons(layer: Phone, size: tuple[float, float]) -> list[Any]:
    """Three on the left and one on the right of a phone that stands; they reach out by a little."""
    width, height = size
    if width > height:
        return []
    out, thick = 0.007 * width, 0.02 * width
    return [
        Shape(
            size=(thick, share * width), radius=out, fill=_mixed(layer.body, 0.06),
            **at(-out if left < 0 else width + out - thick, y * width),
        )
        for left, y, share in BUTTONS
    ]  # fmt: skip


def _camera(layer: Phone, size: tuple[float, float], edge: float) -> list[Any]:
    width, height = size
    side, lying = min(size), width > height
    if layer.camera == "none":
        return []
    across, down = (0.29 * side, 0.082 * side) if layer.camera == "island" else (0.44 * side, 0.072 * side)
    away = edge + 0.03 * side if layer.camera == "island" else edge - 1
    round_all = down / 2
    box = (down, across) if lying else (across, down)
    middle = (away + down / 2, height / 2) if lying else (width / 2, away + down / 2)
    lower = (0.0, round_all, round_all, 0.0) if lying else (0.0, 0.0, round_all, round_all)
    radius = round_all if layer.camera == "island" else lower
    return [Shape(size=box, radius=radius, fill="#050506", position=middle)]


def length(layer: Phone, context: Context) -> Fraction | None:
    return longest(layer.layers, context)
