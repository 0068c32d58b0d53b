"""The film's sound, mixed into a file that the window plays from: by a thread, from the beginning on.

A film that is brought to a loudness is heard as it is mixed at first; what the file will have takes its place, once the
whole of it is measured.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from app.preview import messages
from render_engine.errors import FramekilnError
from render_engine.media.audio import Samples
from render_engine.timeline.scene import Scene

RATE = 48_000
TOLD = RATE // 2  # samples between two words about how far it is
AT_ONCE = 5 * RATE  # samples that are mixed as fast as they can be; after those, pictures come first
REST = 3  # times as long as mixing took: so much of the time is left to the pictures

Tell = Callable[[messages.Event], None]


class Sound:
    """Of the scene that is open. The same sound in the next one goes on being mixed, and is not mixed again."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._mixing: Mixing | None = None

    def mix(self, scene: Scene, order: messages.Sound) -> None:
        old = self._mixing
        if old and not old.over and old.is_of(scene):
            old.goes_on_as(order.generation)
            return
        if old:
            old.over = True
            old.join()
        self._mixing = Mixing(scene, order, self._tell)
        self._mixing.start()


class Mixing(threading.Thread):
    def __init__(self, scene: Scene, order: messages.Sound, tell: Tell) -> None:
        super().__init__(daemon=True)
        self.over = False
        self._clips, self._duration, self._loudness = scene.audio, scene.duration, scene.loudness
        self._path, self._generation, self._tell = Path(order.path), order.generation, tell
        self._samples, self._whole = 0, False

    def is_of(self, scene: Scene) -> bool:
        return (self._clips, self._duration, self._loudness) == (scene.audio, scene.duration, scene.loudness)

    def goes_on_as(self, generation: int) -> None:
        self._generation = generation
        self._say()

    def run(self) -> None:
        from render_engine.encode.audio import mix, normalised

        try:
            self._write(mix(self._clips, self._duration), "wb")
            if self._loudness is not None:
                self._write(normalised(self._clips, self._duration, self._loudness, go_on=self._go_on), "r+b")
            self._whole = True
            self._say()
        except _OverError:
            return
        except FramekilnError as error:
            self.over = True
            self._tell(messages.Refused(self._generation, -1, f"the sound: {error}"))

    def _write(self, blocks: Iterable[Samples], mode: str) -> None:
        written, began = 0, time.perf_counter()
        with self._path.open(mode, buffering=0) as file:
            for block in blocks:
                self._go_on()
                file.write(block.tobytes())
                written += len(block)
                if written > AT_ONCE:
                    time.sleep(REST * (time.perf_counter() - began))
                began = time.perf_counter()
                if written - self._samples >= TOLD:
                    self._samples = written
                    self._say()
        self._samples = max(written, self._samples)

    def _go_on(self) -> None:
        if self.over:
            raise _OverError

    def _say(self) -> None:
        self._tell(messages.Heard(self._generation, self._samples, self._whole))


class _OverError(Exception):
    """Nobody waits for it any more."""
