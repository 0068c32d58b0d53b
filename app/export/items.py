"""Rows of the queue, from the app's own renders and from the queue's jobs: both look alike to who watches them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication
from PySide6.QtGui import QImage

from app.cli.jobs_words import span
from app.cli.words import clock, size_words
from app.export.renders import Render
from app.export.seen import Seen
from sync.secrets import redacted

LIVE = ("running", "pausing", "cancelling", "uploading")


@dataclass(frozen=True)
class Item:
    """`key`: render:3, or job: and its id. `may`: what can be done with it."""

    key: str
    title: str
    state: str  # queued, running, pausing, cancelling, uploading, paused, done, failed, cancelled
    words: str  # under the title
    part: float | None = None  # from 0 to 1, where there is a bar
    picture: QImage | None = field(default=None, compare=False)
    error: str = ""
    log: str = field(default="", compare=False)
    file: str = ""  # what it made, where that is known
    may: frozenset[str] = frozenset()

    @property
    def is_render(self) -> bool:
        return self.key.startswith("render:")

    @property
    def id(self) -> str:
        return self.key.partition(":")[2]


_MAY = {
    "queued": frozenset({"pause", "cancel", "first", "move"}),
    "running": frozenset({"pause", "cancel"}),
    "pausing": frozenset({"cancel"}),
    "paused": frozenset({"resume", "cancel", "first", "move"}),
    "uploading": frozenset({"cancel"}),
    "failed": frozenset({"retry"}),
    "cancelled": frozenset({"retry"}),
    "done": frozenset({"open", "folder"}),
}


_STAGES: Mapping[str, Any] = {
    "": QT_TRANSLATE_NOOP("", "Starting"),
    "plan": QT_TRANSLATE_NOOP("", "Planning"),
    "draw": QT_TRANSLATE_NOOP("", "Drawing"),
    "sound": QT_TRANSLATE_NOOP("", "Mixing the sound"),
    "finish": QT_TRANSLATE_NOOP("", "Joining"),
}


def of_render(render: Render) -> Item:
    may = _MAY.get(render.state, frozenset()) | ({"remove"} if render.ended else set())
    live = render.state in ("running", "pausing", "paused")
    return Item(
        f"render:{render.id}",
        render.export.name,
        render.state,
        "  ·  ".join(_render_words(render)),
        render.part if live else None,
        render.picture,
        render.error,
        render.log,
        str(render.export.output) if render.state == "done" else "",
        frozenset(may),
    )


def _render_words(render: Render) -> Iterator[str]:
    match render.state:
        case "queued":
            yield _tr("Waiting for its turn")
        case "running" | "pausing":
            yield _stage(render) if render.state == "running" else _tr("Pauses at the next segment")
            yield from _by_card(render)
            if render.fps:
                yield _tr("{0} fps").format(f"{render.fps:.0f}" if render.fps >= 10 else f"{render.fps:.1f}")
            if render.waits:
                yield _tr("waits until NVENC has a session free")
            if render.eta is not None and render.stage == "draw":
                yield _tr("{0} left").format(clock(render.eta))
        case "paused":
            yield _tr("Paused, what is drawn is kept")
        case "done":
            yield size_words(render.bytes)
            yield _tr("took {0}").format(clock(render.seconds))
            yield from _by_card(render)
            yield str(render.export.output.parent)
        case "failed":
            yield render.error.splitlines()[0] if render.error else _tr("Failed")
        case "cancelled":
            yield _tr("Cancelled")


def _by_card(render: Render) -> Iterator[str]:
    """The processor draws everywhere: only a card is worth a word."""
    if render.renderer == "cuda":
        yield _tr("drawn by the card")


def _stage(render: Render) -> str:
    if render.stage == "draw" and render.frames:
        return _tr("Frame {0} of {1}").format(render.frame, render.frames)
    return _tr(_STAGES.get(render.stage, render.stage))


def of_jobs(seen: Seen, pictures: Mapping[str, QImage]) -> list[Item]:
    return [_of_job(job, seen, pictures.get(str(job["id"]))) for job in seen.jobs]


def _of_job(job: Mapping[str, Any], seen: Seen, picture: QImage | None) -> Item:
    state = _job_state(job)
    live = state in LIVE or (state == "paused" and job["percent"])
    error = redacted(job["error"]) if job["error"] and job["state"] in ("failed", "queued") else ""
    return Item(
        f"job:{job['id']}",
        str(job["label"]),
        state,
        "  ·  ".join(_job_words(job, state, seen.starts.get(str(job["id"])))),
        min(1.0, float(job["percent"]) / 100) if live else None,
        picture,
        error,
        may=_MAY.get(state, frozenset()),
    )


def _job_state(job: Mapping[str, Any]) -> str:
    if job["wanted"] and job["state"] in LIVE:
        return {"cancel": "cancelling", "pause": "pausing"}[job["wanted"]]
    return {"succeeded": "done"}.get(job["state"], str(job["state"]))


def _job_words(job: Mapping[str, Any], state: str, starts: float | None) -> Iterator[str]:
    match state:
        case "queued" if job["not_before"] > job["now"]:
            yield _tr("Again in {0}").format(span(job["not_before"] - job["now"]))
        case "queued":
            yield _tr("Waiting") if job["priority"] == "normal" else _tr("Waiting, {0}").format(job["priority"])
            if starts is not None:
                yield _tr("begins in about {0}").format(clock(max(1, starts)))
        case "running" | "pausing" | "cancelling" | "uploading":
            words = {
                "running": f"{round(job['percent'])} %",
                "pausing": _tr("Pauses at the next segment"),
                "cancelling": _tr("Being cancelled"),
            }
            yield words.get(state) or _tr("Being delivered")
            if job["fps"] and state == "running":
                yield _tr("{0} fps").format(f"{job['fps']:.0f}")
            if job["eta"] is not None and state == "running":
                yield _tr("{0} left").format(clock(job["eta"]))
            yield str(job["node"])
        case "done":
            if job["started_at"]:
                yield _tr("took {0}").format(clock((job["ended_at"] - job["started_at"]) / 1000))
            yield _tr("{0} ago").format(span(job["now"] - job["ended_at"]))
        case "failed":
            yield redacted((job["error"] or _tr("Failed")).splitlines()[0])
        case _:
            yield {"paused": _tr("Paused"), "cancelled": _tr("Cancelled")}.get(state, state)


def _tr(text: str) -> str:
    return QCoreApplication.translate("", text)
