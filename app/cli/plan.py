"""`framekiln plan`: what a render would do, and why, before it is done."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Generator, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from app.cli.arguments import Parser
from app.cli.render import add_what_to_render, what_to_render
from app.cli.words import clock, time_words
from render_engine.renderer import UNMEASURED

if TYPE_CHECKING:
    from render_engine.plan import Plan, Planned


def add_arguments(parser: Parser) -> None:
    parser.description = (
        "Tell which segments a render with the same arguments would draw, why, and how long that may take. "
        "Nothing is drawn."
    )
    add_what_to_render(parser)


def run(arguments: argparse.Namespace) -> int:
    from render_engine.plan import plan

    made = _followed(plan(*what_to_render(arguments)), quiet=arguments.json or not sys.stderr.isatty())
    print(json.dumps(_facts(made), ensure_ascii=False) if arguments.json else "\n".join(_lines(made)))
    return 0


def _followed(steps: Generator[tuple[int, int], None, Plan], *, quiet: bool) -> Plan:
    while True:
        try:
            done, frames = next(steps)
        except StopIteration as end:
            if not quiet:
                print("\r\033[K", end="", file=sys.stderr, flush=True)
            made: Plan = end.value
            return made
        if not quiet:
            print(f"\rplanning  {100 * done // frames} %", end="", file=sys.stderr, flush=True)


def _lines(made: Plan) -> Iterator[str]:
    missing = made.missing
    if not made.segments:
        yield "sound alone: there are no pictures to render"
        return
    kept = len(made.segments) - len(missing)
    if not missing:
        yield f"nothing to draw: all {kept} segments are there"
        return
    yield f"{len(missing)} of {len(made.segments)} segments to render, {made.frames} frames, {_estimate(made)}"
    yield from map(_row, _runs(missing))
    if made.renderer.name == "cuda" or made.renderer.reason == UNMEASURED:
        yield f"renderer: {'CUDA, ' if made.renderer.name == 'cuda' else ''}{made.renderer.reason}"


def _estimate(made: Plan) -> str:
    if made.seconds is None:
        return "no telling how long: nothing like it was rendered here yet"
    return f"about {clock(made.seconds)}" if made.seconds >= 60 else f"about {max(1, round(made.seconds))} s"


def _runs(missing: tuple[Planned, ...]) -> Iterator[list[Planned]]:
    """Neighbours with the same reason stand in one line."""
    numbered = enumerate(missing)
    for _, run in groupby(numbered, lambda each: (each[1].segment.number - each[0], each[1].why)):
        yield [planned for _, planned in run]


def _row(run: list[Planned]) -> str:
    first, last = run[0], run[-1]
    number = f"{first.segment.number + 1}" if first is last else f"{first.segment.number + 1}–{last.segment.number + 1}"
    return f"  {number:>9}  {time_words(first.start)} to {time_words(last.end)}  {first.why}"


def _facts(made: Plan) -> dict[str, object]:
    rows = [
        {
            "segment": each.segment.number + 1,
            "first": each.segment.first,
            "last": each.segment.last - 1,
            "key": each.segment.key,
            "render": each.why is not None,
            "why": each.why,
        }
        for each in made.segments
    ]
    return {
        "segments": len(rows),
        "to_render": len(made.missing),
        "frames": made.frames,
        "renderer": made.renderer.name,
        "renderer_reason": made.renderer.reason,
        "seconds": None if made.seconds is None else round(made.seconds, 2),
        "rows": rows,
    }
