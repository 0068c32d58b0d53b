"""Templates: functions from typed props to a composition, one module each in resources/templates.

A module has a docstring (its first line is the summary), a model `Props` and
`compose(props, size) -> Composition`. It is imported when it is used; listing reads names only.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import resources
from render_engine.document.suggest import did_you_mean, one_of
from render_engine.errors import BadInput

if TYPE_CHECKING:
    from render_engine.document.load import Loaded
    from render_engine.document.typed_props import PropRow

BASE = Path(resources.__file__).parent


@dataclass(frozen=True)
class Template:
    """An installed template; `summary` is its docstring's first line."""

    name: str
    path: Path

    @property
    def summary(self) -> str:
        text = ast.get_docstring(ast.parse(self.path.read_text(encoding="utf-8"))) or ""
        return text.split("\n", 1)[0]

    def module(self) -> ModuleType:
        return importlib.import_module(f"resources.templates.{self.path.stem}")


def installed(folder: Path) -> dict[str, Template]:
    """By name, in the order of the alphabet."""
    files = sorted(file for file in folder.glob("*.py") if not file.stem.startswith("_"))
    return {name: Template(name, file) for file in files for name in (file.stem.replace("_", "-"),)}


TEMPLATES: dict[str, Template] = installed(BASE / "templates")


def template(name: str) -> Template:
    if name not in TEMPLATES:
        raise BadInput(f"there is no template “{name}”. {did_you_mean(name, TEMPLATES) or listed()}")
    return TEMPLATES[name]


def listed() -> str:
    return f"The templates are {one_of(TEMPLATES)}." if TEMPLATES else "No template is installed."


def describe(name: str) -> list[PropRow]:
    """The props of a template: name, type, default, limits, help."""
    from render_engine.document.typed_props import describe_props

    return describe_props(template(name).module().Props)


def load(name: str, props: Mapping[str, object], size: tuple[int, int] | None) -> Loaded:
    from render_engine.document import python_source
    from render_engine.document.load import Loaded

    composition = python_source.compose(template(name).module().compose, name, props, size)
    return Loaded(composition, BASE, name, name, None, size)
