"""The card by pycuda, for machines that have it already: it is built from source, with NVIDIA's toolkit."""

from __future__ import annotations

from typing import Any

import numpy as np

from render_engine.cuda.device import Bytes, Card, CardFailed, Event, NoCard, OutOfCardMemory, Stream
from render_engine.cuda.fatbin import fatbin


def open_device(number: int = 0) -> PycudaDevice:
    try:
        import pycuda.driver as cu
    except ImportError as error:
        raise NoCard(f"pycuda finds no NVIDIA driver: {error}") from error
    try:
        cu.init()
    except cu.Error as error:
        raise NoCard(f"the NVIDIA driver does not start: {error}") from error
    if number >= cu.Device.count():
        raise NoCard(f"there is no card {number}")
    return PycudaDevice(cu, number)


class PycudaDevice:
    dlpack = 2  # CUDA
    null_stream = None  # which pycuda cannot tell to wait: the caller waits instead

    def __init__(self, cu: Any, number: int) -> None:
        self._cu = cu
        self._card = cu.Device(number)
        self._context = self._card.retain_primary_context()
        self._context.push()
        self._module = cu.module_from_buffer(fatbin())
        self._kernels: dict[str, Any] = {}
        self._memory: dict[int, Any] = {}  # pycuda's own objects free what they stand for when they go

    def card(self) -> Card:
        free, whole = self._cu.mem_get_info()
        version = self._cu.get_driver_version()
        capability = self._card.compute_capability()
        return Card(self._card.name(), (version // 1000, version % 1000 // 10), capability, whole, free)

    def allocate(self, size: int) -> int:
        try:
            memory = self._cu.mem_alloc(size)
        except self._cu.MemoryError as error:
            raise OutOfCardMemory("the card has no memory left for this") from error
        self._memory[int(memory)] = memory
        return int(memory)

    def free(self, address: int) -> None:
        self._memory.pop(address).free()

    def pinned(self, size: int) -> Bytes:
        return np.asarray(self._cu.pagelocked_empty(size, np.uint8))

    def upload(self, address: int, data: Bytes, stream: Stream) -> None:
        self._cu.memcpy_htod_async(address, data, stream)

    def download(self, data: Bytes, address: int, stream: Stream) -> None:
        self._cu.memcpy_dtoh_async(data, address, stream)

    def launch(
        self, kernel: str, blocks: tuple[int, int], threads: tuple[int, int], arguments: bytes, stream: Stream
    ) -> None:
        if kernel not in self._kernels:
            self._kernels[kernel] = self._module.get_function(kernel)
        structure = np.frombuffer(arguments, f"V{len(arguments)}")[0]
        try:
            self._kernels[kernel](structure, grid=(*blocks, 1), block=(*threads, 1), stream=stream)
        except self._cu.Error as error:
            raise CardFailed(f"the NVIDIA driver refused {kernel}: {error}") from error

    def stream(self) -> Stream:
        return self._cu.Stream()

    def record(self, stream: Stream) -> Event:
        return self._cu.Event(self._cu.event_flags.BLOCKING_SYNC).record(stream)

    def wait(self, event: Event, stream: Stream | None = None) -> None:
        if stream is None:
            event.synchronize()
        else:
            stream.wait_for_event(event)

    def seconds(self, begin: Event, end: Event) -> float:
        return float(begin.time_till(end)) / 1000

    def close(self) -> None:
        self._memory.clear()
        self._context.pop()
        self._context.detach()
