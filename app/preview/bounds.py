"""Where the layers of a frame stand, for the handles over the picture: in px of the film, by their paths."""

from __future__ import annotations

from collections.abc import Iterator

from render_engine.layers.nested import NestedContent
from render_engine.layout_check.texts import Inside, Link
from render_engine.matrix import Matrix, multiply, scaling
from render_engine.timeline.scene import Node, Scene

MOST = 400  # layers that are told of


def bounds(scene: Scene, width: int, height: int, seconds: float) -> dict[str, list[float]]:
    """Of the layers that are there at a time, the lowest first. `width`, `height`: of the film, which may be drawn smaller.

    The numbers of a layer: layer → film (9, row by row), parent → film (9), its width and height, its anchor's x and y in px.
    """
    root = multiply(scaling(width / scene.width, height / scene.height), scene.root)
    inside = Inside(scene.nodes, 0.0, 1.0, (0.0, float(scene.duration)), "")
    found: dict[str, list[float]] = {}
    for path, node, matrix, parent in _walk(inside, root, seconds):
        if path not in found:
            size = (node.content.width, node.content.height)
            found[path] = [round(each, 4) for each in (*matrix, *parent, *size, *node.transform.anchor)]
        if len(found) == MOST:
            break
    return found


def _walk(inside: Inside, parent: Matrix, film: float) -> Iterator[tuple[str, Node, Matrix, Matrix]]:
    for node in inside.nodes:
        link = Link(node, inside.origin, inside.speed)
        start, end = link.shown
        if not start <= film < end:
            continue
        matrix = multiply(parent, node.pose(link.seconds(film)).matrix)
        path = inside.path.replace(" → ", ".composition.") + node.where
        yield path, node, matrix, parent
        for inner in inside.opened(node):
            if inner.shown[0] <= film < inner.shown[1] and (inner.nodes or isinstance(node.content, NestedContent)):
                yield from _walk(inner, matrix, film)
