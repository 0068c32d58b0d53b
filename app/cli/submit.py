"""`framekiln submit`: a composition into the queue, for nodes to render."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING

from app.cli.arguments import Parser, add_source, parse_set, props, reads
from app.cli.jobs_words import SHORT, facts
from app.cli.opened import opened_queue
from app.cli.render import SPEEDS
from app.cli.words import size_words
from render_engine.times import parse_range
from sync.jobs import BOOSTS, Job

if TYPE_CHECKING:
    from sync.jobs import NewJob
    from sync.queue import Queue
    from sync.secrets import Secrets
    from sync.settings import Settings
    from sync.submit import Asked, Checked


def add_arguments(parser: Parser) -> None:
    parser.description = (
        "Put a composition into the queue. It is checked here, what it reads is uploaded once, and any node that can renders it. "
        "FRAMEKILN_QUEUE and FRAMEKILN_STORAGE name the queue and the storage; without them both are on this machine."
    )
    add_what_to_submit(parser)
    parser.add_argument(
        "--id", metavar="ID", help="an id of yours: submitting the same again gives the first job, and renders once"
    )
    parser.add_argument("--wait", action="store_true", help="follow the job to its end; exits with 1 where it failed")
    parser.epilog = "framekiln jobs tells how it goes; framekiln node renders on this machine."


def add_what_to_submit(parser: Parser) -> None:
    """All that a job can be asked to be; `asked` reads it. Schedules take the same."""
    from render_engine.encode.presets import PRESETS

    add_source(parser)
    parser.add_argument("-o", "--output", metavar="NAME", help="the result's name, like film.mp4 (SOURCE's name)")
    parser.add_argument("--preset", metavar="NAME", help=f"size, codec, quality: {', '.join(PRESETS)}")
    parser.add_argument("--range", metavar="FROM:TO", type=reads(_range), help="a part: 2s:5s, 2s: or frames 60:150")
    parser.add_argument("--encoder", metavar="NAME", help="auto, x264, x265, svtav1, vp9, prores, nvenc, …")
    parser.add_argument(
        "--renderer", metavar="NAME", help="auto, cpu or cuda: what draws the frames; cuda asks for nodes with a card"
    )
    parser.add_argument(
        "--bit-depth", metavar="N", type=int, help="8 or 10 bits a sample; 10: x265, svtav1, hevc_nvenc, av1_nvenc"
    )
    parser.add_argument("--crf", metavar="N", type=float, help="quality: lower is better and larger")
    parser.add_argument("--speed", metavar="NAME", help=f"how long the encoder may think: {SPEEDS}")
    parser.add_argument(
        "--priority", choices=tuple(BOOSTS), default="normal", help="urgent goes first; no job waits for ever"
    )
    parser.add_argument(
        "--to", metavar="STORAGE", help="where the result goes: a folder, r2://bucket/prefix (FRAMEKILN_STORAGE)"
    )
    parser.add_argument(
        "--tag", metavar="TAG", action="append", default=[], help="only nodes that have it: gpu, or a tag of your own"
    )
    parser.add_argument("--webhook", metavar="URL", help="an https:// address that is told of start, progress and end")
    parser.add_argument(
        "--metadata", metavar="KEY=VALUE", action="append", default=[], help="yours to keep; webhooks echo it"
    )


def asked(arguments: argparse.Namespace, client_id: str | None = None) -> Asked:
    from sync.submit import Asked

    return Asked(
        source=arguments.source,
        props=props(arguments),
        size=arguments.size,
        fps=arguments.fps,
        preset=arguments.preset,
        encoder=arguments.encoder,
        crf=arguments.crf,
        speed=arguments.speed,
        bit_depth=arguments.bit_depth,
        renderer=arguments.renderer,
        range=arguments.range,
        output=arguments.output,
        priority=arguments.priority,
        client_id=client_id,
        storage=arguments.to,
        tags=tuple(arguments.tag),
        webhook=arguments.webhook,
        metadata=dict(parse_set(text, "--metadata") for text in arguments.metadata),
    )


def run(arguments: argparse.Namespace) -> int:
    from sync.secrets import Secrets, read_secrets
    from sync.settings import read_settings
    from sync.submit import checked

    settings = read_settings()
    secrets = read_secrets() if arguments.webhook or _away(settings) else Secrets()
    found = checked(asked(arguments, arguments.id), settings, secrets)
    with opened_queue(settings) as queue:
        job, new = queue.submit(ready(found, settings, secrets, quiet=arguments.json))
        _tell(job, new, found, queue, settings, as_json=arguments.json)
        if arguments.wait:
            from app.cli.jobs_follow import follow

            return follow(queue, job.id, settings, as_json=arguments.json)
    return 0


def ready(found: Checked, settings: Settings, secrets: Secrets, *, quiet: bool) -> NewJob:
    """The job with its files in the storage; where somebody looks, how far the upload is."""
    from sync.local import open_local
    from sync.storage import open_storage
    from sync.storage.uploads import LocalUploads
    from sync.submit import sent

    storage = open_storage(settings, secrets=secrets)
    looked_at = not quiet and sys.stderr.isatty()
    with closing(open_local(settings.home)) as local:
        new = sent(found, settings, storage, LocalUploads(local), told=_uploading if looked_at else _untold)
    if looked_at:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    return new


def _uploading(name: str, sent: int, size: int) -> None:
    percent = 100 * sent // max(1, size)
    told = f"uploading {name[:60]}  {percent} % of {size_words(size)}"
    print(f"\r\033[K{told}", end="", file=sys.stderr, flush=True)


def _untold(_name: str, _sent: int, _size: int) -> None:
    pass


# ------------------------------------------------------------------------------------------------------ telling


def _tell(job: Job, new: bool, found: Checked, queue: Queue, settings: Settings, *, as_json: bool) -> None:
    waits = job.state == "queued"
    why = queue.why_waiting(job) if waits else None
    position = queue.ahead(job) + 1 if waits else None
    place = job.storage or settings.storage_address
    notes = _notes(found, settings)
    if as_json:
        waiting = {"position": position, "why_waiting": why}
        told = {"job": facts(asdict(job)), **waiting, "storage": place, "output": found.output, "notes": notes}
        print(json.dumps({"event": "submitted", "new": new, **told}, ensure_ascii=False), flush=True)
        return
    print(_first_line(job, new, position))
    print(f"  result: {found.output} in {place}")
    for note in notes:
        print(f"  note: {note}")
    if why:
        print(f"  it waits: {why}")
    print(f"  framekiln jobs show {job.id[:SHORT]} tells how it goes", flush=True)


def _first_line(job: Job, new: bool, position: int | None) -> str:
    if not new:
        return f"= job {job.id[:SHORT]}: submitted before with the same id and content, it is {job.state}; nothing was added"
    return f"✓ job {job.id[:SHORT]} is queued, {'next' if position == 1 else f'number {position}'} in line"


def _notes(found: Checked, settings: Settings) -> list[str]:
    notes = list(found.notes)
    if "://" in settings.queue_address and "://" not in settings.storage_address:
        notes.append(
            f"the storage is the folder {settings.storage_address}: nodes on other machines need it under the same path, or a "
            "bucket (FRAMEKILN_STORAGE)"
        )
    return notes


def _away(settings: Settings) -> bool:
    return "://" in settings.storage_address


def _range(text: str) -> str:
    """As it is written; a node reads it with the composition's frame rate."""
    parse_range(text)
    return text
