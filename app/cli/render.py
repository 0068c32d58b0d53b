"""`framekiln render`: a composition to a finished video."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.arguments import NO_PROPS, Parser, add_source, load, reads
from app.cli.progress import follow
from render_engine.errors import BadInput
from render_engine.times import parse_range, span_at

if TYPE_CHECKING:
    from render_engine.document.load import Loaded
    from render_engine.film import RenderOptions

MOST_WORKERS = 256
SPEEDS = "ultrafast … veryslow, as x264 calls them"


def add_arguments(parser: Parser) -> None:
    parser.description = (
        "Turn a composition into a finished video. It is rendered in segments that are kept: after Ctrl-C or a crash the "
        "same command goes on where it was, and after an edit it renders only what changed."
    )
    add_what_to_render(parser)
    parser.add_argument("--captions", metavar="FILE", type=Path, help="also write the captions to an .srt or .vtt file")
    parser.add_argument(
        "--workers",
        metavar="N",
        type=reads(_workers),
        help="how many processes draw (as many as cores and memory allow); the bytes are the same",
    )
    parser.add_argument(
        "--no-reuse", action="store_true", help="take nothing from before, draw every frame from nothing"
    )
    parser.add_argument(
        "--batch",
        metavar="ROWS",
        type=Path,
        help="a video for each row of a .csv, .tsv, .json or .jsonl: columns are props",
    )
    parser.epilog = "framekiln plan with the same arguments tells beforehand what would be drawn."


def run(arguments: argparse.Namespace) -> int:
    if arguments.batch:
        from app.cli import batch

        return batch.run(arguments)
    from render_engine.segments.workers import worker_processes

    with worker_processes(arguments.workers) as executor:
        from render_engine.render import render

        loaded, output, options = what_to_render(arguments)
        options = replace(options, captions=arguments.captions, workers=arguments.workers, reuse=not arguments.no_reuse)
        follow(render(loaded, output, options, executor=executor), as_json=arguments.json)
    return 0


def add_what_to_render(parser: Parser) -> None:
    """What a render and its plan have in common."""
    from render_engine.encode.presets import PRESETS

    add_source(parser)
    parser.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        type=Path,
        help="the file to make; its ending says the format (SOURCE's name and .mp4)",
    )
    parser.add_argument("--preset", metavar="NAME", help=f"size, codec, quality: {', '.join(PRESETS)}")
    parser.add_argument(
        "--range", metavar="FROM:TO", type=reads(parse_range), help="a part: 2s:5s, 2s: or frames 60:150"
    )
    parser.add_argument("--encoder", metavar="NAME", help="auto, x264, x265, svtav1, vp9, prores, nvenc, …")
    parser.add_argument("--renderer", metavar="NAME", help="auto, cpu or cuda: what draws the frames")
    parser.add_argument(
        "--bit-depth", metavar="N", type=int, help="8 or 10 bits a sample; 10: x265, svtav1, hevc_nvenc, av1_nvenc"
    )
    parser.add_argument("--crf", metavar="N", type=float, help="quality: lower is better and larger")
    parser.add_argument("--speed", metavar="NAME", help=f"how long the encoder may think: {SPEEDS}")


def what_to_render(
    arguments: argparse.Namespace, more: Mapping[str, Any] = NO_PROPS
) -> tuple[Loaded, Path, RenderOptions]:
    """`more`: props of a batch's row."""
    from render_engine.asked import options_asked, preset_named, suffix_asked
    from render_engine.document.composition import parse_fps

    preset = preset_named(arguments.preset, where="--preset") if arguments.preset else None
    if preset:
        arguments.size = arguments.size or preset.size
        arguments.fps = arguments.fps or (str(preset.fps) if preset.fps else None)
    named = {name: getattr(arguments, name) for name in ("encoder", "crf", "speed", "renderer", "bit_depth")}
    options = options_asked(preset, **named)
    loaded = load(arguments, more)
    output = arguments.output or Path(loaded.name + suffix_asked(preset, arguments.encoder))
    span = span_at(arguments.range, parse_fps(loaded.composition.fps)) if arguments.range else None
    return loaded, output, replace(options, span=span)


def _workers(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_WORKERS:
        raise BadInput(f"“{text}” is no number of workers: 1 to {MOST_WORKERS}")
    return int(text)
