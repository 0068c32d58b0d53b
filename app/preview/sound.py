"""Sound out of the machine: what the preview's process has mixed, read from a file that still grows. It is the clock.

Devices take their time to open, to start and to stop: that is done in a thread, never in the window's. Where there is no
device, or none that answers, time is told by the machine's clock and nothing is heard.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import numpy as np

RATE = 48_000
CHANNELS = 2
SAMPLE = 4 * CHANNELS  # bytes of one
PATIENCE = 1.0  # s until a device that asks for nothing is given up
MOST_DELAY = 1.0  # s: what a device says of its delay beyond that is not believed


class Device(Protocol):
    """What we use of sounddevice.OutputStream."""

    latency: Any

    def start(self) -> None: ...
    def abort(self) -> None: ...
    def close(self) -> None: ...


Fill = Callable[[Any, int, Any, Any], None]


def open_device(fill: Fill) -> Device:
    """Raises OSError where there is none, or no library to speak with it."""
    import sounddevice

    if not any(device["max_output_channels"] for device in sounddevice.query_devices()):
        raise OSError("there is no sound device")
    device: Device = sounddevice.OutputStream(
        samplerate=RATE, channels=CHANNELS, dtype="float32", latency="low", callback=fill
    )
    return device


class SoundOut:
    """`why`: why nothing is heard, if so."""

    def __init__(
        self, open_with: Callable[[Fill], Device] = open_device, now: Callable[[], float] = time.perf_counter
    ) -> None:
        self.why: str | None = None
        self.volume = 1.0
        self.muted = False
        self._open_with, self._now = open_with, now
        handle, name = tempfile.mkstemp(prefix="framekiln-sound-")
        self._handle, self.file = handle, Path(name)
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(1, "sound")
        self._device: Device | None = None
        self._playing = False
        self._ready = 0  # samples in the file
        self._at = 0  # the next sample to be handed out
        self._from, self._began = 0.0, 0.0  # seconds of the film, and of the clock
        self._heard: tuple[float, int] | None = None  # when of the clock, and the sample that is heard then

    def prepare(self) -> None:
        """Opens the device, so that it is there when it is to play."""
        self._thread.submit(self._opened)

    def mixed(self, samples: int) -> None:
        """So many are in the file now."""
        self._ready = samples

    def play(self, seconds: float) -> None:
        with self._lock:
            self._at, self._heard, self._playing = round(seconds * RATE), None, True
            self._from, self._began = seconds, self._now()
        self._thread.submit(self._start)

    def stop(self) -> None:
        with self._lock:
            was, self._playing = self._playing, False
        if was:
            self._thread.submit(self._abort)

    def close(self) -> None:
        self.stop()
        self._thread.submit(self._close)
        self._thread.shutdown()
        os.close(self._handle)
        self.file.unlink(missing_ok=True)

    def position(self) -> float:
        """Seconds of the film that are heard now."""
        with self._lock:
            now = self._now()
            if self._heard is not None:
                return max(self._from, self._heard[1] / RATE + now - self._heard[0])
            if self.why:
                return self._from + now - self._began
            if now - self._began > PATIENCE:
                self.why = "the sound device does not answer"
                self._began = now
            return self._from

    # ------------------------------------------------------------------------------------------------- its thread

    def _opened(self) -> Device | None:
        if self._device is None and self.why is None:
            try:
                self._device = self._open_with(self._fill)
            except Exception as error:  # noqa: BLE001  # PortAudioError, which is known only where PortAudio is
                self._give_up(error)
        return self._device

    def _start(self) -> None:
        device = self._opened()
        if device is None or not self._playing:
            return
        try:
            device.start()
        except Exception as error:  # noqa: BLE001  # as above
            self._give_up(error)

    def _abort(self) -> None:
        if self._device and not self._playing:
            self._device.abort()

    def _close(self) -> None:
        if self._device:
            self._device.close()
            self._device = None

    def _give_up(self, error: Exception) -> None:
        with self._lock:
            self.why, self._began = str(error), self._now()

    def _fill(self, out: Any, frames: int, times: Any, _status: Any) -> None:
        with self._lock:
            at = self._at
            playing = self._playing
            if playing:
                self._at += frames
                self._heard = (self._now() + self._delay(times), at)
        out[:] = 0
        if playing and not self.muted:
            samples = self._samples(at, frames)
            out[: len(samples)] = samples * self.volume

    def _samples(self, at: int, count: int) -> np.ndarray[Any, np.dtype[np.float32]]:
        """As many of them as are mixed. Read, not mapped: a long film's sound need not be in memory."""
        count = max(0, min(count, self._ready - at))
        read = os.pread(self._handle, count * SAMPLE, at * SAMPLE) if count else b""
        whole = len(read) // SAMPLE * SAMPLE
        return np.frombuffer(read[:whole], np.float32).reshape(-1, CHANNELS)

    def _delay(self, times: Any) -> float:
        """Seconds until what is handed out now is heard. Not every system says so in its times."""
        delay = float(times.outputBufferDacTime - times.currentTime)
        if 0 < delay < MOST_DELAY:
            return delay
        latency = self._device.latency if self._device else 0.0
        return float(latency) if isinstance(latency, int | float) and 0 < latency < MOST_DELAY else 0.0
