"""The card by NVIDIA's own bindings of the driver, which come as wheels.

cuda-core stands on the same bindings; it takes 2.5 s to import where they take 0.8, in each worker, and adds nothing here.
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from cuda.bindings import driver as cu

from render_engine.cuda.device import Bytes, Card, CardFailed, Event, NoCard, OutOfCardMemory, Stream
from render_engine.cuda.fatbin import fatbin

_MEMORY = cu.CUresult.CUDA_ERROR_OUT_OF_MEMORY


def open_device(number: int = 0) -> BindingsDevice:
    try:
        status, *_ = cu.cuInit(0)
    except RuntimeError as error:  # the package looks for the driver at its first call
        raise NoCard("no NVIDIA driver: libcuda cannot be loaded") from error
    if status != 0:
        raise NoCard(f"the NVIDIA driver does not start: {_told(status)}")
    if number >= _ok(cu.cuDeviceGetCount()):
        raise NoCard(f"there is no card {number}")
    return BindingsDevice(number)


class BindingsDevice:
    dlpack = 2  # CUDA
    null_stream = cu.CUstream(0)

    def __init__(self, number: int) -> None:
        self._card = _ok(cu.cuDeviceGet(number))
        self._context = _ok(cu.cuDevicePrimaryCtxRetain(self._card))
        _ok(cu.cuCtxSetCurrent(self._context))
        self._module = _ok(cu.cuModuleLoadData(fatbin()))
        self._kernels: dict[str, Any] = {}

    def card(self) -> Card:
        attribute = cu.CUdevice_attribute
        major, minor = (
            _ok(
                cu.cuDeviceGetAttribute(
                    getattr(attribute, f"CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_{part}"), self._card
                )
            )
            for part in ("MAJOR", "MINOR")
        )
        version = _ok(cu.cuDriverGetVersion())
        free, whole = _ok(cu.cuMemGetInfo())
        name = _ok(cu.cuDeviceGetName(256, self._card)).split(b"\0")[0].decode()
        return Card(name, (version // 1000, version % 1000 // 10), (major, minor), whole, free)

    def allocate(self, size: int) -> int:
        return int(_ok(cu.cuMemAlloc(size)))

    def free(self, address: int) -> None:
        _ok(cu.cuMemFree(address))

    def pinned(self, size: int) -> Bytes:
        address = int(_ok(cu.cuMemHostAlloc(size, 0)))
        return np.ctypeslib.as_array((ctypes.c_uint8 * size).from_address(address))

    def upload(self, address: int, data: Bytes, stream: Stream) -> None:
        _ok(cu.cuMemcpyHtoDAsync(address, data.ctypes.data, data.nbytes, stream))

    def download(self, data: Bytes, address: int, stream: Stream) -> None:
        _ok(cu.cuMemcpyDtoHAsync(data.ctypes.data, address, data.nbytes, stream))

    def launch(
        self, kernel: str, blocks: tuple[int, int], threads: tuple[int, int], arguments: bytes, stream: Stream
    ) -> None:
        if kernel not in self._kernels:
            self._kernels[kernel] = _ok(cu.cuModuleGetFunction(self._module, kernel.encode()))
        structure = ctypes.create_string_buffer(arguments, len(arguments))
        pointers = (ctypes.c_void_p * 1)(ctypes.addressof(structure))
        _ok(cu.cuLaunchKernel(self._kernels[kernel], *blocks, 1, *threads, 1, 0, stream, ctypes.addressof(pointers), 0))

    def stream(self) -> Stream:
        return _ok(cu.cuStreamCreate(cu.CUstream_flags.CU_STREAM_NON_BLOCKING))

    def record(self, stream: Stream) -> Event:
        mark = _Mark()
        _ok(cu.cuEventRecord(mark.event, stream))
        return mark

    def wait(self, event: Event, stream: Stream | None = None) -> None:
        _ok(cu.cuEventSynchronize(event.event) if stream is None else cu.cuStreamWaitEvent(stream, event.event, 0))

    def seconds(self, begin: Event, end: Event) -> float:
        return float(_ok(cu.cuEventElapsedTime(begin.event, end.event))) / 1000

    def close(self) -> None:
        _ok(cu.cuModuleUnload(self._module))
        _ok(cu.cuDevicePrimaryCtxRelease(self._card))


class _Mark:
    """An event that goes when nobody has it. Who waits for it sleeps: encoders want the processor meanwhile."""

    def __init__(self) -> None:
        self.event = _ok(cu.cuEventCreate(cu.CUevent_flags.CU_EVENT_BLOCKING_SYNC))

    def __del__(self) -> None:
        cu.cuEventDestroy(self.event)


def _ok(answer: tuple[Any, ...]) -> Any:
    status, *values = answer
    if status == _MEMORY:
        raise OutOfCardMemory("the card has no memory left for this")
    if status != 0:
        raise CardFailed(f"the NVIDIA driver refused: {_told(status)}")
    return values[0] if len(values) == 1 else values


def _told(status: Any) -> str:
    _, text = cu.cuGetErrorString(status)
    return text.decode() if text else str(status)
