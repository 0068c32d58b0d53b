"""A segment: a run of frames with one key."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Segment:
    """Frames `first` to `last` (not included) of the composition. Alike segments share a key, and are rendered once."""

    number: int  # from 0
    first: int
    last: int
    key: str

    @property
    def frames(self) -> int:
        return self.last - self.first

    def __str__(self) -> str:
        return f"segment {self.number + 1} (frames {self.first} to {self.last - 1})"
