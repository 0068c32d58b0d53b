"""`framekiln new`: a project folder that renders as it is, with all its media in it."""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import resources
from app.cli.arguments import Parser
from render_engine.errors import BadInput, RenderFailed

STARTER = Path(resources.__file__).parent / "starter"
SCHEMA = "composition.schema.json"


def add_arguments(parser: Parser) -> None:
    parser.add_argument("folder", metavar="DIR", type=Path, help="a new or empty folder")
    parser.add_argument("--template", metavar="NAME", help="start from this template instead of the short starter film")


def run(arguments: argparse.Namespace) -> int:
    folder: Path = arguments.folder
    _refuse_unless_empty(folder)
    document, base = _from_template(arguments.template) if arguments.template else _starter()
    media: dict[Path, str] = {}
    document = {"$schema": SCHEMA, **_with_own_media(document, base, media)}
    try:
        _write(folder, document, media)
    except OSError as error:
        raise RenderFailed(f"{folder}: the project cannot be written: {error.strerror}") from error
    facts = {"event": "done", "path": str(folder), "document": str(folder / "composition.json")}
    told = f"✓ {folder}\n\nTry: framekiln render {folder / 'composition.json'}"
    print(json.dumps(facts, ensure_ascii=False) if arguments.json else told)
    return 0


def _refuse_unless_empty(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()):
        raise BadInput(f"{folder} is not empty: name a folder that is new or empty")
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"{folder} is a file: name a folder that is new or empty")


def _starter() -> tuple[dict[str, Any], Path]:
    return json.loads((STARTER / "composition.json").read_text("utf-8")), STARTER


def _from_template(name: str) -> tuple[dict[str, Any], Path]:
    """What the template makes of its default props, written out as a document."""
    from render_engine.document.templates import load, template
    from render_engine.document.write import raw_document

    template(name)
    loaded = load(name, {}, None)
    return raw_document(loaded.composition), loaded.base


def _with_own_media(value: Any, base: Path, media: dict[Path, str]) -> Any:
    """The same document with every file in the project's media folder; `media` collects which file goes where."""
    if isinstance(value, Mapping):
        return {key: _with_own_media(inner, base, media) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_with_own_media(inner, base, media) for inner in value]
    if not isinstance(value, str) or not Path(value).suffix or len(value) > 200 or not (base / value).is_file():
        return value
    file = (base / value).resolve()
    taken = set(media.values())
    names = (f"media/{file.stem}{number}{file.suffix}" for number in ("", *range(2, len(taken) + 3)))
    return media.setdefault(file, next(name for name in names if name not in taken))


def _write(folder: Path, document: dict[str, Any], media: Mapping[Path, str]) -> None:
    from render_engine.document.schema import json_schema

    (folder / "media").mkdir(parents=True)
    for file, name in media.items():
        shutil.copyfile(file, folder / name)
    _write_json(folder / SCHEMA, json_schema())
    readme = (STARTER / "README.md").read_text("utf-8")
    props = "".join(_set_line(name, prop) for name, prop in document.get("props", {}).items())
    (folder / "README.md").write_text(readme.format(name=folder.resolve().name, props=props), "utf-8")
    _write_json(folder / "composition.json", document)


def _set_line(name: str, prop: Mapping[str, Any]) -> str:
    return f'    framekiln render composition.json --set {name}="{prop.get("default", "…")}"\n'


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", "utf-8")
