"""What was found out about media files, kept on disk: reading a gigabyte to its end is done once, not at every start.

A file is known again by its path, size, inode and times of change. The facts lie beside the journal's segments, bounded
and pruned with them; without a place to write they are found out each time, and nothing else changes.
"""

from __future__ import annotations

import contextlib
import json
import time
from array import array
from dataclasses import dataclass, fields
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

from render_engine import checked
from render_engine.cache_folder import journal_folder
from render_engine.media.frame_times import FrameTimes
from render_engine.media.info import AudioStream, ImageInfo, MediaInfo, VideoStream
from render_engine.segments.shelves import kept_folder

_YOUNG = 2_000_000_000  # nanoseconds; a file changed again so soon may show the same time of change


@dataclass(frozen=True)
class Stamp:
    """By which a file is known again without reading it."""

    path: Path
    size: int
    modified: int  # nanoseconds
    changed: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> Stamp:
        stat = path.stat()
        return cls(path.absolute(), stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)

    @property
    def key(self) -> str:
        return checked.data_hash(repr((str(self.path), self.size, self.modified, self.changed, self.inode)).encode())

    @property
    def is_settled(self) -> bool:
        return self.was_settled(time.time_ns())

    def was_settled(self, time: int) -> bool:
        """Whether it had not been changed for a while, at that time (ns since the epoch)."""
        return time - max(self.modified, self.changed) > _YOUNG


def kept_hash(stamp: Stamp) -> str | None:
    data = _read("hashes", stamp)
    return data.decode() if data else None


def keep_hash(stamp: Stamp, hashed: str) -> None:
    _write("hashes", stamp, hashed.encode())


def kept_info(stamp: Stamp, path: Path) -> MediaInfo | None:
    data = _read("media", stamp)
    return _info(json.loads(data, object_hook=_revived), path) if data else None


def keep_info(stamp: Stamp, info: MediaInfo) -> None:
    _write("media", stamp, json.dumps(_plain(info), default=_plain).encode())


def _read(name: str, stamp: Stamp) -> bytes | None:
    with contextlib.suppress(OSError):  # no such cache, or one that cannot be read: found out again
        for path in checked.under(kept_folder(journal_folder(), name), stamp.key):
            data = checked.data_of(path)
            if data is not None:
                checked.touch(path)
                return data
    return None


def _write(name: str, stamp: Stamp, data: bytes) -> None:
    """`stamp` was taken before the file was read: what changed since has another one."""
    if not stamp.is_settled:
        return
    with contextlib.suppress(OSError):  # a read-only or full disk costs time, nothing else
        checked.put_data(kept_folder(journal_folder(), name), stamp.key, data)


def _plain(value: Any) -> Any:
    match value:
        case FrameTimes():
            return {"ticks": value.ticks.tolist(), "base": value.base}
        case Fraction():
            return {"fraction": [value.numerator, value.denominator]}
        case MappingProxyType():
            return dict(value)
        case MediaInfo() | VideoStream() | AudioStream() | ImageInfo():
            return {field.name: getattr(value, field.name) for field in fields(value) if field.name != "path"}
    raise TypeError(f"{type(value).__name__} is no fact of a media file")


def _revived(stored: dict[str, Any]) -> Any:
    if "fraction" in stored:
        return Fraction(*stored["fraction"])
    if "ticks" in stored:
        return FrameTimes(array("q", stored["ticks"]), stored["base"])
    return stored


def _info(stored: dict[str, Any], path: Path) -> MediaInfo:
    video, audio, image = stored.pop("video"), stored.pop("audio"), stored.pop("image")
    metadata = MappingProxyType(stored.pop("metadata"))
    return MediaInfo(
        path,
        **stored,
        video=VideoStream(**video | {"keyframes": tuple(map(tuple, video["keyframes"]))}) if video else None,
        audio=AudioStream(**audio) if audio else None,
        image=ImageInfo(**image) if image else None,
        metadata=metadata,
    )
