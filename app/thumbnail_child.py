"""A process that draws templates small: `NAME OUT.webp` a short loop; without arguments the stills that ship.

It gives way to everything else on the machine.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import resources

if TYPE_CHECKING:
    from PIL.Image import Image

    from render_engine.document.load import Loaded

STILLS = Path(resources.__file__).parent / "thumbnails"
LONGEST = 480  # px of a frame's longer side
FPS = 12
WHOLE = 6  # seconds up to which a film is shown whole
EXCERPTS = (0.04, 0.38, 0.7)  # where the parts of a longer one begin, as shares of it
EXCERPT = 2  # seconds
BEST = {"captioned-video": 0.5, "explainer": 0.55, "hello-world": 0.62, "launch-video": 0.36, "meme-caption": 0.7}


def moments(seconds: Fraction) -> list[Fraction]:
    if seconds <= WHOLE:
        return [Fraction(k, FPS) for k in range(int(seconds * FPS))]
    begins = (Fraction(share).limit_denominator(100) * seconds for share in EXCERPTS)
    return [begin + Fraction(k, FPS) for begin in begins for k in range(EXCERPT * FPS)]


def opened(name: str) -> tuple[Loaded, Fraction]:
    """Laid out as it is, drawn small; and how many seconds it lasts."""
    from render_engine.document.templates import load
    from render_engine.film import open_scene

    loaded = load(name, {}, None)
    width, height = loaded.size or loaded.composition.size
    share = LONGEST / max(width, height)
    small = replace(loaded, size=(2 * round(width * share / 2), 2 * round(height * share / 2)))
    return small, open_scene(small).duration


def pictures(loaded: Loaded, times: list[Fraction]) -> Iterator[Image]:
    from PIL import Image

    from render_engine.stills import stills

    for pixels in stills(loaded, times):
        yield Image.fromarray(pixels).convert("RGB")


def write_loop(name: str, out: Path) -> None:
    """Whole or not at all."""
    loaded, seconds = opened(name)
    first, *others = pictures(loaded, moments(seconds))
    partial = out.with_name(f".{out.name}.{os.getpid()}")
    out.parent.mkdir(parents=True, exist_ok=True)
    options = {"duration": round(1000 / FPS), "loop": 0, "quality": 72, "method": 2}
    first.save(partial, "WEBP", save_all=True, append_images=others, **options)
    partial.replace(out)


def write_stills() -> None:
    from render_engine.document.templates import TEMPLATES

    STILLS.mkdir(exist_ok=True)
    for name in TEMPLATES:
        loaded, seconds = opened(name)
        at = Fraction(BEST.get(name, 0.5)).limit_denominator(100) * seconds
        next(pictures(loaded, [at])).save(STILLS / f"{name}.webp", "WEBP", quality=82, method=6)


def main(arguments: Sequence[str]) -> None:
    if hasattr(os, "nice"):
        os.nice(15)
    if arguments:
        write_loop(arguments[0], Path(arguments[1]))
    else:
        write_stills()


if __name__ == "__main__":
    main(sys.argv[1:])
