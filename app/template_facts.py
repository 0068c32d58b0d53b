"""What the window knows of templates without importing them: their props as a JSON schema, size, length and summary.

`python -m app.template_facts` writes resources/templates.json, which ships, and a test holds it to the templates.
`python -m app.template_facts FILE.py:FUNCTION` prints the same of a Python source; it runs a person's code, so only in a
process of its own.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import resources

FILE = Path(resources.__file__).parent / "templates.json"


@dataclass(frozen=True)
class TemplateFacts:
    """`size`: what it is made for; None where its video says so. `props`: a JSON schema."""

    name: str
    summary: str
    size: tuple[int, int] | None
    seconds: float
    props: Mapping[str, Any]


@cache
def template_facts() -> dict[str, TemplateFacts]:
    """By name, as they shipped."""
    rows = json.loads(FILE.read_text("utf-8"))
    return {row["name"]: TemplateFacts(**(row | {"size": row["size"] and tuple(row["size"])})) for row in rows}


def facts_of_templates() -> list[TemplateFacts]:
    """Imports them all: takes seconds."""
    from render_engine.document.templates import TEMPLATES, load

    facts = []
    for name, template in TEMPLATES.items():
        module = template.module()
        duration = load(name, {}, None).composition.duration
        schema = _tidy(module.Props.model_json_schema())
        facts.append(TemplateFacts(name, template.summary, _size(module.compose), float(duration or 0), schema))
    return facts


def props_of_python(source: str) -> dict[str, Any]:
    """The schema of the props of file.py:function; an empty one where it takes none."""
    from render_engine.document import python_source

    file, _, function = source.rpartition(":")
    model = python_source.props_model(python_source.found(Path(file), function, source))
    return _tidy(model.model_json_schema()) if model else {"type": "object", "properties": {}}


def _size(compose: Callable[..., object]) -> tuple[int, int] | None:
    default = inspect.signature(compose).parameters["size"].default
    return tuple(default) if isinstance(default, tuple) else None


def _tidy(schema: dict[str, Any]) -> dict[str, Any]:
    """Without pydantic's titles, which only repeat the names."""
    for model in (schema, *schema.get("$defs", {}).values()):
        for field in model.get("properties", {}).values():
            field.pop("title", None)
    return schema


def text() -> str:
    return json.dumps([asdict(facts) for facts in facts_of_templates()], indent=1, ensure_ascii=False) + "\n"


def main(arguments: Sequence[str]) -> None:
    if arguments:
        print(json.dumps(props_of_python(arguments[0])))
    else:
        FILE.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
