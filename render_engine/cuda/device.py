"""The seam between the compositor and a card: memory, copies, launches, streams, events, in the primary context.

FFmpeg's decoders and encoders use the card's primary context too, so what one made the others may read. Three devices
have this shape: NVIDIA's own bindings (`with_bindings.py`), pycuda (`with_pycuda.py`), and in tests the host's compiler.
Addresses are plain numbers. All that is put into one stream happens in that order.
"""

from __future__ import annotations

import ctypes
import sys
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from render_engine.errors import BadInput, RenderFailed

Bytes = NDArray[np.uint8]
Stream = Any  # what a device gives out is handed back to it, never looked into
Event = Any

WAYS = {"cuda.bindings": "with_bindings", "pycuda": "with_pycuda"}
INSTALL = "pip install 'framekiln[cuda]'"


class NoCard(BadInput):
    """CUDA cannot be used here; the message says why."""


class CardFailed(RenderFailed):
    """The card or its driver refused something."""


class OutOfCardMemory(CardFailed):
    """There is less memory on the card than was asked for."""


@dataclass(frozen=True)
class Card:
    """What is known of a card."""

    name: str
    driver: tuple[int, int]  # the newest CUDA that the driver knows
    capability: tuple[int, int]
    memory: int  # bytes
    free: int  # bytes that nobody uses now

    def __str__(self) -> str:
        of = f"{self.free / 2**30:.1f} of {self.memory / 2**30:.1f} GiB free"
        return f"{self.name}, compute {_dotted(self.capability)}, driver for CUDA {_dotted(self.driver)}, {of}"


class Device(Protocol):
    dlpack: int  # where its memory lies, by DLPack's numbers
    null_stream: Stream  # the one that FFmpeg works in

    def card(self) -> Card: ...

    def allocate(self, size: int) -> int:
        """The address of so many bytes on the card. Raises OutOfCardMemory."""
        ...

    def free(self, address: int) -> None: ...

    def pinned(self, size: int) -> Bytes:
        """Memory of the host that the card reads and writes by itself, while the processor goes on."""
        ...

    def upload(self, address: int, data: Bytes, stream: Stream) -> None:
        """`data`, contiguous. Unless it is pinned it may be changed as soon as this returns."""
        ...

    def download(self, data: Bytes, address: int, stream: Stream) -> None:
        """Into `data`, contiguous, there once the stream has come so far."""
        ...

    def launch(
        self, kernel: str, blocks: tuple[int, int], threads: tuple[int, int], arguments: bytes, stream: Stream
    ) -> None:
        """A kernel takes one structure by value: `arguments` is its bytes."""
        ...

    def stream(self) -> Stream: ...

    def record(self, stream: Stream) -> Event:
        """A mark that the stream passes once all before it is done."""
        ...

    def wait(self, event: Event, stream: Stream | None = None) -> None:
        """The stream goes no further before the event; without one, the caller."""
        ...

    def seconds(self, begin: Event, end: Event) -> float:
        """Between two marks that have been passed."""
        ...

    def close(self) -> None:
        """Lets the context go, and all memory with it."""
        ...


def open_device(number: int = 0) -> Device:
    """The card of that number, by whichever package is installed. Raises NoCard with the reason."""
    library = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
    try:
        ctypes.CDLL(library)  # looked for first: packages take a second to find out
    except OSError as error:
        raise NoCard(f"no NVIDIA driver: {library} cannot be loaded") from error
    installed = [name for package, name in WAYS.items() if _is_installed(package)]
    if not installed:
        raise NoCard(f"CUDA needs a package that is not installed: {INSTALL}")
    device: Device = import_module(f"render_engine.cuda.{installed[0]}").open_device(number)
    return device


def free_memory() -> int:
    """Bytes of the card that nobody uses now. Raises NoCard."""
    try:
        device = open_device()
    except OutOfCardMemory:  # not even for that
        return 0
    free = device.card().free
    device.close()
    return free


def _is_installed(package: str) -> bool:
    first, _, rest = package.partition(".")
    return find_spec(first) is not None and (not rest or find_spec(package) is not None)


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"
