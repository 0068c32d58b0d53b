"""The preview's process: opens what the window asks for, draws what it wants most, mixes the sound.

A thread reads orders; what is wanted now replaces what was wanted before, so a hand that scrubs is followed at once. It
ends when its input does.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from app.preview import messages
from app.preview.beside import failed
from app.preview.desk import Desk
from app.preview.opening import loaded_from, scene_of, size_of, told_of
from app.preview.painter import Painter
from app.preview.slots import Place, Slots
from render_engine.errors import FramekilnError

if TYPE_CHECKING:
    from app.preview.keyframes import Decoded
    from app.preview.mixing import Sound
    from render_engine.cpu.pictures import Pictures
    from render_engine.display_list import DisplayList, Picture
    from render_engine.timeline.scene import Scene

DECODERS = max(1, min(4, (os.cpu_count() or 1) // 2))  # threads of one video; the others draw, mix, and show


@dataclass(frozen=True)
class Film:
    """A scene, opened to be drawn."""

    generation: int
    scene: Scene
    size: tuple[int, int]  # of the film, px; what is drawn here may be smaller
    pictures: Pictures
    decoded: Decoded


class Child:
    def __init__(self, desk: Desk, out: IO[bytes]) -> None:
        self.desk, self._out = desk, out
        self._film: Film | None = None
        self._slots: Slots | None = None
        self._there: dict[int, int] = {}  # by slot, the frame that is in it, exact
        self._telling = threading.Lock()
        self._sound: Sound | None = None
        self._painter = Painter(self.tell)

    def run(self) -> None:
        while True:
            with self.desk.changed:
                while not self._has_work():
                    self.desk.changed.wait()
                opening, self.desk.opening = self.desk.opening, None
                memory, self.desk.memory = self.desk.memory, None
                sound, self.desk.sound = self.desk.sound, None
                outline, self.desk.outline = self.desk.outline, None
                want = None if opening else self._wanted()
            if opening:
                self._open(opening)
            if memory:
                self._slots = Slots.see(Place(Path(memory.path), memory.width, memory.height, memory.count))
                self._there.clear()
            if sound:
                self._mix(sound)
            if outline:
                self._outline(outline)
            if want and not memory:  # after new memory, what is wanted is looked up again
                self._draw(want)

    def _has_work(self) -> bool:
        desk = self.desk
        return bool(desk.opening or desk.memory or desk.sound or desk.outline or (self._slots and self._wanted()))

    def _wanted(self) -> messages.Want | None:
        want = self.desk.want
        return want if want and want.frames and self._film and want.generation == self._film.generation else None

    def tell(self, event: messages.Event) -> None:
        with self._telling:
            self._out.write(messages.line(event))
            self._out.flush()

    # ---------------------------------------------------------------------------------------------------- opening

    def _open(self, order: messages.Open) -> None:
        began = time.perf_counter()
        try:
            loaded = loaded_from(order)
            scene = scene_of(loaded, order.divider)
        except FramekilnError as error:
            self.tell(failed(order, error))
            return
        self._show(order, scene, size_of(loaded))
        self.tell(told_of(order, loaded, scene, time.perf_counter() - began))

    def _show(self, order: messages.Open, scene: Scene, size: tuple[int, int]) -> None:
        """Decoders stay open, and pictures stay read, where the media are those of the film before."""
        from app.preview.keyframes import Decoded
        from render_engine.cpu.pictures import Pictures

        old = self._film
        if old and _paths(old.scene) == _paths(scene):
            pictures, decoded = old.pictures, old.decoded
        else:
            pictures, decoded = Pictures(scene.media, threads=DECODERS), Decoded(scene.media)
            if old:
                old.pictures.close()
        self._painter.begin(scene, pictures, order.renderer)
        self._film = Film(order.generation, scene, size, pictures, decoded)
        self._slots = None

    def _outline(self, order: messages.Outline) -> None:
        from app.preview.bounds import bounds

        film = self._film
        if film and film.generation == order.generation:
            boxes = bounds(film.scene, *film.size, float(order.frame / film.scene.fps))
            self.tell(messages.Outlined(order.generation, order.frame, boxes))

    # ---------------------------------------------------------------------------------------------------- drawing

    def _draw(self, want: messages.Want) -> None:
        (number, slot), film = want.frames[0], self._film
        assert film
        began = time.perf_counter()
        try:
            if self._there.get(slot) == number:  # asked for again before the window knew
                self._tell_drawn(film, want, 0.0, exact=True)
            else:
                self._draw_frame(film, want, began)
        except FramekilnError as error:
            self.tell(messages.Refused(film.generation, number, str(error)))
        with self.desk.changed:  # also in a newer order, given before the window knew
            newest = self.desk.want
            if newest and newest.generation == film.generation and not self._is_given_up(want):
                frames = tuple(each for each in newest.frames if each != (number, slot))
                self.desk.want = replace(newest, frames=frames, roughly=False)  # the others are not waited for

    def _draw_frame(self, film: Film, want: messages.Want, began: float) -> None:
        from app.preview.keyframes import at_keyframes, pictures_of
        from render_engine.timeline.evaluate import evaluate

        frame = evaluate(film.scene, want.frames[0][0] / film.scene.fps)
        videos = tuple(pictures_of(frame)) if film.scene.media else ()
        if videos and want.roughly and film.decoded.is_far(videos):
            rough = at_keyframes(frame, film.scene.media)
            self._paint(film, want, rough, began, exact=False)
            film.decoded.note(pictures_of(rough))
        if self._went_to(film, want, videos):
            self._paint(film, want, frame, began, exact=True)
            film.decoded.note(videos)

    def _went_to(self, film: Film, want: messages.Want, videos: tuple[Picture, ...]) -> bool:
        """Decodes most of the way to the videos' frames; False where something else is wanted meanwhile.

        Backwards it goes all the way at once: only so a decoder keeps what it passes.
        """
        if want.backwards:
            return True
        for picture in videos:
            for step in film.decoded.steps(picture):
                if self._is_given_up(want):
                    return False
                film.pictures.next_frame()
                film.pictures.approach(picture, step.frame)
                film.decoded.note([step])
        return True

    def _is_given_up(self, want: messages.Want) -> bool:
        newest = self.desk.want
        return bool(self.desk.opening) or newest is None or want.frames[0] not in newest.frames

    def _paint(self, film: Film, want: messages.Want, frame: DisplayList, began: float, exact: bool) -> None:
        number, slot = want.frames[0]
        assert self._slots
        self._there.pop(slot, None)
        film.pictures.next_frame()
        self._painter.draw(frame, self._slots.pixels(slot))
        if exact:
            self._there[slot] = number
        self._tell_drawn(film, want, time.perf_counter() - began, exact)
        self._painter.look_for_card()

    def _tell_drawn(self, film: Film, want: messages.Want, seconds: float, exact: bool) -> None:
        number, slot = want.frames[0]
        took = round(1000 * seconds, 2)
        self.tell(messages.Drawn(film.generation, want.order, number, slot, took, exact))

    # ------------------------------------------------------------------------------------------------------ sound

    def _mix(self, order: messages.Sound) -> None:
        from app.preview.mixing import Sound

        if self._film and self._film.generation == order.generation:
            self._sound = self._sound or Sound(self.tell)
            self._sound.mix(self._film.scene, order)


def _paths(scene: Scene) -> dict[str, Path]:
    return {digest: medium.path for digest, medium in scene.media.items()}


def main(arguments: Sequence[str]) -> None:
    """Our words go to a pipe of their own: what libraries print cannot get between them."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.dont_write_bytecode = True  # of a file saved twice in a second the older would be read, and folders stay clean
    sys.setswitchinterval(0.0005)  # s: drawing does not wait long for the thread that mixes
    desk = Desk()
    threading.Thread(target=desk.read, args=(sys.stdin.buffer,), daemon=True).start()
    Child(desk, out).run()


if __name__ == "__main__":
    main(sys.argv[1:])
