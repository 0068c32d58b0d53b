"""One step of what can be taken back: from one state to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

from app.project_state import Moved, State, back, then

if TYPE_CHECKING:
    from app.project import Project


class Step(QUndoCommand):
    """Qt asks commands of one id whether they are one."""

    def __init__(
        self, project: Project, label: str, before: State, after: State, key: tuple[str, int] | None, moved: Moved
    ) -> None:
        super().__init__(label)
        self.project, self.before, self.after, self.key, self.moved = project, before, after, key, moved

    def id(self) -> int:
        return -1 if self.key is None else 1

    def redo(self) -> None:
        self.project.take(self.after, self.moved)

    def undo(self) -> None:
        self.project.finish()
        self.project.take(self.before, back(self.moved))

    def mergeWith(self, later: QUndoCommand) -> bool:  # Qt's name
        if not isinstance(later, Step) or later.key != self.key:
            return False
        self.after, self.moved = later.after, then(self.moved, later.moved)
        self.setObsolete(self.after.is_like(self.before))
        return True
