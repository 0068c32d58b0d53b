"""`framekiln check`: every problem of a composition, each with its path and a suggestion."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from app.cli.arguments import Parser, add_source, props

if TYPE_CHECKING:
    from render_engine.errors import Problem


def add_arguments(parser: Parser) -> None:
    add_source(parser)
    parser.epilog = "Exits with 0 where the composition can be rendered (there may be warnings), else with 2."


def run(arguments: argparse.Namespace) -> int:
    from render_engine.document.check import check

    problems = check(arguments.source, props=props(arguments), size=arguments.size, fps=arguments.fps)
    errors = [problem for problem in problems if problem.severity == "error"]
    for problem in problems:
        print(json.dumps(_event(problem), ensure_ascii=False) if arguments.json else f"{problem.severity}: {problem}")
    if arguments.json:
        print(json.dumps({"event": "done", "errors": len(errors), "warnings": len(problems) - len(errors)}))
    elif not problems:
        print(f"✓ {arguments.source}: nothing is wrong")
    return 2 if errors else 0


def _event(problem: Problem) -> dict[str, str | None]:
    return {
        "event": "problem",
        "severity": problem.severity,
        "path": problem.path,
        "message": problem.message,
        "suggestion": problem.suggestion,
    }
