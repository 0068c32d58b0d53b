"""The process that does what an export asks for: plans it, renders it, renders it ahead, or puts it into the queue.

It reads one order from its input, then words: `stop` ends a render at its next segment's border, and so does the end of
the input, when the window is gone. SIGTERM ends it at once. What is finished is kept, so that the same order goes on there.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Any, NoReturn

from app.export.export import Export, export_from
from app.export.opening import GENTLE, GENTLEST, Tell, be, opened, opened_facts, workers
from app.export.planning import estimate, plan
from render_engine.errors import BadInput, DocumentError, FramekilnError, Stopped

if TYPE_CHECKING:
    from render_engine.render import Progress

DONE, FAILED, BAD, STOPPED, TERMINATED = 0, 1, 2, 4, 143
TOLD_EVERY = 0.1  # seconds


class Terminated(BaseException):
    """On its way out through all that has to be tidied up."""


def main() -> int:
    """Our words go to a pipe of their own: what libraries print cannot get between them."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    signal.signal(signal.SIGTERM, _terminated)

    def tell(event: Mapping[str, Any]) -> None:
        print(json.dumps(event, ensure_ascii=False), file=out, flush=True)

    order = json.loads(sys.stdin.readline())
    stop = threading.Event()
    threading.Thread(target=_listen, args=(sys.stdin, stop), daemon=True).start()
    try:
        DEEDS[order["do"]](export_from(order["export"]), stop.is_set, tell)
    except Stopped as error:
        tell({"event": "stopped", "message": str(error)})
        return STOPPED
    except FramekilnError as error:
        tell({"event": "error", **_told(error)})
        return BAD if isinstance(error, BadInput) else FAILED
    except Terminated:
        return TERMINATED
    return DONE


def _listen(words: IO[str], stop: threading.Event) -> None:
    for word in words:
        if word.strip() == "stop":
            break
    stop.set()


def _terminated(_signal: int, _frame: object) -> NoReturn:
    raise Terminated


def _told(error: FramekilnError) -> dict[str, Any]:
    problems = error.problems if isinstance(error, DocumentError) else ()
    listed = [{"path": each.path, "message": each.message, "suggestion": each.suggestion} for each in problems]
    return {"message": str(error), "problems": listed}


# ------------------------------------------------------------------------------------------------------ rendering


def _render(export: Export, stopping: Callable[[], bool], tell: Tell) -> None:
    from render_engine.render import render_film

    be(GENTLE)
    with workers() as executor:
        film, options = opened(export, measuring=True)
        tell(opened_facts(film))
        for step in _followed(render_film(film, options, executor=executor, stopping=stopping), tell):
            last = step
    result = last.result
    assert result, "a render that is done has its result"
    facts = {
        name: getattr(result, name) for name in ("width", "height", "frames", "encoder", "bytes", "reused", "drawn")
    }
    tell({"event": "done", "path": str(result.path), "seconds": result.seconds, "notes": list(result.notes), **facts})


def _ahead(export: Export, stopping: Callable[[], bool], tell: Tell) -> None:
    from render_engine.render import render_ahead

    be(GENTLEST)
    with workers(1) as executor:
        film, options = opened(export, measuring=True)
        options = replace(options, workers=1)
        for _ in _followed(render_ahead(film, options, executor=executor, stopping=stopping), tell):
            pass
    tell({"event": "done"})


def _followed(steps: Iterator[Progress], tell: Tell) -> Iterator[Progress]:
    """Told now and then, and at each stage's beginning and end."""
    at, stage = 0.0, ""
    for step in steps:
        now = time.monotonic()
        if step.stage != "done" and (now - at >= TOLD_EVERY or step.stage != stage or step.frame == step.frames):
            tell(_progress(step))
            at, stage = now, step.stage
        yield step


def _progress(step: Progress) -> dict[str, Any]:
    names = ("stage", "frame", "frames", "fps", "eta", "segments", "reused", "alike", "workers", "note", "waiting")
    return {"event": "progress", **{name: getattr(step, name) for name in names}}


# ------------------------------------------------------------------------------------------------------ submitting


def _submit(export: Export, _stopping: Callable[[], bool], tell: Tell) -> None:
    from contextlib import closing

    from app.cli.opened import opened_queue
    from sync.local import open_local
    from sync.secrets import read_secrets
    from sync.settings import read_settings
    from sync.storage import open_storage
    from sync.storage.uploads import LocalUploads
    from sync.submit import Asked, checked, sent

    settings, secrets = read_settings(), read_secrets()
    asked = Asked(
        source=export.source,
        props=export.props,
        document=export.document,
        size=export.size,
        fps=export.fps,
        preset=export.preset,
        encoder=export.encoder,
        crf=export.crf,
        speed=export.speed,
        renderer=export.renderer,
        range=f"{export.span[0]}:{export.span[1]}" if export.span else None,
        output=export.output.name,
    )
    found = checked(asked, settings, secrets)
    storage = open_storage(settings, secrets=secrets)
    with closing(open_local(settings.home)) as local:
        new = sent(
            found,
            settings,
            storage,
            LocalUploads(local),
            told=lambda name, done, size: _uploading(tell, name, done, size),
        )
    with opened_queue(settings) as queue:
        job, is_new = queue.submit(new)
        waits = queue.why_waiting(job) if job.state == "queued" else None
    tell({"event": "submitted", "job": job.id, "new": is_new, "label": job.label, "why_waiting": waits})


def _uploading(tell: Tell, name: str, done: int, size: int) -> None:
    tell({"event": "uploading", "name": name, "done": done, "size": size})


DEEDS: Mapping[str, Callable[[Export, Callable[[], bool], Tell], None]] = {
    "render": _render,
    "ahead": _ahead,
    "plan": plan,
    "estimate": estimate,
    "submit": _submit,
}

if __name__ == "__main__":
    sys.exit(main())
