"""The workers of a render: where nobody says how many, as many as there are cores, and as memory holds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from render_engine.segments.processes import Processes

if TYPE_CHECKING:
    from render_engine.encode.video_settings import VideoSettings

PRELOAD = ("render_engine.segments.schedule", "render_engine.segments.drawing", "render_engine.cpu.frames")
_LEAST = 110e6  # bytes of a worker before its first frame
_DRAWING = 45  # bytes for each pixel of the frame: canvas, kept sprites, conversion, decoders
# Bytes a pixel that encoders take, as measured at 1080p; at 4K they take less.
_ENCODING = {"x264": 80, "x265": 230, "svtav1": 150, "vp9": 140, "prores": 10, "prores-4444": 30, "gif": 70, "png": 10}
_X264_SLOWER = {
    "faster": 1.7,
    "fast": 2.3,
    "medium": 2.8,
    "slow": 3.4,
    "slower": 4.2,
    "veryslow": 5.0,
}  # it looks further ahead
_DEEP = 1.5  # times as much with 10 bits
ON_CARD = 2  # one draws while the other's segment begins; cards take few NVENC sessions at once
# Of a card, reckoned and not yet measured on one: a context, its kernels, an encoder's session; and for each pixel of the
# frame canvas, planes, groups, what is kept, a decoder's surfaces; those that NVENC holds, 24 of them, twice as much with
# 10 bits. With less a worker draws too, and makes more of it anew.
_LEAST_OF_CARD, _OF_CARD, _FOR_NVENC = 500e6, 100, 36
_SHARE = 0.8  # of the memory that is free
_CPU_MAX = Path("/sys/fs/cgroup/cpu.max")  # a container's share of the machine


@dataclass(frozen=True)
class _Room:
    need: float  # bytes, of one worker
    free: float
    of: str = ""

    @property
    def fitting(self) -> int:
        return max(1, int(self.free * _SHARE / self.need))


@dataclass(frozen=True)
class Workers:
    count: int
    note: str | None = None  # why they are fewer than the cores


def worker_processes(most: int | None = None) -> Processes:
    """One gets ready at once, while its render still reads the document; others begin when they have something to do."""
    return Processes(most or cores_here(), PRELOAD)


def workers_here(settings: VideoSettings) -> Workers:
    cores = min(cores_here(), ON_CARD) if settings.stays_on_card else cores_here()
    scarce = min(_rooms(settings), key=lambda room: room.fitting)
    if scarce.fitting >= cores:
        return Workers(cores)
    each, free = f"{scarce.need / 1e6:.0f} MB{scarce.of}", f"{scarce.free / 1e9:.1f} GB"
    return Workers(scarce.fitting, f"{scarce.fitting} of {cores} workers: each needs about {each}, and {free} are free")


def _rooms(settings: VideoSettings) -> Iterator[_Room]:
    import psutil  # only now: the first worker is already under way

    yield _Room(memory_needed(settings), psutil.virtual_memory().available)
    if settings.renderer == "cuda":
        from render_engine.cuda.device import free_memory

        surfaces = _FOR_NVENC * (1 + settings.is_deep) * settings.stays_on_card
        need = _LEAST_OF_CARD + settings.width * settings.height * (_OF_CARD + surfaces)
        yield _Room(need, free_memory(), " of the card's memory")


def memory_needed(settings: VideoSettings) -> float:
    """Bytes that one worker takes at most, roughly."""
    more = {"x264": _X264_SLOWER.get(settings.speed, 1.0), "vp9": 2.0 if settings.alpha else 1.0}
    encoding = _ENCODING.get(settings.codec, 80) * more.get(settings.codec, 1.0) * (_DEEP if settings.is_deep else 1.0)
    return _LEAST + settings.width * settings.height * (_DRAWING + encoding)


def cores_here() -> int:
    """Cores that this process may use; a container may hold less than the machine has."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if _CPU_MAX.exists():
        quota, period = _CPU_MAX.read_text().split()
        if quota != "max":
            return max(1, min(cores, round(int(quota) / int(period))))
    return cores
