"""Which file it is: by its contents, whatever its name. Needs no decoder."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from render_engine.checked import file_hash
from render_engine.errors import MediaError
from render_engine.media.facts import Stamp, keep_hash, kept_hash

WORTH_KEEPING = 4_000_000  # bytes; the hash of less is made faster than found


def content_hash(path: Path) -> str:
    """BLAKE2b-128 of the bytes, in hex."""
    return _content_hash(stamp_of(path))


def stamp_of(path: Path) -> Stamp:
    if not path.exists():
        raise MediaError(f"{path} does not exist. Check the name; paths are relative to the document.")
    if not path.is_file():
        raise MediaError(f"{path} is a folder, not a media file.")
    try:
        with path.open("rb"):
            stamp = Stamp.of(path)
    except OSError as error:
        raise MediaError(f"{path} cannot be read: {error.strerror}.") from error
    if stamp.size == 0:
        raise MediaError(f"{path.name} is empty (0 bytes).")
    return stamp


@lru_cache(maxsize=4096)
def _content_hash(stamp: Stamp) -> str:
    if stamp.size < WORTH_KEEPING:
        return file_hash(stamp.path)
    hashed = kept_hash(stamp)
    if hashed is None:
        hashed = file_hash(stamp.path)
        keep_hash(stamp, hashed)
    return hashed
