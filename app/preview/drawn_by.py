"""Who draws the preview, as the window knows it."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Signal

from app.preview.messages import Renderer
from app.preview.process import PreviewProcess

Choice = Literal["auto", "cpu", "cuda"]


class DrawnBy(QObject):
    """`asked`: auto, cpu or cuda. `renderer`: who draws now; None until the process has said so.

    A driver may take the process with it: where one ended while a card drew, the processor draws until somebody chooses again.
    """

    changed = Signal()
    trouble = Signal(str)  # why a card does not draw what it should; each once

    def __init__(self, process: PreviewProcess, parent: QObject) -> None:
        super().__init__(parent)
        self.asked: Choice = "auto"
        self.renderer: Renderer | None = None
        self._told: set[str] = set()
        self._is_doubted = False
        process.renderer.connect(self._hear)
        process.died.connect(lambda *_: self._doubt())

    def ask(self, renderer: Choice) -> None:
        self.asked, self._is_doubted = renderer, False
        self.changed.emit()

    @property
    def wish(self) -> Choice:
        """What the process is told."""
        return "cpu" if self._is_doubted else self.asked

    @property
    def card(self) -> str:
        """Its name, if one draws."""
        return self.renderer.why if self.renderer and self.renderer.name == "cuda" else ""

    @property
    def words(self) -> str:
        """Short, as it is said over the picture."""
        if self.renderer is None:
            return ""
        return self.card or self.tr("Processor")

    @property
    def reason(self) -> str:
        """In a sentence; empty until it is known."""
        if self.renderer is None:
            return ""
        if self.card:
            return self.tr("Drawn by {0}").format(self.card)
        if self._is_doubted:
            return self.tr("Drawn by the processor: the preview's process ended while the card drew")
        if self.asked == "cpu":
            return self.tr("Drawn by the processor, as you chose")
        return self.tr("Drawn by the processor: {0}").format(self.renderer.why)

    def _doubt(self) -> None:
        if self.card:
            self._is_doubted = True
            self.trouble.emit(
                self.tr("Preview: its process ended while the card drew; the processor draws from now on")
            )

    def _hear(self, renderer: Renderer) -> None:
        self.renderer = renderer
        self.changed.emit()
        if renderer.trouble and renderer.trouble not in self._told:
            self._told.add(renderer.trouble)
            self.trouble.emit(self.tr("Preview: {0}").format(renderer.trouble))
