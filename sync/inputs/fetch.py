"""An input from an https address, with limits on size and time, looked at before a decoder sees it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sync.errors import InputUnavailable, JobRefused
from sync.inputs.cache import Fetched
from sync.inputs.known import HEAD, suffix_of
from sync.secrets import redacted
from sync.storage import Stopped

if TYPE_CHECKING:
    import httpx

MOST_REDIRECTS = 3
MOST_SECONDS = 1800.0  # of one file
PIECE = 1 << 18
REDIRECTS = (301, 302, 303, 307, 308)
PASSING = (408, 425, 429)  # what passes, beside 5xx


def fetch(
    client: httpx.Client, address: str, path: Path, *, known: Fetched | None, most_bytes: int, stop: Callable[[], bool]
) -> Fetched | None:
    """Writes what the address gives now to `path`; None where that is what is `known`.

    `client` checks where it connects to (sync/addresses.py). Raises JobRefused, InputUnavailable (the same again later
    may work) and Stopped; in them the address stands without its secrets.
    """
    import httpx

    shown = shown_address(address)
    try:
        with _answered(client, address, _conditions(known)) as answer:
            if answer.status_code == 304 and known:
                return None
            _refuse_answer(answer, shown)
            return _written(answer, path, shown, most_bytes, stop)
    except httpx.InvalidURL as error:
        raise JobRefused(f"{shown} is not an address: {error}") from error
    except httpx.HTTPError as error:
        raise InputUnavailable(f"{shown} cannot be fetched now: {redacted(str(error))}") from error


def shown_address(address: str) -> str:
    """Without user, password and query, which may be secrets."""
    return redacted(address.partition("?")[0].partition("#")[0])[:200]


def _conditions(known: Fetched | None) -> dict[str, str]:
    if known is None or not (known.etag or known.modified):
        return {}
    return {"If-None-Match": known.etag} if known.etag else {"If-Modified-Since": str(known.modified)}


@contextmanager
def _answered(client: httpx.Client, address: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
    """The answer at the end of a few redirects, each of which the client checks like the first."""
    import httpx

    url = httpx.URL(address)
    for _ in range(MOST_REDIRECTS + 1):
        with client.stream("GET", url, headers={**headers, "Accept-Encoding": "identity"}) as answer:
            if answer.status_code not in REDIRECTS or "location" not in answer.headers:
                yield answer
                return
            following = url.join(answer.headers["location"])
        if url.scheme == "https" and following.scheme != "https":
            raise JobRefused(f"{shown_address(address)} leads to an address that is not https")
        url = following
    raise JobRefused(f"{shown_address(address)} redirects more than {MOST_REDIRECTS} times")


def _refuse_answer(answer: httpx.Response, shown: str) -> None:
    code = answer.status_code
    if code == 200:
        return
    told = f"{shown} answers {code} {answer.reason_phrase}".rstrip()
    if code >= 500 or code in PASSING:
        raise InputUnavailable(told)
    raise JobRefused(f"{told}: give an address that can be read without signing in")


def _written(answer: httpx.Response, path: Path, shown: str, most_bytes: int, stop: Callable[[], bool]) -> Fetched:
    claimed = answer.headers.get("content-length", "")
    if claimed.isdigit() and int(claimed) > most_bytes:
        raise too_large(shown, int(claimed), most_bytes)
    digest, size, head, looked = hashlib.sha256(), 0, b"", False
    with path.open("wb") as file:
        for piece in answer.iter_bytes(PIECE):
            size += len(piece)
            if size > most_bytes:
                raise too_large(shown, None, most_bytes)
            if stop():
                raise Stopped(f"stopped while {shown} was fetched")
            head = head if looked else head + piece[:HEAD]
            if not looked and len(head) >= HEAD:
                looked = _look(head, shown)
            digest.update(piece)
            file.write(piece)
    if not looked:
        _look(head, shown)
    return Fetched(digest.hexdigest(), answer.headers.get("etag"), answer.headers.get("last-modified"))


def _look(head: bytes, shown: str) -> bool:
    if suffix_of(head) is None:
        begins = head[:40].decode("utf-8", "replace").strip() or "nothing"
        raise JobRefused(f"{shown} gives no picture, video, sound, font or captions: it begins with {begins!r}")
    return True


def too_large(what: str, size: int | None, most_bytes: int) -> JobRefused:
    known = f"has {size} bytes" if size is not None else "is larger"
    return JobRefused(
        f"{what} {known}, and {max(most_bytes, 0)} bytes are left of what a job's inputs may take "
        "(the setting most_input_bytes)"
    )
