"""Which version a template or a document is of: another one makes another video of the same drop."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from render_engine.document import templates
from render_engine.document.read import document_file, read_document
from render_engine.media.content import content_hash
from sync.jobs import canonical
from sync.watch.watch import Watch


def version_of(watch: Watch) -> str:
    """Of all that its jobs have in common. BadInput where the source cannot be read."""
    hashes = [content_hash(path) for path in own_files(watch)]
    same: dict[str, Any] = {"source": watch.source, "files": hashes, "props": watch.props, "options": watch.options}
    return hash_of(same | {"prop": watch.prop, "out": str(watch.out) if watch.out else None})


def own_files(watch: Watch) -> tuple[Path, ...]:
    """Those that its source and its own props are made of."""
    files = _template(watch.source) if watch.source in templates.TEMPLATES else _document(watch.source)
    return tuple(dict.fromkeys((*files, *_files_named(watch.props, Path("/")))))


def hash_of(value: Any) -> str:
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def _template(name: str) -> list[Path]:
    """Its module, and what templates share."""
    path = templates.template(name).path
    return [path, *sorted(path.parent.glob("_*.py"))]


def _document(source: str) -> list[Path]:
    """The document and the files that it names, other documents' too."""
    found: dict[Path, None] = {}
    to_read = [document_file(Path(source))]
    while to_read:
        path = to_read.pop()
        if path in found:
            continue
        found[path] = None
        if path.suffix.lower() == ".json":
            to_read += _files_named(_raw(path), path.parent)
    return list(found)


def _raw(path: Path) -> Any:
    """Captions are JSON too, and name no files."""
    raw = read_document(path)
    return raw if isinstance(raw, Mapping) and "framekiln" in raw else None


def _files_named(value: Any, base: Path) -> list[Path]:
    return [path for text in _texts(value) if len(text) < 1000 for path in (base / text,) if _is_file(path)]


def _is_file(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size > 0
    except (OSError, ValueError):  # no name that a file could have
        return False


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


def key_of(version: str, props: Mapping[str, Any], files: Mapping[str, tuple[str, str]]) -> str:
    """sha256 of all that makes a job what it is. `files`: ending and sha256 by prop; names and places are nothing to it."""
    return hash_of({"version": version, "props": props, "files": files})
