"""`framekiln schema`: the JSON Schema of documents, by which an editor completes and checks them."""

from __future__ import annotations

import argparse
import json

from app.cli.arguments import Parser


def add_arguments(parser: Parser) -> None:
    parser.epilog = "The schema is JSON with and without --json."


def run(_arguments: argparse.Namespace) -> int:
    from render_engine.document.schema import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    return 0
