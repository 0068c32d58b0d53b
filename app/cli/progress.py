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
    """Runs a render to its end, showing how far it is; an interruption unwinds it at once."""
    show = _events if as_json else _bar if sys.stdout.isatty() else _lines
    with closing(cast("Generator[Progress]", steps)):
        last = show(steps)
    assert last.result, "a render that is done has its result"
    print(json.dumps(_done(last.result), ensure_ascii=False) if as_json else summary(last.result), flush=True)
    return last.result


def summary(result: RenderResult) -> str:
    speed = float(result.duration) / result.seconds
    return "\n".join(
        (
            f"✓ {result.path}",
            f"  {result.width}×{result.height}, {fps_words(result.fps)} fps, {float(result.duration):.2f} s"
            f" ({result.frames} frames), {size_words(result.bytes)}",
            f"  {result.encoder} ({result.reason})",
            f"  rendered in {result.seconds:.1f} s: {result.frames / result.seconds:.0f} frames a second,"
            f" {speed:.2f}× real time",
            *(f"  note: {note}" for note in result.notes),
        )
    )


def rate_and_eta(step: Progress) -> tuple[float, float]:
    """Frames a second so far, and the seconds that the rest takes at that rate."""
    rate = step.frame / step.elapsed if step.elapsed else 0.0
    return rate, (step.frames - step.frame) / rate if rate else 0.0


def _events(steps: Iterator[Progress]) -> Progress:
    return _now_and_then(steps, JSON_EVERY, lambda step: print(json.dumps(_event(step)), flush=True))


def _lines(steps: Iterator[Progress]) -> Progress:
    return _now_and_then(steps, LOG_EVERY, lambda step: print(_line(step), flush=True))


def _now_and_then(steps: Iterator[Progress], every: float, show: Callable[[Progress], None]) -> Progress:
    shown = time.monotonic()
    for step in steps:
        now = time.monotonic()
        if step.stage == "draw" and (now - shown >= every or step.frame in (1, step.frames)):
            show(step)
            shown = now
    return step


def _event(step: Progress) -> dict[str, object]:
    rate, eta = rate_and_eta(step)
    return {
        "event": "progress",
        "frame": step.frame,
        "frames": step.frames,
        "fps": round(rate, 2),
        "eta": round(eta, 1),
    }


def _line(step: Progress) -> str:
    rate, eta = rate_and_eta(step)
    return f"frame {step.frame}/{step.frames}  {100 * step.frame // step.frames} %  {rate:.0f} fps  {clock(eta)} left"


def _done(result: RenderResult) -> dict[str, object]:
    facts = {name: getattr(result, name) for name in ("width", "height", "frames", "encoder", "reason", "bytes")}
    return {
        "event": "done",
        "path": str(result.path),
        "fps": str(result.fps),
        "duration": round(float(result.duration), 6),
        "seconds": round(result.seconds, 3),
        "notes": list(result.notes),
        **facts,
    }


def _bar(steps: Iterator[Progress]) -> Progress:
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(bar_width=None), TextColumn("{task.description}"))
    with Bar(*columns, transient=True) as bar:
        task = bar.add_task("preparing", total=None)
        for step in steps:
            words = _line(step) if step.stage == "draw" else "finishing the file"
            bar.update(task, completed=step.frame, total=step.frames, description=words)
    return step
