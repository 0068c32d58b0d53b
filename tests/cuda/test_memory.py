"""What the engine has of a card's memory: used again, given back in time, and what goes up waits for nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from render_engine.cuda.idle import OLD
from render_engine.cuda.memory import LOOK, Memory
from render_engine.cuda.staging import HALF
from tests.cuda.host_device import HostDevice


def test_a_block_of_nearly_the_same_size_is_used_again():
    device = HostDevice()
    memory = Memory(device)
    first = memory.block(1_000_000).address
    assert memory.block(1_010_000).address == first
    assert memory.block(1_200_000).address != first
    assert device.used < 2_500_000


def test_what_no_frame_takes_for_long_goes_back():
    device = HostDevice()
    memory = Memory(device)
    kept = memory.block(1_000_000)
    held = device.used
    del kept
    for _ in range(OLD):
        memory.next_frame()
        memory.block(50_000)
    assert device.used > held, "the next frame may want it"
    for _ in range(2):
        memory.next_frame()
        memory.block(50_000)
    assert device.used < 100_000


def test_a_card_that_others_fill_gets_back_all_that_can_be_spared():
    device = HostDevice(limit=1 << 30)
    memory = Memory(device)
    memory.table("curve", lambda: np.zeros(1 << 20, np.uint8))
    for _ in range(LOOK):
        memory.next_frame()
    assert device.used >= 1 << 20
    device.limit = device.used + 1000  # another program came
    for _ in range(LOOK):
        memory.next_frame()
    assert device.used < 1 << 20
    device.limit = device.used + (1 << 20) + 1000
    memory.table("curve", lambda: np.zeros(1 << 20, np.uint8))
    for _ in range(3 * LOOK):
        memory.next_frame()
    assert device.used >= 1 << 20, "where it stays full, what is in use is not sent up again and again"


@dataclass
class Queue:
    """A device that only notes what it is told: a copy from pinned memory is made when the stream comes to it, at `run`."""

    pinned_now: list[np.ndarray] = field(default_factory=list)
    copies: list[tuple[int, np.ndarray]] = field(default_factory=list)
    done: dict[int, bytes] = field(default_factory=dict)
    waits: int = 0

    def pinned(self, size: int) -> np.ndarray:
        self.pinned_now.append(np.zeros(size, np.uint8))
        return self.pinned_now[-1]

    def stream(self) -> int:
        return 1

    def allocate(self, size: int) -> int:
        return 1

    def free(self, address: int) -> None:
        pass

    def upload(self, address: int, data: np.ndarray, stream: int) -> None:
        pinned = any(np.shares_memory(data, half) for half in self.pinned_now)
        self.copies.append((address, data if pinned else data.copy()))

    def record(self, stream: int) -> int:
        return len(self.copies)

    def wait(self, event: int, stream: Any = None) -> None:
        """Until the copies that came before the event are made."""
        self.waits += 1
        for address, data in self.copies[:event]:
            self.done.setdefault(address, bytes(data[:1]))

    def close(self) -> None:
        pass


def test_what_goes_up_may_change_at_once_though_the_card_reads_it_later():
    device = Queue()
    memory = Memory(device)
    staging = memory._staging
    sizes = [HALF // 3, 100, HALF // 2, HALF // 3, HALF, 7, HALF + 1, HALF // 2, HALF // 2, 9]
    for number, size in enumerate(sizes):
        data = np.full(size, number, np.uint8)
        staging.upload(number, data)
        data[:] = 255
    assert device.waits > 0, "a half is filled again only once it was read"
    device.wait(len(device.copies))
    assert device.done == {number: bytes([number]) for number in range(len(sizes))}


def test_a_frame_of_small_things_waits_for_nothing():
    device = Queue()
    memory = Memory(device)
    for _ in range(200):
        memory.upload(b"a" * 20_000)
    assert device.waits == 0
