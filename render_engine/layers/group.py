"""Layers that move, fade and are blended together."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal

from pydantic import Field

from render_engine.display_list import Op
from render_engine.document.fields import Pixels
from render_engine.document.layer import VisualLayer
from render_engine.layers import AnyLayer
from render_engine.matrix import Matrix
from render_engine.motion.entrance import Stagger, staggered
from render_engine.timeline.context import Context
from render_engine.timeline.evaluate import draw_nodes
from render_engine.timeline.motion import Motion, merged
from render_engine.timeline.scene import Node, View


class Group(VisualLayer):
    """Layers as one: they share its place, time, opacity, masks and effects."""

    type: Literal["group"] = "group"
    size: tuple[Pixels, Pixels] | None = Field(None, description="Width and height in px; the parent's if left out.")
    stagger: Stagger = 0
    layers: list[AnyLayer] = Field([], max_length=20_000)


@dataclass(frozen=True)
class GroupContent:
    width: float
    height: float
    nodes: tuple[Node, ...]

    @property
    def baseline(self) -> float:
        return self.height

    @cached_property
    def single(self) -> bool:
        return not self.nodes or (len(self.nodes) == 1 and self.nodes[0].content.single and not self.nodes[0].backdrop)

    @cached_property
    def motion(self) -> Motion:
        return merged(node.motion for node in self.nodes)

    def draw(self, time: Fraction, matrix: Matrix, view: View) -> tuple[Op, ...]:
        return draw_nodes(self.nodes, time, matrix, view)


def resolve(layer: Group, context: Context) -> GroupContent:
    from render_engine.timeline.resolve import resolve_layers  # the tree is recursive: resolve knows the layers

    width, height = layer.size or (context.width, context.height)
    nodes = resolve_layers(staggered(layer.layers, layer.stagger), context.inside(width=width, height=height))
    return GroupContent(width, height, nodes)


def length(layer: Group, context: Context) -> Fraction | None:
    return longest(layer.layers, context)


def longest(layers: Sequence[AnyLayer], context: Context) -> Fraction | None:
    """As long as the longest layer that knows its end; None where one of them fills the parent's time."""
    from render_engine.timeline.resolve import own_end

    ends = [own_end(child, context, f"{context.where}.layers[{k}]") for k, child in enumerate(layers)]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None
