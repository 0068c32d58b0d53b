"""What this node can do that a job may need: its tags, and what the machine has."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from pathlib import Path

NVENC = ("h264_nvenc", "hevc_nvenc", "av1_nvenc")


def capabilities(tags: Iterable[str]) -> tuple[str, ...]:
    """Names, sorted. Encoders are opened only where there may be a card: that takes a second."""
    found = {*tags, platform.system().lower(), platform.machine().lower()}
    if Path("/dev/nvidiactl").exists():
        from render_engine.encode.available import available

        found |= {"gpu", *(name for name in NVENC if available(name).ok)}
    return tuple(sorted(found))
