"""`framekiln cache`: where finished segments are kept, how much they take, and how to bound that."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import time
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from app.cli.arguments import Parser, reads
from app.cli.words import size_words
from render_engine.errors import BadInput

if TYPE_CHECKING:
    from render_engine.segments.journal import Journal
    from render_engine.segments.shelves import Entry, Pruned

_DAY = 86400
_AGES = {
    "day": (_DAY, "in the last day"),
    "week": (7 * _DAY, "in the last week"),
    "month": (30 * _DAY, "in the last month"),
}
_OLDER = "older"
_SIZE = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)\s*([kmgt])(i?)b?", re.IGNORECASE)


def add_arguments(parser: Parser) -> None:
    parser.description = (
        "Rendered segments are kept, so that rendering again goes on where it stopped and renders only what changed. "
        "What has not been used for longest goes first; what a running render uses stays. The folder is the system's place "
        "for caches, or the one that the environment variable FRAMEKILN_CACHE names."
    )
    act = parser.add_mutually_exclusive_group()
    act.add_argument(
        "--prune", action="store_true", help="remove now what no render can use, and what is over the limit"
    )
    act.add_argument(
        "--max-size", metavar="SIZE", type=reads(parse_bytes), help="set the limit for good, like 20GB, and prune to it"
    )
    act.add_argument("--clear", action="store_true", help="remove everything but what a running render uses")


def run(arguments: argparse.Namespace) -> int:
    from render_engine.cache_folder import journal_folder
    from render_engine.segments.journal import Journal

    journal = Journal(journal_folder())
    pruned = _act(journal, arguments)
    entries = journal.entries()
    if arguments.json:
        print(json.dumps(_facts(journal, entries, pruned), ensure_ascii=False, indent=2))
    else:
        print("\n".join([*_pruned_words(pruned, clear=arguments.clear), *_lines(journal, entries)]))
    return 0


def parse_bytes(text: str) -> int:
    match = _SIZE.fullmatch(text.strip())
    if not match:
        raise BadInput(f"“{text}” is not a size: write a number and a unit, like 500MB, 20GB or 1.5TB")
    unit = (1024 if match[3] else 1000) ** (1 + "kmgt".index(match[2].lower()))
    size = int(Fraction(match[1]) * unit)
    if size == 0:
        raise BadInput("a limit of nothing would make every render begin anew: --clear empties the cache once")
    return size


def _act(journal: Journal, arguments: argparse.Namespace) -> Pruned | None:
    if arguments.max_size:
        journal.set_limit(arguments.max_size)
    if arguments.prune or arguments.max_size:
        return journal.prune(others=True)
    if arguments.clear:
        return journal.prune(0, others=True)
    return None


def _pruned_words(pruned: Pruned | None, *, clear: bool) -> Iterator[str]:
    if pruned is None:
        return
    yield f"Removed   {_amount(pruned.removed, pruned.freed_bytes)}"
    if clear and pruned.in_use_bytes:
        yield f"In use    {size_words(pruned.in_use_bytes)} stay: a render that is running needs them"
    yield ""


def _lines(journal: Journal, entries: list[Entry]) -> Iterator[str]:
    free = size_words(shutil.disk_usage(journal.folder).free)
    segments = [entry for entry in entries if entry.is_segment and entry.is_ours]
    others = [entry for entry in entries if not entry.is_ours]
    notes = [entry for entry in entries if not entry.is_segment and entry.is_ours]
    yield f"Folder    {journal.folder}"
    yield f"Kept      {size_words(_bytes(entries))} of at most {size_words(journal.limit)}; the disk has {free} free"
    yield f"Segments  {_amount(len(segments), _bytes(segments))}"
    for age, used in _by_age(segments).items():
        words = _AGES[age][1] if age in _AGES else "longer ago"
        yield f"          {_amount(len(used), _bytes(used))} last used {words}"
    if notes:
        yield f"Notes     {_amount(len(notes), _bytes(notes))}: plans, and what is known of media files"
    if others:
        yield f"Unusable  {_amount(len(others), _bytes(others))}, of other versions of Framekiln: --prune removes them"


def _facts(journal: Journal, entries: list[Entry], pruned: Pruned | None) -> dict[str, Any]:
    segments = [entry for entry in entries if entry.is_segment and entry.is_ours]
    facts: dict[str, Any] = {
        "folder": str(journal.folder),
        "limit_bytes": journal.limit,
        "kept_bytes": _bytes(entries),
        "free_bytes": shutil.disk_usage(journal.folder).free,
        "segments": len(segments),
        "segments_bytes": _bytes(segments),
        "by_age": {age: len(used) for age, used in _by_age(segments).items()},
        "other_versions_bytes": _bytes([entry for entry in entries if not entry.is_ours]),
    }
    if pruned:
        facts |= {"removed": pruned.removed, "freed_bytes": pruned.freed_bytes, "in_use_bytes": pruned.in_use_bytes}
    return facts


def _by_age(entries: list[Entry]) -> dict[str, list[Entry]]:
    """The ages that there are, the youngest first."""
    now = time.time()
    ages: dict[str, list[Entry]] = {age: [] for age in (*_AGES, _OLDER)}
    for entry in entries:
        ages[next((age for age, (limit, _) in _AGES.items() if now - entry.used < limit), _OLDER)].append(entry)
    return {age: used for age, used in ages.items() if used}


def _amount(count: int, size: int) -> str:
    return f"{count} ({size_words(size)})" if count else "none"


def _bytes(entries: list[Entry]) -> int:
    return sum(entry.size for entry in entries)
