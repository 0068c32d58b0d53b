"""`framekiln verify`: whether a file is what its receipt says, and what its composition shows."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.arguments import Parser

if TYPE_CHECKING:
    from render_engine.finding import Finding

SIGNS = {True: "✓", False: "✗", None: "–"}


def add_arguments(parser: Parser) -> None:
    parser.description = (
        "Tell whether a rendered file is what its receipt says: its bytes, what it was made from, and whether frames that "
        "are drawn again look like those in it."
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="a rendered file; FILE.receipt.json stands beside it")
    parser.add_argument(
        "--frames", metavar="N", type=int, default=5, help="how many frames, at random, are drawn again (5)"
    )
    parser.add_argument("--seed", metavar="N", type=int, help="choose the same frames each time")
    parser.epilog = (
        "Exits with 0 where nothing speaks against it, with 1 where something does, with 2 where there is no receipt."
    )


def run(arguments: argparse.Namespace) -> int:
    from render_engine.verify import verify

    refuted = 0
    for finding in verify(arguments.file, frames=max(0, arguments.frames), seed=arguments.seed):
        print(_told(finding, as_json=arguments.json), flush=True)
        refuted += finding.proved is False
    print(_verdict(arguments.file, refuted, as_json=arguments.json))
    return 1 if refuted else 0


def _told(finding: Finding, *, as_json: bool) -> str:
    if as_json:
        return json.dumps({"event": "finding", **asdict(finding)}, ensure_ascii=False)
    return f"{SIGNS[finding.proved]} {finding.message}"


def _verdict(path: Path, refuted: int, *, as_json: bool) -> str:
    if as_json:
        return json.dumps({"event": "done", "path": str(path), "proved": not refuted, "refuted": refuted})
    if refuted:
        return f"{path} is NOT proved: {'one check says' if refuted == 1 else f'{refuted} checks say'} otherwise"
    return f"{path} is what its receipt says"
