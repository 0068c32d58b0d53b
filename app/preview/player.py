"""What is shown: asks the process for frames, keeps those that came, plays them by the sound's clock.

The newest wish wins: scrubbing asks for the frame under the hand and forgets the ones before. While playing, frames that
are late are left out and counted.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.preview import messages
from app.preview.clock import Clock
from app.preview.drawn_by import Choice, DrawnBy
from app.preview.messages import Drawn, Failed, Heard, Opened, Outlined, Refused
from app.preview.pace import Auto, Divider, Drawing, Pace, Resolution
from app.preview.process import PreviewProcess
from app.preview.reel import Reel, Shown
from app.preview.sound import SoundOut
from app.preview.wanted import coming, near

READY = 4  # frames, that are there before playing begins
LONGEST_WAIT = 0.5  # s that playing waits for them
TICK = 4  # ms
TOLD = 0.25  # s between two words about the pace
SPEEDS = (1.0, 2.0, 4.0, 8.0)
WORDS = {1: "Full", 2: "½", 4: "¼"}


@dataclass(frozen=True)
class Source:
    """What is open. `document`: as it is being edited, where that is not what the file says."""

    source: str
    props: Mapping[str, Any]
    size: tuple[int, int] | None = None
    document: Mapping[str, Any] | None = None


class Player(QObject):
    opening = Signal()
    opened = Signal(Opened)
    failed = Signal(Failed)
    shown = Signal(Shown)
    moved = Signal(int)  # the playhead
    playing_changed = Signal(float)  # speed; 0: still
    pace = Signal(float, int)  # frames a second that are shown, frames that were left out
    trouble = Signal(str)  # the process died, a frame could not be drawn
    silent = Signal(str)  # why nothing is heard; told once
    outlined = Signal(Outlined)  # where the layers of a frame stand
    resolution_changed = Signal()
    range_changed = Signal()
    loop_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None, sound: SoundOut | None = None) -> None:
        super().__init__(parent)
        self.process = PreviewProcess(self)
        self.drawn_by = DrawnBy(self.process, self)
        self.sound = sound or SoundOut()
        self.source: Source | None = None
        self.film: Opened | None = None
        self.problem: Failed | None = None  # why there is no newer film
        self.is_opening = False
        self.resolution: Resolution = 2
        self.divider: Divider = 2
        self.fps = Fraction(30)
        self.frame = 0
        self.speed = 0.0
        self.loop = False
        self.range: tuple[int, int] | None = None  # in and out, frames: from the first, up to the second
        self.last_shown: Shown | None = None
        self._generation = 0
        self._shown_generation = 0
        self._reel = Reel()
        self._clock = Clock(self.sound)
        self._waiting_since = 0.0
        self._passed = 0  # frames that were left out, up to the one that is seen
        self._told, self._asked_at = 0.0, -1
        self._said_silent = False
        self._pace, self._drawing, self._auto = Pace(), Drawing(), Auto()
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
        process.outlined.connect(self._outlined)
        process.died.connect(self._died)
        self.drawn_by.trouble.connect(self.trouble)

    # ---------------------------------------------------------------------------------------------------- opening

    def open(self, source: Source) -> None:
        """In place of what was open; the playhead stays where it is, and the last picture until there is another."""
        self.source, self.is_opening = source, True
        self.opening.emit()
        if self.process.is_running:
            self._open()
        else:
            self.process.start()

    def set_divider(self, divider: Divider) -> None:
        self.set_resolution(divider)

    def set_resolution(self, resolution: Resolution) -> None:
        """Full, ½ or ¼ of the film's width and height; auto: as much as can be drawn in time."""
        self.resolution = resolution
        if resolution != "auto":
            self._draw_at(resolution)
        elif self.film:
            self._draw_at(Auto.first(self.film.width, self.film.height))
        self.resolution_changed.emit()

    def set_renderer(self, renderer: Choice) -> None:
        """Who is to draw from now on."""
        if renderer != self.drawn_by.asked or renderer != self.drawn_by.wish:
            self.drawn_by.ask(renderer)
            self._open()

    def _draw_at(self, divider: Divider) -> None:
        if divider != self.divider:
            self.divider = divider
            self._open()
            self.resolution_changed.emit()

    @property
    def resolution_words(self) -> str:
        """As it is said on screen."""
        words = self.tr("Full") if self.divider == 1 else WORDS[self.divider]
        return self.tr("Auto {0}").format(words) if self.resolution == "auto" else words

    def _open(self) -> None:
        if self.source is None or not self.process.is_running:
            return
        self._generation += 1
        at = self.source
        document = None if at.document is None else dict(at.document)
        asked = (dict(at.props), at.size, self.divider, document, self.drawn_by.wish)
        self.process.tell(messages.Open(self._generation, at.source, *asked))

    def _opened(self, film: Opened) -> None:
        if film.generation != self._generation:
            return
        self.film, self.problem, self.is_opening = film, None, False
        self.fps = Fraction(film.fps)
        self._drawing.clear()
        self.process.tell(self._reel.begin(film))
        if self.range and self.range[1] > film.frames:
            self.set_range(None)
        if film.has_sound:
            self.process.tell(messages.Sound(film.generation, str(self.sound.file)))
            self.sound.prepare()
        self.opened.emit(film)
        self._move(min(self.frame, film.frames - 1))
        if self.speed:
            self._begin()
        self._ask()

    def _failed(self, failed: Failed) -> None:
        if failed.generation == self._generation:
            self.pause()
            self.problem, self.is_opening = failed, False
            self.failed.emit(failed)

    # ---------------------------------------------------------------------------------------------------- playing

    @property
    def span(self) -> tuple[int, int]:
        """Frames that are played: from the first, up to the second."""
        return self.range or (0, self.film.frames if self.film else 0)

    def set_range(self, span: tuple[int, int] | None) -> None:
        """In and out; None: the whole film."""
        if span and self.film:
            first = max(0, min(self.film.frames - 1, span[0]))
            span = (first, max(first + 1, min(self.film.frames, span[1])))
            span = None if span == (0, self.film.frames) else span
        if span != self.range:
            self.range = span
            self.range_changed.emit()

    def set_loop(self, loop: bool) -> None:
        if loop != self.loop:
            self.loop = loop
            self.loop_changed.emit(loop)

    def play(self, speed: float = 1.0) -> None:
        if self.film is None or self.problem:
            return
        first, last = self.span
        if speed > 0 and not first <= self.frame < last - 1:
            self._move(first)
        elif speed < 0 and not first < self.frame < last:
            self._move(last - 1)
        self.speed, self._passed = speed, 0
        self._begin()
        self.playing_changed.emit(speed)

    def _begin(self) -> None:
        """Waits for the first frames; then time runs."""
        self._waiting_since = time.perf_counter()
        self._pace.clear()
        self._auto.begin(self._waiting_since)
        self._clock.stop()
        self._timer.start(TICK)
        self._ask()

    def pause(self) -> None:
        if self.speed:
            self._passed, self.speed = self.skipped, 0.0
            self._timer.stop()
            self._clock.stop()
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
            self._begin()
        else:
            self._ask()

    @property
    def _with_sound(self) -> bool:
        return self.speed == 1.0 and bool(self.film and self.film.has_sound)

    @property
    def _step(self) -> int:
        return round(self.speed) or 1

    @property
    def _due(self) -> int:
        """The frame that belongs to this moment."""
        return self._clock.frame() if self._clock.runs else self.frame

    @property
    def skipped(self) -> int:
        """Frames that were due since playing began, and were not seen."""
        return self._passed + (self._between(self._due) if self.speed else 0)

    def _between(self, frame: int) -> int:
        """From the one that is seen to that one, both apart."""
        return max(0, abs(frame - self.frame) // abs(self._step) - 1)

    def _tick(self) -> None:
        if not self._clock.runs and not self._is_ready():
            return
        self._say_silent()
        due, (first, last) = self._due, self.span
        if not first <= due < last:
            self._end_of_span(first, last - 1)
            return
        frame = self._newest(due)
        if frame is not None:
            self._passed += self._between(frame)
            self._move(frame)
            self._pace.shown(time.perf_counter())
            self._show(frame)
        self._tell_pace()
        if frame is not None or due != self._asked_at:
            self._ask()

    def _is_ready(self) -> bool:
        """Whether time may run; then it does."""
        waited = time.perf_counter() - self._waiting_since
        if waited < LONGEST_WAIT and not all(frame in self._reel for frame in self._wanted()[:READY]):
            return False
        self._clock.start(self.frame, self.fps, self.speed, self._with_sound)
        if self.frame in self._reel:
            self._show(self.frame)
        return True

    def _end_of_span(self, first: int, last: int) -> None:
        begin, end = (first, last) if self.speed > 0 else (last, first)
        self._passed += self._between(end)
        self._clock.stop()
        if self.loop:
            self._move(begin)
            self._begin()
        else:
            self.pause()
            self.seek(end)

    def _newest(self, due: int) -> int | None:
        """Of the frames that are there: the one due, or the latest before it that was not shown yet."""
        step = 1 if self.speed > 0 else -1
        return next((frame for frame in range(due, self.frame, -step) if frame in self._reel), None)

    def _tell_pace(self) -> None:
        now = time.perf_counter()
        if now - self._told < TOLD:
            return
        self._told, fps = now, self._pace.fps(now)
        self.pace.emit(fps, self.skipped)
        if self.resolution == "auto":
            self._draw_at(self._auto.better(self.divider, fps, float(self.fps), now))

    def _move(self, frame: int) -> None:
        if frame != self.frame:
            self.frame = frame
            self.moved.emit(frame)

    # ----------------------------------------------------------------------------------------------------- frames

    @property
    def kept(self) -> tuple[tuple[int, int], ...]:
        """Frames that are here and need not be drawn, as (first, after the last)."""
        return self._reel.ranges

    def _ask(self) -> None:
        """For what is wanted most and is not there."""
        if self.film is None or self._reel.generation != self._generation:
            return
        if not self.speed and self.frame in self._reel:
            self._show(self.frame)
        self._asked_at = self._due if self.speed else -1
        order, asked = self._reel.ask(self._wanted())
        roughly = not self.speed and bool(asked) and asked[0][0] == self.frame
        self.process.tell(messages.Want(self._generation, order, asked, roughly, backwards=self.speed < 0))

    def _wanted(self) -> list[int]:
        assert self.film
        if not self.speed:
            return list(near(self.frame, self.film.frames))
        if not self._clock.runs:
            return list(coming(self.frame, self.frame, self._step, self.span, self.loop))
        late = math.ceil(self._drawing.seconds * float(abs(self.speed) * self.fps))
        return list(coming(self._clock.first, self._due, self._step, self.span, self.loop, late))

    def _drawn(self, drawn: Drawn) -> None:
        if drawn.generation != self._generation or not self._reel.take(drawn):
            return
        if drawn.milliseconds:  # else it was there
            self._drawing.took(drawn.milliseconds / 1000)
            self._auto.drawn(drawn.milliseconds / 1000)
        if not self.speed and drawn.frame == self.frame:
            self._tell_shown(self._reel.drawn(drawn))

    def _show(self, frame: int) -> None:
        """One that is here; again only where it is another."""
        last = self.last_shown
        if not (last and last.exact and last.frame == frame and self._shown_generation == self._generation):
            self._tell_shown(self._reel.shown(frame))

    def _tell_shown(self, shown: Shown) -> None:
        self.last_shown, self._shown_generation = shown, self._generation
        self.shown.emit(shown)

    def outline(self) -> None:
        """Asks where the layers stand now."""
        if self.film and self.film.generation == self._generation:
            self.process.tell(messages.Outline(self._generation, self.frame))

    def _outlined(self, outlined: Outlined) -> None:
        if outlined.generation == self._generation:
            self.outlined.emit(outlined)

    # ---------------------------------------------------------------------------------------------------- trouble

    def _refused(self, refused: Refused) -> None:
        if refused.generation == self._generation:
            self._reel.refused(refused.frame)
            self.trouble.emit(refused.message)

    def _heard(self, heard: Heard) -> None:
        if heard.generation == self._generation:
            self.sound.mixed(heard.samples)

    def _say_silent(self) -> None:
        if self.sound.why and self._with_sound and not self._said_silent:
            self._said_silent = True
            self.silent.emit(self.tr("No sound: {0}").format(self.sound.why))

    def _died(self, how: str, again: bool) -> None:
        self.pause()
        self.is_opening = again
        what = self.tr("it is started again") if again else self.tr("change the document, or open another")
        self.trouble.emit(f"{how}; {what}")

    def close(self) -> None:
        self.pause()
        self.process.close()
        self.sound.close()
        self._reel.close()
