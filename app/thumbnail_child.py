"""A process that draws what is too slow for the window, small: `NAME OUT.webp` a template's short loop; `VIDEO OUT.webp`
a frame of a video file; without arguments the stills that ship.

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
SMALL = 192  # px, of a video file's
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


def loop_of(name: str) -> list[Image]:
    loaded, seconds = opened(name)
    return list(pictures(loaded, moments(seconds)))


def frame_of(video: Path) -> Image:
    """From the keyframe before its first third: films begin in black."""
    from render_engine.media.decoder import frames_of, moving_pictures, open_media

    with open_media(video) as container:
        stream = moving_pictures(container)[0]
        if container.duration:
            container.seek(container.duration // 3)
        frame = next(frames_of(container, stream))
        picture: Image = frame.to_image()  # type: ignore[no-untyped-call]
        picture = picture.rotate(frame.rotation, expand=True)
    picture.thumbnail((SMALL, SMALL))
    return picture


def write(pictures: list[Image], out: Path) -> None:
    """Whole or not at all."""
    first, *others = pictures
    partial = out.with_name(f".{out.name}.{os.getpid()}")
    out.parent.mkdir(parents=True, exist_ok=True)
    moving = {"save_all": True, "append_images": others, "duration": round(1000 / FPS), "loop": 0} if others else {}
    first.save(partial, "WEBP", quality=72, method=2, **moving)
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
        what, out = arguments[0], Path(arguments[1])
        write([frame_of(Path(what))] if Path(what).is_absolute() else loop_of(what), out)
    else:
        write_stills()


if __name__ == "__main__":
    main(sys.argv[1:])
