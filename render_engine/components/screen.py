"""What a device's screen shows: layers of the document, cut at its rounded corners; and the shadow under the device."""

from collections.abc import Sequence
from typing import Any

from render_engine.components.parts import at, part
from render_engine.document.layer import Mask
from render_engine.effects.drop_shadow import DropShadow
from render_engine.layers import AnyLayer
from render_engine.layers.group import Group, GroupContent
from render_engine.layers.shape import Shape
from render_engine.timeline.context import Context
from render_engine.timeline.scene import Node

Box = tuple[float, float, float, float]  # x, y, width, height


def screen(layers: Sequence[AnyLayer], box: Box, mask: Mask, size: tuple[float, float], context: Context) -> Node:
    """The layers in a box of a device of that size; percentages in them are of the box."""
    from render_engine.timeline.resolve import resolve_layers  # the tree is recursive: resolve knows the layers

    x, y, width, height = box
    inside = context.inside(width=width, height=height, values=context.values.afresh())
    content = GroupContent(width, height, resolve_layers(layers, inside))
    return part(content, Group(masks=[mask], **at(x, y)), size, context)


def shadow(size: tuple[float, float], radius: float) -> Any:
    """Two soft shadows of a body that stands away from what is behind it: a near one and a far one."""
    side = min(size)
    far = DropShadow(y=0.05 * side, radius=0.06 * side, color="rgba(0, 0, 0, 0.38)")
    near = DropShadow(y=0.008 * side, radius=0.012 * side, color="rgba(0, 0, 0, 0.28)")
    return Shape(size=size, radius=radius, fill="black", effects=[near, far], **at(0, 0))
