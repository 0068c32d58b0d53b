"""What is done with the layers that are chosen: each deed is a step of the project, and what it made is chosen then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from app import document_edits as edits
from app.document_edits import Document, Layer
from app.project import Project
from app.selection import Selection
from app.widgets.fields.words import in_words
from app.widgets.file_layers import layer_of, one_after_another
from app.widgets.layer_kinds import holder_of, new_layer


class LayerDeeds(QObject):
    def __init__(self, project: Project, selection: Selection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project, self.selection = project, selection

    # -------------------------------------------------------------------------------------------------- what is chosen

    def chosen(self) -> list[str]:
        """In the order of the document; those that are there."""
        document = self.project.document or {}
        there = [path for path in self.selection.layers if isinstance(edits.value_or(document, path), dict)]
        return sorted(there, key=edits.steps_of)

    def listed(self) -> list[str]:
        """Of the chosen ones, those that stand in a list: not the one layer of a repeat."""
        return [path for path in self.chosen() if path.endswith("]")]

    def groups(self) -> list[str]:
        return [path for path in self.listed() if self.is_group(path)]

    def is_group(self, path: str) -> bool:
        return isinstance(edits.value_or(self.project.document or {}, f"{path}.layers"), list)

    def free(self) -> list[str]:
        """Of the chosen ones, those that are not locked."""
        return [path for path in self.chosen() if not self.project.is_locked(path)]

    # ----------------------------------------------------------------------------------------------------------- new

    def add(self, layers: Sequence[Layer], label: str) -> bool:
        """On top of the chosen layer, or inside it where it is an empty group; they are chosen then."""
        parent, index = self._place()
        added: list[str] = []

        def change(document: Document) -> None:
            for k, layer in enumerate(layers):
                added.append(edits.insert_layer(document, layer, parent, None if index is None else index + k))

        done = self.project.edit(label, change)
        self.selection.select(added)
        return done

    def add_files(
        self,
        paths: Sequence[Path],
        start: float = 0,
        position: tuple[int, int] | None = None,
        *,
        in_turn: bool = False,
    ) -> list[Path]:
        """A layer each, from `start` in film seconds on, about `position` in px of the film; with `in_turn` scenes of one that
        follow each other. Those that can be none come back."""
        film = _size_of(self.project.document or {})
        made = {path: layer_of(path, self.source_name(path), film) for path in paths}
        layers = [layer for layer in made.values() if layer]
        for layer in layers:
            if start > 0:
                layer["start"] = edits.exact(start)
            if position and layer["type"] not in ("audio", "captions"):
                layer["position"] = list(position)
        if layers:
            layers = one_after_another(layers) if in_turn else layers
            names = in_words(layers[0]["type"]).lower() if len(layers) == 1 else self.tr("files")
            self.selection.clear()  # above all others, and on the film's own clock
            self.add(layers, self.tr("Add {}").format(names))
        return [path for path, layer in made.items() if not layer]

    def paste(self, layers: Sequence[Layer]) -> None:
        """With ids that are not taken yet, above the chosen layer."""
        document = self.project.document or {}
        words = self.tr("Paste layers") if len(layers) > 1 else self.tr("Paste layer")
        self.add(edits.with_free_ids(document, layers), words)

    def _place(self) -> tuple[str, int | None]:
        """Of what is new: its parent, and its number there; None is on top."""
        document, chosen = self.project.document or {}, self.chosen()
        if not chosen:
            return "", None
        path = chosen[-1]
        layer = edits.layer_at(document, path)
        holder = holder_of(path, kind_at(path, layer))
        if holder is not None and (kind_at(path, layer) == "scene" or not _has_layers(layer)):
            return holder, None
        parent, steps = edits.parent_of(path), edits.steps_of(path)
        beside = edits.value_or(document, f"{parent}.layers".lstrip("."))
        if steps[-2:-1] != ("layers",) or not isinstance(beside, list):
            return "", None
        return parent, int(steps[-1]) + 1

    def source_name(self, file: str | Path) -> str:
        """As the document names it: relative to its folder where it lies in that."""
        path, folder = Path(file), self.project.folder
        return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(file)

    def add_kind(self, kind: str, source: str = "") -> None:
        layer = new_layer(kind, self.source_name(source) if source else "")
        self.add([layer], self.tr("Add {}").format(in_words(kind).lower()))

    # --------------------------------------------------------------------------------------------- copies and removals

    def duplicate(self) -> None:
        paths = self.listed()

        def change(document: Document) -> None:
            for path in reversed(paths):
                edits.duplicate_layer(document, path)

        if paths and self.project.edit(self.tr("Duplicate"), change):
            self.selection.select(_copies_of(paths))

    def delete(self) -> None:
        """What is locked stays."""
        paths = self.free()
        if not paths and self.chosen():
            self.project.problem.emit(self.tr("It is locked. Unlock it to delete it."))
        if paths and self.project.edit(self.tr("Delete"), lambda document: edits.remove_layers(document, paths)):
            self.selection.clear()

    def group(self) -> None:
        paths, made = self.chosen(), list[str]()
        if self.project.edit(self.tr("Group"), lambda document: made.append(edits.group_layers(document, paths))):
            self.selection.select(made)

    def ungroup(self) -> None:
        paths, freed = self.groups()[-1:], list[str]()
        if paths and self.project.edit(self.tr("Ungroup"), lambda d: freed.extend(edits.ungroup(d, paths[0]))):
            self.selection.select(freed)

    def step(self, by: int) -> None:
        """One place nearer to the eye, or farther from it."""
        paths = self.listed()
        ordered = list(reversed(paths)) if by > 0 else paths

        def change(document: Document) -> None:
            for path in ordered:
                steps = edits.steps_of(path)
                listed = edits.value_at(document, steps[:-1])
                to = int(steps[-1]) + by
                if 0 <= to < len(listed):
                    listed.insert(to, listed.pop(int(steps[-1])))
                    edits.put_first_scene_right(listed, steps)

        self.project.edit(self.tr("Bring forward") if by > 0 else self.tr("Send backward"), change)

    # --------------------------------------------------------------------------------------------------------- marks

    def hide(self, paths: Iterable[str]) -> None:
        """Or show, where all of them are hidden."""
        paths = list(paths)
        document = self.project.document or {}
        hidden = not all(edits.value_or(document, f"{path}.hidden") is True for path in paths)

        def change(draft: Document) -> None:
            for path in paths:
                edits.set_hidden(draft, path, hidden)

        self.project.edit(self.tr("Hide") if hidden else self.tr("Show"), change)

    def solo(self, paths: Iterable[str]) -> None:
        self._toggle(paths, self.project.solo, self.project.set_solo)

    def lock(self, paths: Iterable[str]) -> None:
        self._toggle(paths, self.project.locked, self.project.set_locked)

    def _toggle(self, paths: Iterable[str], marked: set[str], mark: Callable[[str, bool], None]) -> None:
        paths = list(paths)
        on = not all(path in marked for path in paths)
        for path in paths:
            mark(path, on)


def kind_at(path: str, layer: Mapping[str, Any]) -> str:
    return "scene" if edits.steps_of(path)[-2:-1] == ("scenes",) else str(layer.get("type", "text"))


def _size_of(document: Document) -> tuple[int, int]:
    match document.get("size"):
        case [int() as width, int() as height]:
            return width, height
    return 1920, 1080


def _has_layers(layer: Mapping[str, Any]) -> bool:
    inside = layer.get("composition") if isinstance(layer.get("composition"), dict) else layer
    return bool(isinstance(inside, dict) and inside.get("layers"))


def _copies_of(paths: Sequence[str]) -> list[str]:
    """Each copy stands above its own, and moves those above by one."""
    above = {edits.parent_of(path): 0 for path in paths}
    found = []
    for path in paths:
        parent, steps = edits.parent_of(path), edits.steps_of(path)
        above[parent] += 1
        found.append(edits.path_of((*steps[:-1], int(steps[-1]) + above[parent])))
    return found
