"""Who draws the preview: the processor, and a card once it is ready, until it fails.

The first picture never waits for a card: it is looked for once that is drawn, in a thread, since its packages take a second
to come. A driver's context belongs to a thread, so that one does all that the card does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.preview.messages import Renderer

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from app.preview.card import Card
    from app.preview.slots import Pixels
    from render_engine.cpu.compositor import Compositor
    from render_engine.cpu.pictures import Pictures
    from render_engine.display_list import DisplayList
    from render_engine.timeline.scene import Scene

FULL = "the card has too little memory for this film"
NARROW = "the card has too little memory for some frames: the processor draws those"


class Painter:
    """Draws one film after another. `tell` hears who does, and why, whenever that changes."""

    def __init__(self, tell: Callable[[Renderer], None]) -> None:
        self._tell = tell
        self._told: Renderer | None = None
        self._asked = "auto"
        self._thread: ThreadPoolExecutor | None = None
        self._card: Card | None = None
        self._why = ""  # there is none; empty: not known yet
        self._film: tuple[Scene, Pictures] | None = None
        self._is_full = False  # the card has no room for this film
        self._processor: Compositor | None = None

    def begin(self, scene: Scene, pictures: Pictures, asked: str) -> None:
        """Another film. `asked`: auto (a card, where there is one), cpu, or cuda, which minds where there is none."""
        self._film, self._is_full, self._processor = (scene, pictures), False, None
        if asked != self._asked or not self._told:
            self._asked = asked
            self._say()

    def draw(self, frame: DisplayList, into: Pixels) -> None:
        if not self._by_card(frame, into):
            into[:] = self._compositor().draw(frame)[0]

    def look_for_card(self) -> None:
        """Once a picture is seen; without waiting."""
        if self._thread is None and self._asked != "cpu":
            from concurrent.futures import ThreadPoolExecutor

            self._thread = ThreadPoolExecutor(1, "card")
            self._thread.submit(self._look)

    def _look(self) -> None:
        from render_engine.cuda.device import CardFailed, NoCard, open_device

        try:
            device = open_device()
            from app.preview.card import Card  # which imports much, all for nothing without a card

            self._card = Card(device)
        except (NoCard, CardFailed) as error:
            self._why = str(error)
        self._say()

    def _by_card(self, frame: DisplayList, into: Pixels) -> bool:
        """Whether it is drawn. A card that failed is not asked again."""
        if self._asked == "cpu" or self._is_full or not (self._card and self._thread and self._film):
            return False
        from render_engine.cuda.device import CardFailed, OutOfCardMemory

        try:
            whole = self._thread.submit(self._card.draw, *self._film, frame, into).result()
        except OutOfCardMemory:
            self._is_full = True
            self._say(FULL)
        except CardFailed as error:
            self._card, self._why = None, f"the card failed: {error}"
            self._say(self._why)
        else:
            self._say("" if whole else NARROW)
            return True
        return False

    def _compositor(self) -> Compositor:
        if self._processor is None:
            from render_engine.cpu.compositor import Compositor

            assert self._film
            scene, pictures = self._film
            self._processor = Compositor(scene.width, scene.height, scene.fonts, pictures)
        return self._processor

    def _say(self, trouble: str = "") -> None:
        """Where it is not what was told last. `trouble`: what has just gone wrong."""
        now = self._who(trouble)
        if now and now != self._told:
            self._told = now
            self._tell(now)

    def _who(self, trouble: str) -> Renderer | None:
        if self._asked == "cpu":
            return Renderer("cpu", "asked for")
        if self._why:
            return Renderer("cpu", self._why, trouble or (self._why if self._asked == "cuda" else ""))
        if self._is_full:
            return Renderer("cpu", FULL, trouble)
        return Renderer("cuda", self._card.name, trouble) if self._card else None
