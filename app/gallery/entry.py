"""One thing in the gallery: its name, what it does, how it is written, and a film or a drawing of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import resources

if TYPE_CHECKING:
    from render_engine.document.load import Loaded

MEDIA = Path(resources.__file__).parent / "media"
SAMPLES = Path(resources.__file__).parent / "gallery"
WIDTH, HEIGHT, FPS = 480, 270, 30
STAGE = {"type": "radial", "center": ["50%", "35%"], "radius": ["80%", "110%"], "stops": ["#1b1e2b", "#0e1018"]}


@dataclass(frozen=True)
class Film:
    """`load` gives its composition; `poster`: when the frame is seen that stands for it before it plays."""

    load: Callable[[], Loaded]
    poster: float  # seconds, or a share of its length
    share: bool = False


@dataclass(frozen=True)
class Entry:
    """Either a film or a drawing shows it; `lines` are how it is written, by language."""

    section: str
    name: str
    says: str
    lines: Mapping[str, str]
    film: Film | None = None
    drawing: str = ""  # HTML

    @property
    def slug(self) -> str:
        """Its anchor in the page, and the name of its files."""
        return f"{self.section}-" + re.sub(r"[^A-Za-z0-9]+", "-", self.name).strip("-")

    @property
    def path(self) -> str:
        """As --only names it."""
        return f"{self.section}/{self.name}"

    @property
    def film_file(self) -> str:
        """In the gallery's folder."""
        return f"films/{self.slug}.mp4"

    @property
    def poster_file(self) -> str:
        return f"posters/{self.slug}.webp"


def stage(layers: Sequence[Mapping[str, Any]], seconds: float, poster: float) -> Film:
    """A film of these layers on the quiet ground that all samples share."""
    ground = {"type": "gradient", "fill": STAGE}
    return _film({"size": [WIDTH, HEIGHT], "fps": FPS, "duration": seconds, "layers": [ground, *layers]}, poster)


def _film(fields: dict[str, Any], poster: float) -> Film:
    def load() -> Loaded:
        from render_engine.document.load import Loaded, parse_document

        return Loaded(parse_document({"framekiln": 1, **fields}), MEDIA, "gallery", "gallery")

    return Film(load, poster)


def first_sentence(text: str | None) -> str:
    """Of a docstring."""
    words = " ".join((text or "").split())
    return re.split(r"(?<=[.!?])\s", words, maxsplit=1)[0]
