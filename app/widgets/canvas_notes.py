"""What the canvas says over the picture: how it is shown, and what is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app import theme
from app.preview.messages import Problem

INSET = 12.0  # px, from the canvas's edge
TALL = 24.0  # px, of a pill
SHOWN = 20  # problems in the card
WIDEST = 560  # px, of the card


def paint_pill(painter: QPainter, text: str, corner: QPointF, *, right: bool = False, tint: str = "text") -> QRectF:
    """A short text on a dark ground at a corner; on its left, unless `right`. Returns where it is."""
    font = theme.font(12, 500, tabular=True)
    width = QFontMetricsF(font).horizontalAdvance(text) + 20
    area = QRectF(corner.x() - width if right else corner.x(), corner.y(), width, TALL)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("overlay", 0.9))
    painter.drawRoundedRect(area, TALL / 2, TALL / 2)
    painter.setFont(font)
    painter.setPen(theme.color(tint))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
    return area


def paint_pixel(painter: QPainter, x: int, y: int, color: QColor, corner: QPointF) -> None:
    """Where it is in the film, and its colour: seen, and as it is written."""
    alpha = "" if color.alpha() == 255 else f"  {100 * color.alphaF():.0f} %"
    area = paint_pill(painter, f"      {color.name()}{alpha}   {x}, {y}", corner)
    painter.setPen(QPen(theme.color("line-strong"), 1))
    painter.setBrush(QColor(color.rgb()))
    painter.drawEllipse(QRectF(area.left() + 7, area.top() + 6, 12, 12))


class ProblemCard(QFrame):
    """Why there is no new picture: each problem with its path and what to do, over the last picture."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("problemCard")
        self.setAccessibleName(self.tr("Problems"))
        self._title = QLabel()
        self._title.setProperty("role", "title")
        self._sign = QLabel()
        self._list = QWidget()
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(theme.SPACE[3])
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._list)
        for clear in (self._scroll.viewport(), self._list):
            clear.setAutoFillBackground(False)
        head = QHBoxLayout()
        head.setSpacing(theme.SPACE[1])
        head.addWidget(self._sign)
        head.addWidget(self._title, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 20)
        layout.setSpacing(theme.SPACE[2])
        layout.addLayout(head)
        layout.addWidget(self._scroll)
        self.hide()

    def tell(self, title: str, problems: Sequence[Problem]) -> None:
        self._title.setText(title)
        self._sign.setPixmap(theme.pixmap("error", 18, "danger", self.devicePixelRatioF()))
        while row := self._rows.takeAt(0):
            if widget := row.widget():
                widget.deleteLater()
        for problem in problems[:SHOWN]:
            self._rows.addWidget(_told(problem))
        if len(problems) > SHOWN:
            self._rows.addWidget(_text(self.tr("and %n more", "", len(problems) - SHOWN), "hint"))
        self._rows.addStretch(1)
        self.setAccessibleDescription("; ".join(f"{_place(each)}: {each.message}" for each in problems[:SHOWN]))
        self.place()
        self.show()
        self.raise_()

    def place(self) -> None:
        """In the middle of the canvas, as large as it needs to be and there is room for."""
        canvas = self.parentWidget()
        assert canvas
        room = canvas.rect().adjusted(24, 24, -24, -24)
        width = min(WIDEST, room.width())
        inner = width - 40
        tall = self._rows.heightForWidth(inner) if self._rows.hasHeightForWidth() else self._rows.sizeHint().height()
        height = min(room.height(), tall + self._title.sizeHint().height() + 56)
        self.setGeometry(room.center().x() - width // 2, room.center().y() - height // 2, width, height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("line-strong"), 1))
        painter.setBrush(theme.color("overlay", 0.97))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        painter.end()


def _told(problem: Problem) -> QWidget:
    row = QWidget()
    lines = QVBoxLayout(row)
    lines.setContentsMargins(0, 0, 0, 0)
    lines.setSpacing(theme.SPACE[0])
    if problem.path:
        path = _text(_place(problem), "hint")
        path.setFont(theme.mono(12))
        lines.addWidget(path)
    lines.addWidget(_text(problem.message, "body"))
    if problem.suggestion:
        lines.addWidget(_text(problem.suggestion, "hint"))
    return row


def _place(problem: Problem) -> str:
    if problem.line is None:
        return problem.path
    return QCoreApplication.translate("ProblemCard", "line {} · {}").format(problem.line, problem.path)


def _text(text: str, role: str) -> QLabel:
    label = QLabel(text, wordWrap=True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setProperty("role", role)
    return label
