"""Boxes in rows and columns stand where Chromium puts them (scripts/flex_cases.py asked it)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from render_engine.layout.boxes import Flow, Item, Known, Laid, Measured, Size
from render_engine.layout.flex import lay_out, limited, narrowest

CASES = json.loads(Path(__file__).with_name("flex_cases.json").read_text())
ROUNDING = 0.05  # px: a browser counts in 1/64


def flow(case: dict[str, Any]) -> Flow:
    fields = {name: case[name] for name in ("direction", "wraps", "align", "justify", "content") if name in case}
    for name in ("gap", "padding"):
        if name in case:
            fields[name] = tuple(case[name])
    return Flow(tuple(map(item, case["items"])), **fields)


def item(case: dict[str, Any]) -> Item:
    measures = container(case) if "items" in case else text(case) if "words" in case else box(case)
    fields = {name: case[name] for name in ("grow", "shrink", "basis", "yields") if name in case}
    for name in ("margin", "least", "most"):
        if name in case:
            fields[name] = tuple(case[name])
    return Item(*measures, align=case.get("own"), follows="w" not in case, **fields)


def box(case: dict[str, Any]) -> tuple[Any, Any]:
    return lambda known, room: Measured(case["w"], case["h"], case["a"]), lambda room: case["w"]


def text(case: dict[str, Any]) -> tuple[Any, Any]:
    def measure(known: Known, room: Size) -> Measured:
        width = sum(case["words"]) if known[0] is None else known[0]
        lines, at = 1, 0.0
        for k, word in enumerate(case["words"]):
            lines, at = (lines + 1, word) if k and at + word > width + 0.01 else (lines, at + word)
        return Measured(width, lines * case["line"], case["line"])

    return measure, lambda room: max(case["words"])


def container(case: dict[str, Any]) -> tuple[Any, Any]:
    def measure(known: Known, room: Size) -> Measured:
        laid = whole(case, known, room)
        return Measured(laid.width, laid.height, laid.baseline)

    return measure, lambda room: narrowest(flow(case), room)


def whole(case: dict[str, Any], known: Known, room: Size) -> Laid:
    none = (None, None)
    return limited(flow(case), known, case.get("size", none), case.get("least", none), case.get("most", none), room)


def boxes(case: dict[str, Any], laid: Laid, at: Size, room: Size) -> list[list[float]]:
    """Of a container and all in it."""
    found = [[*at, laid.width, laid.height]]
    pad = case.get("padding", [0] * 4)
    inside = (laid.width - pad[1] - pad[3], laid.height - pad[0] - pad[2])
    for child, (x, y, width, height) in zip(case["items"], laid.boxes, strict=True):
        place = (at[0] + x, at[1] + y)
        if "items" in child:
            found += boxes(child, lay_out(flow(child), (width, height), inside), place, inside)
        else:
            found.append([*place, width, height])
    return found


@pytest.mark.parametrize("number", range(len(CASES)))
def test_boxes_stand_where_a_browser_puts_them(number: int) -> None:
    case, expected = CASES[number]["case"], CASES[number]["boxes"]
    found = boxes(case, whole(case, (None, None), (4000, 4000)), (0, 0), (4000, 4000))
    for ours, theirs in zip(found, expected, strict=True):
        assert ours == pytest.approx(theirs, abs=ROUNDING), json.dumps(case)
