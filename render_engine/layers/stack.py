"""Rows and columns: layers placed one after another, in a box that follows their sizes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from render_engine.display_list import Op, Path
from render_engine.document.fields import Extent, Pixels
from render_engine.document.gradient import AnyPaint
from render_engine.document.layer import VisualLayer
from render_engine.layers import STRETCHES, AnyLayer, shape
from render_engine.layers.group import longest
from render_engine.matrix import Matrix
from render_engine.motion.entrance import Stagger, staggered
from render_engine.timeline.context import Context
from render_engine.timeline.evaluate import draw_nodes
from render_engine.timeline.motion import STILL, Motion, merged
from render_engine.timeline.outline import rounded
from render_engine.timeline.scene import Node, View
from render_engine.timeline.value import Fixed, Vectorial, mapped
from render_engine.timeline.values_of import length as in_px

Align = Literal["start", "center", "end", "stretch"]
Justify = Literal["start", "center", "end", "space-between", "space-around"]
Sides = tuple[Extent | None, Extent | None]
Axes = tuple[float, float]  # along the stack and across it, px

LARGEST = 65536
ACROSS = {"start": 0.0, "center": 0.5, "end": 1.0, "stretch": 0.0}
# of the space left over and the number of layers: before the first, and more between two
JUSTIFY: dict[str, Callable[[float, int], tuple[float, float]]] = {
    "start": lambda rest, count: (0.0, 0.0),
    "center": lambda rest, count: (rest / 2, 0.0),
    "end": lambda rest, count: (rest, 0.0),
    "space-between": lambda rest, count: (0.0, rest / (count - 1)) if count > 1 else (0.0, 0.0),
    "space-around": lambda rest, count: (rest / count / 2, rest / count),
}


class Stack(VisualLayer):
    """Layers in a row or a column. Their positions are offsets from the place the stack gives them."""

    type: Literal["stack"] = "stack"
    direction: Literal["row", "column"] = "column"
    gap: Pixels = Field(0, description="px between two layers.")
    padding: Pixels | tuple[Pixels, Pixels] | tuple[Pixels, Pixels, Pixels, Pixels] = Field(
        0, description="px inside the edges: one, or vertical and horizontal, or top, right, bottom, left."
    )
    align: Align = Field("center", description="Across the stack; “stretch” makes shapes and pictures as wide as it.")
    justify: Justify = Field("start", description="Along the stack, where it is larger than its layers.")
    size: Sides = Field((None, None), description="Width and height; null follows the layers.")
    min_size: Sides = Field((None, None), description="Not smaller than this.")
    max_size: Sides = Field((None, None), description="Not larger than this.")
    fill: AnyPaint | None = Field(None, description="A panel behind the layers: a colour or a gradient.")
    radius: Pixels = Field(0, description="Corner radius of the panel, in px.")
    stroke: shape.Stroke | None = Field(None, description="A border on the panel's edge.")
    stagger: Stagger = 0
    layers: list[AnyLayer] = Field([], max_length=2000)


@dataclass(frozen=True)
class StackContent:
    width: float
    height: float
    radius: float
    panel: shape.ShapeContent | None
    nodes: tuple[Node, ...]

    @property
    def baseline(self) -> float:
        return self.height

    @property
    def single(self) -> bool:
        return False

    @cached_property
    def motion(self) -> Motion:
        return merged([self.panel.motion if self.panel else STILL, *(node.motion for node in self.nodes)])

    def edge(self, seconds: float) -> Path:
        return rounded(0, 0, self.width, self.height, self.radius)

    def draw(self, time: Fraction, matrix: Matrix, view: View) -> tuple[Op, ...]:
        panel = self.panel.draw(time, matrix, view) if self.panel else ()
        return (*panel, *draw_nodes(self.nodes, time, matrix, view))


def resolve(layer: Stack, context: Context) -> StackContent:
    top, right, bottom, left = _padding(layer)
    room = _limited(layer, (context.width, context.height), context)
    inner = context.inside("", width=max(0.0, room[0] - left - right), height=max(0.0, room[1] - top - bottom))
    children = _shown(layer, inner)
    sizes = [_size(node, layer) for _, node in children]
    followed = _followed(layer, sizes)
    width, height = _limited(layer, (followed[0] + left + right, followed[1] + top + bottom), context)
    if max(width, height) > LARGEST:
        raise context.wrong(f"the stack is {width:.0f}×{height:.0f} px; {LARGEST} px a side is the most", "layers")
    box = _turned(layer, (width - left - right, height - top - bottom))
    if layer.align == "stretch":
        children = [(child, _stretched(child, node, layer, box[1], inner)) for child, node in children]
        sizes = [_size(node, layer) for _, node in children]
    nodes = tuple(
        _moved(child, node, (left + x, top + y))
        for (child, node), (x, y) in zip(children, _places(layer, sizes, box), strict=True)
    )
    return StackContent(width, height, layer.radius, _panel(layer, width, height, context), nodes)


def _padding(layer: Stack) -> tuple[float, float, float, float]:
    padding = layer.padding
    if not isinstance(padding, tuple):
        return (padding, padding, padding, padding)
    return padding if len(padding) == 4 else (padding[0], padding[1], padding[0], padding[1])


def _limited(layer: Stack, natural: tuple[float, float], context: Context) -> tuple[float, float]:
    """As written, else `natural` within the least and the most."""
    width, height = (
        _side(natural[k], layer.size[k], layer.min_size[k], layer.max_size[k], whole)
        for k, whole in enumerate((context.width, context.height))
    )
    return width, height


def _side(natural: float, exact: Any, least: Any, most: Any, whole: float) -> float:
    if exact is not None:
        return in_px(exact, whole)
    result = natural if most is None else min(natural, in_px(most, whole))
    return result if least is None else max(result, in_px(least, whole))


def _turned(layer: Stack, pair: tuple[float, float]) -> tuple[float, float]:
    """Between (width, height) and (along, across): the same swap both ways."""
    return pair if layer.direction == "row" else (pair[1], pair[0])


def _size(node: Node, layer: Stack) -> Axes:
    return _turned(layer, (node.content.width, node.content.height))


def _followed(layer: Stack, sizes: Sequence[Axes]) -> tuple[float, float]:
    along = sum(size[0] for size in sizes) + layer.gap * max(0, len(sizes) - 1)
    return _turned(layer, (along, max((size[1] for size in sizes), default=0.0)))


def _places(layer: Stack, sizes: Sequence[Axes], box: Axes) -> list[tuple[float, float]]:
    """Where the top left of each child stands, from the padding's inner corner."""
    rest = box[0] - sum(size[0] for size in sizes) - layer.gap * max(0, len(sizes) - 1)
    at, more = JUSTIFY[layer.justify](max(0.0, rest) if layer.justify.startswith("space") else rest, max(1, len(sizes)))
    places = []
    for along, across in sizes:
        places.append(_turned(layer, (at, (box[1] - across) * ACROSS[layer.align])))
        at += along + layer.gap + more
    return places


