"""Who draws a render: chosen beside its encoder; a card that is not here is listed with the reason."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox

from app.export.encoders import CardHere

CARD = 2  # its place in the list


class DrawnBy(QComboBox):
    """`choice`: cpu or cuda; None: what is quicker for this film."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.addItem(self.tr("Automatic, the quicker one"), None)
        self.addItem(self.tr("Processor"), "cpu")
        self.addItem(self.tr("NVIDIA card"), "cuda")

    @property
    def choice(self) -> str | None:
        chosen: str | None = self.currentData()
        return chosen

    def choose(self, renderer: str | None) -> None:
        with QSignalBlocker(self):
            self.setCurrentIndex(max(0, self.findData(renderer)))

    def tell(self, card: CardHere | None) -> None:
        """None: it is not known yet."""
        if card is None:
            return
        self.model().item(CARD).setEnabled(card.why_not is None)  # type: ignore[attr-defined]
        shortly = card.name or self.tr("NVIDIA card — {0}").format((card.why_not or "").partition(":")[0])
        self.setItemText(CARD, shortly)
        self.setItemData(CARD, card.why_not, Qt.ItemDataRole.ToolTipRole)
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 24)
        if card.why_not and self.choice == "cuda":
            self.setCurrentIndex(0)
