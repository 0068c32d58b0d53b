"""The files that a composition names, wherever they stand in it, and the same composition with other names.

It is looked at as it was validated: props in their places, repeats unfolded. So a file is what stands in a field for
files, however it came there, and a text that looks like a path or an address stays a text. Other documents that it holds
are written in place, since what they name is relative to them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from render_engine.document.address import is_address
from render_engine.errors import DocumentError, FramekilnError, MediaError, Problem

if TYPE_CHECKING:
    from render_engine.document.composition import Composition
    from render_engine.document.palette import Colors
    from render_engine.document.read import Raw

Kind = Literal["file", "document", "sequence"]
MOST_DOCUMENTS = 1000  # as many as a render reads


@dataclass(frozen=True)
class Named:
    """A file as a document names it. A `sequence` is a folder or a pattern of pictures."""

    where: str  # layers[2].source
    base: Path  # the folder that the name is relative to
    name: str
    kind: Kind = "file"
    needed: bool = True  # False: of a layer that is hidden, or a name that can be another layer's id
    nested: bool = False  # in a document that stands in another
    given: bool = False  # as a prop of the document that it stands in, by one outside

    @property
    def path(self) -> Path:
        return self.base / self.name

    def files(self) -> list[Path]:
        """What is read where it is named; empty where nothing is there that need not be. MediaError, with the place."""
        if self.kind != "sequence":
            if not self.path.is_file() and self.needed:
                kind = "is a folder, not a file" if self.path.is_dir() else "does not exist"
                raise MediaError(f"{self.path} {kind}", where=self.where)
            return [self.path] if self.path.is_file() else []
        from render_engine.media.images import image_sequence

        try:
            return image_sequence(self.path)
        except MediaError as error:
            if self.needed:
                raise error.at(self.where) from error
            return []


# Gives the name to write instead; of a document, which is written in place, the path to read it at.
Place = Callable[[Named], str]


def placed(composition: Composition, base: Path, place: Place) -> Composition:
    """The same composition with its files named anew. `place` is asked for each, in the order of the document."""
    from render_engine.document.load import validated
    from render_engine.document.write import validated_json

    tree = json.loads(validated_json(composition))
    return validated(_Walk(base, place).composition(tree))


@dataclass
class Count:
    documents: int = 0


@dataclass(frozen=True)
class _Walk:
    base: Path
    place: Place
    where: str = ""
    palette: Colors | None = None
    chain: tuple[Path, ...] = ()  # of documents that this one is held by
    props: frozenset[str] = frozenset()  # files that were given to this document from outside
    hidden: bool = False
    count: Count = field(default_factory=Count)

    def composition(self, tree: Mapping[str, Raw]) -> dict[str, Raw]:
        """Without what declares its props: they are in their places."""
        from render_engine.document.palette import colors

        inner = self if tree.get("palette") is None else replace(self, palette=colors(tree["palette"]))
        rest = {key: inner.at(key).value(value) for key, value in tree.items() if key not in ("props", "fonts")}
        fonts = {name: self._fonts(name, files) for name, files in tree.get("fonts", {}).items()}
        return rest | ({"fonts": fonts} if fonts else {})

    def at(self, step: str) -> _Walk:
        return replace(self, where=f"{self.where}.{step}".lstrip("."))

    def value(self, value: Raw) -> Raw:
        if isinstance(value, list):
            return [replace(self, where=f"{self.where}[{k}]").value(inner) for k, inner in enumerate(value)]
        if not isinstance(value, dict):
            return value
        here = replace(self, hidden=self.hidden or value.get("hidden") is True)
        if value.get("type") == "composition":
            return here._nested(value)
        return {key: here.at(key)._field(key, inner, value) for key, inner in value.items()}

    def _field(self, key: str, value: Raw, owner: Mapping[str, Raw]) -> Raw:
        if key == "source" and isinstance(value, str):
            layer = owner.get("type")
            named = self._named(value, "sequence" if layer == "image_sequence" else "file")
            return self.place(replace(named, needed=named.needed and layer != "visualiser"))
        return self.value(value)

    def _named(self, name: str, kind: Kind = "file") -> Named:
        nested, given = bool(self.chain), name in self.props
        return Named(self.where, self.base, name, kind, not self.hidden, nested, given)

    def _fonts(self, family: str, files: Raw) -> Raw:
        here = self.at(f"fonts.{family}")
        if isinstance(files, str):
            return self.place(here._named(files))
        return [self.place(replace(here, where=f"{here.where}[{k}]")._named(name)) for k, name in enumerate(files)]

    def _nested(self, layer: Mapping[str, Raw]) -> dict[str, Raw]:
        rest = {key: value for key, value in layer.items() if key not in ("source", "props", "composition")}
        outer = {key: self.at(key).value(value) for key, value in rest.items()}
        if layer.get("source") is None:
            return outer | {"composition": self.at("composition").composition(layer["composition"])}
        here = self.at("source")
        path = here.place(here._named(layer["source"], "document"))
        if is_address(layer["source"]) and not Path(path).is_file():
            return {**layer, **outer}  # only a node will see it
        return outer | {"composition": here._other(Path(path).resolve(), layer.get("props", {}))}

    def _other(self, path: Path, props: Mapping[str, Raw]) -> dict[str, Raw]:
        """Another document, as it stands in this one."""
        from render_engine.document.load import load_document
        from render_engine.document.write import validated_json

        self.count.documents += 1
        if path in self.chain or self.count.documents > MOST_DOCUMENTS:
            raise DocumentError(f"{path.name} holds itself, or too many documents", where=self.where)
        inner = replace(
            self,
            base=path.parent,
            where="",
            chain=(*self.chain, path),
            props=frozenset(str(self.base / text) for text in _texts(props)),
        )
        try:
            read = load_document(path, props, files_from=self.base, palette=self.palette)
            return inner._under(self.where, path.name).composition(json.loads(validated_json(read)))
        except DocumentError as error:
            raise DocumentError([_inside(each, self.where, path.name) for each in error.problems]) from error
        except FramekilnError as error:
            raise error.at(self.where) from error

    def _under(self, where: str, name: str) -> _Walk:
        return replace(self, place=lambda named: self.place(replace(named, where=f"{where}: {name}: {named.where}")))


def _inside(problem: Problem, where: str, name: str) -> Problem:
    told = f"{name}: {problem.path}: " if problem.path else f"{name}: "
    return (
        problem
        if problem.path.startswith(f"{where}:")
        else replace(problem, path=where, message=told + problem.message)
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