def _shown(layer: Stack, inner: Context) -> list[tuple[AnyLayer, Node]]:
    """The children that take up room; sound among them is heard and takes none."""
    from render_engine.timeline.resolve import resolve_layer  # the tree is recursive

    shown: list[tuple[AnyLayer, Node]] = []
    for k, child in enumerate(staggered(layer.layers, layer.stagger)):
        if child.hidden:
            continue
        place = inner.inside(f"layers[{k}]")
        if isinstance(child, VisualLayer) and child.matte:
            raise place.wrong("a layer of a stack has no matte: put both into a group, and the group here", "matte")
        node = resolve_layer(child, place)
        if node is not None and isinstance(child, VisualLayer):
            shown.append((child, node))
    return shown


def _stretched(child: AnyLayer, node: Node, layer: Stack, across: float, inner: Context) -> Node:
    """Resolved again with the stack's width (or height), where the kind of layer has a box to stretch."""
    from render_engine.timeline.resolve import resolve_layer

    if child.type not in STRETCHES:
        return node
    size = _turned(layer, (_size(node, layer)[0], across))
    again = child.model_copy(update={"size": size})
    found = resolve_layer(again, inner.inside("", where=inner.where, clips=[]))  # its sound is there already
    assert found is not None
    return found


def _moved(child: AnyLayer, node: Node, place: tuple[float, float]) -> Node:
    """The node with its natural place here; a position of its own is an offset."""
    x, y = place[0] + node.transform.anchor[0], place[1] + node.transform.anchor[1]
    position: Vectorial = Fixed((x, y))
    if "position" in child.model_fields_set:
        position = mapped(node.transform.position, lambda offset: (offset[0] + x, offset[1] + y))
    transform = replace(node.transform, position=position)
    return replace(node, transform=transform, fixed=transform.at(0.0) if transform.still else None)


def _panel(layer: Stack, width: float, height: float, context: Context) -> shape.ShapeContent | None:
    if layer.fill is None and layer.stroke is None:
        return None
    panel = shape.Shape(size=(width, height), radius=layer.radius, fill=layer.fill, stroke=layer.stroke)
    return shape.resolve(panel, context)


def length(layer: Stack, context: Context) -> Fraction | None:
    return longest(layer.layers, context)
