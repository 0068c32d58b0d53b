"""The layers of a document as a tree: what it says, and the Qt model that shows it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QMimeData, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from app.document_edits import index_of, layer_at, move_layers, parent_of, path_of, rename_layer, steps_of
from app.project import Project
from app.widgets.layer_kinds import holder_of
from app.widgets.timeline.clock import Clock, Place
from app.widgets.timeline.rows import name_of

MIME = "application/x-framekiln-layers"
KIND, PATH = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
HIDDEN, SOLO, LOCKED, FAINT = (Qt.ItemDataRole.UserRole + k for k in (2, 3, 4, 5))
Index = QModelIndex | QPersistentModelIndex
_ROW = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable
_DRAG, _DROP = Qt.ItemFlag.ItemIsDragEnabled, Qt.ItemFlag.ItemIsDropEnabled
FLAGS = {  # by whether it can be moved, and whether others can be put into it; Qt asks a thousand times
    (False, False): _ROW,
    (True, False): _ROW | _DRAG,
    (False, True): _ROW | _DROP,
    (True, True): _ROW | _DRAG | _DROP,
}


@dataclass(frozen=True)
class Entry:
    """`children`: the top layer first, as they are seen; scenes in their order in time. `layer`: as it is written."""

    path: str
    kind: str
    name: str
    hidden: bool
    children: tuple[Entry, ...] = ()
    layer: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def walk(self) -> Iterator[Entry]:
        yield self
        for child in self.children:
            yield from child.walk()


def _are_alike(some: tuple[Entry, ...], others: tuple[Entry, ...]) -> bool:
    """Whether rows stay where they are."""
    return len(some) == len(others) and all(
        one is other or (one.path == other.path and _are_alike(one.children, other.children))
        for one, other in zip(some, others, strict=True)
    )


def entries_of(document: Mapping[str, Any] | None, known: Mapping[int, Entry] | None = None) -> tuple[Entry, ...]:
    """`known`: entries of the document before, by the identity of their layers; those of the same layers stay."""
    return _inside(document, "", _place(document), known or {}) if document else ()


def name_at(document: Mapping[str, Any], path: str) -> str:
    """What the layer there is called in lists."""
    layer, at = layer_at(dict(document), path), path.rpartition(".")[2]
    if at.startswith("scenes["):
        return _scene_name(layer, index_of(path))
    return name_of(layer, str(layer.get("type", "text")), _place(document))


def _place(document: Mapping[str, Any]) -> Place:
    declared = document.get("props")
    named = declared.items() if isinstance(declared, dict) else ()
    return Place(Clock(), {}, {name: each.get("default") for name, each in named if isinstance(each, dict)})


def _inside(owner: Mapping[str, Any], at: str, place: Place, known: Mapping[int, Entry]) -> tuple[Entry, ...]:
    """`at`: the path, and a dot where it is not the document's."""
    found: list[Entry] = []
    for key in ("scenes", "layers"):
        listed = owner.get(key)
        layers = list(enumerate(listed)) if isinstance(listed, list) else []
        for k, layer in layers if key == "scenes" else reversed(layers):
            if isinstance(layer, dict):
                scene = _scene_name(layer, k) if key == "scenes" else None
                found.append(_entry(layer, f"{at}{key}[{k}]", scene, place, known))
    repeated, nested = owner.get("layer"), owner.get("composition")
    if isinstance(repeated, dict):
        found.append(_entry(repeated, f"{at}layer", None, place, known))
    if isinstance(nested, dict):
        found += _inside(nested, f"{at}composition.", place, known)
    return tuple(found)


def _entry(layer: Mapping[str, Any], path: str, scene: str | None, place: Place, known: Mapping[int, Entry]) -> Entry:
    before = known.get(id(layer))
    if before and before.path == path:
        return before
    kind = "scene" if scene is not None else str(layer.get("type", "text"))
    name = scene if scene is not None else before.name if before else name_of(layer, kind, place)
    return Entry(path, kind, name, layer.get("hidden") is True, _inside(layer, f"{path}.", place, known), layer)


def _scene_name(scene: Mapping[str, Any], number: int) -> str:
    named = scene.get("id")
    return named if isinstance(named, str) and named else f"Scene {number + 1}"


