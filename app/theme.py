"""How everything looks: colours by name in two schemes, our font, our icons, and the style sheet made from them.

A widget that paints itself asks `color(...)` each time it paints, so that it follows a change of scheme (Qt sends it a
StyleChange then). Colours and icons are never written anywhere else.
"""

from __future__ import annotations

import atexit
import re
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QByteArray, QDir, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QGuiApplication,
    QIcon,
    QIconEngine,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QDockWidget, QLineEdit, QMenu, QProxyStyle, QWidget

import resources

RESOURCES = Path(resources.__file__).parent
ICONS = RESOURCES / "icons"

SPACE = (4, 8, 12, 16, 24)  # px, the only distances there are
RADIUS = 6  # px, of what can be pressed or typed into
ROW = 28  # px, the height of a control and of a row
TEXT = 13  # px

Scheme = Literal["dark", "light"]
Choice = Literal["dark", "light", "system"]

# Grounds from the deepest to the nearest: canvas (around the picture), ground (the window), panel (docks), raised
# (controls, cards), overlay (menus, popups). The kind-… colours are those of layers in the timeline and the tree.
TOKENS: Mapping[str, tuple[str, str]] = {
    #                dark       light
    "canvas": ("#0a0b0d", "#dfe1e5"),
    "ground": ("#101114", "#e9eaed"),
    "panel": ("#17181c", "#f6f7f8"),
    "raised": ("#22242a", "#ffffff"),
    "overlay": ("#1f2126", "#ffffff"),
    "hover": ("#2a2d34", "#eceef1"),
    "pressed": ("#1b1d22", "#dfe2e7"),
    "line": ("#26282e", "#dcdfe4"),
    "line-strong": ("#3a3d46", "#c3c8d0"),
    "text": ("#eceef2", "#16181d"),
    "text-2": ("#b1b6c0", "#454b56"),
    "text-3": ("#8f95a1", "#5a616c"),
    "disabled": ("#5b606b", "#a0a6b0"),
    "accent": ("#ff7d45", "#c2410c"),
    "accent-hover": ("#ff935f", "#a8380a"),
    "accent-pressed": ("#e66b35", "#8f3009"),
    "accent-text": ("#ff8a57", "#ab3607"),
    "accent-soft": ("#3b261d", "#fde6da"),
    "focus": ("#a9532e", "#dd7a4b"),
    "on-accent": ("#1a0b04", "#ffffff"),
    "handle": ("#ffffff", "#ffffff"),  # on any picture
    "danger": ("#ff6b6e", "#c31f2b"),
    "danger-soft": ("#3a1e21", "#fde4e5"),
    "warn": ("#f2c14e", "#805600"),
    "warn-soft": ("#352c17", "#fcefcd"),
    "ok": ("#58c98b", "#106b40"),
    "ok-soft": ("#183026", "#d9f2e4"),
    "info": ("#6fb1ff", "#1d5fb4"),
    "info-soft": ("#182a40", "#deebfc"),
    "shadow": ("#000000", "#5b6270"),
    "kind-text": ("#7aa2f7", "#3b66c4"),
    "kind-image": ("#5cc8a8", "#1c7d63"),
    "kind-video": ("#b48cf2", "#7645bd"),
    "kind-audio": ("#6cc0e5", "#1f7396"),
    "kind-shape": ("#e5c15c", "#8a6508"),
    "kind-group": ("#9aa3b2", "#5b6472"),
    "kind-sequence": ("#e58fb4", "#a83c6c"),
    "kind-effect": ("#a5cf6b", "#527a17"),
}

_INDEX = {"dark": 0, "light": 1}
_scheme: Scheme = "dark"
_choice: Choice = "system"


def apply(app: QApplication, scheme: Choice = "system") -> None:
    """Gives the application its look. "system" follows the desktop from now on."""
    global _choice
    if app.property("framekiln-theme") is None:
        app.setProperty("framekiln-theme", True)
        app.setStyle(_Base("Fusion"))
        load_fonts()
        app.setFont(font())
        app.styleHints().colorSchemeChanged.connect(lambda _: _follow(app))
    _choice = scheme
    _follow(app)


def scheme() -> Scheme:
    """What is shown now."""
    return _scheme


