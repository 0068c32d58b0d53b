"""`framekiln gallery`: a page that shows every entrance, transition, effect and component, moving."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.arguments import Parser
from app.cli.words import clock, size_words
from render_engine.errors import BadInput, RenderFailed

if TYPE_CHECKING:
    from app.gallery.entry import Entry
    from render_engine.render import RenderResult


def add_arguments(parser: Parser) -> None:
    parser.description = (
        "Render a page that shows every entrance, transition, effect, component, easing and template, with the lines that "
        "use it. Open its index.html in any browser. Films that are kept from the last time are not rendered again."
    )
    parser.add_argument("-o", "--output", metavar="DIR", type=Path, default=Path("gallery"), help="a folder (gallery)")
    parser.add_argument(
        "--only", metavar="NAME", nargs="+", default=[], help="parts of it: transitions, or effects/glow"
    )


def run(arguments: argparse.Namespace) -> int:
    from app.gallery.page import write_page
    from app.gallery.sections import chosen

    folder: Path = arguments.output
    _refuse_what_is_not_ours(folder)
    began = time.monotonic()
    entries = chosen(arguments.only)
    try:
        page = write_page(entries, folder)  # first: a folder that an interruption leaves is known as a gallery
        _make_films(entries, folder, as_json=arguments.json)
    except OSError as error:
        raise RenderFailed(f"{folder}: the gallery cannot be written: {error.strerror}") from error
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    _tell_the_end(page, len(entries), size, time.monotonic() - began, as_json=arguments.json)
    return 0


def _refuse_what_is_not_ours(folder: Path) -> None:
    from app.gallery.page import MARK

    if folder.exists() and not folder.is_dir():
        raise BadInput(f"{folder} is a file: name a folder that is new, empty, or a gallery")
    page = folder / "index.html"
    ours = page.is_file() and MARK in page.read_text("utf-8", "replace")
    if folder.is_dir() and any(folder.iterdir()) and not ours:
        raise BadInput(f"{folder} holds something else: name a folder that is new, empty, or a gallery")


def _make_films(entries: Sequence[Entry], folder: Path, *, as_json: bool) -> None:
    from app.gallery.films import films
    from render_engine.segments.workers import cores_here, worker_processes

    count, began = sum(1 for entry in entries if entry.film), time.monotonic()
    with worker_processes() as executor:
        for done, (entry, result) in enumerate(films(entries, folder, executor, cores_here()), 1):
            left = (time.monotonic() - began) / done * (count - done)
            print(
                _event(entry, result, done, count, left) if as_json else _line(entry, result, done, count, left),
                flush=True,
            )


def _event(entry: Entry, result: RenderResult, done: int, count: int, left: float) -> str:
    event = {"event": "progress", "entry": entry.path, "done": done, "of": count, "drawn": result.drawn}
    return json.dumps({**event, "eta": round(left, 1)}, ensure_ascii=False)


def _line(entry: Entry, result: RenderResult, done: int, count: int, left: float) -> str:
    what = f"{result.drawn} frames" if result.drawn else "already there"
    return f"{done:>4}/{count}  {entry.path:<38} {what:<14} {clock(left)} left"


def _tell_the_end(page: Path, count: int, size: int, seconds: float, *, as_json: bool) -> None:
    facts = {"event": "done", "path": str(page), "entries": count, "bytes": size, "seconds": round(seconds, 2)}
    told = f"✓ {page}\n  {count} entries, {size_words(size)}, made in {clock(seconds)}"
    print(json.dumps(facts, ensure_ascii=False) if as_json else told)