class LayerModel(QAbstractItemModel):
    """Follows the project."""

    def __init__(self, project: Project, parent: QWidget) -> None:
        super().__init__(parent)
        self.project = project
        self._document: Any = None
        self._take(())
        project.changed.connect(self.refresh)
        project.view_changed.connect(self._redraw)

    def refresh(self) -> None:
        before, self._document = self._document, self.project.document
        if before is self._document:
            return
        named_alike = bool(before and self._document) and before.get("props") is self._document.get("props")
        entries = entries_of(self._document, {id(entry.layer): entry for entry in self._all} if named_alike else None)
        if _are_alike(entries, self.top):
            self._replace(entries)
            return
        self.beginResetModel()
        self._take(entries)
        self.endResetModel()

    def _take(self, entries: tuple[Entry, ...]) -> None:
        """Rows are known by their numbers in `_all`: what Qt keeps of an index must not be a Python object."""
        self.top = entries
        self._all: list[Entry] = []
        self._places: list[tuple[int, int]] = []  # (parent's number or -1, row)
        self._inner: dict[int, list[int]] = {-1: []}
        self._number(entries, -1)
        self._by_path = {entry.path: number for number, entry in enumerate(self._all)}
        self._flags: dict[int, Qt.ItemFlag] = {}

    def _number(self, entries: Sequence[Entry], parent: int) -> None:
        for row, entry in enumerate(entries):
            number = len(self._all)
            self._all.append(entry)
            self._places.append((parent, row))
            self._inner[parent].append(number)
            self._inner[number] = []
            self._number(entry.children, number)

    def _replace(self, entries: tuple[Entry, ...]) -> None:
        before, self.top = self._all, entries
        self._flags.clear()
        self._all = [entry for each in entries for entry in each.walk()]
        changed = [k for k, (old, new) in enumerate(zip(before, self._all, strict=True)) if old is not new]
        if any(before[k].hidden != self._all[k].hidden for k in changed):
            self._redraw()  # what is in it is faint then
        for first, last in self._beside(changed):
            self.dataChanged.emit(self._index(first), self._index(last))

    def _beside(self, numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
        """First and last of those that follow each other: a view does much for each time that it is told."""
        first = last = -1
        for number in sorted(numbers, key=self._places.__getitem__):
            parent, row = self._places[number]
            if last >= 0 and self._places[last] == (parent, row - 1):
                last = number
                continue
            if last >= 0:
                yield first, last
            first = last = number
        if last >= 0:
            yield first, last

    def _redraw(self) -> None:
        """All of them, those of one parent at once."""
        self._flags.clear()
        for inner in self._inner.values():
            if inner:
                self.dataChanged.emit(self._index(inner[0]), self._index(inner[-1]))

    # ------------------------------------------------------------------------------------------------- for the view

    def entry(self, index: Index) -> Entry:
        return self._all[int(index.internalId())]

    def index_of(self, path: str) -> QModelIndex:
        number = self._by_path.get(path)
        return QModelIndex() if number is None else self._index(number)

    def _index(self, number: int) -> QModelIndex:
        return self.createIndex(self._places[number][1], 0, number)

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        inner = self._inner[int(parent.internalId()) if parent.isValid() else -1]
        return self._index(inner[row]) if column == 0 and 0 <= row < len(inner) else QModelIndex()

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        if not index.isValid():
            return QModelIndex()
        above = self._places[int(index.internalId())][0]
        return QModelIndex() if above < 0 else self._index(above)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(self._inner[int(parent.internalId()) if parent.isValid() else -1])

    def columnCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entry(index)
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole | Qt.ItemDataRole.ToolTipRole:
                return entry.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._said(entry)
        if role == KIND:
            return entry.kind
        if role == PATH:
            return entry.path
        if role == HIDDEN:
            return entry.hidden
        if role == SOLO:
            return entry.path in self.project.solo
        if role == LOCKED:
            return entry.path in self.project.locked
        return self._is_faint(entry) if role == FAINT else None

    def _said(self, entry: Entry) -> str:
        states = ((entry.hidden, "hidden"), (entry.path in self.project.solo, "solo"))
        more = [word for on, word in (*states, (entry.path in self.project.locked, "locked")) if on]
        return ", ".join((entry.name, entry.kind.replace("_", " "), *more))

    def _is_faint(self, entry: Entry) -> bool:
        """Not seen: it, or what it is in, is hidden."""
        steps = steps_of(entry.path)
        return any(
            (number := self._by_path.get(path_of(steps[:k]))) is not None and self._all[number].hidden
            for k in range(1, len(steps) + 1)
        )

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        path, name = self.entry(index).path, str(value).strip()
        if role != Qt.ItemDataRole.EditRole or name == self.entry(index).name:
            return False
        return self.project.edit(self.tr("Rename"), lambda document: rename_layer(document, path, name))

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        number = int(index.internalId())
        found = self._flags.get(number)
        if found is None:
            found = self._flags[number] = self._flags_of(self._all[number])
        return found

    def _flags_of(self, entry: Entry) -> Qt.ItemFlag:
        movable = entry.kind != "scene" and entry.path.endswith("]") and not self.project.is_locked(entry.path)
        return FLAGS[movable, holder_of(entry.path, entry.kind) is not None]

    def _holder(self, index: Index) -> str | None:
        entry = self.entry(index)
        return holder_of(entry.path, entry.kind)

    # ------------------------------------------------------------------------------------------------------- dragging

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        data.setData(MIME, json.dumps([self.entry(index).path for index in indexes]).encode())
        return data

    def canDropMimeData(self, data: QMimeData, _action: Qt.DropAction, _row: int, _column: int, parent: Index) -> bool:
        if not data.hasFormat(MIME) or (parent.isValid() and self._holder(parent) is None):
            return False
        inside = self.entry(parent).path if parent.isValid() else ""
        dragged = [steps_of(path) for path in _paths(data)]
        return all(steps_of(inside)[: len(steps)] != steps for steps in dragged)

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        """Rows are from the top down, layers from the lowest up."""
        if not self.canDropMimeData(data, action, row, column, parent):
            return False
        inside = self._holder(parent) if parent.isValid() else ""
        count = self.rowCount(parent)
        index = count if row < 0 else count - row
        paths = _paths(data)
        self.project.edit(
            self.tr("Move layers") if len(paths) > 1 else self.tr("Move layer"),
            lambda document: move_layers(document, paths, inside or "", index),
        )
        return False  # the document tells where they are now; the view has nothing to take away


def _paths(data: QMimeData) -> list[str]:
    paths: list[str] = json.loads(bytes(data.data(MIME).data()))
    return paths


def beside(paths: Sequence[str]) -> bool:
    """Whether they can be grouped: in one parent, in a list."""
    return bool(paths) and len({parent_of(path) for path in paths}) == 1 and all(path.endswith("]") for path in paths)
