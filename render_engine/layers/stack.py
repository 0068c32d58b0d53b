"""Rows and columns: layers placed one after another, in a box that follows their sizes."""

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Literal, NamedTuple

from pydantic import Field

from render_engine.display_list import Op, Path
from render_engine.document.fields import Extent, Pixels
from render_engine.document.gradient import AnyPaint
from render_engine.document.layer import VisualLayer
from render_engine.layers import STRETCHES, AnyLayer, shape
from render_engine.layers.group import longest
from render_engine.layers.stack_flow import flow_of, in_flow, wraps
from render_engine.layout.boxes import Align, Box, Direction, Justify, Measured, Spread
from render_engine.layout.flex import NEAR, limited
from render_engine.matrix import Matrix
from render_engine.motion.entrance import Stagger, staggered
from render_engine.timeline.context import Context
from render_engine.timeline.evaluate import draw_nodes
from render_engine.timeline.motion import STILL, Motion, merged
from render_engine.timeline.outline import rounded
from render_engine.timeline.scene import Node, View
from render_engine.timeline.value import Fixed, Vectorial, mapped

Sides = tuple[Extent | None, Extent | None]

LARGEST = 65536


class Stack(VisualLayer):
    """Layers in a row or a column. Their positions are offsets from the place the stack gives them."""

    type: Literal["stack"] = "stack"
    direction: Direction = Field("column", description="“-reverse” begins at the other end.")
    wrap: bool = Field(False, description="Goes on in another row (or column) where one is full.")
    gap: Pixels | tuple[Pixels, Pixels] = Field(
        0, description="px between two layers: one, or between rows and between columns."
    )
    padding: Pixels | tuple[Pixels, Pixels] | tuple[Pixels, Pixels, Pixels, Pixels] = Field(
        0, description="px inside the edges: one, or vertical and horizontal, or top, right, bottom, left."
    )
    align: Align = Field(
        "center",
        description="Across the stack; “stretch” makes shapes, pictures and stacks as wide as it, “baseline” puts the "
        "first lines of a row's texts on one line.",
    )
    justify: Justify = Field("start", description="Along the stack, where it is larger than its layers.")
    align_content: Spread = Field("stretch", description="Of the rows (or columns), where it wraps and there is room.")
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
    flow, room = flow_of(layer, context), (context.width, context.height)
    laid = limited(flow, (None, None), layer.size, layer.min_size, layer.max_size, room)
    width, height = laid.width, laid.height
    if max(width, height) > LARGEST:
        raise context.wrong(f"the stack is {width:.0f}×{height:.0f} px; {LARGEST} px a side is the most", "layers")
    places = {
        k: Place(box, item.measure((None, None), laid.room))
        for (k, _), item, box in zip(in_flow(layer), flow.items, laid.boxes, strict=True)
    }
    inner = context.inside(width=laid.room[0], height=laid.room[1])
    around = context.inside(width=width, height=height)
    children = enumerate(staggered(layer.layers, layer.stagger))
    nodes = (_node(child, places.get(k), inner if k in places else around, k) for k, child in children)
    shown = tuple(node for node in nodes if node is not None)
    return StackContent(width, height, layer.radius, _panel(layer, width, height, context), shown)


class Place(NamedTuple):
    """A layer's box, and the size that it has by itself."""

    box: Box
    natural: Measured


def _node(child: AnyLayer, place: Place | None, context: Context, number: int) -> Node | None:
    """None where it shows nothing: sound is heard and takes no room. No place: it stands where its position says."""
    from render_engine.timeline.resolve import resolve_layer  # the tree is recursive

    inside = context.inside(f"layers[{number}]")
    if child.hidden:
        return None
    if isinstance(child, VisualLayer) and child.matte:
        raise inside.wrong("a layer of a stack has no matte: put both into a group, and the group here", "matte")
    if place is None:
        return resolve_layer(child, inside)
    node = resolve_layer(_resized(child, place), inside)
    assert node is not None
    return _moved(child, node, (place.box.x, place.box.y))


def _resized(child: AnyLayer, place: Place) -> AnyLayer:
    """With the size of its box, where that is another than its own and its kind has a size to change."""
    size = (place.box.width, place.box.height)
    if isinstance(child, VisualLayer) and wraps(child):
        return child if abs(size[0] - place.natural.width) <= NEAR else child.model_copy(update={"width": size[0]})
    if child.type not in STRETCHES or max(abs(size[k] - place.natural[k]) for k in (0, 1)) <= NEAR:
        return child
    return child.model_copy(update={"size": size})


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
