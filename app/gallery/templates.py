"""Templates with the props that they come with, small."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.gallery.entry import FPS, WIDTH, Entry, Film

if TYPE_CHECKING:
    from render_engine.document.load import Loaded

POSTER = 0.42  # share of a template's length at which most have something to show


def entries() -> list[Entry]:
    from render_engine.document.templates import TEMPLATES

    return [_entry(name, template.summary) for name, template in TEMPLATES.items()]


def _entry(name: str, summary: str) -> Entry:
    from render_engine.document.templates import describe

    props = describe(name)
    lines = [f"framekiln render {name}", *(f"    --set {prop.name}=…" for prop in props[:3])]
    shell = " \\\n".join(lines)
    return Entry("templates", name, summary, {"Shell": shell}, Film(lambda: _small(name), POSTER, share=True))


def _small(name: str) -> Loaded:
    """As large as the stage."""
    from render_engine.document.templates import load

    width, height = load(name, {}, None).composition.size
    share = WIDTH / max(width, height)
    size = (2 * round(width * share / 2), 2 * round(height * share / 2))
    loaded = load(name, {}, size)
    return replace(loaded, composition=loaded.composition.model_copy(update={"fps": FPS}))
