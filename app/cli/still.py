"""`framekiln still`: one frame as a picture, or several as a contact sheet."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.arguments import Parser, add_source, load, reads
from render_engine.errors import BadInput
from render_engine.times import parse_moment

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
QUALITY = {"PNG": {"compress_level": 4}, "JPEG": {"quality": 92, "subsampling": 0}, "WEBP": {"quality": 92}}


def add_arguments(parser: Parser) -> None:
    add_source(parser)
    moment = reads(parse_moment)
    parser.add_argument("--at", metavar="TIME", type=moment, action="append", help="1.5s, 1:02.5 or a frame's number")
    parser.add_argument("-o", "--output", metavar="OUT", type=Path, help="a .png, .jpg or .webp file")


def run(arguments: argparse.Namespace) -> int:
    from PIL import Image

    from app.cli.contact_sheet import contact_sheet
    from render_engine.document.composition import parse_fps
    from render_engine.stills import stills

    if not arguments.at:
        raise BadInput("say which moment: --at 1.5s (more than one --at makes a contact sheet)")
    loaded = load(arguments)
    output: Path = arguments.output or Path(f"{loaded.name}.png")
    check_picture_path(output)
    fps = parse_fps(loaded.composition.fps)
    times = [moment.seconds_at(fps) for moment in arguments.at]
    frames = map(Image.fromarray, stills(loaded, times))
    picture = next(frames) if len(times) == 1 else contact_sheet(frames, times)
    save(picture, output)
    facts = {"event": "done", "path": str(output), "width": picture.width, "height": picture.height}
    print(json.dumps(facts, ensure_ascii=False) if arguments.json else f"✓ {output} ({picture.width}×{picture.height})")
    return 0


def check_picture_path(path: Path) -> None:
    """Before anything is drawn for it."""
    from render_engine.encode.partial import check_folder

    if path.suffix.lower() not in FORMATS:
        raise BadInput(f"{path}: a still is written as {', '.join(FORMATS)}")
    check_folder(path)


def save(picture: Image, path: Path) -> None:
    """Writes the picture, whole or not at all. JPEG holds no transparency: there it stands on black."""
    from render_engine.encode.partial import commit, discard, failures_told, partial_path

    kind = FORMATS[path.suffix.lower()]
    partial = partial_path(path)
    with failures_told(path):
        try:
            _on_black(picture, kind).save(partial, kind, **QUALITY[kind])
            commit(partial, path)
        finally:
            discard(partial)


def _on_black(picture: Image, kind: str) -> Image:
    from PIL import Image

    if picture.mode != "RGBA":
        return picture
    if picture.getchannel("A").getextrema() == (255, 255):
        return picture.convert("RGB")
    if kind != "JPEG":
        return picture
    return Image.alpha_composite(Image.new("RGBA", picture.size, "black"), picture).convert("RGB")
