"""Where results and inputs are kept: a folder, or a bucket of S3 or R2. Both say the same and promise the same.

Keys are relative to the address's prefix. An object is whole when `put` returns, and is never written over: the same
content again is done already, another content under the same key is refused. Errors of every method:
StorageUnreachable (the same again later may work), StorageRefused (somebody must mend something first).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sync.clock import Clock, SystemClock
from sync.errors import NodeError, StorageRefused

if TYPE_CHECKING:
    from sync.secrets import Secrets
    from sync.settings import Settings

LINK_SECONDS = 24 * 3600
MOST_LINK_SECONDS = 7 * LINK_SECONDS  # no S3 signature lives longer


@dataclass(frozen=True)
class Stored:
    """An object as the storage tells of it."""

    key: str
    size: int  # bytes
    sha256: str | None  # where the storage keeps it: a folder does not, a bucket's listing neither
    etag: str | None = None
    modified: float = 0.0  # seconds since the epoch


@dataclass(frozen=True)
class Upload:
    """A multipart upload that has begun: what is needed to go on with it in another process."""

    storage: str  # the address
    key: str
    upload_id: str
    part_size: int  # bytes of every part but the last
    size: int
    sha256: str  # of the source
    started: float  # seconds since the epoch


class Uploads(Protocol):
    """What must survive a restart in the middle of a multipart upload: sync/storage/uploads.py keeps it in SQLite."""

    def find(self, storage: str, key: str) -> Upload | None: ...

    def save(self, upload: Upload) -> None: ...

    def forget(self, storage: str, key: str) -> None: ...


class Stopped(NodeError):
    """`stop` said so in the middle of an upload; what was sent is kept, and the next `put` goes on from there."""


class SourceChanged(StorageRefused):
    """The file to store is no longer what its hash was taken of: no repeat will help."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is not what it was when its hash was taken: it was changed or removed meanwhile")


def _go_on() -> bool:
    return False


def _untold(_sent: int) -> None:
    pass


class Storage(Protocol):
    address: str  # a folder, or r2://bucket/prefix; without secrets

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
        """Stores a file whose hash is known; whole and verified when it returns. `told` gets the bytes that are stored so far.

        Raises Stopped soon after `stop()` is true, and SourceChanged.
        """
        ...

    def put_bytes(self, key: str, data: bytes, *, media_type: str) -> Stored: ...

    def head(self, key: str) -> Stored | None: ...

    def get(self, key: str, path: Path, *, most_bytes: int) -> Stored:
        """Written beside `path` and renamed when whole; its sha256 is checked where the storage knows it.

        Raises ObjectMissing, and StorageRefused for an object over `most_bytes`.
        """
        ...

    def list(self, prefix: str) -> Iterator[Stored]:
        """Every object whose key begins with these characters."""
        ...

    def delete(self, key: str) -> None:
        """No error where there is none."""
        ...

    def discard_unfinished(self, prefix: str, *, before: float) -> int:
        """Gives up uploads under the prefix that began before this time (seconds since the epoch); says how many."""
        ...

    def link(self, key: str, *, seconds: int = LINK_SECONDS, name: str | None = None) -> str:
        """An address that anybody can fetch the object from for so long; `name` is what the browser saves it as."""
        ...

    def upload_link(
        self,
        key: str,
        *,
        seconds: int,
        size: int | None = None,
        sha256: str | None = None,
        media_type: str | None = None,
    ) -> str:
        """An address to PUT the object to. What is given here must be sent along, or the storage refuses.

        As headers: Content-Length, Content-Type, and for sha256 x-amz-meta-sha256 (hex).
        """
        ...


def open_storage(
    settings: Settings,
    address: str | None = None,
    *,
    secrets: Secrets | None = None,
    clock: Clock | None = None,
) -> Storage:
    """The storage of the settings, or another one. Contacts nobody yet. Raises SettingsError, StorageRefused."""
    from sync.storage.address import Bucket, parse_address

    place = parse_address(address or settings.storage_address)
    if not isinstance(place, Bucket):
        from sync.storage.folder import FolderStorage

        return FolderStorage(place)
    from sync.secrets import read_secrets
    from sync.storage.client import open_client
    from sync.storage.s3 import S3Storage

    return S3Storage(place, open_client(place, settings, secrets or read_secrets()), clock=clock or SystemClock())


def check_link_seconds(seconds: int) -> None:
    if not 1 <= seconds <= MOST_LINK_SECONDS:
        raise StorageRefused(
            f"a link cannot live for {seconds} s: 1 s is the least, 7 days ({MOST_LINK_SECONDS} s) the most"
        )


def check_size(key: str, size: int, most_bytes: int) -> None:
    if size > most_bytes:
        raise StorageRefused(f"“{key}” has {size:,} bytes, and {most_bytes:,} are the most that is taken here")


def source_size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError as error:
        raise SourceChanged(path) from error
