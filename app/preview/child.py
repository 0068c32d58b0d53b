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
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from app.preview import messages
from app.preview.slots import Place, Slots
from render_engine.errors import DocumentError, FramekilnError

if TYPE_CHECKING:
    from render_engine.cpu.compositor import Compositor
    from render_engine.cpu.pictures import Pictures
    from render_engine.document.load import Loaded
    from render_engine.timeline.scene import Scene


@dataclass
class Desk:
    """Orders that are not done; the newest of each kind counts."""

    changed: threading.Condition = field(default_factory=threading.Condition)
    opening: messages.Open | None = None
    memory: messages.Memory | None = None
    want: messages.Want | None = None
    sound: messages.Sound | None = None
    over: bool = False

    def take_order(self, order: messages.Order) -> None:
        with self.changed:
            match order:
                case messages.Open():
                    self.opening, self.want, self.sound = order, None, None
                case messages.Memory():
                    self.memory = order
                case messages.Want():
                    self.want = order
                case messages.Sound():
                    self.sound = order
            self.changed.notify()

    def read(self, orders: IO[bytes]) -> None:
        for text in orders:
            message = messages.read(text)
            if isinstance(message, messages.Order):
                self.take_order(message)
        with self.changed:
            self.over = True
            self.changed.notify()


@dataclass(frozen=True)
class Film:
    """A scene, opened to be drawn."""

    generation: int
    scene: Scene
    pictures: Pictures
    compositor: Compositor


class Child:
    def __init__(self, desk: Desk, out: IO[bytes]) -> None:
        self.desk, self._out = desk, out
        self._film: Film | None = None
        self._slots: Slots | None = None
        self._telling = threading.Lock()

    def run(self) -> None:
        while True:
            with self.desk.changed:
                while not (self.desk.over or self._has_work()):
                    self.desk.changed.wait()
                if self.desk.over:
                    return
                opening, self.desk.opening = self.desk.opening, None
                memory, self.desk.memory = self.desk.memory, None
                sound, self.desk.sound = self.desk.sound, None
                want = None if opening else self._next_frame()
            if opening:
                self._open(opening)
            if memory:
                self._slots = Slots.see(Place(Path(memory.path), memory.width, memory.height, memory.count))
            if sound:
                self._mix(sound)
            if want:
                self._draw(*want)

    def _has_work(self) -> bool:
        desk = self.desk
        drawable = self._film and self._slots and desk.want and desk.want.generation == self._film.generation
        return bool(desk.opening or desk.memory or desk.sound or (drawable and desk.want and desk.want.frames))

    def _next_frame(self) -> tuple[int, int] | None:
        want = self.desk.want
        if not (want and want.frames and self._film and want.generation == self._film.generation):
            return None
        self.desk.want = replace(want, frames=want.frames[1:])
        return want.frames[0]

    def tell(self, event: messages.Event) -> None:
        with self._telling:
            self._out.write(messages.line(event))
            self._out.flush()

    # ---------------------------------------------------------------------------------------------------- opening

    def _open(self, order: messages.Open) -> None:
        began = time.perf_counter()
        try:
            loaded = _loaded(order)
            scene = _scene(loaded, order.divider)
        except DocumentError as error:
            problems = (messages.Problem(each.path, each.message, each.suggestion) for each in error.problems)
            self.tell(messages.Failed(order.generation, tuple(problems)))
            return
        except FramekilnError as error:
            self.tell(messages.Failed(order.generation, (messages.Problem(error.where or "", error.message),)))
            return
        self._show(order.generation, scene)
        self.tell(_opened(order, loaded, scene, time.perf_counter() - began))

    def _show(self, generation: int, scene: Scene) -> None:
        from render_engine.cpu.compositor import Compositor
        from render_engine.cpu.pictures import Pictures

        if self._film:
            self._film.pictures.close()
        pictures = Pictures(scene.media)
        self._film = Film(generation, scene, pictures, Compositor(scene.width, scene.height, scene.fonts, pictures))
        self._slots = None

    # ---------------------------------------------------------------------------------------------------- drawing

    def _draw(self, number: int, slot: int) -> None:
        from render_engine.timeline.evaluate import evaluate

        film, slots = self._film, self._slots
        if film is None or slots is None or not 0 <= number < film.scene.frames:
            return
        began = time.perf_counter()
        try:
            film.pictures.next_frame()
            pixels, _ = film.compositor.draw(evaluate(film.scene, number / film.scene.fps))
        except FramekilnError as error:
            self.tell(messages.Refused(film.generation, number, str(error)))
            return
        slots.pixels(slot)[:] = pixels
        took = 1000 * (time.perf_counter() - began)
        self.tell(messages.Drawn(film.generation, number, slot, round(took, 2)))

    # ------------------------------------------------------------------------------------------------------ sound

    def _mix(self, order: messages.Sound) -> None:
        film = self._film
        if film is None or film.generation != order.generation:
            return
        threading.Thread(target=_mixed, args=(self, film, order), daemon=True).start()

    def is_current(self, film: Film) -> bool:
        return self._film is film


def _mixed(child: Child, film: Film, order: messages.Sound) -> None:
    """As the file will have it, but for the loudness, which is known only of the whole."""
    from render_engine.encode.audio import mix

    samples = 0
    try:
        with Path(order.path).open("r+b") as file:
            for block in mix(film.scene.audio, film.scene.duration):
                if not child.is_current(film):
                    return
                file.write(block.tobytes())
                file.flush()
                samples += len(block)
                child.tell(messages.Heard(film.generation, samples, whole=False))
    except FramekilnError as error:
        child.tell(messages.Refused(film.generation, -1, f"the sound: {error}"))
        return
    child.tell(messages.Heard(film.generation, samples, whole=True))


def _loaded(order: messages.Open) -> Loaded:
    from render_engine.document.load import Loaded, load_source, parse_document

    if order.document is None:
        return load_source(order.source, props=order.props, size=order.size)
    file = Path(order.source).absolute()
    composition = parse_document(dict(order.document), order.props, files_from=Path.cwd())
    return Loaded(composition, file.parent, file.stem, order.source, None, order.size)


def _scene(loaded: Loaded, divider: int) -> Scene:
    """Laid out as the film, drawn smaller."""
    from render_engine.film import open_scene

    width, height = loaded.size or loaded.composition.size
    return open_scene(replace(loaded, size=(max(2, width // divider), max(2, height // divider))))


def _opened(order: messages.Open, loaded: Loaded, scene: Scene, seconds: float) -> messages.Opened:
    width, height = loaded.size or loaded.composition.size
    return messages.Opened(
        generation=order.generation,
        width=width,
        height=height,
        drawn_width=scene.width,
        drawn_height=scene.height,
        frames=scene.frames,
        fps=str(scene.fps),
        title=scene.title or loaded.name,
        has_sound=bool(scene.audio),
        markers=tuple((float(time), name) for time, name in scene.markers),
        files=tuple(str(path) for path in scene.inputs),
        seconds=round(seconds, 4),
    )


def main(arguments: Sequence[str]) -> None:
    """Our words go to a pipe of their own: what libraries print cannot get between them."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    desk = Desk()
    threading.Thread(target=desk.read, args=(sys.stdin.buffer,), daemon=True).start()
    Child(desk, out).run()


if __name__ == "__main__":
    main(sys.argv[1:])
