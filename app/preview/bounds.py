"""Where the layers of a frame stand, for the handles over the picture: in px of the film, by their paths."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from render_engine.layers.nested import NestedContent
from render_engine.layout_check.texts import Inside, Link
from render_engine.matrix import Matrix, multiply, scaling
from render_engine.timeline.scene import Node, Scene

MOST = 1000  # layers that are told of
NEAR = 1e-6  # s: a layer is there in the frame that it begins with, however its start was added up


@dataclass(frozen=True)
class Parent:
    """What a layer stands in: its place in the film, its width and height."""

    matrix: Matrix
    width: float
    height: float


def bounds(scene: Scene, width: int, height: int, seconds: float) -> dict[str, list[float]]:
    """Of the layers that are there at a time, the lowest first; of very many the upper ones.

    `width`, `height`: of the film, which may be drawn smaller. The numbers of a layer: layer → film (9, row by row),
    parent → film (9), its width and height, its anchor's x and y in px, the parent's width and height, its position in px
    of the parent, its opacity.
    """
    root = multiply(scaling(width / scene.width, height / scene.height), scene.root)
    across, down, left, top = scene.root[0], scene.root[3], scene.root[4], scene.root[5]
    whole = Parent(root, (scene.width - 2 * left) / across, (scene.height - 2 * top) / down)
    inside = Inside(scene.nodes, 0.0, 1.0, (0.0, float(scene.duration)), "")
    found: dict[str, list[float]] = {}
    for path, numbers in _walk(inside, whole, seconds):
        found.setdefault(path, [round(each, 4) for each in numbers])
    return dict(list(found.items())[-MOST:])


def _walk(inside: Inside, parent: Parent, film: float) -> Iterator[tuple[str, tuple[float, ...]]]:
    for node in inside.nodes:
        link = Link(node, inside.origin, inside.speed)
        if not _is_there(link.shown, film):
            continue
        here = link.seconds(film)
        pose, content = node.pose(here), node.content
        place = Parent(multiply(parent.matrix, pose.matrix), content.width, content.height)
        yield (
            inside.path.replace(" → ", ".composition.") + node.where,
            _numbers(node, place, parent, here, pose.opacity),
        )
        for inner in inside.opened(node):
            if _is_there(inner.shown, film) and (inner.nodes or isinstance(content, NestedContent)):
                yield from _walk(inner, place, film)


def _numbers(node: Node, place: Parent, parent: Parent, here: float, opacity: float) -> tuple[float, ...]:
    transform = node.transform
    sizes = (place.width, place.height, *transform.anchor, parent.width, parent.height)
    return (*place.matrix, *parent.matrix, *sizes, *transform.position.at(here), opacity)


def _is_there(shown: tuple[float, float], film: float) -> bool:
    return shown[0] - NEAR <= film < shown[1] - NEAR
