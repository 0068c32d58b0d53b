"""`framekiln check`: every problem of a composition, each with its path and a suggestion."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.cli.arguments import Parser, add_source, load, props
from render_engine.errors import BadInput

if TYPE_CHECKING:
    from render_engine.errors import Problem
    from render_engine.layout_check.rules import Finding


def add_arguments(parser: Parser) -> None:
    add_source(parser)
    parser.add_argument(
        "--layout", action="store_true", help="measure the texts: cut, shrunk, outside the frame, over each other"
    )
    parser.add_argument(
        "--contrast", action="store_true", help="with --layout: draw frames, to see whether texts stand out"
    )
    parser.epilog = (
        "Exits with 0 where the composition can be rendered (there may be warnings), else with 2. "
        "With --layout it exits with 0 only where there are no warnings either."
    )


def run(arguments: argparse.Namespace) -> int:
    if arguments.contrast and not arguments.layout:
        raise BadInput("--contrast is a part of --layout: give both")
    return _layout(arguments) if arguments.layout else _problems(arguments)


def _problems(arguments: argparse.Namespace) -> int:
    from render_engine.document.check import check

    problems = check(arguments.source, props=props(arguments), size=arguments.size, fps=arguments.fps)
    _tell(problems, [_event(problem) for problem in problems], arguments, "nothing is wrong")
    return 2 if any(problem.severity == "error" for problem in problems) else 0


def _layout(arguments: argparse.Namespace) -> int:
    from render_engine.film import open_scene
    from render_engine.layout_check.rules import layout_findings

    loaded = load(arguments)
    scene = open_scene(loaded)
    findings = layout_findings(scene, loaded.composition.size)
    if arguments.contrast:
        from render_engine.layout_check.contrast import contrast_findings  # it draws

        findings += contrast_findings(scene)
    _tell(findings, [_layout_event(finding) for finding in findings], arguments, "every text has its room")
    return 2 if findings else 0


def _tell(
    found: Sequence[Problem | Finding], events: Sequence[dict[str, Any]], arguments: argparse.Namespace, fine: str
) -> None:
    errors = sum(each.severity == "error" for each in found)
    for each, event in zip(found, events, strict=True):
        print(json.dumps(event, ensure_ascii=False) if arguments.json else f"{each.severity}: {each}")
    if arguments.json:
        print(json.dumps({"event": "done", "errors": errors, "warnings": len(found) - errors}))
    elif not found:
        print(f"✓ {arguments.source}: {fine}")


def _event(problem: Problem) -> dict[str, Any]:
    return {
        "event": "problem",
        "severity": problem.severity,
        "path": problem.path,
        "message": problem.message,
        "suggestion": problem.suggestion,
    }


def _layout_event(finding: Finding) -> dict[str, Any]:
    return {
        "event": "layout",
        "severity": finding.severity,
        "kind": finding.kind,
        "path": finding.path,
        "id": finding.id,
        "at": finding.at,
        "by": finding.by,
        "message": finding.message,
        "suggestion": finding.suggestion,
    }
