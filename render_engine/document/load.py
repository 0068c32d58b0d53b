"""From what was asked for (a template, a document, a Python function) to a validated composition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from render_engine.document.composition import Composition, parse_fps
from render_engine.document.palette import Colors
from render_engine.document.problems import problems_of, refuse
from render_engine.document.read import Raw, check_raw, document_file, read_document
from render_engine.document.repeat import Expansion
from render_engine.document.suggest import did_you_mean
from render_engine.errors import BadInput, DocumentError, Problem

VERSION = 1
NO_PROPS: Mapping[str, object] = {}


@dataclass(frozen=True)
class Loaded:
    """A composition and where it came from."""

    composition: Composition
    base: Path  # what its file names are relative to
    name: str
    source: str  # as it was asked for
    document: Path | None = None
    size: tuple[int, int] | None = None  # of the output, where another than the composition's was asked for
    rate_asked: bool = False  # whether the frame rate was asked for, beside what the document says


def load_source(
    source: str,
    *,
    props: Mapping[str, object] = NO_PROPS,
    size: tuple[int, int] | None = None,
    fps: str | float | None = None,
) -> Loaded:
    """`source` is a template's name, a JSON document or its folder, or file.py:function."""
    from render_engine.document import python_source, templates  # they make compositions; most documents need neither

    file, _, function = source.rpartition(":")
    if file.endswith(".py"):
        loaded = python_source.load(Path(file), function, source, props, size)
    elif source in templates.TEMPLATES:
        loaded = templates.load(source, props, size)
    elif source.endswith(".py"):
        raise BadInput(f"{source} is Python: say which function makes the composition, as in {source}:compose")
    else:
        path = Path(source)
        if not path.exists() and path.suffix != ".json" and len(path.parts) == 1:
            near = did_you_mean(source, templates.TEMPLATES)
            raise BadInput(f"there is no template “{source}” and no file of that name. {near or templates.listed()}")
        loaded = from_document(path, source, props, size)
    return loaded if fps is None else replace(at_rate(loaded, fps), rate_asked=True)


def load_edited(
    document: Raw,
    source: str,
    *,
    props: Mapping[str, object] = NO_PROPS,
    size: tuple[int, int] | None = None,
    fps: str | float | None = None,
) -> Loaded:
    """A document as it is being edited, where that is not what its file (`source`) says, or there is no file yet."""
    file = Path(source).absolute()
    composition = parse_document(dict(document), props, files_from=Path.cwd())
    loaded = Loaded(composition, file.parent, file.stem, source, None, size)
    return loaded if fps is None else replace(at_rate(loaded, fps), rate_asked=True)


def from_document(path: Path, source: str, props: Mapping[str, object], size: tuple[int, int] | None) -> Loaded:
    file = document_file(path)
    composition = load_document(file, props, files_from=Path.cwd())
    name = file.parent.resolve().name if path.is_dir() else file.stem
    return Loaded(composition, file.parent.absolute(), name, source, file.absolute(), size)


def load_document(
    path: Path,
    props: Mapping[str, object] = NO_PROPS,
    *,
    files_from: Path | None = None,
    palette: Colors | None = None,
) -> Composition:
    """The composition in a file; file props that are given are relative to `files_from`.

    `palette`: of the composition that it is nested in.
    """
    return parse_document(read_document(document_file(path)), props, files_from=files_from, palette=palette)


def parse_document(
    raw: object,
    props: Mapping[str, object] = NO_PROPS,
    *,
    files_from: Path | None = None,
    palette: Colors | None = None,
) -> Composition:
    """Props in their places, repeats unfolded, then validated: a composition, or a DocumentError with every problem."""
    if not isinstance(raw, dict):
        raise DocumentError('a document is a JSON object: {"framekiln": 1, …}')
    _check_version(raw)
    check_raw(raw)
    expansion = Expansion()
    filled = expansion.document(raw, props, files_from=files_from, palette=palette)
    if expansion.problems:
        raise refuse(tuple(dict.fromkeys(expansion.problems)))
    return validated(filled)


def validated(raw: Raw) -> Composition:
    try:
        return Composition.model_validate(raw)
    except ValidationError as error:
        raise refuse(problems_of(error, raw, Composition)) from error
    except RecursionError as error:
        raise DocumentError("the document is nested too deep") from error


def _check_version(raw: Mapping[str, Any]) -> None:
    if "framekiln" not in raw:
        near = did_you_mean("framekiln", raw)
        raise DocumentError(
            (Problem("framekiln", 'this field is missing; a document begins with {"framekiln": 1, …}', near),)
        )
    version = raw["framekiln"]
    if isinstance(version, int) and not isinstance(version, bool) and version > VERSION:
        raise DocumentError(
            f"the document is of version {str(version)[:20]}, newer than this engine (1); update Framekiln",
            where="framekiln",
        )
    if version != VERSION or isinstance(version, bool):
        raise DocumentError("the version of the format is the number 1", where="framekiln")


def at_rate(loaded: Loaded, fps: str | float) -> Loaded:
    try:
        parse_fps(fps)
    except ValueError as error:
        raise BadInput(str(error)) from error
    return replace(loaded, composition=loaded.composition.model_copy(update={"fps": fps}))
