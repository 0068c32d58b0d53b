"""What is being edited: a document, a template with its props, or a Python function with its own.

Every change is a step that can be taken back, those that come from elsewhere too. Nothing is resolved or drawn here: the
preview's process gets `source()`. The file, and what the last opening read, are watched while it is open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from app.document_copies import is_same
from app.document_edits import Document, layer_paths, only_shown
from app.document_file import DocumentFile, read
from app.kept_copy import KeptCopy
from app.moved_files import moved as with_moved_files
from app.open_file import OpenFile
from app.preview.player import Source
from app.project_state import Kind, Moved, State, edited, follow, kind_of, state_from
from app.project_step import Step
from app.recovery import Copy, forget
from app.template_to_document import Maker
from render_engine.errors import FramekilnError

UNTITLED = "untitled.json"
NOT_A_DOCUMENT = "Its layers are made by a program. Make it a document to change them."


class Project(QObject):
    changed = Signal()  # document, props, size, what is shown of it, or a file that it reads
    changed_elsewhere = Signal()  # after `changed`: another program wrote what is open, or a file that it reads
    layers_moved = Signal(object)  # Moved: selections follow
    saved = Signal()
    path_changed = Signal()
    modified_changed = Signal(bool)
    view_changed = Signal()  # solo, lock
    problem = Signal(str)  # something asked for could not be done
    trouble = Signal(str)  # the file is broken or gone; "" when it is well again
    conflict = Signal(str)  # the file was changed elsewhere, and here: keep_mine() or take_theirs()
    making = Signal(bool)  # a template is being written as a document

    def __init__(self, parent: QObject | None = None, *, recovery: Path | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self.undo_stack.cleanChanged.connect(self._clean_changed)
        self.solo: set[str] = set()
        self.locked: set[str] = set()
        self._state = State()
        self._disk = OpenFile(self)
        self._disk.found.connect(self._found)
        self._disk.around_changed.connect(self.changed)
        self._disk.around_changed.connect(self.changed_elsewhere)
        self._disk.trouble.connect(self._troubled)
        self._hand = 0  # edits with one key are one step until the hand lets go
        self._copy = KeptCopy(self._to_keep, recovery, self)
        self._copy.failed.connect(self.problem)
        self._maker = Maker(self)
        self._maker.made.connect(self._made)
        self._maker.failed.connect(self._not_made)
        self._save_when_made: Path | None = None

    # ------------------------------------------------------------------------------------------------------- what is

    @property
    def kind(self) -> Kind:
        return "document" if self.path else kind_of(self._state.source, self._state.document)

    @property
    def path(self) -> Path | None:
        """Of the document's file; None for what has none yet, templates and Python."""
        return self._disk.path

    @property
    def document(self) -> Document | None:
        """As it is being edited. It is only looked at: `edit` changes it."""
        return self._state.document

    @property
    def props(self) -> Mapping[str, Any]:
        return self._state.props

    @property
    def size(self) -> tuple[int, int] | None:
        """Asked for, in place of the document's own."""
        return self._state.size

    @property
    def folder(self) -> Path:
        """What file names in the document are relative to."""
        return self._state.base

    @property
    def name(self) -> str:
        if self.path:
            return self.path.parent.name if self.path.name == "composition.json" else self.path.stem
        return {"nothing": "", "document": "Untitled"}.get(self.kind, Path(self._state.source).name)

    @property
    def origin(self) -> str:
        """As `open` takes it, in this or another window."""
        return str(self.path) if self.path else self._state.source

    @property
    def is_open(self) -> bool:
        return self.kind != "nothing"

    @property
    def is_editable(self) -> bool:
        return self._state.document is not None

    @property
    def is_modified(self) -> bool:
        return not self.undo_stack.isClean()

    @property
    def is_making(self) -> bool:
        return self._maker.is_busy

    @property
    def in_conflict(self) -> bool:
        """The file was written elsewhere, and is not to be written over unasked: a document, or a broken one."""
        return self._disk.in_conflict

    @property
    def trouble_text(self) -> str:
        return self._disk.trouble_text

    def source(self, *, as_seen: bool = True) -> Source:
        """For the player; `as_seen=False`, for renders: whatever is shown alone while it is edited."""
        state = self._state
        document = state.document
        if document is not None and as_seen:
            document = only_shown(document, self.solo)
        known = self._disk.known
        if known and not self.trouble_text and document is known.document:
            return Source(str(known.path), dict(state.props), state.size)
        return Source(state.source, dict(state.props), state.size, document)

    # ------------------------------------------------------------------------------------------------------- opening

    def open(self, source: str, props: Mapping[str, Any] | None = None, size: tuple[int, int] | None = None) -> bool:
        """A template's name, a document (or its folder), file.py:function. In place of what was open, saved or not.

        A file that is no document yet is opened all the same: it is watched, and the player says what is wrong with it.
        """
        given = dict(props or {})
        if kind_of(source, None) != "document":
            self._begin(State(source, None, given, size))
            return True
        path = Path(source).absolute()
        file = path / "composition.json" if path.is_dir() else path
        try:
            found = read(file)
        except FramekilnError as error:
            if not file.is_file():
                self.problem.emit(error.message)
                return False
            self._begin(State(str(file), None, given, size), path=file, trouble=error.message)
            return True
        self._begin(State(str(file), found.document, given, size), path=file, file=found)
        return True

    def new(self, document: Document, folder: Path) -> None:
        """A document without a file yet; what it names is relative to `folder`."""
        self._begin(State(str(folder / UNTITLED), document))

    def recover(self, copy: Copy) -> bool:
        """What another window had not saved: as a change of what the file says now."""
        state = state_from(copy.state)
        if not copy.origin or not Path(copy.origin).is_file() or not self.open(copy.origin):
            self._begin(State(state.source))
        self._push(self.tr("Recover"), state, None, {})
        self.keep_copy()
        forget(copy)
        return True

    def close(self) -> None:
        """Nothing is open then; what was not saved is given up, its recovery copy too."""
        self._begin(State())
        self._disk.close()
        self._maker.close()

    def _begin(
        self, state: State, *, path: Path | None = None, file: DocumentFile | None = None, trouble: str = ""
    ) -> None:
        self._copy.forget()
        self._maker.close()
        self._state = state
        self.solo, self.locked = set(), set()
        self.undo_stack.clear()
        self._disk.begin(path, file, trouble)
        self.watch(())
        self.path_changed.emit()
        self.changed.emit()

    # ------------------------------------------------------------------------------------------------------- editing

    def edit(self, label: str, change: Callable[[Document], None], merge: str | None = None) -> bool:
        """`change` gets a copy of the document. Edits in a row with the same `merge` are one step, until `finish`."""
        if self._state.document is None:
            self.problem.emit(self.trouble_text or self.tr(NOT_A_DOCUMENT))
            return False
        try:
            state, moved = edited(self._state, change)
        except (FramekilnError, KeyError) as error:
            told = error.message if isinstance(error, FramekilnError) else str(error.args[0])
            self.problem.emit(f"{label}: {told}")
            return False
        self._push(label, state, merge, moved)
        return True

    def edit_props(self, label: str, props: Mapping[str, Any], merge: str | None = None) -> None:
        self._push(label, replace(self._state, props=dict(props)), merge, {})

    def set_size(self, label: str, size: tuple[int, int] | None, merge: str | None = None) -> None:
        self._push(label, replace(self._state, size=size), merge, {})

    def finish(self) -> None:
        """The hand lets go: the next edit is a step of its own, even with the same key."""
        self._hand += 1

    def undo(self) -> None:
        self.undo_stack.undo()

    def redo(self) -> None:
        self.undo_stack.redo()

    def _push(self, label: str, state: State, merge: str | None, moved: Moved) -> None:
        if not state.is_like(self._state):
            key = None if merge is None else (merge, self._hand)
            self.undo_stack.push(Step(self, label, self._state, state, key, moved))

    def take(self, state: State, moved: Moved) -> None:
        """What is so from now on; of `Step`."""
        self._state = state
        if moved:
            there = set(layer_paths(state.document or {}))
            self.solo, self.locked = follow(self.solo, moved) & there, follow(self.locked, moved) & there
            self.layers_moved.emit(moved)
        self._copy.changed()
        self.changed.emit()

    # ------------------------------------------------------------------------------------- what is only of the editor

    def set_solo(self, path: str, on: bool) -> None:
        """Layers that are alone in the preview; not in what is rendered."""
        self.solo = self.solo | {path} if on else self.solo - {path}
        self.view_changed.emit()
        self.changed.emit()

    def is_locked(self, path: str) -> bool:
        """By itself, or with what it lies in."""
        return any(path == locked or path.startswith(f"{locked}.") for locked in self.locked)

    def set_locked(self, path: str, on: bool) -> None:
        self.locked = self.locked | {path} if on else self.locked - {path}
        self.view_changed.emit()

    # -------------------------------------------------------------------------------------------------------- saving

    def save(self) -> bool:
        """False where it was not: `problem` or `conflict` said why, and nothing is lost."""
        if self.path is None or self._state.document is None:
            nowhere = self.tr("It has no file yet: choose where to save it.")
            self.problem.emit(nowhere if self.path is None else self.trouble_text or self.tr(NOT_A_DOCUMENT))
            return False
        was_in_conflict = self.in_conflict
        self._disk.look()
        if self.in_conflict:
            if was_in_conflict or self._disk.theirs is None:
                self.conflict.emit(str(self.path))
            return False
        if not self.is_modified and not self.trouble_text:
            return True
        return self._write(self.path)

    def save_as(self, path: Path) -> bool:
        """What it names relative to its folder is named from the new one. A template is made a document first."""
        path = path.absolute()
        if self._state.document is None:
            self._save_when_made = path
            return self.make_document()
        return self._write(path)

    def _write(self, path: Path) -> bool:
        assert self._state.document is not None
        try:
            document = with_moved_files(self._state.document, self.folder, path.parent)
            elsewhere = path != self.path
            written = self._disk.write(path, document)
        except FramekilnError as error:
            self.problem.emit(error.message)
            return False
        self._state = replace(self._state, source=str(path), document=written.document)
        self.undo_stack.setClean()
        self._copy.forget()
        if elsewhere:
            self.path_changed.emit()
            self.changed.emit()
        self.saved.emit()
        return True

    def revert(self) -> None:
        """To what the file says; a step that can be taken back."""
        if self.path is None:
            return
        try:
            self._adopt(read(self.path), self.tr("Revert"))
        except FramekilnError as error:
            self.problem.emit(error.message)

    # ---------------------------------------------------------------------------------------------------------- live

    def watch(self, files: Iterable[str | Path]) -> None:
        """What the last opening read (`Opened.files`), beside the document itself or the Python file."""
        program = [Path(self._state.source.rpartition(":")[0])] if self.kind == "python" else []
        self._disk.watch([*map(Path, files), *program])

    def keep_mine(self) -> None:
        """The next save writes over what another program wrote."""
        self._disk.keep_mine()
        self.undo_stack.resetClean()

    def take_theirs(self) -> None:
        """What was changed here is a step back."""
        if self._disk.theirs:
            self._adopt(self._disk.theirs, self.tr("Change in the file"))

    def _found(self, found: DocumentFile) -> None:
        if self.is_editable and not self._is_as_known():
            self._disk.theirs = found
            self.conflict.emit(str(found.path))
        else:
            self._adopt(found, self.tr("Change in the file"))
            self.changed_elsewhere.emit()

    def _is_as_known(self) -> bool:
        known = self._disk.known
        return known is not None and is_same(self._state.document, known.document)

    def _troubled(self, text: str) -> None:
        """A document whose file is gone is not saved, until it comes back."""
        if not text and self._is_as_known():
            self.undo_stack.setClean()
        elif text and self.is_editable and not self._disk.is_broken:
            self.undo_stack.resetClean()
            self._copy.changed()
        self.trouble.emit(text)

    def _adopt(self, found: DocumentFile, label: str) -> None:
        """As a step; only where there was no document, there is nothing to go back to."""
        self._disk.take(found)
        state = replace(self._state, source=str(found.path), document=found.document)
        if self.is_editable:
            self._push(label, state, None, {})
            self._state = state  # the very object that the file has
        else:
            self.take(state, {})
        self.undo_stack.setClean()
        self._copy.forget()

    # ------------------------------------------------------------------------------------------------------ recovery

    def _clean_changed(self, is_clean: bool) -> None:
        if is_clean:
            self._copy.forget()
        self.modified_changed.emit(not is_clean)

    def keep_copy(self) -> None:
        """Now, and not after a while."""
        self._copy.keep()

    def _to_keep(self) -> tuple[str, str, dict[str, Any]] | None:
        return (str(self.path or ""), self.name, self._state.written()) if self.is_modified else None

    # ----------------------------------------------------------------------------------------------------- templates

    def make_document(self) -> bool:
        """Of a template or a function, in a process of its own; then its layers can be edited. A step like others."""
        if self.kind not in ("template", "python"):
            self._save_when_made = None
            self.problem.emit(self.trouble_text or self.tr("There is nothing to make a document of."))
            return False
        self._maker.make(self._state)
        self.making.emit(True)
        return True

    def _made(self, state: State) -> None:
        self.making.emit(False)
        self._push(self.tr("Make a document"), state, None, {})
        path, self._save_when_made = self._save_when_made, None
        if path:
            self._write(path)

    def _not_made(self, text: str) -> None:
        self._save_when_made = None
        self.making.emit(False)
        self.problem.emit(text)
