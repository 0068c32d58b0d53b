"""The menu bar: which action stands where. What is not here is reached by the command palette alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar


@dataclass(frozen=True)
class Menu:
    """`of`: names of actions, "" for a line between them, menus within."""

    title: str
    of: Sequence[str | Menu]


def _menu(title: object, *of: str | Menu) -> Menu:
    """`title`: a string, which Qt's marker for translators hides from the type checker."""
    return Menu(str(title), of)


MENUS = (
    _menu(
        QT_TRANSLATE_NOOP("menus", "&File"),
        *("welcome", "open", "", "save", "save-as", "revert", "", "render", "save-frame", "", "settings", "quit"),
    ),
    _menu(
        QT_TRANSLATE_NOOP("menus", "&Edit"),
        *("undo", "redo", "", "cut", "copy", "paste", "", "copy-frame", "make-document", "", "commands"),
    ),
    _menu(
        QT_TRANSLATE_NOOP("menus", "&Layer"),
        *("layer-add", "", "layer-rename", "layer-duplicate", "layer-delete", "", "layer-group", "layer-ungroup", ""),
        *("layer-up", "layer-down", "", "layer-hide", "layer-solo", "layer-lock"),
    ),
    _menu(
        QT_TRANSLATE_NOOP("menus", "&Playback"),
        *("play", "play-backward", "stop", "play-forward", "", "previous-frame", "next-frame", "back-10", "forward-10"),
        *("to-start", "to-end", "go-to-frame", "", "set-in", "set-out", "clear-in", "clear-out", "clear-range", ""),
        *("loop", "mute", "louder", "quieter"),
    ),
    _menu(
        QT_TRANSLATE_NOOP("menus", "&View"),
        *("zoom-fit", "zoom-in", "zoom-out"),
        _menu(
            QT_TRANSLATE_NOOP("menus", "Zoom"),
            *("zoom-10", "zoom-25", "zoom-50", "zoom-100", "zoom-200", "zoom-400", "zoom-800", "zoom-1600"),
        ),
        "",
        _menu(
            QT_TRANSLATE_NOOP("menus", "Resolution"),
            *("resolution-auto", "resolution-full", "resolution-half", "resolution-quarter"),
        ),
        _menu(QT_TRANSLATE_NOOP("menus", "Drawn by"), "renderer-auto", "renderer-cpu", "renderer-cuda"),
        _menu(
            QT_TRANSLATE_NOOP("menus", "Guides"),
            *("guide-title-safe", "guide-action-safe", "guide-centre", "guide-thirds", ""),
            *("guide-9-16", "guide-1-1", "guide-4-5"),
        ),
    ),
    _menu(
        QT_TRANSLATE_NOOP("menus", "&Timeline"),
        *("split", "trim-start", "trim-end", "move-start", "", "nudge-left", "nudge-right", "timeline-delete", ""),
        *("add-marker", "snap", "", "timeline-zoom-in", "timeline-zoom-out", "timeline-fit"),
    ),
)


def fill(bar: QMenuBar, actions: Mapping[str, QAction]) -> None:
    for menu in MENUS:
        _fill(bar.addMenu(_said(menu)), menu, actions)


def _fill(place: QMenu, menu: Menu, actions: Mapping[str, QAction]) -> None:
    for each in menu.of:
        if isinstance(each, Menu):
            _fill(place.addMenu(_said(each)), each, actions)
        elif each:
            place.addAction(actions[each])
        else:
            place.addSeparator()


def _said(menu: Menu) -> str:
    return QCoreApplication.translate("menus", menu.title)
