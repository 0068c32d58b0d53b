"""What a person, a log or a program sees while a video is rendered, and when it is done."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, cast

from app.cli.words import clock, fps_words, size_words

if TYPE_CHECKING:
    from render_engine.render import Progress, RenderResult

LOG_EVERY = 5.0  # seconds between the lines of a log
JSON_EVERY = 0.2


def follow(steps: Iterator[Progress], *, as_json: bool) -> RenderResult:
    """Runs a render to its end, showing how far it is and what was made."""
    result = watched(steps, as_json=as_json)
    print(json.dumps(_done(result), ensure_ascii=False) if as_json else summary(result), flush=True)
    return result


def watched(steps: Iterator[Progress], *, as_json: bool) -> RenderResult:
    """The same, and nothing said at the end; an interruption unwinds it at once."""
    show = _events if as_json else _bar if sys.stdout.isatty() else _lines
    with closing(cast("Generator[Progress]", steps)):
        last = show(steps)
    assert last.result, "a render that is done has its result"
    return last.result


def summary(result: RenderResult) -> str:
    return "\n".join(
        (
            f"✓ {result.path}",
            f"  {result.width}×{result.height}, {fps_words(result.fps)} fps, {float(result.duration):.2f} s"
            f" ({result.frames} frames), {size_words(result.bytes)}",
            f"  {result.encoder} ({result.reason})",
            *((f"  drawn by CUDA ({result.renderer_reason})",) if result.renderer == "cuda" else ()),
            f"  {_made(result)}",
            *(f"  note: {note}" for note in result.notes),
        )
    )


def _made(result: RenderResult) -> str:
    took = f"{result.seconds:.1f} s, {float(result.duration) / result.seconds:.2f}× real time"
    if not result.segments:
        return f"mixed in {took}"
    if not result.drawn:
        return f"nothing had to be drawn, all {result.segments} segments were there: joined in {took}"
    by = f"{result.workers} workers" if result.workers > 1 else "1 worker"
    speed = f"{result.drawn / result.drawing:.0f} frames a second by {by}"
    drawn = (f"{result.drawn} frames drawn", *_spared(result)) if result.drawn < result.frames else ()
    return f"rendered in {took}: {', '.join((*drawn, speed))}"


def _events(steps: Iterator[Progress]) -> Progress:
    return _now_and_then(steps, JSON_EVERY, lambda step: print(json.dumps(_event(step)), flush=True))


def _lines(steps: Iterator[Progress]) -> Progress:
    return _now_and_then(steps, LOG_EVERY, lambda step: print(_line(step), flush=True))


def _now_and_then(steps: Iterator[Progress], every: float, show: Callable[[Progress], None]) -> Progress:
    """Each stage's beginning and end are shown, and what is between them now and then."""
    told, at, last = time.monotonic(), None, None
    for step in steps:
        now = time.monotonic()
        if step.stage != "done" and (now - told >= every or (step.stage == "draw" and _is_an_end(step, at))):
            if (step.stage, step.frame, step.waiting) != last:
                show(step)
            told, last = now, (step.stage, step.frame, step.waiting)
        at = step.stage
    return step


def _is_an_end(step: Progress, before: str | None) -> bool:
    """Of drawing, the beginning or the end."""
    return before != "draw" or step.frame == step.frames


def _event(step: Progress) -> dict[str, object]:
    return {
        "event": "progress",
        "stage": step.stage,
        "frame": step.frame,
        "frames": step.frames,
        "fps": round(step.fps, 2),
        "eta": None if step.eta is None else round(step.eta, 1),
        "segments": step.segments,
        "reused": step.reused,
        "alike": step.alike,
        "waiting": step.waiting,
    }


def _line(step: Progress) -> str:
    words = _WORDS[step.stage](step)
    return f"{words}  ({step.waiting})" if step.waiting else words


def _drawing(step: Progress) -> str:
    if not step.frame:
        return ", ".join((*_spared(step), f"{step.frames} frames to draw" if step.frames else "nothing to draw"))
    left = "" if step.eta is None else f"  {clock(step.eta)} left"
    return f"frame {step.frame}/{step.frames}  {_percent(step)}  {step.fps:.0f} fps{left}"


def _spared(step: Progress | RenderResult) -> Iterator[str]:
    """What need not be drawn, and why."""
    if step.reused:
        yield f"{step.reused} of {step.segments} segments already rendered"
    if step.alike:
        yield f"{step.alike} of {step.segments} segments like another one"


def _percent(step: Progress) -> str:
    return f"{100 * step.frame // max(1, step.frames)} %"


_WORDS: dict[str, Callable[[Progress], str]] = {
    "plan": lambda step: f"planning  {_percent(step)}",
    "draw": _drawing,
    "sound": lambda step: f"mixing the sound  {_percent(step)}",
    "finish": lambda step: f"joining {step.segments} segments  {_percent(step)}",
}


def _done(result: RenderResult) -> dict[str, object]:
    names = (
        "width",
        "height",
        "frames",
        "encoder",
        "reason",
        "renderer",
        "renderer_reason",
        "card",
        "bytes",
        "segments",
        "reused",
        "alike",
        "drawn",
        "workers",
    )
    return {
        "event": "done",
        "path": str(result.path),
        "fps": str(result.fps),
        "duration": round(float(result.duration), 6),
        "seconds": round(result.seconds, 3),
        "notes": list(result.notes),
        **{name: getattr(result, name) for name in names},
    }


def _bar(steps: Iterator[Progress]) -> Progress:
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(bar_width=None), TextColumn("{task.description}"))
    with Bar(*columns, transient=True) as bar:
        task, stage = bar.add_task("preparing", total=None), ""
        for step in steps:
            if step.stage == "draw" != stage and (step.reused or step.alike):
                bar.print(", ".join(_spared(step)))
            stage = step.stage
            if step.stage != "done":
                bar.update(task, completed=step.frame, total=step.frames, description=_line(step))
    return step
