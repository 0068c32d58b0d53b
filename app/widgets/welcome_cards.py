"""The gallery of templates: cards whose pictures move under the pointer and under the keyboard."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMovie,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QTextLayout,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app import theme
from app.template_facts import TemplateFacts
from app.widgets.fields.words import in_words

NARROWEST = 232  # px
WIDE = 1240  # px from which there are four in a row
GAP = 16
WORDS = 66  # px under the picture
RADIUS = 10


class TemplateCard(QAbstractButton):
    """A still at once; the loop plays while it is looked at."""

    def __init__(self, facts: TemplateFacts, still: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.facts = facts
        self._still_file = still
        self._still: QPixmap | None = None
        self._movie: QMovie | None = None
        self._may_move = True
        title = in_words(facts.name.replace("-", "_"))
        self.setText(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(facts.summary)
        self.setToolTip(facts.summary)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_loop(self, file: Path) -> None:
        self._movie = QMovie(str(file), parent=self)
        self._movie.frameChanged.connect(lambda _: self.update())
        self._play()

    def set_moving(self, may_move: bool) -> None:
        """Some are made ill by what moves."""
        self._may_move = may_move
        self._play()

    @property
    def is_playing(self) -> bool:
        return self._movie is not None and self._movie.state() == QMovie.MovieState.Running

    def _play(self) -> None:
        """From its beginning whenever it is looked at anew."""
        if self._movie is None:
            return
        wanted = self._may_move and self.isVisible() and (self.underMouse() or self.hasFocus())
        if wanted and not self.is_playing:
            self._movie.start()
        elif not wanted and self.is_playing:
            self._movie.stop()
            self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._play()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._play()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._play()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._play()

    def hideEvent(self, event: object) -> None:
        if self._movie:
            self._movie.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            event.ignore() if event.key() in ARROWS else super().keyPressEvent(event)

    # ------------------------------------------------------------------------------------------------------ painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        near = self.underMouse() or self.hasFocus()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("hover" if self.underMouse() else "raised"))
        painter.drawRoundedRect(area, RADIUS, RADIUS)
        picture = QRectF(area.left(), area.top(), area.width(), area.height() - WORDS)
        self._paint_picture(painter, picture)
        self._paint_words(painter, QRect(14, round(picture.bottom()), self.width() - 28, WORDS))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        edge = "accent" if self.hasFocus() else "line-strong" if near else "line"
        painter.setPen(QPen(theme.color(edge), 2 if self.hasFocus() else 1))
        painter.drawRoundedRect(area, RADIUS, RADIUS)

    def _paint_picture(self, painter: QPainter, area: QRectF) -> None:
        """One that is upright stands before itself, large and dark."""
        shape = QPainterPath()
        shape.addRoundedRect(area.adjusted(0, 0, 0, RADIUS), RADIUS, RADIUS)
        painter.save()
        painter.setClipRect(area)
        painter.setClipPath(shape, Qt.ClipOperation.IntersectClip)
        painter.fillRect(area, theme.color("canvas"))
        shown = self._picture()
        if not shown.isNull():
            if shown.height() > shown.width():
                painter.setOpacity(0.28)
                painter.drawPixmap(
                    _fitted(shown, area, Qt.AspectRatioMode.KeepAspectRatioByExpanding), shown, _whole(shown)
                )
                painter.setOpacity(1)
            painter.drawPixmap(_fitted(shown, area, Qt.AspectRatioMode.KeepAspectRatio), shown, _whole(shown))
        self._paint_length(painter, area)
        painter.restore()

    def _paint_length(self, painter: QPainter, area: QRectF) -> None:
        text = self.tr("{} s").format(f"{self.facts.seconds:.0f}")
        used = theme.font(11, 600, tabular=True)
        painter.setFont(used)
        width = painter.fontMetrics().horizontalAdvance(text) + 12
        chip = QRectF(area.right() - width - 8, area.bottom() - 26, width, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("shadow", 0.6))
        painter.drawRoundedRect(chip, 5, 5)
        painter.setPen(Qt.GlobalColor.white)
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_words(self, painter: QPainter, area: QRect) -> None:
        painter.setPen(theme.color("text"))
        title = theme.font(14, 600)
        painter.setFont(title)
        first = QRect(area.left(), area.top() + 9, area.width(), 19)
        painter.drawText(first, Qt.AlignmentFlag.AlignVCenter, theme.elided(self.text(), area.width(), title))
        painter.setPen(theme.color("text-3"))
        used = theme.font(12)
        painter.setFont(used)
        lines = _two_lines(self.facts.summary.removesuffix("."), used, area.width())
        for number, text in enumerate(lines):
            line = QRect(area.left(), area.top() + 28 + 16 * number, area.width(), 16)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, text)

    def _picture(self) -> QPixmap:
        if self._movie and self.is_playing:
            return self._movie.currentPixmap()
        if self._still is None:
            self._still = QPixmap(str(self._still_file))
        return self._still


ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Gallery(QWidget):
    """As many cards in a row as fit; arrows go from one to the next. `chosen`: a template's name."""

    chosen = Signal(str)
    focused = Signal(QWidget)

    def __init__(self, cards: Iterable[tuple[TemplateFacts, Path]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: dict[str, TemplateCard] = {}
        for facts, still in cards:
            card = TemplateCard(facts, still, self)
            card.clicked.connect(lambda _, name=facts.name: self.chosen.emit(name))
            self.cards[facts.name] = card
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def across(self) -> int:
        return self._across(self.width())

    def _across(self, width: int) -> int:
        most = 3 if width < WIDE else 4
        return max(1, min((width + GAP) // (NARROWEST + GAP), most))

    def _card_size(self, width: int) -> QSize:
        across = self._across(width)
        card = (width - GAP * (across - 1)) // across
        return QSize(card, round((card - 2) * 9 / 16) + 2 + WORDS)

    def heightForWidth(self, width: int) -> int:
        rows = -(-len(self.cards) // self._across(width))
        return rows * self._card_size(width).height() + GAP * max(rows - 1, 0)

    def hasHeightForWidth(self) -> bool:
        return True

    def sizeHint(self) -> QSize:
        return QSize(3 * NARROWEST + 2 * GAP, self.heightForWidth(3 * NARROWEST + 2 * GAP))

    def minimumSizeHint(self) -> QSize:
        return QSize(NARROWEST, self._card_size(NARROWEST).height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        size = self._card_size(self.width())
        for number, card in enumerate(self.cards.values()):
            row, column = divmod(number, self.across)
            card.setGeometry(column * (size.width() + GAP), row * (size.height() + GAP), size.width(), size.height())
        self.setMinimumHeight(self.heightForWidth(self.width()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = ARROWS.get(Qt.Key(event.key()))
        cards = list(self.cards.values())
        at = next((k for k, card in enumerate(cards) if card.hasFocus()), None)
        if way is None or at is None:
            super().keyPressEvent(event)
            return
        to = at + way[0] + way[1] * self.across
        if 0 <= to < len(cards):
            cards[to].setFocus(Qt.FocusReason.TabFocusReason)
            self.focused.emit(cards[to])


@lru_cache(256)
def _broken(text: str, key: str, width: int) -> tuple[str, str]:
    used = QFont()
    used.fromString(key)
    layout = QTextLayout(text, used)
    layout.beginLayout()
    first = layout.createLine()
    first.setLineWidth(width)
    layout.endLayout()
    end = first.textLength()
    rest = QFontMetricsF(used).elidedText(text[end:].strip(), Qt.TextElideMode.ElideRight, width)
    return text[:end].strip(), rest


def _two_lines(text: str, used: QFont, width: int) -> tuple[str, str]:
    """Broken at a space, then an ellipsis."""
    return _broken(text, used.toString(), width)


def _whole(picture: QPixmap) -> QRectF:
    return QRectF(picture.rect())


def _fitted(picture: QPixmap, area: QRectF, how: Qt.AspectRatioMode) -> QRectF:
    size = picture.size().toSizeF().scaled(area.size(), how)
    fitted = QRectF(0, 0, size.width(), size.height())
    fitted.moveCenter(area.center())
    return fitted
