"""The command palette: whatever can be done, and where one may go, found by a few letters and run by Enter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QAction,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPen,
    QTextCharFormat,
    QTextLayout,
)
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.preferences import Preferences
from app.widgets.palette_match import Match, match

WIDE, ROWS = 600, 10
LINE = 36  # px
Index = QModelIndex | QPersistentModelIndex
_MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: ROWS - 1, Qt.Key.Key_PageUp: 1 - ROWS}


@dataclass(frozen=True)
class Entry:
    action: QAction
    match: Match

    @property
    def name(self) -> str:
        return name_of(self.action)

    @property
    def place(self) -> str:
        """What it is, where it is no command."""
        return str(self.action.data() or "")


def name_of(action: QAction) -> str:
    """Without the marks of menus: “&Save as…” is “Save as…”."""
    return action.text().replace("&&", "\0").replace("&", "").replace("\0", "&")


def found(typed: str, actions: Iterable[QAction], recent: Sequence[str]) -> list[Entry]:
    """The best first; commands before places, what was used lately before what was not, what cannot be done now at the end."""
    order = {name: number for number, name in enumerate(recent)}
    entries = [Entry(action, hit) for action in actions if name_of(action) and (hit := match(typed, name_of(action)))]

    def rank(entry: Entry) -> tuple[bool, float, bool, int]:
        lately = order.get(entry.action.objectName(), len(order))
        return not entry.action.isEnabled(), -entry.match.score, bool(entry.place), lately

    return sorted(entries, key=rank)


class Palette(QDialog):
    """`actions` is asked each time it opens, so that it shows what there is then."""

    def __init__(
        self, actions: Callable[[], Iterable[QAction]], preferences: Preferences, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)  # its corners are round
        self.setAccessibleName(self.tr("Command palette"))
        self._actions, self._preferences = actions, preferences
        self._there: list[QAction] = []
        self.model = _Entries(self)
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("A command, a layer, a file, a template…"))
        self.field.setAccessibleName(self.tr("Search commands"))
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(_Line(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("Commands"))
        self.list.entered.connect(self.list.setCurrentIndex)
        self.list.clicked.connect(self._run)
        self.nothing = QLabel(self.tr("Nothing has these letters in its name."))
        self.nothing.setProperty("role", "hint")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setFixedHeight(LINE * 2)
        self._lay_out()

    def _lay_out(self) -> None:
        sign = QLabel()
        sign.setPixmap(theme.pixmap("search", 18, "text-3", self.devicePixelRatioF()))
        head = QHBoxLayout()
        head.setContentsMargins(theme.SPACE[3], theme.SPACE[0], theme.SPACE[3], theme.SPACE[0])
        head.setSpacing(theme.SPACE[2])
        head.addWidget(sign)
        head.addWidget(self.field)
        line = QFrame()
        line.setProperty("role", "line")
        line.setFixedHeight(1)
        ground = QFrame()
        ground.setProperty("role", "palette")
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(ground)
        whole = QVBoxLayout(ground)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(line)
        whole.addWidget(self.list)
        whole.addWidget(self.nothing)

    def open(self) -> None:
        """In the upper middle of the window."""
        self._there = list(self._actions())
        self.field.clear()
        self._search("")
        over = self.parentWidget()
        if over:
            corner = over.mapToGlobal(over.rect().topLeft())
            self.move(corner.x() + (over.width() - self.width()) // 2, corner.y() + max(48, over.height() // 8))
        self.show()
        self.field.setFocus()

    def _search(self, typed: str) -> None:
        self.model.show(found(typed, self._there, self._preferences.values.recent_commands))
        rows = self.model.rowCount()
        self.list.setVisible(rows > 0)
        self.nothing.setVisible(rows == 0)
        self.list.setFixedHeight(min(rows, ROWS) * LINE + 2 * theme.SPACE[0] + 2)
        self.list.setCurrentIndex(self.model.index(0))
        self.list.scrollToTop()
        self.setFixedWidth(WIDE)
        self.adjustSize()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not (isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress):
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self.list.currentIndex())
            return True
        if step := _MOVES.get(Qt.Key(event.key())):
            self._move(step)
            return True
        return False

    def _move(self, step: int) -> None:
        """One beyond the last is the first."""
        rows, now = self.model.rowCount(), self.list.currentIndex().row()
        if rows:
            goal = (now + step) % rows if abs(step) == 1 else min(max(now + step, 0), rows - 1)
            self.list.setCurrentIndex(self.model.index(goal))

    def _run(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        action = self.model.entry(index).action
        if action.isEnabled():
            self.close()
            if action.objectName():
                self._preferences.remember_command(action.objectName())
            action.trigger()


class _Entries(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []

    def show(self, entries: list[Entry]) -> None:
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()

    def entry(self, index: Index) -> Entry:
        return self._entries[index.row()]

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent and parent.isValid() else len(self._entries)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.entry(index).name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            entry = self.entry(index)
            return f"{entry.name}, {entry.place or _keys(entry.action)}".rstrip(", ")
        return None


def _keys(action: QAction) -> str:
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)


class _Line(QStyledItemDelegate):
    """Icon, name with the letters that were typed, shortcut as keys on the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(WIDE, LINE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, _Entries)
        entry, rect = model.entry(index), QRect(option.rect)
        view = self.parent()
        assert isinstance(view, QListView)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.row() == view.currentIndex().row():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(rect, theme.RADIUS, theme.RADIUS)
        inner = rect.adjusted(theme.SPACE[2], 0, -theme.SPACE[2], 0)
        self._icon(painter, entry, QRect(inner.left(), inner.center().y() - 8, 16, 16))
        right = self._place(painter, entry, inner) if entry.place else self._keycaps(painter, entry, inner)
        self._name(painter, entry, QRectF(inner.adjusted(16 + theme.SPACE[2], 0, right - inner.right(), 0)))
        painter.restore()

    def _icon(self, painter: QPainter, entry: Entry, rect: QRect) -> None:
        icon = entry.action.icon()
        icon.paint(painter, rect, mode=icon.Mode.Normal if entry.action.isEnabled() else icon.Mode.Disabled)

    def _place(self, painter: QPainter, entry: Entry, inner: QRect) -> int:
        """What it is, in at most half of the line. Where what is left of it ends."""
        used = theme.font(11, 500)
        words = theme.elided(entry.place, inner.width() // 2, used)
        painter.setFont(used)
        painter.setPen(theme.color("text-3"))
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        return inner.right() - round(QFontMetricsF(used).horizontalAdvance(words)) - theme.SPACE[2]

    def _keycaps(self, painter: QPainter, entry: Entry, inner: QRect) -> int:
        """Where what is left of them ends."""
        used = theme.font(11, 500)
        painter.setFont(used)
        right = inner.right()
        for key in reversed([part for part in _keys(entry.action).replace("++", "+\0").split("+") if part]):
            words = key.replace("\0", "+")
            wide = max(20, QFontMetricsF(used).horizontalAdvance(words) + 12)
            cap = QRectF(right - wide, inner.center().y() - 9.5, wide, 20)
            painter.setPen(QPen(theme.color("line-strong"), 1))
            painter.setBrush(theme.color("raised"))
            painter.drawRoundedRect(cap.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            painter.setPen(theme.color("text-2"))
            painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, words)
            right = int(cap.left()) - theme.SPACE[0]
        return right - theme.SPACE[1]

    def _name(self, painter: QPainter, entry: Entry, rect: QRectF) -> None:
        used = theme.font()
        name = QFontMetricsF(used).elidedText(entry.name, Qt.TextElideMode.ElideRight, rect.width())
        layout = QTextLayout(name, used)
        layout.setFormats([_found_at(place) for place in entry.match.letters if place < len(name)])
        layout.beginLayout()
        layout.createLine()
        layout.endLayout()
        painter.setPen(theme.color("text" if entry.action.isEnabled() else "disabled"))
        layout.draw(painter, QPointF(rect.left(), rect.center().y() - layout.boundingRect().height() / 2))


def _found_at(place: int) -> QTextLayout.FormatRange:
    marked = QTextCharFormat()
    marked.setForeground(theme.color("accent-text"))
    marked.setFontWeight(QFont.Weight.DemiBold)
    made = QTextLayout.FormatRange()
    made.start, made.length, made.format = place, 1, marked
    return made
