"""Rows and columns: layers placed one after another, in a box that follows their sizes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Literal

from pydantic import Field

from render_engine.display_list import Op, Path
from render_engine.document.fields import Extent, Keyframed, Pixels, Springing, SpringName, SpringSettings
from render_engine.document.gradient import AnyPaint
from render_engine.document.layer import VisualLayer
from render_engine.layers import STRETCHES, AnyLayer, shape
from render_engine.layers.group import longest
from render_engine.layers.stack_flow import flow_of, in_flow, wraps
from render_engine.layers.stack_reflow import Part, State, Whole, states
from render_engine.layout.boxes import Align, Box, Direction, Flow, Item, Justify, Laid, Measured, Spread
from render_engine.layout.flex import NEAR, limited
from render_engine.matrix import Matrix
from render_engine.motion.entrance import Stagger, staggered
from render_engine.timeline.context import Context
from render_engine.timeline.evaluate import draw_nodes
from render_engine.timeline.motion import STILL, Motion, merged
from render_engine.timeline.outline import rounded
from render_engine.timeline.scene import Node, View
from render_engine.timeline.siblings import used_by
from render_engine.timeline.value import Fixed, Following, Vectorial, mapped
from render_engine.timeline.values_of import spring_of

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
    reflow: SpringName | SpringSettings | None = Field(
        None,
        description="A layer takes room only while it is there; when one comes, goes or changes its size by keyframes, "
        "the others make way by this spring. If left out, all keep their places.",
    )
    layers: list[AnyLayer] = Field([], max_length=2000)


@dataclass(frozen=True)
class StackContent:
    """`width` and `height` are the largest of a size that changes; a smaller one begins at `anchor` (shares of them)."""

    width: float
    height: float
    anchor: tuple[float, float]
    size: Vectorial
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
        return merged(
            [self.size.motion, self.panel.motion if self.panel else STILL, *(node.motion for node in self.nodes)]
        )

    def edge(self, seconds: float) -> Path:
        width, height = (max(0.0, length) for length in self.size.at(seconds))
        left, top = (self.width - width) * self.anchor[0], (self.height - height) * self.anchor[1]
        return rounded(left, top, width, height, self.radius)

    def draw(self, time: Fraction, matrix: Matrix, view: View) -> tuple[Op, ...]:
        panel = self.panel.draw(time, matrix, view) if self.panel else ()
        return (*panel, *draw_nodes(self.nodes, time, matrix, view))


def resolve(layer: Stack, context: Context) -> StackContent:
    flow = flow_of(layer, context)
    known = _states(layer, flow, context)
    width, height = (
        max(side) for side in zip(*((state.laid.width, state.laid.height) for state in known), strict=True)
    )
    if max(width, height) > LARGEST:
        raise context.wrong(f"the stack is {width:.0f}×{height:.0f} px; {LARGEST} px a side is the most", "layers")
    anchor, spring = shape.anchor_shares(layer), spring_of(layer.reflow or "smooth")
    whole = Whole((width, height), anchor, known, spring)
    items = {k: item for (k, _), item in zip(in_flow(layer), flow.items, strict=True)}
    children = enumerate(staggered(layer.layers, layer.stagger))
    nodes = (_node(child, items.get(k), whole, k, context) for k, child in children)
    shown = tuple(node for node in nodes if node is not None)
    panel = _panel(layer, whole, context)
    return StackContent(width, height, anchor, whole.extent, layer.radius, panel, shown)


def _states(layer: Stack, flow: Flow, context: Context) -> list[State]:
    """One, where the layers keep their places."""

    def lay_out(flow: Flow) -> Laid:
        return limited(flow, (None, None), layer.size, layer.min_size, layer.max_size, (context.width, context.height))

    numbers = in_flow(layer)
    if layer.reflow is None:
        laid = lay_out(flow)
        return [State(0.0, laid, dict(zip((k for k, _ in numbers), laid.boxes, strict=True)))]
    children = zip(numbers, flow.items, strict=True)
    parts = [_part(child, k, item, context.inside(f"layers[{k}]")) for (k, child), item in children]
    return states(parts, float(context.length), flow, lay_out)


def _part(child: VisualLayer, number: int, item: Item, context: Context) -> Part:
    from render_engine.timeline.resolve import own_end

    if not isinstance(child.position, tuple):
        raise context.wrong(
            "in a stack with “reflow” a position is a fixed offset: put what moves into a group", "position"
        )
    end = own_end(child, context, context.where)
    size = getattr(child, "size", None)
    animated = isinstance(size, Keyframed | Springing)
    return Part(
        number=number,
        item=item,
        start=float(context.time(child.start, "start")),
        end=float(context.length if end is None else end),
        size=context.values.afresh().point(size, context.width, context.height) if animated else Fixed((0.0, 0.0)),
    )


def _node(child: AnyLayer, item: Item | None, whole: Whole, number: int, context: Context) -> Node | None:
    """None where it shows nothing: sound is heard and takes no room. No item: it stands where its position says."""
    from render_engine.timeline.resolve import resolve_layer  # the tree is recursive

    if child.hidden:
        return None
    inside = context.inside(f"layers[{number}]", width=whole.size[0], height=whole.size[1])
    if isinstance(child, VisualLayer) and child.matte:
        raise inside.wrong("a layer of a stack has no matte: put both into a group, and the group here", "matte")
    if used_by([child]):
        raise inside.wrong("a layer of a stack has no map: put both into a group, and the group here", "effects")
    if item is None:
        return resolve_layer(child, inside)
    state = whole.first(number)
    room = state.laid.room
    natural = item.measure((None, None), room)
    node = resolve_layer(
        _resized(child, state.boxes.get(number), natural), inside.inside(width=room[0], height=room[1])
    )
    assert node is not None
    return _moved(child, node, whole.place(number, _slack(child, node)))


def _slack(child: AnyLayer, node: Node) -> Callable[[Box], tuple[float, float]]:
    """How far a layer whose size changes begins before the box that it has at a time: it grows from its anchor."""
    if not isinstance(child, VisualLayer) or not isinstance(getattr(child, "size", None), Keyframed | Springing):
        return lambda box: (0.0, 0.0)
    across, down = shape.anchor_shares(child)
    width, height = node.content.width, node.content.height
    return lambda box: ((width - box.width) * across, (height - box.height) * down)


def _resized(child: AnyLayer, box: Box | None, natural: Measured) -> AnyLayer:
    """With the size of its box, where that is another than its own and its kind has a size to change."""
    if box is None:
        return child
    if isinstance(child, VisualLayer) and wraps(child):
        return child if abs(box.width - natural.width) <= NEAR else child.model_copy(update={"width": box.width})
    away = max(abs(box.width - natural.width), abs(box.height - natural.height))
    if child.type not in STRETCHES or away <= NEAR:
        return child
    return child.model_copy(update={"size": (box.width, box.height)})


def _moved(child: AnyLayer, node: Node, place: Vectorial) -> Node:
    """The node with its natural place there; a position of its own is an offset."""
    x, y = node.transform.anchor
    position = mapped(place, lambda at: (at[0] + x, at[1] + y))
    if "position" in child.model_fields_set:
        position = _offset(node.transform.position, position)
    if isinstance(position, Following):  # from the stack's clock to the layer's
        position = replace(position, times=tuple(time - float(node.start) for time in position.times))
    transform = replace(node.transform, position=position)
    moving = merged([node.moving, position.motion])
    return replace(node, transform=transform, fixed=transform.at(0.0) if transform.still else None, moving=moving)


def _offset(own: Vectorial, place: Vectorial) -> Vectorial:
    """One of the two is fixed."""
    still, other = (place, own) if isinstance(place, Fixed) else (own, place)
    x, y = still.at(0.0)
    return mapped(other, lambda at: (at[0] + x, at[1] + y))


def _panel(layer: Stack, whole: Whole, context: Context) -> shape.ShapeContent | None:
    if layer.fill is None and layer.stroke is None:
        return None
    panel = shape.Shape(size=whole.size, radius=layer.radius, fill=layer.fill, stroke=layer.stroke)
    content = shape.resolve(panel, context)
    size = whole.extent
    if isinstance(size, Fixed):
        return content
    motion = merged([content.motion, size.motion])
    return replace(content, size=size, anchor=whole.anchor, fixed=None, motion=motion)


def length(layer: Stack, context: Context) -> Fraction | None:
    return longest(layer.layers, context)
