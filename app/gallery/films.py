"""Renders the films of the gallery, one after another in the same workers, and takes a poster from each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import av
from PIL import Image

from app.gallery.entry import Entry, Film
from render_engine.film import RenderOptions
from render_engine.receipt import receipt_path
from render_engine.render import RenderResult, render

if TYPE_CHECKING:
    from collections.abc import Generator

    from render_engine.render import Progress

OPTIONS = RenderOptions(encoder="x264", crf=23, speed="medium")
QUALITY = 82  # of the posters


Made = tuple[Entry, RenderResult]


def films(entries: Sequence[Entry], folder: Path, executor: Executor, workers: int) -> Iterator[Made]:
    """Those of the entries that have one, each with its poster. What the journal has is not drawn again."""
    for name in ("films", "posters"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for entry in entries:
        if entry.film:
            yield entry, _made(entry, entry.film, folder, executor, workers)
    _remove_others(entries, folder)


def _remove_others(entries: Sequence[Entry], folder: Path) -> None:
    """What a gallery of before showed, and this one does not."""
    shown = {name for entry in entries for name in (entry.film_file, entry.poster_file)}
    for pattern in ("films/*.mp4", "posters/*.webp"):
        for file in folder.glob(pattern):
            if file.relative_to(folder).as_posix() not in shown:
                file.unlink()


def _made(entry: Entry, film: Film, folder: Path, executor: Executor, workers: int) -> RenderResult:
    path = folder / entry.film_file
    result = _rendered(film, path, executor, workers)
    seconds = film.poster * float(result.duration) if film.share else film.poster
    _save_frame(path, seconds, folder / entry.poster_file)
    return result


def _rendered(film: Film, path: Path, executor: Executor, workers: int) -> RenderResult:
    steps = render(film.load(), path, replace(OPTIONS, workers=workers), executor=executor)
    with closing(cast("Generator[Progress]", steps)):
        last = next(step for step in steps if step.result)
    receipt_path(path).unlink()  # nobody verifies a picture in a page
    assert last.result
    return last.result


def _save_frame(film: Path, seconds: float, path: Path) -> None:
    with av.open(film) as container:
        rate = container.streams.video[0].average_rate
        assert rate
        wanted = int(seconds * rate)
        frame = next(each for number, each in enumerate(container.decode(video=0)) if number == wanted)
        Image.fromarray(frame.to_ndarray(format="rgb24")).save(path, quality=QUALITY)
