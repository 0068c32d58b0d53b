"""Cut, copy and paste: the keyframes that are selected on the timeline, or else the layers that are chosen.

They stand in the system's clipboard as JSON, so they go from one window to another, and to a text editor and back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence

from app import document_edits as edits
from app import theme
from app.document_copies import copied
from app.widgets.layer_deeds import LayerDeeds
from app.widgets.timeline.timeline import Timeline

MIME = "application/x-framekiln+json"
Keys = QKeySequence.StandardKey


class Clipboard(QObject):
    """`actions_by_name`: for menus, shortcuts and the palette."""

    def __init__(self, deeds: LayerDeeds, timeline: Timeline, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.deeds, self.timeline = deeds, timeline
        self.actions_by_name: dict[str, QAction] = {}
        self._add("cut", self.tr("Cut"), Keys.Cut, "scissors", self.cut)
        self._add("copy", self.tr("Copy"), Keys.Copy, "copy", self.copy)
        self._add("paste", self.tr("Paste"), Keys.Paste, "clipboard", self.paste)
        deeds.selection.changed.connect(self._enable)
        deeds.project.changed.connect(self._enable)
        timeline.view.keys_changed.connect(self._enable)
        self._enable()

    def _add(self, name: str, text: str, keys: Keys, icon: str, do: Callable[[], object]) -> None:
        action = QAction(theme.icon(icon), text, self)
        action.setObjectName(name)
        action.setShortcut(QKeySequence(keys))
        action.setToolTip(f"{text}  ({action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})")
        action.triggered.connect(lambda: do())
        self.actions_by_name[name] = action

    def _enable(self) -> None:
        chosen = bool(self.timeline.view.keys or self.deeds.chosen())
        for name in ("cut", "copy"):
            self.actions_by_name[name].setEnabled(chosen)
        self.actions_by_name["paste"].setEnabled(self.deeds.project.is_editable)

    def cut(self) -> None:
        self.copy()
        if self.timeline.view.keys:
            self.timeline.delete()
        else:
            self.deeds.delete()

    def copy(self) -> None:
        keys = self.timeline.copied_keys()
        document = self.deeds.project.document or {}
        layers = [_as_layer(edits.layer_at(document, path)) for path in self.deeds.listed()]
        if keys:
            _put({"keyframes": keys})
        elif layers:
            _put({"layers": layers})

    def paste(self) -> None:
        """Keyframes at the playhead, into the chosen layers; layers above the chosen one, at their own times."""
        match _there():
            case {"keyframes": [*keys]}:
                self.timeline.paste_keys(keys)
            case {"layers": [*layers]} if layers and all(map(_is_layer, layers)):
                self.deeds.paste(layers)
            case layer if _is_layer(layer):  # as it stands in a document
                self.deeds.paste([dict(layer)])
            case _:
                self.deeds.project.problem.emit(self.tr("There are no layers or keyframes to paste."))


def _as_layer(layer: edits.Layer) -> edits.Layer:
    """A scene stands in a sequence alone: elsewhere it is a group of what is in it."""
    own: edits.Layer = copied(layer if "type" in layer else {"type": "group", "layers": layer.get("layers", [])})
    return own


def _is_layer(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("type"), str)


def _put(what: Mapping[str, Any]) -> None:
    text = json.dumps(what, ensure_ascii=False, indent=2)
    data = QMimeData()
    data.setData(MIME, text.encode())
    data.setText(text)
    QGuiApplication.clipboard().setMimeData(data)


def _there() -> Any:
    data = QGuiApplication.clipboard().mimeData()
    if data is None:  # another program holds it, or it never held anything
        return None
    text = bytes(data.data(MIME).data()).decode() if data.hasFormat(MIME) else data.text()
    try:
        return json.loads(text)
    except ValueError:
        return None
