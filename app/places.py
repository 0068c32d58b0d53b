"""Where one may go, beside what can be done: templates, what was opened lately, the layers of what is open.

As actions, so that the command palette finds them like all others; `data` says what each is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QIcon

from app import theme
from app.template_facts import template_facts
from app.widgets.fields.words import in_words
from app.widgets.layer_kinds import ICONS
from app.widgets.timeline.lines import color_of

if TYPE_CHECKING:
    from app.main_window import MainWindow


def places(window: MainWindow) -> list[QAction]:
    return [*_layers(window), *_recent(window), *_templates(window)]


def _templates(window: MainWindow) -> list[QAction]:
    words = QCoreApplication.translate("places", "Template")
    return [
        _place(in_words(name.replace("-", "_")), words, "composition", partial(window.open_template, name))
        for name in template_facts()
    ]


def _recent(window: MainWindow) -> list[QAction]:
    here = window.project.origin
    return [
        _place(each.name, _folder(each.file), "file", partial(window.open_source, each.source, each.size))
        for each in window.recent()
        if each.file and not each.is_missing and each.source != here
    ]


def _layers(window: MainWindow) -> list[QAction]:
    words = QCoreApplication.translate("places", "Layer")

    def go(path: str) -> None:
        window.selection.select([path])
        window.show_dock("layers")

    entries = [entry for top in window.layers.view.tree.top for entry in top.walk()]
    return [
        _place(entry.name, words, ICONS.get(entry.kind, "layers"), partial(go, entry.path), entry.kind)
        for entry in entries
    ]


def _place(name: str, what: str, icon: str, go: Callable[[], object], kind: str = "") -> QAction:
    action = QAction(_icon(icon, color_of(kind) if kind else "text-2"), name.replace("&", "&&"))
    action.setData(what)
    action.triggered.connect(lambda: go())
    return action


@cache
def _icon(name: str, tint: str) -> QIcon:
    """One for all: a document may have hundreds of layers of a kind."""
    return theme.icon(name, 18, tint)


def _folder(file: Path) -> str:
    return str(file.parent).replace(str(Path.home()), "~", 1)
