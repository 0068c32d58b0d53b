"""`framekiln templates`: what is installed, and what one template takes."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict

from app.cli.arguments import Parser


def add_arguments(parser: Parser) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", help="tell the props of this template")


def run(arguments: argparse.Namespace) -> int:
    from render_engine.document.templates import TEMPLATES

    if arguments.name:
        return _tell_one(arguments.name, as_json=arguments.json)
    if arguments.json:
        rows = [{"name": template.name, "summary": template.summary} for template in TEMPLATES.values()]
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return 0
    print(table([(template.name, template.summary) for template in TEMPLATES.values()]))
    print("\nframekiln templates NAME tells the props of one; framekiln render NAME makes it.")
    return 0


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """Columns as wide as they need to be, the last one open."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def _tell_one(name: str, *, as_json: bool) -> int:
    from render_engine.document.templates import describe, template

    found, props = template(name), describe(name)
    if as_json:
        facts = {"name": name, "summary": found.summary, "props": [asdict(prop) for prop in props]}
        print(json.dumps(facts, indent=2, ensure_ascii=False))
        return 0
    heading = ("prop", "type", "default", "limits", "help")
    rows = [(prop.name, prop.type, _short(prop.default), prop.limits, prop.help) for prop in props]
    print(f"{name}: {found.summary}\n")
    print(table([heading, *rows]) if rows else "It takes no props.")
    print(f"\nframekiln render {name} --set {props[0].name if props else 'name'}=…")
    return 0


def _short(text: str, most: int = 36) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
