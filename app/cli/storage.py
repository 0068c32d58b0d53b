"""`framekiln storage test`: does the storage do all that a node asks of it; each step tried with a small object."""

from __future__ import annotations

import argparse
import json
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

from app.cli.arguments import Parser
from render_engine.errors import BadInput, FramekilnError

if TYPE_CHECKING:
    from sync.storage import Storage

MARKS = {True: "✓", False: "✗"}
_SECRETS = ("--secret", "--key", "--key-id", "--token", "--password", "--access-key")
_UNENCRYPTED = "the endpoint is http://: what is stored there can be read and changed on its way"
_PROJECT = "framekiln-storage-test"


class _Refused(argparse.Action):
    """What stands on a command line is seen by everybody on the machine, and kept in the shell's history."""

    def __call__(self, *_: Any) -> NoReturn:
        raise BadInput(
            f"{self.option_strings[0]}: secrets are not written on a command line, where others see them: "
            "set FRAMEKILN_STORAGE_KEY_ID and FRAMEKILN_STORAGE_SECRET, or use the keyring: keyring set framekiln storage_secret"
        )


@dataclass(frozen=True)
class Tried:
    step: str
    ok: bool
    seconds: float
    text: str  # what was found, or what to do


def add_arguments(parser: Parser) -> None:
    parser.description = "Writes, looks at, reads, links, lists and deletes a small object where results are kept."
    parser.epilog = (
        "The storage is a folder, r2://bucket/prefix or s3://bucket/prefix, from FRAMEKILN_STORAGE or framekiln.toml; its server "
        "from FRAMEKILN_STORAGE_ENDPOINT; the secrets from FRAMEKILN_STORAGE_KEY_ID and FRAMEKILN_STORAGE_SECRET or the "
        "keyring's service “framekiln”. Exits with 1 where a step goes wrong."
    )
    parser.add_argument("action", metavar="test", choices=["test"], help="try it")
    parser.add_argument("--to", metavar="STORAGE", help="another storage than the settings'")
    parser.add_argument(*_SECRETS, nargs="?", action=_Refused, help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    from sync.settings import read_settings
    from sync.storage import open_storage

    settings = read_settings()
    storage = open_storage(settings, arguments.to)
    note = _UNENCRYPTED if is_unencrypted(settings.storage_endpoint) and "://" in storage.address else None
    if not arguments.json:
        print(f"Storage   {storage.address}" + (f"\nNote      {note}" if note else ""), flush=True)
    tried = []
    for each in Trial(storage).run():
        tried.append(each)
        if not arguments.json:
            print(f"  {MARKS[each.ok]} {each.step:<8}{each.seconds:6.2f} s  {each.text}", flush=True)
    ok = all(each.ok for each in tried)
    if arguments.json:
        steps = [asdict(each) for each in tried]
        print(
            json.dumps(
                {"storage": storage.address, "ok": ok, "note": note, "steps": steps}, ensure_ascii=False, indent=2
            )
        )
    elif not ok:
        print("A node cannot keep its results there as it is.")
    return 0 if ok else 1


@dataclass(frozen=True)
class Trial:
    """Stops at the first step that goes wrong, but removes what it wrote."""

    storage: Storage
    data: bytes = field(default_factory=lambda: secrets.token_bytes(1000))
    key: str = field(default_factory=lambda: f"{_PROJECT}/{secrets.token_hex(8)}.bin")

    def run(self) -> Iterator[Tried]:
        steps = (self.write, self.look, self.read, self.link, self.list)
        for number, step in enumerate(steps):
            tried = _tried(step.__name__, step)
            yield tried
            if not tried.ok:
                if number:
                    yield _tried("delete", self.delete)
                return
        yield _tried("delete", self.delete)

    def write(self) -> str:
        self.storage.put_bytes(self.key, self.data, media_type="application/octet-stream")
        return f"{len(self.data)} bytes as {self.key}"

    def look(self) -> str:
        there = self.storage.head(self.key)
        _expect(there is not None and there.size == len(self.data), "it says another size than was written")
        return "it is there, with its size"

    def read(self) -> str:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "object"
            self.storage.get(self.key, path, most_bytes=len(self.data))
            _expect(path.read_bytes() == self.data, "what comes back is not what was written")
        return "the same bytes"

    def link(self) -> str:
        link = self.storage.link(self.key, seconds=60)
        if link.startswith("file:"):
            return "a file:// address: only machines that see this folder can open it"
        import httpx

        try:
            answer = httpx.get(link, timeout=20)
        except httpx.HTTPError as error:
            raise FramekilnError(f"the link cannot be fetched: {type(error).__name__}") from error
        _expect(answer.status_code == 200, f"the link is answered with {answer.status_code}")
        _expect(answer.content == self.data, "the link gives other bytes than were written")
        return "signed, good for a minute, and it gives the bytes without credentials"

    def list(self) -> str:
        found = [each.key for each in self.storage.list(f"{_PROJECT}/")]
        _expect(self.key in found, "the object is not in the listing")
        return "it is in the listing"

    def delete(self) -> str:
        self.storage.delete(self.key)
        _expect(self.storage.head(self.key) is None, "it is still there after its removal")
        return "nothing is left of it"


def is_unencrypted(endpoint: str) -> bool:
    """Whether others on the network can read along."""
    parts = urlsplit(endpoint)
    return parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1")


def _tried(name: str, step: Callable[[], str]) -> Tried:
    began = time.perf_counter()
    try:
        text, ok = step(), True
    except FramekilnError as error:
        text, ok = str(error), False
    return Tried(name, ok, round(time.perf_counter() - began, 3), text)


def _expect(truth: bool, otherwise: str) -> None:
    if not truth:
        raise FramekilnError(otherwise)