def choice() -> Choice:
    """What was asked for."""
    return _choice


def color(name: str, alpha: float = 1.0) -> QColor:
    """One of TOKENS in the scheme that is shown; alpha from 0 to 1."""
    found = QColor(TOKENS[name][_INDEX[_scheme]])
    if alpha < 1:
        found.setAlphaF(alpha)
    return found


def font(size: float = TEXT, weight: int = 400, *, tabular: bool = False) -> QFont:
    """Inter, size in px. Tabular: all figures are as wide, for times and counts that change."""
    made = QFont("Inter")
    made.setPixelSize(round(size))
    made.setWeight(QFont.Weight(weight))
    if tabular:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


def mono(size: float = 12) -> QFont:
    """For paths, logs and code."""
    made = QFont("JetBrains Mono")
    made.setPixelSize(round(size))
    return made


def icon(name: str, size: int = 16, tint: str = "text-2") -> QIcon:
    """One of resources/icons, at most `size` px large: brighter under the pointer, in the accent while checked.

    With a tint of its own it stays so; items of trees need one, because Qt draws open ones as checked.
    """
    return QIcon(_Engine(name, size, tint))


def pixmap(name: str, size: int = 16, tint: str = "text-2", ratio: float = 1.0) -> QPixmap:
    """For labels and what paints itself; ratio: the widget's devicePixelRatio."""
    return _drawn(name, round(size * ratio), ratio, color(tint).name())


def paint_icon(painter: QPainter, name: str, rect: QRect | QRectF, tint: str = "text-2") -> None:
    """Sharp at any scale, fitted into the middle of the rectangle."""
    area = QRectF(rect)
    side = min(area.width(), area.height())
    square = QRectF(area.center() - QPointF(side / 2, side / 2), area.center() + QPointF(side / 2, side / 2))
    _svg(name, color(tint).name()).render(painter, square)


def icon_names() -> list[str]:
    return sorted(_names())


@cache
def _names() -> frozenset[str]:
    return frozenset(file.stem for file in ICONS.glob("*.svg"))


@cache
def load_fonts() -> None:
    """The faces that the interface uses; once an application."""
    for file in sorted([*RESOURCES.glob("fonts/inter/*.ttf"), *RESOURCES.glob("fonts/jetbrains-mono/*400Regular.ttf")]):
        QFontDatabase.addApplicationFont(str(file))


def elided(text: str, width: float, used: QFont) -> str:
    return QFontMetricsF(used).elidedText(text, Qt.TextElideMode.ElideMiddle, width)


# ── how it is made ──────────────────────────────────────────────────────────────────────────────────────────────────


def _system_scheme() -> Scheme:
    return "light" if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light else "dark"


def _follow(app: QApplication) -> None:
    global _scheme
    wanted = _system_scheme() if _choice == "system" else _choice
    if wanted == _scheme and app.styleSheet():
        return
    _scheme = wanted
    QDir.setSearchPaths("theme", [str(_icons_for_sheet(_scheme))])
    app.setStyleSheet("")  # Qt takes one away and puts another on in a fifth of the time that it exchanges them
    app.setPalette(_palette())
    app.setStyleSheet(style_sheet())


def style_sheet() -> str:
    """resources/style.qss, where @name stands for a colour."""
    text = (RESOURCES / "style.qss").read_text(encoding="utf-8")
    return re.sub(r"@([a-z]+(?:-[a-z0-9]+)*)", lambda found: color(found[1]).name(), text)


_ROLES: Mapping[QPalette.ColorRole, str] = {
    QPalette.ColorRole.Window: "panel",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "panel",
    QPalette.ColorRole.AlternateBase: "ground",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.PlaceholderText: "text-3",
    QPalette.ColorRole.Button: "raised",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "accent-text",
    QPalette.ColorRole.ToolTipBase: "overlay",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Highlight: "accent-soft",
    QPalette.ColorRole.HighlightedText: "text",
    QPalette.ColorRole.Accent: "accent",
    QPalette.ColorRole.Link: "accent-text",
    QPalette.ColorRole.LinkVisited: "accent-text",
    QPalette.ColorRole.Light: "line",
    QPalette.ColorRole.Midlight: "line",
    QPalette.ColorRole.Mid: "line-strong",
    QPalette.ColorRole.Dark: "line-strong",
    QPalette.ColorRole.Shadow: "shadow",
}
_FAINT = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
    QPalette.ColorRole.HighlightedText,
)


