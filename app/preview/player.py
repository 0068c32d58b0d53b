"""What is shown: asks the process for frames, keeps those that came, plays them by the sound's clock.

The newest wish wins: scrubbing asks for the frame under the hand and forgets the ones before. While playing, frames that
are late are left out and counted.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage

from app.preview import messages
from app.preview.messages import Drawn, Failed, Heard, Opened, Refused
from app.preview.process import PreviewProcess
from app.preview.slots import Slots
from app.preview.sound import SoundOut

MEMORY = 256 << 20  # bytes of frames that are kept
FEWEST, MOST = 12, 300  # frames
AHEAD = 8  # frames that are drawn before they are due
BESIDE = 3  # frames around a still playhead that are drawn while nothing else is to do
TICK = 4  # ms
SPEEDS = (1.0, 2.0, 4.0, 8.0)

Divider = Literal[1, 2, 4]


@dataclass(frozen=True)
class Source:
    """What is open. `document`: as it is being edited, where that is not what the file says."""

    source: str
    props: Mapping[str, Any]
    size: tuple[int, int] | None = None
    document: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Shown:
    """A frame in the window."""

    frame: int
    image: QImage
    milliseconds: float  # that drawing it took


class Player(QObject):
    opened = Signal(Opened)
    failed = Signal(Failed)
    shown = Signal(Shown)
    moved = Signal(int)  # the playhead
    playing_changed = Signal(float)  # speed; 0: still
    pace = Signal(float, int)  # frames a second that are shown, frames that were left out
    trouble = Signal(str)  # the process died, a frame could not be drawn, no sound

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.process = PreviewProcess(self)
        self.sound = SoundOut()
        self.source: Source | None = None
        self.film: Opened | None = None
        self.divider: Divider = 2
        self.frame = 0
        self.speed = 0.0
        self.loop = False
        self.range: tuple[int, int] | None = None  # in and out, frames
        self.skipped = 0
        self._generation = 0
        self._slots: Slots | None = None
        self._kept: OrderedDict[int, tuple[int, float]] = OrderedDict()  # frame → slot, milliseconds
        self._asked: dict[int, int] = {}  # frame → slot
        self._last: Shown | None = None
        self._played_from: tuple[float, int] = (0.0, 0)
        self._times: deque[float] = deque(maxlen=30)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._connect()

    def _connect(self) -> None:
        process = self.process
        process.started.connect(self._open)
        process.opened.connect(self._opened)
        process.failed.connect(self._failed)
        process.drawn.connect(self._drawn)
        process.refused.connect(self._refused)
        process.heard.connect(self._heard)
        process.died.connect(self._died)

    # ---------------------------------------------------------------------------------------------------- opening

    def open(self, source: Source) -> None:
        """In place of what was open; the playhead stays where it is, and the last picture until there is another."""
        self.source = source
        if self._generation == 0:
            self._generation = 1
            self.process.start()
        else:
            self._open()

    def set_divider(self, divider: Divider) -> None:
        if divider != self.divider:
            self.divider = divider
            self._open()

    def _open(self) -> None:
        if self.source is None:
            return
        self._generation += 1
        self._asked.clear()
        at = self.source
        self.process.tell(
            messages.Open(self._generation, at.source, dict(at.props), at.size, self.divider, at.document)
        )

    def _opened(self, film: Opened) -> None:
        if film.generation != self._generation:
            return
        speed, self.film = self.speed, film
        self._make_slots(film)
        self.frame = min(self.frame, film.frames - 1)
        if film.has_sound:
            self.process.tell(messages.Sound(film.generation, str(self.sound.file)))
        self.opened.emit(film)
        self._ask()
        if speed:
            self.play(speed)

    def _make_slots(self, film: Opened) -> None:
        self._kept.clear()
        self._asked.clear()
        if self._slots:
            self._slots.remove()
        size = film.drawn_width * film.drawn_height * 4
        count = max(FEWEST, min(MOST, MEMORY // size))
        self._slots = Slots.make(film.drawn_width, film.drawn_height, count)
        place = self._slots.place
        self.process.tell(messages.Memory(film.generation, str(place.path), place.width, place.height, place.count))

    def _failed(self, failed: Failed) -> None:
        if failed.generation == self._generation:
            self.pause()
            self.failed.emit(failed)

    # ---------------------------------------------------------------------------------------------------- playing

    @property
    def fps(self) -> Fraction:
        return Fraction(self.film.fps) if self.film else Fraction(30)

    @property
    def span(self) -> tuple[int, int]:
        """Frames that are played: from the first, up to the second."""
        return self.range or (0, self.film.frames if self.film else 0)

    def play(self, speed: float = 1.0) -> None:
        if self.film is None:
            return
        first, last = self.span
        if speed > 0 and self.frame >= last - 1:
            self._move(first)
        elif speed < 0 and self.frame <= first:
            self._move(last - 1)
        self.speed, self.skipped = speed, 0
        self._times.clear()
        self._played_from = (time.perf_counter(), self.frame)
        self.sound.stop()
        if self._with_sound:
            self.sound.play(float(self.frame / self.fps))
            if self.sound.why:
                self.trouble.emit(self.sound.why)
        self._timer.start(TICK)
        self._ask()
        self.playing_changed.emit(speed)

    def pause(self) -> None:
        if self.speed:
            self.speed = 0.0
            self._timer.stop()
            self.sound.stop()
            self._ask()
            self.playing_changed.emit(0.0)

    def toggle(self) -> None:
        self.pause() if self.speed else self.play()

    def faster(self, direction: int) -> None:
        """As J and L do: the other way, or twice as fast."""
        if self.speed * direction <= 0:
            self.play(float(direction))
        else:
            self.play(direction * min(SPEEDS[-1], 2 * abs(self.speed)))

    def seek(self, frame: int) -> None:
        if self.film is None:
            return
        self._move(max(0, min(self.film.frames - 1, frame)))
        if self.speed:
            self.play(self.speed)
        else:
            self._ask()

    @property
    def _with_sound(self) -> bool:
        return self.speed == 1.0 and bool(self.film and self.film.has_sound)

    def _due(self) -> int:
        """The frame that belongs to this moment."""
        if self._with_sound:
            return int(self.sound.position() * self.fps)
        began, first = self._played_from
        return first + int((time.perf_counter() - began) * self.speed * self.fps)

    def _tick(self) -> None:
        due, (first, last) = self._due(), self.span
        if not first <= due < last:
            self._end_of_span(first, last)
            return
        frame = self._newest(due)
        if frame is None or frame == self.frame:
            return
        self.skipped += abs(frame - self.frame) - 1
        self._move(frame)
        self._show(frame)
        self._tell_pace()
        self._ask()

    def _end_of_span(self, first: int, last: int) -> None:
        end = last - 1 if self.speed > 0 else first
        if self.loop:
            self._move(first if self.speed > 0 else last - 1)
            self.play(self.speed)
            return
        self.pause()
        self.seek(end)

    def _newest(self, due: int) -> int | None:
        """Of the frames that are there: the one due, or the latest before it that was not shown yet."""
        step = 1 if self.speed > 0 else -1
        between = range(due, self.frame, -step)
        return next((frame for frame in between if frame in self._kept), None)

    def _tell_pace(self) -> None:
        self._times.append(time.perf_counter())
        if len(self._times) > 1:
            fps = (len(self._times) - 1) / (self._times[-1] - self._times[0])
            self.pace.emit(fps, self.skipped)

    def _move(self, frame: int) -> None:
        if frame != self.frame:
            self.frame = frame
            self.moved.emit(frame)

    # ----------------------------------------------------------------------------------------------------- frames

    def _ask(self) -> None:
        """For what is wanted most and is not there."""
        if self._slots is None or self.film is None:
            return
        if not self.speed and self.frame in self._kept:
            self._show(self.frame)
        wanted = [frame for frame in self._wanted() if frame not in self._kept]
        near = set(self._wanted())
        frames = []
        for frame in wanted:
            slot = self._asked.get(frame)
            slot = self._free_slot(near) if slot is None else slot
            if slot is None:
                break
            self._asked[frame] = slot
            frames.append((frame, slot))
        self.process.tell(messages.Want(self._generation, tuple(frames)))

    def _wanted(self) -> Iterator[int]:
        assert self.film
        first, last = self.span if self.speed else (0, self.film.frames)
        step = round(self.speed) or 1
        if self.speed:
            due = self._due() if self._timer.isActive() else self.frame
            frames = (due + k * step for k in range(AHEAD))
        else:
            frames = (self.frame + k for k in (0, *range(1, BESIDE), *range(-1, -BESIDE, -1)))
        yield from (frame for frame in frames if first <= frame < last)

    def _free_slot(self, near: set[int]) -> int | None:
        assert self._slots
        used = {slot for slot, _ in self._kept.values()} | set(self._asked.values())
        free = next((slot for slot in range(self._slots.place.count) if slot not in used), None)
        if free is not None:
            return free
        oldest = next((frame for frame in self._kept if frame not in near), None)
        return None if oldest is None else self._kept.pop(oldest)[0]

    def _drawn(self, drawn: Drawn) -> None:
        if drawn.generation != self._generation or self._slots is None:
            return
        self._asked.pop(drawn.frame, None)
        self._kept[drawn.frame] = (drawn.slot, drawn.milliseconds)
        if not self.speed and drawn.frame == self.frame:
            self._show(drawn.frame)

    def _show(self, frame: int) -> None:
        assert self._slots
        if self._last and self._last.frame == frame and self._last_generation == self._generation:
            return
        self._kept.move_to_end(frame)
        slot, took = self._kept[frame]
        pixels = self._slots.pixels(slot)
        height, width, _ = pixels.shape
        image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied).copy()
        self._last, self._last_generation = Shown(frame, image, took), self._generation
        self.shown.emit(self._last)

    _last_generation = 0

    @property
    def picture(self) -> Shown | None:
        """The last one."""
        return self._last

    # ---------------------------------------------------------------------------------------------------- trouble

    def _refused(self, refused: Refused) -> None:
        if refused.generation == self._generation:
            self._asked.pop(refused.frame, None)
            self.trouble.emit(refused.message)

    def _heard(self, heard: Heard) -> None:
        if heard.generation == self._generation:
            self.sound.mixed(heard.samples)

    def _died(self, how: str, again: bool) -> None:
        self.pause()
        self.trouble.emit(
            f"{how}; it is started again" if again else f"{how}, three times: change the document, or open another"
        )

    def close(self) -> None:
        self.pause()
        self.process.close()
        self.sound.close()
        if self._slots:
            self._slots.remove()
