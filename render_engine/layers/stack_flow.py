"""A stack as boxes: how large each of its layers is, whatever room it gets, with the stacks in it laid out by the same rules."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from render_engine.document.flex import Flex
from render_engine.document.layer import VisualLayer
from render_engine.errors import FramekilnError
from render_engine.layers import STRETCHES
from render_engine.layout.boxes import Edges, Flow, Item, Known, Measured, Size, in_px
from render_engine.layout.flex import limited, narrowest
from render_engine.timeline.context import Context

if TYPE_CHECKING:
    from render_engine.layers.stack import Stack

Measure = Callable[[Known, Size], Measured]
Narrow = Callable[[Size], float]
TEXTS = {"text", "typewriter", "animated_characters"}
FILLS = {"group", "sequence"}  # as large as their parent, or as their size says
PLAIN = Flex()


def flow_of(layer: Stack, context: Context) -> Flow:
    gap = layer.gap if isinstance(layer.gap, tuple) else (layer.gap, layer.gap)
    return Flow(
        items=tuple(_item(child, layer, context.inside(f"layers[{k}]")) for k, child in in_flow(layer)),
        direction=layer.direction,
        wraps=layer.wrap,
        gap=(gap[1], gap[0]),
        padding=edges(layer.padding),
        align=layer.align,
        justify=layer.justify,
        content=layer.align_content,
    )


def in_flow(layer: Stack) -> list[tuple[int, VisualLayer]]:
    """The layers that take up room, with their numbers."""
    return [(k, child) for k, child in enumerate(layer.layers) if isinstance(child, VisualLayer) and takes_room(child)]


def takes_room(child: VisualLayer) -> bool:
    return not (child.hidden or (child.flex and child.flex.absolute))


def edges(sides: float | tuple[float, float] | Edges) -> Edges:
    """Top, right, bottom, left; of one, or of vertical and horizontal."""
    if not isinstance(sides, tuple):
        return (sides, sides, sides, sides)
    return sides if len(sides) == 4 else (sides[0], sides[1], sides[0], sides[1])


def wraps(child: VisualLayer) -> bool:
    """Whether it is a text that takes its width from the room it gets."""
    return child.type in TEXTS and getattr(child, "width", None) is None and getattr(child, "fit", None) is None


def _item(child: VisualLayer, layer: Stack, context: Context) -> Item:
    from render_engine.layers.stack import Stack  # the tree is recursive

    if isinstance(child, Stack):
        return _of_stack(child, layer, context)
    flex, soft = child.flex or PLAIN, wraps(child)
    measure, narrow = (_of_text if child.type in TEXTS else _of_other)(child, context)
    return Item(
        measure=cache(measure),
        narrow=cache(narrow),
        grow=flex.grow,
        shrink=float(soft) if flex.shrink is None else flex.shrink,
        basis=flex.basis,
        align=flex.align,
        margin=edges(flex.margin),
        follows=soft,
        stretches=child.type in STRETCHES,
        yields=child.type in STRETCHES,
    )


def _of_stack(child: Stack, layer: Stack, context: Context) -> Item:
    flex, flow = child.flex or PLAIN, flow_of(child, context)
    along = child.size[flow_axis(layer)]

    def measure(known: Known, room: Size) -> Measured:
        laid = limited(flow, known, child.size, child.min_size, child.max_size, room)
        return Measured(laid.width, laid.height, laid.baseline)

    def narrow(room: Size) -> float:
        width = in_px(child.size[0], room[0])
        return narrowest(flow, room) if width is None else width

    return Item(
        measure=cache(measure),
        narrow=cache(narrow),
        grow=flex.grow,
        shrink=float(along is None) if flex.shrink is None else flex.shrink,
        basis=flex.basis,
        align=flex.align,
        margin=edges(flex.margin),
        least=child.min_size,
        most=child.max_size,
        follows=child.size[0] is None,
    )


def flow_axis(layer: Stack) -> int:
    return 0 if layer.direction.startswith("row") else 1


def _of_text(child: Any, context: Context) -> tuple[Measure, Narrow]:
    from render_engine.layers import text  # brings the fonts: only where there is a text

    follows = wraps(child)

    def measure(known: Known, room: Size) -> Measured:
        try:
            return text.measured(child, context, known[0] if follows else None)
        except FramekilnError as error:
            raise error.at(context.where) from error

    def narrow(room: Size) -> float:
        return text.narrowest(child, context) if follows else measure((None, None), room).width

    return measure, narrow


def _of_other(child: VisualLayer, context: Context) -> tuple[Measure, Narrow]:
    """Of one size, whatever it is given; its narrowest is its own width."""

    @cache
    def natural(room: Size) -> Measured:
        if child.type in FILLS:
            width, height = getattr(child, "size", None) or room
            return Measured(width, height, height)
        return _resolved(child, context.inside(width=room[0], height=room[1]))

    return lambda known, room: natural(room), lambda room: natural(room).width


def _resolved(child: VisualLayer, context: Context) -> Measured:
    """Once a size of its parent, however many stacks around it ask. The layer is kept with its size: its id stays its own."""
    from render_engine.timeline.resolve import resolve_layer

    key, known = (id(child), context.width, context.height), context.resolved.sizes
    if key not in known:
        node = resolve_layer(
            child, context.inside(clips=[], captions=[], listeners=[])
        )  # it is heard when it is placed
        assert node is not None
        known[key] = (child, Measured(node.content.width, node.content.height, node.content.baseline))
    return known[key][1]
