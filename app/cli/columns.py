"""Tables for a terminal: columns side by side, as wide as they need; the widest ones give way where it is narrow."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence

GAP = "  "
LEAST = 8  # cells that a column keeps

Row = Sequence[str]


def columns(head: Row, rows: Sequence[Row], width: int | None = None) -> list[str]:
    """Lines, the head first; a column that is empty everywhere is left out. `width`: cells, or all that is needed.

    Of a column whose name ends with `>`, the text stands at the right.
    """
    from rich.cells import cell_len

    used = [k for k in range(len(head)) if any(row[k] for row in rows)]
    names, right = [head[k].rstrip(">") for k in used], {k for k, at in enumerate(used) if head[at].endswith(">")}
    table = [names, *([_one_line(row[k]) for k in used] for row in rows)]
    widths = _fitting([max(cell_len(row[k]) for row in table) for k in range(len(used))], width)
    return [GAP.join(_cell(text, widths[k], k in right) for k, text in enumerate(row)).rstrip() for row in table]


def terminal_width() -> int | None:
    """Cells; None where nobody looks, and nothing has to be cut."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _one_line(text: str) -> str:
    """Nothing that a stranger wrote moves the cursor."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _fitting(widths: list[int], width: int | None) -> list[int]:
    """A cell at a time is taken from the widest."""
    over = 0 if width is None else sum(widths) + len(GAP) * (len(widths) - 1) - width
    while over > 0 and max(widths) > LEAST:
        widths[widths.index(max(widths))] -= 1
        over -= 1
    return widths


def _cell(text: str, width: int, right: bool) -> str:
    from rich.cells import cell_len, set_cell_size

    if cell_len(text) > width:
        text = set_cell_size(text, width - 1).rstrip() + "…"
    fill = " " * (width - cell_len(text))
    return fill + text if right else text + fill
