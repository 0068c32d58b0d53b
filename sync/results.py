"""From what an attempt left in its folder to the outbox's steps: every object under a key of its content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from sync.jobs import Job
from sync.outbox import Step, send
from sync.queue import Artifact, Held
from sync.runner import Outcome

LOG_TAIL = 256 * 1024  # bytes of a job's log that are kept
MEDIA_TYPES = {
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
    ".gif": "image/gif",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
    ".log": "text/plain; charset=utf-8",
    ".wav": "audio/wav",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".flac": "audio/flac",
    ".ogg": "audio/ogg",
    ".zip": "application/zip",
}


def finished_steps(job: Job, held: Held, storage: str, folder: Path, outcome: Outcome) -> tuple[Step, ...]:
    """Upload all, each verified, then the job has succeeded."""
    sent = tuple(
        send(_artifact(job, storage, file.kind, Path(file.path), file.size, file.sha256), Path(file.path))
        for file in outcome.files
    )
    return (
        Step("uploading", {}),
        *sent,
        *log_step(job, held, storage, folder),
        Step("succeed", {"result": dict(outcome.result)}),
    )


def failed_steps(kind: str, message: str, *, final: bool, backoff: int) -> tuple[Step, ...]:
    return (Step("fail", {"kind": kind, "error": message, "final": final, "backoff": backoff}),)


def log_step(job: Job, held: Held, storage: str, folder: Path) -> tuple[Step, ...]:
    """The end of the attempt's log, if it has one; it holds nothing up."""
    tail = _tail(folder / "log", LOG_TAIL)
    if not tail:
        return ()
    path = folder / f"log-{held.token}.txt"
    path.write_bytes(tail)
    artifact = _artifact(job, storage, "log", path, len(tail), hashlib.sha256(tail).hexdigest())
    return (send(artifact, path, optional=True),)


def object_key(job: Job, sha256: str, name: str) -> str:
    return f"{job.project_id}/{job.id}/{sha256}/{name}"


def _artifact(job: Job, storage: str, kind: str, path: Path, size: int, sha256: str) -> Artifact:
    media_type = MEDIA_TYPES.get(path.suffix.lower(), "application/octet-stream")
    return Artifact(kind, storage, object_key(job, sha256, path.name), path.name, size, sha256, media_type)


def _tail(file: Path, most: int) -> bytes:
    if not file.exists():
        return b""
    with file.open("rb") as opened:
        opened.seek(max(0, file.stat().st_size - most))
        return b"".join(_whole_lines(opened.read(), cut=file.stat().st_size > most))


def _whole_lines(data: bytes, *, cut: bool) -> Iterator[bytes]:
    lines = data.splitlines(keepends=True)
    yield from lines[1:] if cut else lines
