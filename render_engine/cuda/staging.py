"""Pinned memory that what goes up passes through: from any other the driver may wait for all that the card has to do first."""

from __future__ import annotations

from render_engine.cuda.device import Bytes, Device, Event, Stream

HALF = 8 << 20  # bytes: a luma plane in 4K
APART = 256  # bytes: where the next one begins


class Staging:
    """Two halves in turn: one is filled while the card still reads the other."""

    def __init__(self, device: Device, stream: Stream) -> None:
        self._device = device
        self._stream = stream
        self._halves: list[Bytes] = []
        self._passed: list[Event | None] = [None, None]  # once the card has read all of it
        self._now = 0
        self._filled = 0

    def upload(self, address: int, data: Bytes) -> None:
        """It may be changed as soon as this returns."""
        if data.nbytes <= HALF:
            data = self._staged(data)
        self._device.upload(address, data, self._stream)

    def _staged(self, data: Bytes) -> Bytes:
        if not self._halves:
            self._halves = [self._device.pinned(HALF) for _ in range(2)]
        if self._filled + data.nbytes > HALF:
            self._turn()
        place = self._halves[self._now][self._filled : self._filled + data.nbytes]
        place[:] = data
        self._filled += -(-data.nbytes // APART) * APART
        return place

    def _turn(self) -> None:
        self._passed[self._now] = self._device.record(self._stream)
        self._now, self._filled = 1 - self._now, 0
        passed = self._passed[self._now]
        if passed is not None:
            self._device.wait(passed)
