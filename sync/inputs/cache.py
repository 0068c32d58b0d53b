"""Inputs that came from elsewhere, by their content: AB/ABCD… is the file whose sha256 that is. Bounded by size.

An attempt gets a hard link of what it reads, so nothing is taken from under a render: what has a second link is in use,
and is not removed. What comes in is hashed before it gets its name, and what several want at once is brought once.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from render_engine.durable import commit
from render_engine.segments.locks import Lock
from sync.clock import Clock, SystemClock
from sync.errors import JobRefused
from sync.storage import Stopped

POLL = 0.1  # seconds between two looks whether another has brought it
FRESH = 600.0  # seconds; what came in or was used so lately stays: who brought it is about to use it
ABANDONED = 24 * 3600.0  # seconds without a byte
Stop = Callable[[], bool]


@dataclass(frozen=True)
class Fetched:
    """What an address gave: the file's hash, and what to ask by whether it still gives the same."""

    sha256: str
    etag: str | None
    modified: str | None


class InputCache:
    """`most_bytes` bounds what is kept beside what is in use."""

    def __init__(self, folder: Path, most_bytes: int, clock: Clock | None = None) -> None:
        self.folder, self.most_bytes, self._clock = folder, most_bytes, clock or SystemClock()
        (folder / "partial").mkdir(parents=True, exist_ok=True)
        (folder / "locks").mkdir(exist_ok=True)
        (folder / "addresses").mkdir(exist_ok=True)

    def path(self, sha256: str) -> Path:
        """Where it lies, or would."""
        return self.folder / sha256[:2] / sha256

    def partial(self) -> Path:
        """A new name for a file that is being written."""
        return self.folder / "partial" / secrets.token_hex(8)

    def keep(self, partial: Path, sha256: str) -> Path:
        """Gives a whole file its place; its writer has hashed it."""
        final = self.path(sha256)
        final.parent.mkdir(exist_ok=True)
        commit(partial, final)
        return final

    def take(self, sha256: str, target: Path, bring: Callable[[Path], None], stop: Stop) -> None:
        """Puts it at `target`; `bring` writes it where it is not here yet. Raises JobRefused where what it wrote has
        another hash, and Stopped soon after `stop()`."""
        if self._link(sha256, target):
            return
        with self._alone(sha256, stop):
            if not self._link(sha256, target):
                self._bring(sha256, target, bring)
        self.trim()

    def take_address(
        self, address: str, target: Path, fetch: Callable[[Path, Fetched | None], Fetched | None], stop: Stop
    ) -> None:
        """The same for an address, whose content may change. `fetch` is told what is here, and writes what there is now,
        or gives None where that is the same."""
        note = self.folder / "addresses" / f"{hashlib.sha256(address.encode()).hexdigest()}.json"
        with self._alone(note.stem, stop):
            known = self._known(note)
            partial = self.partial()
            try:
                fetched = fetch(partial, known)
                if fetched is None:
                    assert known
                    if self._link(known.sha256, target):
                        return
                    fetched = fetch(partial, None)  # it went in this moment
                    assert fetched
                _link(partial, target)
                self.keep(partial, fetched.sha256)
            finally:
                partial.unlink(missing_ok=True)
            note.write_text(json.dumps(fetched.__dict__), "utf-8")
        self.trim()

    def trim(self) -> None:
        """What was not used for longest goes, until the rest is within bounds."""
        lock = Lock.take(self.folder / "locks" / "trim")
        if lock is None:
            return  # another is at it
        try:
            self._trim()
        finally:
            lock.release()

    def _trim(self) -> None:
        idle = sorted(self._idle())
        over = sum(size for _, size, _ in idle) - self.most_bytes
        for used, size, path in idle:
            if over <= 0 or used > self._clock.wall() - FRESH:
                break
            path.unlink(missing_ok=True)
            over -= size
        for left in self._left_over():
            left.unlink(missing_ok=True)

    def _idle(self) -> Iterator[tuple[float, int, Path]]:
        """(last use, bytes, path) of each that no attempt has."""
        for shelf in self.folder.iterdir():
            if len(shelf.name) != 2:
                continue
            for entry in os.scandir(shelf):
                with contextlib.suppress(FileNotFoundError):
                    stat = os.stat(entry.path)  # noqa: PTH116 (an entry's own stat has no link count on Windows)
                    if stat.st_nlink == 1:
                        yield stat.st_atime, stat.st_size, Path(entry.path)

    def _left_over(self) -> Iterator[Path]:
        """Files that nobody finished, and notes of addresses whose content went."""
        for partial in (self.folder / "partial").iterdir():
            with contextlib.suppress(FileNotFoundError):
                if partial.stat().st_mtime < self._clock.wall() - ABANDONED:
                    yield partial
        for note in (self.folder / "addresses").iterdir():
            if self._known(note) is None:
                yield note

    def _bring(self, sha256: str, target: Path, bring: Callable[[Path], None]) -> None:
        partial = self.partial()
        try:
            bring(partial)
            found = sha256_of(partial)
            if found != sha256:
                raise JobRefused(
                    f"the input {sha256[:12]}… was damaged on its way: its content has the hash {found[:12]}…. "
                    "Submit the job again; if that does not help, remove the object from the storage before"
                )
            _link(partial, target)
            self.keep(partial, sha256)
        finally:
            partial.unlink(missing_ok=True)

    def _link(self, sha256: str, target: Path) -> bool:
        """False where it is not here (any more)."""
        path = self.path(sha256)
        try:
            # Only the time of use: a time of change that moves would stop the renders which read it.
            os.utime(path, ns=(int(self._clock.wall() * 1e9), path.stat().st_mtime_ns))
            _link(path, target)
        except FileNotFoundError:
            return False
        return True

    def _known(self, note: Path) -> Fetched | None:
        """What the address gave last, if it is here."""
        try:
            known = Fetched(**json.loads(note.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return known if self.path(known.sha256).exists() else None

    @contextlib.contextmanager
    def _alone(self, name: str, stop: Stop) -> Iterator[None]:
        """Inside, no other thread or process brings the same."""
        while (lock := Lock.take(self.folder / "locks" / name[:3])) is None:  # shared by a few: 4096 files at most
            if stop():
                raise Stopped("stopped while another fetched the same input")
            time.sleep(POLL)
        try:
            yield
        finally:
            lock.release()


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


_NO_LINKS = {errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.EOPNOTSUPP}


def _link(path: Path, target: Path) -> None:
    """A hard link: links by name would lead what the file names to another folder. A copy where there are none."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.hardlink_to(path)
    except FileExistsError as error:
        raise JobRefused(f"{target.name}: two of the job's files have this name on this node") from error
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        shutil.copyfile(path, target)
