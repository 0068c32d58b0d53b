"""What a job is made of, gathered where it is submitted: the document or the template's name, its props and its files.

A document travels as it was written where it can. Where it names files outside its folder, and where it comes from
Python, it travels as it was validated, with its files named anew. What comes with the engine stays where it is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from render_engine.document.address import is_address
from render_engine.errors import MediaError
from sync.inputs.known import HEAD, suffix_of
from sync.inputs.named import Named, placed
from sync.inputs.template_props import placed_props

if TYPE_CHECKING:
    from render_engine.document.load import Loaded
    from render_engine.document.read import Raw

OUTSIDE = "outside"  # the folder of files that do not lie in the document's


@dataclass(frozen=True)
class Bundle:
    """`source`: a template's name, or None where the document is here."""

    source: str | None
    document: Raw | None
    files: Mapping[str, Path]  # by the names that document and props read them by
    props: Mapping[str, Any]

    def part(self, hashes: Mapping[str, str]) -> dict[str, Any]:
        """Its part of a job's payload. `hashes`: sha256 of each file, by name."""
        return {"source": self.source, "document": self.document, "files": dict(hashes), "props": dict(self.props)}


def bundle(loaded: Loaded, props: Mapping[str, Any]) -> Bundle:
    """`props`: as they were given. Raises BadInput with the field's path where a file is missing."""
    from render_engine.document.templates import TEMPLATES

    if loaded.document is None and loaded.source in TEMPLATES:
        return template_bundle(loaded.source, props)
    names = _Names(loaded.base.absolute())
    shipped = _given_files(loaded, props, names)
    written = placed(loaded.composition, names.base, names.place)
    if loaded.document is not None and names.stayed:
        from render_engine.document.read import read_document

        return Bundle(None, read_document(loaded.document), names.files, shipped)
    from render_engine.document.write import raw_document

    files = {name: path for name, path in names.files.items() if path not in names.documents}
    return Bundle(None, raw_document(written), files, {})


def template_bundle(source: str, props: Mapping[str, Any]) -> Bundle:
    """Of a template, without composing it: its files may be at addresses, which only a node fetches."""
    from render_engine.document.templates import BASE, template

    names = _Names(Path.cwd())

    def place(where: str, name: str) -> str:
        inner = not re.fullmatch(
            r"props\.\w+", where
        )  # in a model inside the props, names are relative to the engine's
        return name if inner and (BASE / name).is_file() and not Path(name).is_absolute() else names.prop(where, name)

    return Bundle(source, None, names.files, placed_props(template(source).module().Props, props, place))


def _given_files(loaded: Loaded, props: Mapping[str, Any], names: _Names) -> dict[str, Any]:
    """The props, with files named as they travel."""
    declared = loaded.composition.props
    shipped = dict(props)
    for name, value in props.items():
        if name in declared and declared[name].type == "file" and isinstance(value, str) and not is_address(value):
            names.given.add(str(Path.cwd() / value))
            shipped[name] = names.prop(f"props.{name}", value)
    return shipped


@dataclass
class _Names:
    """Names inside one folder, for files from anywhere."""

    base: Path
    files: dict[str, Path] = field(default_factory=dict)
    documents: set[Path] = field(default_factory=set)
    given: set[str] = field(default_factory=set)  # absolute names that came in by file props
    folders: dict[Path, str] = field(default_factory=dict)  # outside → its name inside
    stayed: bool = True  # whether the document can be read as it was written

    def place(self, named: Named) -> str:
        if is_address(named.name):
            self.stayed = self.stayed and not named.nested  # the payload has to show which assets are in use
            return named.name
        found = _files(named)
        if not found:
            return named.name
        inside = self.inside(named.path)
        beside = inside is not None and (named.given or not Path(named.name).is_absolute())
        self.stayed = self.stayed and (beside or named.name in self.given)
        name = inside or self._outside(named.path)
        self._add(name, named.path, found)
        if named.kind == "document":
            self.documents.add(found[0])
            return str(named.path)
        return name

    def prop(self, where: str, name: str) -> str:
        """Of a file prop, relative to the current folder."""
        if is_address(name):
            return name
        named = Named(where, Path.cwd(), name)
        found = _files(named)
        placed = self.inside(named.path) or self._outside(named.path)
        self._add(placed, named.path, found)
        return placed

    def inside(self, path: Path) -> str | None:
        """Its name in the folder, if it lies there."""
        lexical = Path(os.path.normpath(path))
        for base in (self.base, self.base.resolve()):
            if lexical.is_relative_to(base):
                return lexical.relative_to(base).as_posix()
        return None

    def _outside(self, path: Path) -> str:
        """Neighbours stay neighbours; what they are called where they come from is nobody's business."""
        whole = Path(os.path.normpath(path))
        folder = _folder(whole)
        prefix = OUTSIDE
        while (self.base / prefix).exists():
            prefix += "_"
        self.folders.setdefault(folder, f"{prefix}/{len(self.folders) + 1}")
        return f"{self.folders[folder]}/{whole.relative_to(folder).as_posix()}"

    def _add(self, name: str, path: Path, found: list[Path]) -> None:
        """`found`: the file itself, or what belongs to it in its folder and below."""
        whole = Path(os.path.normpath(path))
        folder = _folder(whole)
        top = name.removesuffix(whole.relative_to(folder).as_posix())
        for each in found:
            near = next(one for one in (folder, path.resolve().parent) if each.is_relative_to(one))
            self.files[top + each.relative_to(near).as_posix()] = each


def _folder(path: Path) -> Path:
    """The folder that it stands in; of a pattern the one above everything that it may match."""
    folders = [folder for folder in reversed(path.parents) if "*" not in str(folder) and "?" not in str(folder)]
    return folders[-1]


def _files(named: Named) -> list[Path]:
    """All files that are read where this one is named: an SVG brings others."""
    found = [Path(os.path.normpath(path)) for path in named.files()]
    if named.kind != "file" or not found or not _is_svg(named.path):
        return found
    from render_engine.media.svg import linked_files

    try:
        return [*found, *linked_files(named.path)]
    except MediaError as error:
        raise error.at(named.where) from error


def _is_svg(path: Path) -> bool:
    with path.open("rb") as file:
        return path.suffix.lower() in (".svg", ".svgz") or suffix_of(file.read(HEAD)) == ".svg"
