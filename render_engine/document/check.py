"""Everything that can be said about a source before it is rendered: all its problems, not only the first.

What validation can't see (media, fonts, glyphs, nested documents) is found by resolving. A layer that cannot be
resolved is noted and put aside by an empty one, and the rest is resolved again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from render_engine.display_list import union
from render_engine.document.composition import Composition
from render_engine.document.load import NO_PROPS, Loaded, load_source
from render_engine.errors import BadInput, DocumentError, FramekilnError, Problem

MOST_FOUND = 50
MOMENTS = 12  # at which it is asked whether a layer can be seen


def check(
    source: str,
    *,
    props: Mapping[str, object] = NO_PROPS,
    size: tuple[int, int] | None = None,
    fps: str | float | None = None,
) -> list[Problem]:
    """Errors first, then warnings; an empty list is a source that renders."""
    try:
        loaded = load_source(source, props=props, size=size, fps=fps)
    except DocumentError as error:
        return list(error.problems)
    except BadInput as error:
        return [Problem(error.where or "", error.message)]
    return check_loaded(loaded)


def check_loaded(loaded: Loaded) -> list[Problem]:
    from render_engine.timeline.resolve import resolve  # needs the media libraries

    documents = (loaded.document,) if loaded.document else ()
    problems: list[Problem] = []
    composition = loaded.composition
    while len(problems) < MOST_FOUND:
        try:
            scene = resolve(composition, loaded.base, size=loaded.size, documents=documents)
        except FramekilnError as error:
            problems += (
                error.problems if isinstance(error, DocumentError) else [Problem(error.where or "", error.message)]
            )
            rest = _without(composition, problems[-1].path)
            if rest is None:
                return problems
            composition = rest
        else:
            return [*problems, *warnings(loaded, () if problems else scene.nodes, scene.duration)]
    return problems


def warnings(loaded: Loaded, nodes: Sequence[Any], length: Fraction) -> Iterator[Problem]:
    """What renders, but was hardly meant."""
    composition = loaded.composition
    width, height = loaded.size or composition.size
    if width % 2 or height % 2:
        yield _warning("size", f"{width}×{height} is odd; most video formats want even sizes")
    if not composition.layers:
        yield _warning("layers", "the composition has no layers; it shows its background only")
    for k, layer in enumerate(composition.layers):
        if isinstance(layer.start, str):
            continue
        if Fraction(str(layer.start)) >= length:
            told = f"never seen: it begins at {layer.start:g} s, and the composition ends at {float(length):g} s"
            yield _warning(f"layers[{k}].start", told)
    yield from _unseen(composition, nodes, length)


def _unseen(composition: Composition, nodes: Sequence[Any], length: Fraction) -> Iterator[Problem]:
    """Visible layers that never touch the frame."""
    mattes = {matte.layer for layer in composition.layers if (matte := getattr(layer, "matte", None))}
    shown = [k for k, layer in enumerate(composition.layers) if _is_drawn(layer) and layer.id not in mattes]
    if len(shown) != len(nodes):
        return
    for k, node in zip(shown, nodes, strict=True):
        if node.start < length and not _touches(node, composition.size, min(node.end, length)):
            yield _warning(f"layers[{k}]", "never seen: it stays outside the frame, or shows nothing")


def _is_drawn(layer: Any) -> bool:
    return not layer.hidden and hasattr(layer, "opacity")


def _touches(node: Any, size: tuple[int, int], end: Fraction) -> bool:
    from render_engine.matrix import scaling
    from render_engine.timeline.evaluate import draw_node
    from render_engine.timeline.scene import View

    start = max(node.start, Fraction(0))
    for moment in range(MOMENTS):
        time = start + (end - start) * (2 * moment + 1) / (2 * MOMENTS)
        box = (0, 0, 0, 0)
        for op in draw_node(node, time, scaling(1, 1), View(*size)):
            box = union(box, op.bounds)
        if box[0] < min(box[2], size[0]) and box[1] < min(box[3], size[1]) and box[2] > 0 and box[3] > 0:
            return True
    return False


def _without(composition: Composition, path: str) -> Composition | None:
    """The composition with the layer at `path` (and what is in it) replaced by an empty one."""
    steps = [int(step) for step in re.findall(r"\.?layers\[(\d+)\]", re.match(r"(\.?layers\[\d+\])*", path)[0])]  # type: ignore[index]  # it matches the empty text
    return _emptied(composition, steps) if steps else None


def _emptied(parent: Any, steps: list[int]) -> Any:
    from render_engine.layers.group import Group

    first, *rest = steps
    if first >= len(parent.layers):
        return None
    layer = parent.layers[first]
    deeper = _emptied(layer, rest) if rest and hasattr(layer, "layers") else None
    inner = deeper or Group(id=layer.id)
    if layer == inner:
        return None
    return parent.model_copy(update={"layers": [*parent.layers[:first], inner, *parent.layers[first + 1 :]]})


def _warning(path: str, message: str) -> Problem:
    return replace(Problem(path, message), severity="warning")
