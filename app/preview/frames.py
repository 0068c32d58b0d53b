"""Which frame is in which slot of the shared memory, and which are being drawn. No Qt, no processes: only bookkeeping.

Each time frames are asked for, those asked for before that are not wanted any more are let go. Such a frame may come all
the same, since it was being drawn: it is taken as long as its slot was not given to another one. Orders are numbered, so that
what comes later than that is known, and is not looked at.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass

from app.preview.messages import Drawn

Asked = tuple[tuple[int, int], ...]  # (frame, slot), the most wanted first


@dataclass(frozen=True)
class _Wish:
    slot: int
    since: int  # number of the order that first asked for it


class Frames:
    """Of one generation."""

    def __init__(self, count: int) -> None:
        self.order = 0
        self._free = deque(range(count))  # let go last, given last
        self._kept: OrderedDict[int, int] = OrderedDict()  # frame → slot; the one looked at longest ago first
        self._wishes: dict[int, _Wish] = {}
        self._let_go: dict[int, _Wish] = {}  # whose slots are free

    def __contains__(self, frame: int) -> bool:
        return frame in self._kept

    @property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """Frames that are here, as (first, after the last)."""
        found: list[tuple[int, int]] = []
        for frame in sorted(self._kept):
            if found and found[-1][1] == frame:
                found[-1] = (found[-1][0], frame + 1)
            else:
                found.append((frame, frame + 1))
        return tuple(found)

    def ask(self, wanted: Sequence[int]) -> Asked:
        """Those of the wanted frames that are not here, each with a slot; as many as there are slots for."""
        self.order += 1
        missing = [frame for frame in dict.fromkeys(wanted) if frame not in self._kept]
        for frame in self._wishes.keys() - set(missing):
            self._let_go[frame] = self._wishes.pop(frame)
            self._free.append(self._let_go[frame].slot)
        asked: list[tuple[int, int]] = []
        for frame in missing:
            wish = self._wishes.get(frame) or self._again(frame) or self._new_wish(wanted)
            if wish is None:
                break
            self._wishes[frame] = wish
            asked.append((frame, wish.slot))
        return tuple(asked)

    def take(self, drawn: Drawn) -> bool:
        """False for a frame whose slot was given to another one meanwhile."""
        wish = self._wishes.get(drawn.frame) or self._let_go.get(drawn.frame)
        if wish is None or wish.slot != drawn.slot or drawn.order < wish.since:
            return False
        if drawn.exact:
            if self._wishes.pop(drawn.frame, None) is None:
                self._free.remove(self._let_go.pop(drawn.frame).slot)
            self._kept[drawn.frame] = drawn.slot
        return True

    def slot(self, frame: int) -> int:
        """Of a frame that is here, and is looked at now."""
        self._kept.move_to_end(frame)
        return self._kept[frame]

    def refused(self, frame: int) -> None:
        if wish := self._wishes.pop(frame, None):
            self._free.append(wish.slot)

    def _again(self, frame: int) -> _Wish | None:
        """It may be on its way still."""
        wish = self._let_go.pop(frame, None)
        if wish:
            self._free.remove(wish.slot)
        return wish

    def _new_wish(self, wanted: Sequence[int]) -> _Wish | None:
        if self._free:
            slot = self._free.popleft()
            self._let_go = {frame: wish for frame, wish in self._let_go.items() if wish.slot != slot}
            return _Wish(slot, self.order)
        oldest = next((frame for frame in self._kept if frame not in wanted), None)
        return None if oldest is None else _Wish(self._kept.pop(oldest), self.order)
