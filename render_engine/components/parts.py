"""What components are made of: ordinary layers at places in px, resolved as parts of the component."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, TypedDict

from render_engine import layers as kinds
from render_engine.display_list import Op, Path
from render_engine.document.layer import VisualLayer
from render_engine.errors import DocumentError, FramekilnError
from render_engine.layers import AnyLayer, shape
from render_engine.matrix import Matrix
from render_engine.timeline.context import Context
from render_engine.timeline.evaluate import draw_nodes
from render_engine.timeline.motion import Motion, merged
from render_engine.timeline.outline import quantised, rounded
from render_engine.timeline.scene import Content, Node, View


class Corner(TypedDict):
    position: tuple[float, float]
    anchor: tuple[Any, Any]


def at(x: float, y: float) -> Corner:
    """A part whose top left corner stands here."""
    return {"position": (x, y), "anchor": ("left", "top")}


@dataclass(frozen=True)
class Parts:
    """Nodes in a box; `radius` is that of the box's corners, for what is drawn behind it."""

    width: float
    height: float
    nodes: tuple[Node, ...]
    radius: float = 0.0

    @property
    def baseline(self) -> float:
        return self.height

    @property
    def single(self) -> bool:
        return False

    @cached_property
    def motion(self) -> Motion:
        return merged(node.motion for node in self.nodes)

    def edge(self, seconds: float) -> Path:
        return rounded(0, 0, self.width, self.height, self.radius)

    def draw(self, time: Fraction, matrix: Matrix, view: View) -> tuple[Op, ...]:
        return draw_nodes(self.nodes, time, matrix, view)


@contextmanager
def _own_problems(where: str) -> Iterator[None]:
    """Nobody wrote the layers that a component makes: what is wrong with them is told of the component."""
    try:
        yield
    except DocumentError as error:
        raise DocumentError([replace(problem, path=where) for problem in error.problems]) from error
    except FramekilnError as error:
        error.where = where
        raise


def shown_as(layer: AnyLayer, context: Context) -> Any:
    """What the layer shows; its problems are told as the component's own."""
    with _own_problems(context.where):
        return kinds.resolve(layer, context.inside(values=context.values.afresh()))


def parts(size: tuple[float, float], layers: Sequence[AnyLayer], context: Context) -> tuple[Node, ...]:
    """The layers as nodes in a box of that size, in px; their problems are told as the component's own."""
    from render_engine.timeline.resolve import resolve_layer  # the tree is recursive: resolve knows the layers

    inside = context.inside(width=size[0], height=size[1], values=context.values.afresh())
    with _own_problems(context.where):
        nodes = [resolve_layer(layer, inside) for layer in layers]
    return tuple(node for node in nodes if node is not None)


def part(content: Content, layer: VisualLayer, size: tuple[float, float], context: Context) -> Node:
    """Content that is resolved already, placed as the layer says in a box of that size."""
    from render_engine.timeline.resolve import placed

    inside = context.inside(width=size[0], height=size[1], values=context.values.afresh())
    return placed(layer, content, inside, Fraction(0), context.length)


def panel(
    size: tuple[float, float], radius: float, fill: Any, stroke: shape.Stroke | None, context: Context
) -> tuple[Node, ...]:
    """A rounded box whose border lies inside its edge, as in CSS: there a line of 1 px stays sharp."""
    if fill is None and stroke is None:
        return ()
    layer = shape.Shape(size=size, radius=radius, fill=fill, stroke=stroke, **at(0, 0))
    content = shape.resolve(layer, context.inside(values=context.values.afresh()))
    if stroke is not None and isinstance(stroke.width, int | float):
        half = stroke.width / 2
        inner = rounded(half, half, size[0] - 2 * half, size[1] - 2 * half, max(0.0, radius - half))
        content = replace(content, fixed=quantised(inner))
    return (part(content, layer, size, context),)
