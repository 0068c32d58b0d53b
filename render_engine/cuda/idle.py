"""Blocks that nobody has just now. Frames are much alike: what one of them let go, the next one takes.

What no frame takes for long goes back to the card, where other programs and other workers want it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable

OLD = 100  # frames


class Idle:
    def __init__(self, free: Callable[[int], None]) -> None:
        self._free = free
        self._frame = 0
        self._blocks: dict[int, deque[tuple[int, int]]] = defaultdict(deque)  # by size: since which frame, address

    def take(self, size: int) -> int | None:
        """The one that was used last."""
        return self._blocks[size].pop()[1] if self._blocks[size] else None

    def add(self, address: int, size: int) -> None:
        self._blocks[size].append((self._frame, address))

    def next_frame(self) -> None:
        self._frame += 1
        for size, blocks in list(self._blocks.items()):
            while blocks and blocks[0][0] < self._frame - OLD:
                self._free(blocks.popleft()[1])
            if not blocks:
                del self._blocks[size]

    def clear(self) -> None:
        for blocks in self._blocks.values():
            while blocks:
                self._free(blocks.pop()[1])

    @property
    def bytes(self) -> int:
        return sum(size * len(blocks) for size, blocks in self._blocks.items())
