"""docs/gpu-results.md: what was run on a card, section by section, and what was not; a run replaces its own section."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

from render_engine.cuda.device import Card

RESULTS = Path(__file__).parents[2] / "docs" / "gpu-results.md"
HEAD = """# Results on NVIDIA cards

Written by `make test-gpu` and `make bench-gpu`. What no card has run stands at the end.
"""
SECTIONS = {
    "Parity": "`make test-gpu`: every golden scene and template beside the CPU",
    "Short of memory": "`make test-gpu`: every frame drawn some rows at a time, to the last bit",
    "NVENC by DLPack": "`make test-gpu`: H.264, HEVC and AV1, 8 and 10 bits, from frames that never leave the card",
    "NVDEC": "`make test-gpu`: the same films decoded both ways",
    "Drawing and converting": "`make bench-gpu`: GPU time a frame, for each case at 1080p and 4K",
    "The whole way to the host": "`make bench-gpu`: frames a second, times of the stages, what crossed",
    "Against memory bandwidth": "`make bench-gpu`: copy, blend and convert beside the least that their bytes take",
}
MISSING = "Not yet run"


def write_section(path: Path, title: str, card: Card, lines: list[str]) -> None:
    day = datetime.datetime.now(datetime.UTC).date()
    found = sections(path) | {title: "\n".join([f"{card}; {day}", "", *lines])}
    path.write_text(written(found), "utf-8")


def sections(path: Path) -> dict[str, str]:
    """What stands under each title that a run wrote."""
    text = path.read_text("utf-8") if path.exists() else ""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    return {title: body.strip() for title, body in zip(parts[::2], parts[1::2], strict=True) if title != MISSING}


def written(found: dict[str, str]) -> str:
    missing = "\n".join(f"- {title} ({how})" for title, how in SECTIONS.items() if title not in found)
    whole = {title: found[title] for title in SECTIONS if title in found} | ({MISSING: missing} if missing else {})
    return "\n".join([HEAD, *(f"## {title}\n\n{body}\n" for title, body in whole.items())])


def table(heads: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows)]