def _palette() -> QPalette:
    made = QPalette()
    for role, name in _ROLES.items():
        made.setColor(role, color(name))
    for role in _FAINT:
        made.setColor(QPalette.ColorGroup.Disabled, role, color("disabled"))
    return made


_IN_SHEET: Mapping[str, tuple[str, str]] = {
    "check": ("check", "on-accent"),
    "dash": ("dash", "on-accent"),
    "check-disabled": ("check", "disabled"),
    "menu-check": ("check", "accent-text"),
    "down": ("chevron-down", "text-2"),
    "down-disabled": ("chevron-down", "disabled"),
    "up": ("chevron-up", "text-2"),
    "right": ("chevron-right", "text-2"),
    "left": ("chevron-left", "text-2"),
    "branch-open": ("chevron-down", "text-3"),
    "branch-closed": ("chevron-right", "text-3"),
    "close": ("close", "text-2"),
    "float": ("dock-float", "text-2"),
}


@cache
def _icons_for_sheet(scheme: Scheme) -> Path:
    """A style sheet can only name files, so those that it shows are written in the scheme's colours."""
    folder = tempfile.TemporaryDirectory(prefix="framekiln-theme-")
    atexit.register(folder.cleanup)
    for file, (name, tint) in _IN_SHEET.items():
        (Path(folder.name) / f"{file}.svg").write_text(_tinted(name, TOKENS[tint][_INDEX[scheme]]), encoding="utf-8")
    return Path(folder.name)


@cache
def _source(name: str) -> str:
    return (ICONS / f"{name}.svg").read_text(encoding="utf-8")


def _tinted(name: str, tint: str) -> str:
    return _source(name).replace("currentColor", tint)


@lru_cache(512)
def _svg(name: str, tint: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_tinted(name, tint).encode()))


@lru_cache(2048)
def _drawn(name: str, pixels: int, ratio: float, tint: str) -> QPixmap:
    made = QPixmap(pixels, pixels)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    _svg(name, tint).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


class _Base(QProxyStyle):
    def polish(self, subject: Any) -> Any:  # a widget, the application or a palette
        if isinstance(subject, QAbstractSpinBox):  # a style sheet cannot reach the space before its text
            for edit in subject.findChildren(QLineEdit):
                edit.setTextMargins(SPACE[1] - 2, 0, 0, 0)
        if isinstance(subject, QWidget) and isinstance(subject.parent(), QDockWidget):
            subject.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)  # a widget of our own class has none else
        if isinstance(subject, QMenu):
            subject.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)  # its corners are round
        return super().polish(subject)


class _Engine(QIconEngine):
    """Draws when it is asked to, so that an icon on an action follows the scheme and the screen it is on."""

    def __init__(self, name: str, size: int, tint: str) -> None:
        super().__init__()
        assert name in _names(), f"there is no icon {name!r} in {ICONS}"
        self._name, self._size, self._tint = name, size, tint

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        paint_icon(painter, self._name, rect, self._tint_in(mode, state))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        if size.isEmpty():  # of a button that has no room
            return QPixmap()
        return pixmap(self._name, min(size.width(), size.height()), self._tint_in(mode, state), scale)

    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:
        side = min(size.width(), size.height(), self._size)
        return QSize(side, side)

    def isNull(self) -> bool:
        return False

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._size, self._tint)

    def _tint_in(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        if mode == QIcon.Mode.Disabled:
            return "disabled"
        if self._tint != "text-2":
            return self._tint
        if state == QIcon.State.On:
            return "accent-text"
        return "text" if mode in (QIcon.Mode.Active, QIcon.Mode.Selected) else "text-2"


def _luminance(value: QColor) -> float:
    return sum(
        part * (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4)
        for part, each in zip((0.2126, 0.7152, 0.0722), _channels(value), strict=True)
    )


def _channels(value: QColor) -> Iterator[float]:
    yield from (value.redF(), value.greenF(), value.blueF())


def contrast(one: QColor, other: QColor) -> float:
    """As WCAG counts it, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)
