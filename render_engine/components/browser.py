"""A browser's window around layers: a page, a picture, a video."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from pydantic import Field

from render_engine.components.parts import Parts, at, panel, parts, shown_as
from render_engine.components.screen import screen, shadow
from render_engine.components.window import lights
from render_engine.document.fields import Pixels
from render_engine.document.layer import Mask, VisualLayer
from render_engine.layers import AnyLayer
from render_engine.layers.group import longest
from render_engine.layers.shape import Shape, Stroke
from render_engine.layers.text import Text
from render_engine.timeline.context import Context

USUAL_BAR = 44.0  # px, at which the scale is 1
LOCK = (
    "M2.5 5V3.5A2.5 2.5 0 0 1 7.5 3.5V5H8.2A.8.8 0 0 1 9 5.8V10.2A.8.8 0 0 1 8.2 11H1.8A.8.8 0 0 1 1 10.2V5.8"
    "A.8.8 0 0 1 1.8 5ZM3.6 5H6.4V3.5A1.4 1.4 0 0 0 3.6 3.5Z"
)


@dataclass(frozen=True)
class Face:
    page: str
    bar: str
    line: str
    field: str  # where the address stands
    address: str


FACES = {
    "dark": Face("#101014", "#1c1c22", "rgba(255, 255, 255, 0.1)", "rgba(255, 255, 255, 0.07)", "#a1a8b5"),
    "light": Face("#ffffff", "#f3f4f6", "rgba(15, 23, 42, 0.12)", "rgba(15, 23, 42, 0.06)", "#5b6472"),
}


class Browser(VisualLayer):
    """A window with three lights and an address; percentages in its layers are of the page under the bar."""

    type: Literal["browser"] = "browser"
    size: tuple[Pixels, Pixels] = Field((1280, 800), description="Of the window, in px.")
    url: str = Field("", max_length=500)
    face: Literal["dark", "light"] = "dark"
    bar: Pixels = Field(USUAL_BAR, gt=0, description="Height of the bar in px; what stands in it follows.")
    radius: Pixels = 12
    shadow: bool = True
    layers: list[AnyLayer] = Field([], max_length=2000)


def resolve(layer: Browser, context: Context) -> Parts:
    width, height = layer.size
    if height <= layer.bar:
        raise context.wrong(f"the bar is {layer.bar:g} px high: make the window higher than that", "size")
    face, radius = FACES[layer.face], layer.radius
    behind = [shadow(layer.size, radius)] if layer.shadow else []
    page = (0.0, layer.bar, width, height - layer.bar)
    mask = Mask(box=(0, -layer.bar, width, height), radius=radius)  # its upper corners lie under the bar
    return Parts(
        width,
        height,
        (
            *parts(layer.size, behind, context),
            *panel(layer.size, radius, face.page, None, context),
            screen(layer.layers, page, mask, layer.size, context),
            *parts(layer.size, _bar(layer, face, context), context),
            *panel(layer.size, radius, None, Stroke(color=face.line, width=1), context),
        ),
        radius,
    )


def _bar(layer: Browser, face: Face, context: Context) -> list[Any]:
    scale, width = layer.bar / USUAL_BAR, layer.size[0]
    back = Shape(size=(width, layer.bar), radius=(layer.radius, layer.radius, 0, 0), fill=face.bar, **at(0, 0))
    edge = Shape(size=(width, 1), fill=face.line, **at(0, layer.bar - 1))
    return [back, edge, *lights(layer.bar, scale), *_address(layer, face, scale, context)]


def _address(layer: Browser, face: Face, scale: float, context: Context) -> list[Any]:
    """A lock and the address in a pill in the middle, between the lights and as much room on the right."""
    room = min(0.44 * layer.size[0], layer.size[0] - 190 * scale)
    if room < 60 * scale:
        return []
    x, y = layer.size[0] / 2, layer.bar / 2
    pill = Shape(size=(room, 28 * scale), radius=8 * scale, fill=face.field, position=(x, y))
    if not layer.url:
        return [pill]
    style: dict[str, Any] = {"text": layer.url, "size": 13 * scale, "color": face.address}
    width = min(shown_as(Text(**style), context).width + 1, room - 48 * scale)
    left = x - (width + 17 * scale) / 2
    lock = Shape(
        shape="path", path=LOCK, fill=face.address, size=(8 * scale, 10 * scale), position=(left + 4 * scale, y)
    )
    words = Text(
        width=width, max_lines=1, ellipsis=True, position=(left + 17 * scale, y), anchor=("left", "center"), **style
    )
    return [pill, lock, words]


def length(layer: Browser, context: Context) -> Fraction | None:
    return longest(layer.layers, context)
