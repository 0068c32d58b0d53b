"""The third device: memory of the host, kernels by the host's compiler, every launch done when it returns."""

from __future__ import annotations

import ctypes
import os
import subprocess
import time
from functools import cache
from hashlib import blake2b
from pathlib import Path

import numpy as np

from render_engine.cuda.device import Card, OutOfCardMemory
from render_engine.cuda.fatbin import KERNELS, sources_digest

HERE = Path(__file__).parent
COMPILER = ["g++", "-std=c++17", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-x", "c++"]
COMPILED = HERE.parents[1] / "out" / "kernels"


@cache
def host_kernels() -> ctypes.CDLL:
    return ctypes.CDLL(str(compiled([KERNELS / "all.cu"], "kernels.so")))


def compiled(files: list[Path], name: str) -> Path:
    """The library, made once for these sources."""
    own = b"".join(path.read_bytes() for path in [*sorted(HERE.glob("*.h")), *files]) + " ".join(COMPILER).encode()
    digest = blake2b(own, digest_size=8).hexdigest()
    library = COMPILED / f"{sources_digest()}-{digest}" / name
    if not library.exists():
        library.parent.mkdir(parents=True, exist_ok=True)
        partial = library.with_suffix(f".{os.getpid()}")
        command = [*COMPILER, "-I", str(HERE), "-I", str(KERNELS), *map(str, files), "-o", str(partial), "-ldl"]
        subprocess.run(command, check=True, timeout=240)
        partial.replace(library)
    return library


class HostDevice:
    """`limit`: bytes that it has."""

    dlpack = 1  # the host's memory
    null_stream = 0

    def __init__(self, limit: int = 1 << 40) -> None:
        self._kernels = host_kernels()
        self._blocks: dict[int, ctypes.Array[ctypes.c_char]] = {}
        self.limit = limit
        self.most = 0  # bytes that were given out at once
        self.launched: list[str] = []

    @property
    def used(self) -> int:
        return sum(map(len, self._blocks.values()))

    def card(self) -> Card:
        return Card("the host", (13, 0), (9, 0), self.limit, self.limit - self.used)

    def allocate(self, size: int) -> int:
        if self.used + size > self.limit:
            raise OutOfCardMemory("the card has no memory left for this")
        block = ctypes.create_string_buffer(b"\xcd" * size, size)  # never zeros: nobody may rely on them
        self._blocks[ctypes.addressof(block)] = block
        self.most = max(self.most, self.used)
        return ctypes.addressof(block)

    def free(self, address: int) -> None:
        del self._blocks[address]

    def pinned(self, size: int) -> np.ndarray:
        return np.empty(size, np.uint8)

    def upload(self, address: int, data: np.ndarray, stream: int) -> None:
        ctypes.memmove(address, data.ctypes.data, data.nbytes)

    def download(self, data: np.ndarray, address: int, stream: int) -> None:
        ctypes.memmove(data.ctypes.data, address, data.nbytes)

    def launch(
        self, kernel: str, blocks: tuple[int, int], threads: tuple[int, int], arguments: bytes, stream: int
    ) -> None:
        assert getattr(self._kernels, f"size_{kernel}")() == len(arguments), kernel
        self.launched.append(kernel)
        getattr(self._kernels, f"run_{kernel}")(*blocks, *threads, arguments)

    def stream(self) -> int:
        return 0

    def record(self, stream: int) -> float:
        return time.perf_counter()

    def wait(self, event: float, stream: int | None = None) -> None:
        pass

    def seconds(self, begin: float, end: float) -> float:
        return end - begin

    def close(self) -> None:
        self._blocks.clear()
