"""docs/gpu-results.md: what was run on a card, section by section; a run replaces its own."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

from render_engine.cuda.device import Card

RESULTS = Path(__file__).parents[2] / "docs" / "gpu-results.md"
HEAD = """# Results on NVIDIA cards

Written by `make test-gpu` and `make bench-gpu`. What is not here has not been run.
"""


def write_section(path: Path, title: str, card: Card, lines: list[str]) -> None:
    text = path.read_text("utf-8") if path.exists() else HEAD
    day = datetime.datetime.now(datetime.UTC).date()
    section = "\n".join([f"## {title}", "", f"{card}; {day}", "", *lines, ""])
    found = re.search(rf"^## {re.escape(title)}$.*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    whole = text[: found.start()] + section + "\n" + text[found.end() :] if found else f"{text.rstrip()}\n\n{section}"
    path.write_text(whole.rstrip() + "\n", "utf-8")


def table(heads: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows)]
