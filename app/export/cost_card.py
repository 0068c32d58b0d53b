"""What a render would take, in one card: said as it becomes known, and what is wrong in its place."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from app import theme
from app.cli.words import clock, size_words
from app.export.plans import Estimate
from app.widgets.roles import labelled, set_role


class CostCard(QFrame):
    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.sign = QLabel()
        self.words, self.more = labelled("", "label"), labelled("", "hint")
        texts = QVBoxLayout()
        texts.setSpacing(4)
        for label in (self.words, self.more):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            texts.addWidget(label)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(12)
        layout.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(texts, 1)

    def ask(self) -> None:
        self._tell("clock", "text-3", self.tr("Working out what it takes…"), "hint")

    def show_estimate(self, estimate: Estimate) -> None:
        words = [self._time(estimate), self._size(estimate), f"{estimate.width} × {estimate.height}"]
        known = estimate.seconds is not None or not estimate.to_draw
        more = (f"{estimate.encoder} — {estimate.why}", *estimate.notes)
        self._tell(
            "ok" if known else "clock", "ok" if known else "text-3", "   ·   ".join(words), "label", "\n".join(more)
        )

    def refuse(self, message: str) -> None:
        self._tell("error", "danger", message, "danger")

    def _tell(self, icon: str, tint: str, text: str, role: str, more: str = "") -> None:
        self.sign.setPixmap(theme.pixmap(icon, 18, tint, self.devicePixelRatioF()))
        self.words.setText(text)
        set_role(self.words, role)
        self.more.setText(more)
        self.more.setVisible(bool(more))

    def _time(self, estimate: Estimate) -> str:
        if not estimate.to_draw:
            return self.tr("everything is drawn: a moment")
        spared = estimate.frames - estimate.to_draw
        if estimate.seconds is None:
            return self.tr("{0} frames to draw, some are tried…").format(estimate.to_draw)
        told = self.tr("about {0}").format(clock(max(1, estimate.seconds)))
        return told + (self.tr(" ({0} % is drawn)").format(100 * spared // estimate.frames) if spared > 0 else "")

    def _size(self, estimate: Estimate) -> str:
        size = size_words(int(float(f"{estimate.bytes:.2g}"))).replace(".0 ", " ")
        return self.tr("about {0}").format(size) if estimate.measured else self.tr("roughly {0}").format(size)
