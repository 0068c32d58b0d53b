"""Frames in memory that two processes see: a file of equal slots, mapped by both; premultiplied BGRA, 8 bits a channel."""

from __future__ import annotations

import mmap
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]  # (height, width, 4)
IN_MEMORY = Path("/dev/shm")  # noqa: S108  # where there is such a place: no disk is touched


@dataclass(frozen=True)
class Place:
    """How large, and where."""

    path: Path
    width: int
    height: int
    count: int

    @property
    def frame_bytes(self) -> int:
        return self.width * self.height * 4


class Slots:
    def __init__(self, place: Place, memory: mmap.mmap) -> None:
        self.place, self._memory = place, memory

    @classmethod
    def make(cls, width: int, height: int, count: int) -> Slots:
        """In memory where there is room: writing past its end would kill both processes. Containers often have 64 MB."""
        needed = 2 * width * height * 4 * count
        roomy = IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > needed
        folder = IN_MEMORY if roomy else None
        handle, name = tempfile.mkstemp(prefix="framekiln-preview-", dir=folder)
        place = Place(Path(name), width, height, count)
        try:
            os.ftruncate(handle, place.frame_bytes * count)
            return cls(place, mmap.mmap(handle, place.frame_bytes * count))
        finally:
            os.close(handle)

    @classmethod
    def see(cls, place: Place) -> Slots:
        with place.path.open("r+b") as file:
            return cls(place, mmap.mmap(file.fileno(), place.frame_bytes * place.count))

    def pixels(self, slot: int) -> Pixels:
        """A view: what is written there is seen by both."""
        width, height, size = self.place.width, self.place.height, self.place.frame_bytes
        return np.frombuffer(self._memory, np.uint8, size, slot * size).reshape(height, width, 4)

    def remove(self) -> None:
        """Its name: who has mapped it sees it until they let it go."""
        self.place.path.unlink(missing_ok=True)
