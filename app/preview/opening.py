"""From the window's order to a scene as large as it is to be drawn, and what the window is told of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.preview import messages
from app.preview.beside import files_beside, forget_modules, python_file

if TYPE_CHECKING:
    from render_engine.document.load import Loaded
    from render_engine.timeline.scene import Scene

OPAQUE = 65535  # alpha of a background that no light passes


def loaded_from(order: messages.Open) -> Loaded:
    from render_engine.document.load import Loaded, load_source, parse_document

    if order.document is None:
        if python := python_file(order.source):
            forget_modules(python)
        return load_source(order.source, props=order.props, size=order.size)
    file = Path(order.source).absolute()
    composition = parse_document(dict(order.document), order.props, files_from=Path.cwd())
    return Loaded(composition, file.parent, file.stem, order.source, None, order.size)


def size_of(loaded: Loaded) -> tuple[int, int]:
    return loaded.size or loaded.composition.size


def scene_of(loaded: Loaded, divider: int) -> Scene:
    """Laid out as the film, drawn smaller."""
    from render_engine.film import open_scene

    width, height = size_of(loaded)
    return open_scene(replace(loaded, size=(max(2, width // divider), max(2, height // divider))))


def told_of(order: messages.Open, loaded: Loaded, scene: Scene, seconds: float) -> messages.Opened:
    width, height = size_of(loaded)
    return messages.Opened(
        generation=order.generation,
        width=width,
        height=height,
        drawn_width=scene.width,
        drawn_height=scene.height,
        frames=scene.frames,
        fps=str(scene.fps),
        title=scene.title or loaded.name,
        has_sound=bool(scene.audio),
        opaque=scene.background[3] == OPAQUE,
        markers=tuple((float(time), name) for time, name in scene.markers),
        files=tuple(str(path) for path in scene.inputs) + files_beside(order.source),
        seconds=round(seconds, 4),
    )
