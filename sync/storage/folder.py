"""A folder as storage: on this machine, or a share that all nodes see under one path."""

from __future__ import annotations

import contextlib
import hashlib
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from render_engine.durable import commit, discard, means_full, reason
from sync.errors import ObjectMissing, StorageRefused, StorageUnreachable
from sync.storage import (
    LINK_SECONDS,
    SourceChanged,
    Stopped,
    Stored,
    Uploads,
    _go_on,
    _untold,
    check_link_seconds,
    check_size,
    source_size,
)
from sync.storage.address import check_key

PARTIAL = ".partial"  # holds what is being written; on the same file system, so that a rename is enough
CHUNK = 16 << 20


class FolderStorage:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = str(folder)

    def put(
        self,
        key: str,
        path: Path,
        *,
        sha256: str,
        media_type: str,
        uploads: Uploads,
        stop: Callable[[], bool] = _go_on,
        told: Callable[[int], None] = _untold,
    ) -> Stored:
        size = source_size(path)
        with self._told_in_words(f"“{key}” cannot be written"):
            final = self._path(key)
            if final.exists():
                return self._same(key, final, size, sha256)
            with self._partial() as partial:
                _copy(path, partial, stop, told)
                if _sha256(partial) != sha256:
                    raise SourceChanged(path)
                return self._give_name(partial, key, final, sha256)

    def put_bytes(self, key: str, data: bytes, *, media_type: str) -> Stored:
        sha256 = hashlib.sha256(data).hexdigest()
        with self._told_in_words(f"“{key}” cannot be written"):
            final = self._path(key)
            if final.exists():
                return self._same(key, final, len(data), sha256)
            with self._partial() as partial:
                partial.write_bytes(data)
                return self._give_name(partial, key, final, sha256)

    def head(self, key: str) -> Stored | None:
        with self._told_in_words(f"“{key}” cannot be looked at"):
            path = self._path(key)
            return self._stored(key, path) if path.is_file() else None

    def get(self, key: str, path: Path, *, most_bytes: int) -> Stored:
        with self._told_in_words(f"“{key}” cannot be read"):
            there = self.head(key)
            if there is None:
                raise ObjectMissing(f"there is no “{key}” in {self.address}")
            check_size(key, there.size, most_bytes)
            partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
            try:
                _copy(self._path(key), partial, _go_on, _untold)
                commit(partial, path)
            finally:
                discard(partial)
            return there

    def list(self, prefix: str) -> Iterator[Stored]:
        with self._told_in_words("the folder cannot be listed"):
            if not self.folder.exists():
                return
            for folder, folders, files in os.walk(self.folder / prefix.rpartition("/")[0]):
                folders[:] = sorted(each for each in folders if each != PARTIAL)
                for name in sorted(files):
                    path = Path(folder) / name
                    key = path.relative_to(self.folder).as_posix()
                    if key.startswith(prefix):
                        with contextlib.suppress(FileNotFoundError):  # removed since the folder was read
                            yield self._stored(key, path)

    def delete(self, key: str) -> None:
        with self._told_in_words(f"“{key}” cannot be removed"):
            path = self._path(key)
            path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # until one is in use, or gone
                for folder in path.relative_to(self.folder).parents[:-1]:
                    (self.folder / folder).rmdir()

    def discard_unfinished(self, prefix: str, *, before: float) -> int:
        """The prefix does not matter here: partial files have no key yet."""
        with self._told_in_words("partial files cannot be removed"):
            there = (self.folder / PARTIAL).iterdir() if (self.folder / PARTIAL).exists() else iter(())
            old = [path for path in there if path.stat().st_mtime < before]
            for path in old:
                path.unlink(missing_ok=True)
            return len(old)

    def link(self, key: str, *, seconds: int = LINK_SECONDS, name: str | None = None) -> str:
        check_link_seconds(seconds)
        return self._path(key).as_uri()

    def upload_link(
        self,
        key: str,
        *,
        seconds: int,
        size: int | None = None,
        sha256: str | None = None,
        media_type: str | None = None,
    ) -> str:
        raise StorageRefused(
            f"{self.address} is a folder, and nobody can upload to a folder by a link: that takes r2:// or s3:// storage"
        )

    def _path(self, key: str) -> Path:
        path = self.folder / check_key(key)
        if not path.resolve().is_relative_to(self.folder.resolve()) or PARTIAL in path.relative_to(self.folder).parts:
            raise StorageRefused(f"“{key}” leads out of {self.address}: a link in that folder points elsewhere")
        return path

    @contextlib.contextmanager
    def _partial(self) -> Iterator[Path]:
        folder = self.folder / PARTIAL
        folder.mkdir(parents=True, exist_ok=True)
        partial = folder / uuid.uuid4().hex
        try:
            yield partial
        finally:
            discard(partial)

    def _give_name(self, partial: Path, key: str, final: Path, sha256: str) -> Stored:
        final.parent.mkdir(parents=True, exist_ok=True)
        commit(partial, final)
        return self._stored(key, final, sha256)

    def _same(self, key: str, final: Path, size: int, sha256: str) -> Stored:
        if final.stat().st_size == size and _sha256(final) == sha256:
            return self._stored(key, final, sha256)
        raise StorageRefused(f"“{key}” is in {self.address} already with another content, and nothing is written over")

    def _stored(self, key: str, path: Path, sha256: str | None = None) -> Stored:
        facts = path.stat()
        return Stored(key, facts.st_size, sha256, modified=facts.st_mtime)

    @contextlib.contextmanager
    def _told_in_words(self, what: str) -> Iterator[None]:
        """A full or absent disk passes; what is not allowed must be allowed by somebody."""
        try:
            yield
        except PermissionError as error:
            raise StorageRefused(
                f"{what}: {error.filename}: {reason(error)}. Who runs Framekiln must own it"
            ) from error
        except (NotADirectoryError, FileExistsError) as error:
            raise StorageRefused(f"{what}: {error.filename} is not a folder") from error
        except OSError as error:
            if means_full(error.errno):
                raise StorageUnreachable(f"{what}: the disk of {self.address} is full. Make room") from error
            raise StorageUnreachable(f"{what} in {self.address}: {reason(error)}") from error


def _copy(source: Path, target: Path, stop: Callable[[], bool], told: Callable[[int], None]) -> None:
    """Chunk by chunk, so that it can be stopped; by the kernel, which shares the blocks where the file system can."""
    done = 0
    with source.open("rb") as read, target.open("wb") as write:
        while True:
            if stop():
                raise Stopped(f"stopped after {done:,} bytes of {source.name}")
            count = _copy_chunk(read, write)
            if not count:
                return
            done += count
            told(done)


def _copy_chunk(read: BinaryIO, write: BinaryIO) -> int:
    if hasattr(os, "copy_file_range"):
        with contextlib.suppress(OSError):  # not between these file systems
            return os.copy_file_range(read.fileno(), write.fileno(), CHUNK)
    count = write.write(os.read(read.fileno(), CHUNK))
    write.flush()  # the kernel's copy of the next chunk would not wait for this one
    return count


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
