"""What an export will be, how long it may take and how large it may get: planned, and where nothing like it was rendered
here before, tried on two of its segments. They are kept, so that the render has them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.export.export import Export
from app.export.opening import GENTLE, Tell, be, opened, opened_facts, workers
from render_engine.errors import Stopped

if TYPE_CHECKING:
    from render_engine.film import Film, RenderOptions
    from render_engine.plan import Plan

TRIED = 2  # segments, at the same time
# Bits a pixel of moving graphics, as measured over the templates; where nothing of the film was rendered yet.
_BITS = {
    "x264": 0.03,
    "x265": 0.02,
    "svtav1": 0.015,
    "vp9": 0.03,
    "prores": 1.3,
    "prores-4444": 1.6,
    "gif": 0.5,
    "png": 1.5,
}


def plan(export: Export, stopping: Callable[[], bool], tell: Tell) -> None:
    """By what is known: nothing is drawn."""
    be(GENTLE)
    film, _ = opened(export)
    tell(opened_facts(film))
    made = _planned(film, stopping)
    tell(_told(film, made, made.seconds))


def estimate(export: Export, stopping: Callable[[], bool], tell: Tell) -> None:
    be(GENTLE)
    film, options = opened(export)
    tell(opened_facts(film))
    made = _planned(film, stopping)
    tell(_told(film, made, made.seconds))
    if made.missing and made.seconds is None:
        rate = _rate(film, options, made, stopping)
        made = _planned(film, stopping)
        tell(_told(film, made, made.frames * rate))


def _planned(film: Film, stopping: Callable[[], bool]) -> Plan:
    from render_engine.plan import plan_film

    steps = plan_film(film)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            made: Plan = end.value
            return made
        if stopping():
            raise Stopped


def _told(film: Film, made: Plan, seconds: float | None) -> dict[str, Any]:
    return {
        "event": "plan",
        "segments": len(made.segments),
        "to_render": len(made.missing),
        "frames": made.frames,
        "seconds": seconds,
        "bytes": _bytes(film, made),
        "measured": len(made.missing) < len(made.segments),
        "spans": list(_spans(made)),
    }


def _spans(made: Plan) -> Iterator[tuple[int, int, bool]]:
    """First frame, the one after the last, whether it is there: not where it waits for another one that is alike."""
    missing = {each.segment.key for each in made.missing}
    for each in made.segments:
        yield each.segment.first, each.segment.last, each.segment.key not in missing


def _bytes(film: Film, made: Plan) -> int:
    """By the segments that are there; where none is, by what such films take."""
    from render_engine.segments.journal import Journal

    journal, seconds = Journal.open(), film.frames / film.scene.fps
    sound = int(film.output.audio_bitrate * seconds / 8) if film.output.audio else 0
    there = [each.segment for each in made.segments if not each.why]
    files = [(segment.frames, path.stat().st_size) for segment in there if (path := journal.find(segment.key))]
    if frames := sum(count for count, _ in files):
        return sound + int(sum(size for _, size in files) / frames * film.frames)
    if not made.segments:
        return sound
    bits = film.scene.width * film.scene.height * film.frames * _BITS.get(film.choice.codec.name, 0.03)
    return sound + int(bits / 8)


def _rate(film: Film, options: RenderOptions, made: Plan, stopping: Callable[[], bool]) -> float:
    """Seconds that a frame of the render takes: of some in the film's middle, without the time until the first is drawn."""
    from render_engine.render import render_ahead

    first = made.missing[len(made.missing) // 2]
    after = [each for each in made.missing if each.segment.first == first.segment.last]
    last = (after or [first])[0]
    part = replace(film, span=(first.segment.first, last.segment.last), output=replace(film.output, audio=False))
    with workers(TRIED) as executor:
        options = replace(options, workers=TRIED)
        steps = render_ahead(part, options, executor=executor, stopping=stopping)
        marks = [(step.frame, step.drawing) for step in steps if step.stage == "draw" and step.frame]
    done, until = marks[-1] if marks else (1, 0.0)
    begun, at = next((mark for mark in marks if mark[0] < done), (0, 0.0))
    more = min(os.cpu_count() or 1, len(made.missing)) / (2 if after else 1)
    return (until - at) / (done - begun) / max(1.0, more)
