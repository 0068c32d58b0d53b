"""Watches as rows of `automations`: made of what a person asks for, and read again by the node that they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from render_engine.document import templates
from render_engine.document.prop_names import file_props, prop_names
from render_engine.document.read import document_file
from render_engine.document.suggest import did_you_mean, one_of
from render_engine.errors import BadInput
from sync.automations import Automation, Automations
from sync.watch.watch import Watch


class Trigger(BaseModel):
    model_config = ConfigDict(extra="forbid")

    folder: Path
    poll: bool = False
    only: tuple[str, ...] = ()


class Action(BaseModel):
    model_config = ConfigDict(extra="forbid")

    source: str
    props: dict[str, Any] = {}
    prop: str | None = None
    options: dict[str, Any] = {}
    out: Path | None = None
    move: bool = False


def add(automations: Automations, watch: Watch, node: str) -> Watch:
    """Raises BadInput where the name is taken."""
    trigger = Trigger(folder=watch.folder, poll=watch.poll, only=watch.only)
    action = Action.model_validate({name: getattr(watch, name) for name in Action.model_fields})
    row = automations.add(
        "watch", watch.name, trigger.model_dump(mode="json"), action.model_dump(mode="json"), node=node
    )
    return replace(watch, id=row.id)


def watch_of(row: Automation) -> Watch:
    """Raises BadInput for a row that was written by hand and is none."""
    try:
        trigger, action = Trigger.model_validate(dict(row.trigger)), Action.model_validate(dict(row.action))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise BadInput(f"the watch “{row.name}” cannot be used: {where}: {first['msg'].lower()}") from error
    return Watch(row.id, row.name, **trigger.__dict__, **action.__dict__)


def source_named(text: str) -> str:
    """A template's name, or a document's whole path. BadInput for what is neither."""
    if text in templates.TEMPLATES:
        return text
    if ".py" in Path(text).suffix:
        raise BadInput(f"--template {text}: a template or a document is expected; Python does not travel to nodes")
    path = Path(text)
    if not path.exists():
        near = did_you_mean(text, templates.TEMPLATES) or templates.listed()
        raise BadInput(f"--template {text}: there is no template and no document of that name. {near}")
    return str(document_file(path).absolute())


def own_props(source: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Checked by name; files by their whole path, from here. BadInput for a prop that is not there."""
    known, files = prop_names(source), file_props(source)
    for name in given:
        if name not in known:
            raise BadInput(f"there is no prop “{name}”. {did_you_mean(name, known) or f'It takes {one_of(known)}.'}")
    return {name: str(Path.cwd() / value) if name in files and isinstance(value, str) else value
            for name, value in given.items()}  # fmt: skip


def media_prop(source: str, asked: str | None, given: Mapping[str, Any]) -> str | None:
    """The prop that a dropped media file becomes; None where the source takes no file. BadInput where it is not clear."""
    files = file_props(source)
    if asked is not None and asked not in files:
        near = did_you_mean(asked, files) or (f"It takes files as {one_of(files)}." if files else "It takes no file.")
        raise BadInput(f"--prop {asked}: there is no such file prop. {near}")
    free = [name for name in files if name not in given]
    if asked is None and len(free) > 1:
        raise BadInput(
            f"say with --prop which prop a dropped picture, video or sound becomes: {one_of(free)}; or with "
            "--only '*.json' --only '*.csv' that only props and tables are dropped"
        )
    return asked or (free[0] if free else None)
