"""Where Framekiln keeps what it can make again: finished segments, facts of media files, what the encoders can do."""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "FRAMEKILN_CACHE"


def cache_folder() -> Path:
    """The folder that FRAMEKILN_CACHE names, else the system's place for caches; it may not exist yet."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    import platformdirs  # only where it is asked: a worker is given its folder

    return Path(platformdirs.user_cache_dir("framekiln"))


def journal_folder() -> Path:
    return cache_folder() / "journal"
