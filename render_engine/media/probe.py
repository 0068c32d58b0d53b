"""What is in a media file, as the engine understands it: read once, kept by path, size and time of change.

Decoders are imported for files that are not known yet: a film rendered before is planned again without them.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from render_engine.media.content import stamp_of
from render_engine.media.facts import Stamp, keep_info, kept_info
from render_engine.media.info import AudioStream, ImageInfo, MediaInfo, VideoStream

__all__ = ["AudioStream", "ImageInfo", "MediaInfo", "VideoStream", "probe"]


def probe(path: Path) -> MediaInfo:
    """MediaError where the file is missing, empty, cut short, not what its name says, or claims an absurd size."""
    return _known(path, stamp_of(path))


@lru_cache(maxsize=1024)
def _known(path: Path, stamp: Stamp) -> MediaInfo:
    info = kept_info(stamp, path)
    if info is None:
        from render_engine.media.reading import read

        info = read(path, stamp.size)
        keep_info(stamp, info)
    return info
