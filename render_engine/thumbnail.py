"""One small picture of a film, for lists of results."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING

from render_engine.display_list import DisplayList
from render_engine.encode.partial import commit, discard, failures_told, partial_path

if TYPE_CHECKING:
    from PIL.Image import Image

    from render_engine.film import Film
    from render_engine.media.medium import Medium
    from render_engine.text.face import Font

LONGEST = 640  # px


def thumbnail(film: Film, path: Path, executor: Executor) -> None:
    """Writes a JPEG of the frame at a third of the film, drawn by a worker, which has all that draws at hand. On black."""
    from render_engine.timeline.evaluate import evaluate  # not for the worker, which imports this file too

    scene = film.scene
    frame = evaluate(scene, (film.span[0] + film.frames // 3) / scene.fps)
    executor.submit(_draw, frame, scene.fonts.by_hash(), scene.media, path).result()


def _draw(frame: DisplayList, fonts: Mapping[str, Font], media: Mapping[str, Medium], path: Path) -> None:
    from PIL.Image import Resampling, fromarray

    from render_engine.cpu.compositor import Compositor
    from render_engine.cpu.pictures import Pictures

    pictures = Pictures(media)
    try:
        pictures.next_frame()
        pixels, _ = Compositor(frame.width, frame.height, fonts, pictures).draw(frame)
        picture = fromarray(pixels[..., 2::-1].copy())  # premultiplied: what shines through is black
    finally:
        pictures.close()
    picture.thumbnail((LONGEST, LONGEST), Resampling.LANCZOS)
    _save(picture, path)


def _save(picture: Image, path: Path) -> None:
    partial = partial_path(path)
    with failures_told(path):
        try:
            picture.save(partial, "JPEG", quality=85)
            commit(partial, path)
        finally:
            discard(partial)
