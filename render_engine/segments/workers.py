"""The workers of a render: where nobody says how many, as many as there are cores, and as memory holds."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from render_engine.segments.processes import Processes

if TYPE_CHECKING:
    from render_engine.encode.video_settings import VideoSettings

PRELOAD = ("render_engine.segments.schedule", "render_engine.segments.drawing")
_LEAST = 120e6  # bytes of a worker before its first frame
_DRAWING = 40  # bytes for each pixel of the frame: canvas, kept sprites, conversion
_ENCODING = {
    "x264": 60,
    "x265": 170,
    "svtav1": 400,
    "vp9": 60,
    "prores": 60,
    "prores-4444": 90,
}  # bytes a pixel, measured
_SHARE = 0.8  # of the memory that is free
_CPU_MAX = Path("/sys/fs/cgroup/cpu.max")  # a container's share of the machine


@dataclass(frozen=True)
class Workers:
    count: int
    note: str | None = None  # why they are fewer than the cores


def worker_processes(most: int | None = None) -> Processes:
    """One gets ready at once, while its render still reads the document; others begin when they have something to do."""
    return Processes(most or cores_here(), PRELOAD)


def workers_here(settings: VideoSettings) -> Workers:
    import psutil  # only now: the first worker is already under way

    cores = cores_here()
    need = memory_needed(settings)
    fitting = max(1, int(psutil.virtual_memory().available * _SHARE / need))
    if fitting >= cores:
        return Workers(cores)
    free = psutil.virtual_memory().available / 1e9
    each = need / 1e6
    return Workers(fitting, f"{fitting} of {cores} workers: each needs about {each:.0f} MB, and {free:.1f} GB are free")


def memory_needed(settings: VideoSettings) -> float:
    """Bytes that one worker takes at most, roughly."""
    return _LEAST + settings.width * settings.height * (_DRAWING + _ENCODING.get(settings.codec, 60))


def cores_here() -> int:
    """Cores that this process may use; a container may hold less than the machine has."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if _CPU_MAX.exists():
        quota, period = _CPU_MAX.read_text().split()
        if quota != "max":
            return max(1, min(cores, round(int(quota) / int(period))))
    return cores
