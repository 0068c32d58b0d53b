"""Which engine this is. The same bytes are promised for one engine build and platform: two builds are told apart here.

Frames come from our own sources and from the libraries that draw, shape and encode, so all of them count.
"""

from __future__ import annotations

import functools
import hashlib
import os
import platform
import re
import sys
from collections.abc import Iterator
from pathlib import Path

# As their .dist-info folders are called: listing names takes a millisecond, importlib.metadata takes one for each.
_PACKAGES = re.compile(
    r"(framekiln|av|pyside6_essentials|pyside6|shiboken6|numpy|opencv[_a-z]*|pillow|uharfbuzz|resvg_py|thorvg_python"
    r"|uniseg|python_bidi|fonttools)-[^-]+\.(dist|egg)-info$"
)


@functools.cache
def engine_identity() -> str:
    """32 hex digits: our version and sources (a frozen app has its version alone), the libraries, the platform."""
    digest = hashlib.blake2b(digest_size=16)
    facts: list[str | bytes] = [
        platform.system(),
        platform.machine(),
        platform.python_version(),
        *_packages(),
        *_sources(),
    ]
    for fact in facts:
        digest.update(len(fact).to_bytes(8, "little"))
        digest.update(fact if isinstance(fact, bytes) else fact.encode())
    return digest.hexdigest()


def _packages() -> list[str]:
    """The libraries with their versions, each as the first place on the path has it."""
    found: dict[str, str] = {}
    for place in sys.path:
        for entry in _listed(place):
            match = _PACKAGES.match(entry.lower())
            if match:
                found.setdefault(match[1], match[0])
    return sorted(found.values())


def _listed(place: str) -> list[str]:
    try:
        return sorted(os.listdir(place))  # noqa: PTH208  # 600 names: paths of them would cost 2 ms
    except OSError:  # a zip file, or a place that is not there
        return []


def _sources() -> Iterator[bytes]:
    here = Path(__file__).parent
    for folder, folders, files in os.walk(here):
        folders[:] = sorted(set(folders) - {"__pycache__"})
        for name in sorted(files):
            path = Path(folder, name)
            yield path.relative_to(here).as_posix().encode()
            yield path.read_bytes()
