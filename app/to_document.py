"""A process that writes what a template or a Python function makes as a document: `{"source", "props", "size"}` comes in,
`{"document", "base", "name", "size"}` or `{"problems"}` goes out, as JSON. It runs beside the window, which runs no templates.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from render_engine.errors import DocumentError, FramekilnError


def made(source: str, props: dict[str, Any], size: list[int] | None) -> dict[str, Any]:
    """`size`: of the output, where it is not the document's own."""
    from render_engine.document.load import load_source
    from render_engine.document.write import raw_document

    loaded = load_source(source, props=props, size=(size[0], size[1]) if size else None)
    document = _plain(raw_document(loaded.composition))
    other = None if loaded.size in (None, loaded.composition.size) else loaded.size
    return {"document": document, "base": str(Path(loaded.base).absolute()), "name": loaded.name, "size": other}


def _plain(value: Any) -> Any:
    """1920 for 1920.0, as a person would write it."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def main() -> None:
    out, sys.stdout = sys.stdout, sys.stderr  # what a person's own code prints is no answer
    try:
        told = made(**json.load(sys.stdin))
    except DocumentError as error:
        told = {"problems": [str(problem) for problem in error.problems]}
    except FramekilnError as error:
        told = {"problems": [str(error)]}
    json.dump(told, out)


if __name__ == "__main__":
    main()
