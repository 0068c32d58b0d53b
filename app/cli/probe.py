"""`framekiln probe`: what is in a media file, as the engine understands it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from app.cli.arguments import Parser


def add_arguments(parser: Parser) -> None:
    parser.add_argument("media", metavar="MEDIA", type=Path, help="a video, a picture or a sound")


def run(arguments: argparse.Namespace) -> int:
    from render_engine.media.probe import probe

    info = probe(arguments.media)
    print(json.dumps(info.as_dict(), ensure_ascii=False, indent=2) if arguments.json else "\n".join(info.lines()))
    return 0
