"""Tables for a terminal: columns side by side, as wide as they need; the widest ones give way where it is narrow."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence

GAP = "  "
LEAST = 8  # cells that a column keeps
ENOUGH = 14  # cells that a long text is worth showing in

Row = Sequence[str]


def columns(head: Row, rows: Sequence[Row], width: int | None = None, spare: Sequence[str] = ()) -> list[str]:
    """Lines, the head first; a column that is empty everywhere is left out. `width`: cells, or all that is needed.

    Of a column whose name ends with `>`, the text stands at the right. `spare`: columns that go, in this order, where it
    is too narrow for all.
    """
    from rich.cells import cell_len

    used = [k for k in range(len(head)) if any(row[k] for row in rows)]
    widths = {k: max(cell_len(plain(text)) for text in (head[k].rstrip(">"), *(row[k] for row in rows))) for k in used}
    for name in spare:
        if width is None or _whole(min(each, ENOUGH) for each in widths.values()) <= width:
            break
        widths.pop(head.index(name), None)
    fitting = _fitting(widths, width)
    table = [[name.rstrip(">") for name in head], *rows]
    return [
        GAP.join(_cell(plain(row[k]), cells, head[k].endswith(">")) for k, cells in fitting.items()).rstrip()
        for row in table
    ]


def terminal_width() -> int | None:
    """Cells; None where nobody looks, and nothing has to be cut."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def plain(text: str) -> str:
    """In one line; nothing that a stranger wrote moves the cursor."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _whole(widths: Iterable[int]) -> int:
    """Cells of a line with these columns."""
    each = list(widths)
    return sum(each) + len(GAP) * (len(each) - 1)


def _fitting(widths: Mapping[int, int], width: int | None) -> dict[int, int]:
    """A cell at a time is taken from the widest."""
    fitting = dict(widths)
    over = 0 if width is None else _whole(fitting.values()) - width
    for _ in range(over):
        widest = max(fitting, key=fitting.__getitem__)
        fitting[widest] = max(LEAST, fitting[widest] - 1)
    return fitting


def _cell(text: str, width: int, right: bool) -> str:
    from rich.cells import cell_len, set_cell_size

    if cell_len(text) > width:
        text = set_cell_size(text, width - 1).rstrip() + "…"
    fill = " " * (width - cell_len(text))
    return fill + text if right else text + fill
