"""Which function of a Python file makes the composition, where nobody said it. The file is read, and not run."""

from __future__ import annotations

import ast
from pathlib import Path

USUAL = "compose"


def with_function(source: str) -> str:
    """file.py → file.py:function, where it is clear which one is meant; everything else as it is."""
    if not source.endswith(".py"):
        return source
    name = composing_function(Path(source))
    return f"{source}:{name}" if name else source


def composing_function(file: Path) -> str | None:
    """The one called compose; or the one that says that it gives a Composition; or the only one."""
    try:
        module = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return USUAL if file.is_file() else None  # the preview says what is wrong with it
    functions = [each for each in module.body if isinstance(each, ast.FunctionDef) and not each.name.startswith("_")]
    told = [each for each in functions if each.returns and "Composition" in ast.unparse(each.returns)]
    for found in ([each for each in functions if each.name == USUAL], told, functions):
        if len(found) == 1:
            return found[0].name
    return None
