"""Sound out of the machine: what the preview's process has mixed, played from a file that still grows. It is the clock.

Where there is no sound device, or none that opens, time is told by the machine's clock and nothing is heard.
"""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

RATE = 48_000
CHANNELS = 2
SAMPLE = 4 * CHANNELS  # bytes of one


class SoundOut:
    """`why`: why nothing is heard, if so."""

    def __init__(self) -> None:
        self.why: str | None = None
        self._file = Path(tempfile.mkstemp(prefix="framekiln-sound-")[1])
        self._lock = threading.Lock()
        self._mixed: np.memmap[Any, np.dtype[np.float32]] | None = None
        self._at = 0  # the next sample to be handed out
        self._from, self._began = 0.0, 0.0  # seconds of the film, and of the machine's clock
        self._heard_at: tuple[float, int] | None = None  # of the device's clock, and the sample that it plays then
        self._stream: Any = None
        self._volume = 1.0

    @property
    def file(self) -> Path:
        """Empty, for the next film."""
        with self._lock:
            self._mixed = None
        self._file.write_bytes(b"")
        return self._file

    def mixed(self, samples: int) -> None:
        """So many are in the file now."""
        if samples:
            mapped = np.memmap(self._file, np.float32, "r", shape=(samples, CHANNELS))
            with self._lock:
                self._mixed = mapped

    def play(self, seconds: float) -> None:
        with self._lock:
            self._at, self._heard_at = round(seconds * RATE), None
            self._from, self._began = seconds, time.perf_counter()
        if self._stream is None and self.why is None:
            self._open()
        if self._stream:
            self._stream.start()

    def stop(self) -> None:
        if self._stream:
            self._stream.stop()

    def close(self) -> None:
        if self._stream:
            self._stream.close()
            self._stream = None
        with self._lock:
            self._mixed = None
        self._file.unlink(missing_ok=True)

    def set_volume(self, volume: float) -> None:
        self._volume = volume

    def position(self) -> float:
        """Seconds of the film that are heard now."""
        with self._lock:
            heard, stream = self._heard_at, self._stream
            if heard is None or stream is None:
                return self._from if stream else self._from + time.perf_counter() - self._began
            return float(heard[1] / RATE + stream.time - heard[0])

    def _open(self) -> None:
        try:
            import sounddevice

            self._stream = sounddevice.OutputStream(
                samplerate=RATE, channels=CHANNELS, dtype="float32", latency="low", callback=self._fill
            )
        except (OSError, ImportError) as error:
            self.why = f"no sound: {error}"
        except Exception as error:  # noqa: BLE001  # PortAudioError, which is known only where PortAudio is
            self.why = f"no sound: {error}"

    def _fill(self, out: Any, frames: int, times: Any, _status: Any) -> None:
        with self._lock:
            mixed, at = self._mixed, self._at
            self._heard_at = (times.outputBufferDacTime, at)
            self._at += frames
        out[:] = 0
        if mixed is not None and at < len(mixed):
            ready = mixed[at : at + frames]
            out[: len(ready)] = ready * self._volume
