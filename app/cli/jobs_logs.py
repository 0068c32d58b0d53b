"""`framekiln jobs logs`: what a render said, as the last attempt that ended left it in the storage."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.jobs_files import storage_of
from app.cli.jobs_words import SHORT
from sync.errors import NodeError
from sync.jobs import Job
from sync.queue import Queue
from sync.secrets import redacted

if TYPE_CHECKING:
    from sync.settings import Settings

MOST = 16 << 20  # bytes


def logs(queue: Queue, settings: Settings, arguments: argparse.Namespace) -> int:
    job = queue.find(arguments.id, settings.project)
    row = next((row for row in queue.artifacts(job.id) if row["kind"] == "log"), None)
    if row is None:
        raise NodeError(_why_none(job))
    with tempfile.TemporaryDirectory(prefix="framekiln-") as folder:
        file = Path(folder, "log.txt")
        storage_of(str(row["storage"]), settings).get(str(row["key"]), file, most_bytes=MOST)
        text = redacted(file.read_text("utf-8", "replace"))
    if arguments.json:
        print(json.dumps({"id": job.id, "state": job.state, "attempt": row["token"], "text": text}, ensure_ascii=False))
        return 0
    print(text, end="" if text.endswith("\n") else "\n")
    if job.state in ("running", "queued"):
        print(f"(of an attempt that ended; job {job.id[:SHORT]} is {job.state} again)", file=sys.stderr)
    return 0


def _why_none(job: Job) -> str:
    name = f"job {job.id[:SHORT]}"
    if job.state in ("running", "uploading"):
        return f"{name} is {job.state} at {job.node}, and its log is there until the attempt ends; then it is here too"
    if job.ended:
        return f"{name} is {job.state} and left no log" + (f": {redacted(job.error)}" if job.error else "")
    return f"{name} is {job.state}: there is no log before a node has had it"
