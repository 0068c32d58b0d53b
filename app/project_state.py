"""What is open, at one moment: whole and never changed, so that a step back is the state before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from app.document_copies import copied, difference, is_same, shared
from app.document_edits import Document, path_of, walk
from render_engine.document.read import check_raw

Kind = Literal["nothing", "document", "template", "python"]
Moved = dict[str, str | None]  # a layer's path → its path after an edit; None: it is gone


@dataclass(frozen=True)
class State:
    """`source`: a template's name, file.py:function, or the file that a document's names are relative to."""

    source: str = ""
    document: Document | None = None
    props: Mapping[str, Any] = field(default_factory=dict)
    size: tuple[int, int] | None = None

    @property
    def base(self) -> Path:
        return Path(self.source).parent

    def is_like(self, other: State) -> bool:
        return (self.source, self.size) == (other.source, other.size) and is_same(
            [self.document, dict(self.props)], [other.document, dict(other.props)]
        )

    def written(self) -> dict[str, Any]:
        return {"source": self.source, "document": self.document, "props": dict(self.props), "size": self.size}


def state_from(written: Mapping[str, Any]) -> State:
    """Of what `written` gave, also after it was JSON."""
    size = written.get("size")
    return State(**{**written, "size": tuple(size) if size else None})


def kind_of(source: str, document: Document | None) -> Kind:
    if document is not None:
        return "document"
    if not source:
        return "nothing"
    if source.rpartition(":")[0].endswith(".py"):
        return "python"
    from render_engine.document.templates import TEMPLATES

    return "template" if source in TEMPLATES else "document"


def edited(state: State, change: Callable[[Document], None]) -> tuple[State, Moved]:
    """The state after a change of its document, and where its layers went.

    Raises DocumentError where the change left something in it that is not JSON, and what the change raises.
    """
    assert state.document is not None
    draft = copied(state.document)
    before = walk(draft)
    change(draft)
    document = shared(state.document, draft)
    check_raw(difference(state.document, document))
    after = {id(layer): steps for steps, layer in walk(draft)}
    places = ((steps, after.get(id(layer))) for steps, layer in before)
    moved = {path_of(steps): None if now is None else path_of(now) for steps, now in places if now != steps}
    return replace(state, document=document), moved


def back(moved: Moved) -> Moved:
    """The way back; those that were gone come back by themselves, those that came are gone."""
    return {now: path for path, now in moved.items() if now is not None}


def follow(paths: set[str], moved: Moved) -> set[str]:
    return {now for path in paths if (now := moved.get(path, path)) is not None}


def then(first: Moved, second: Moved) -> Moved:
    """One edit after another, as one."""
    joined = {path: None if now is None else second.get(now, now) for path, now in first.items()}
    ends = {now for now in first.values() if now is not None}
    return joined | {path: now for path, now in second.items() if path not in ends and path not in joined}
