"""Asks Chromium where boxes in rows and columns stand: python scripts/flex_cases.py [CHROMIUM].

Writes tests/render/flex_cases.json: cases, each with a box [x, y, width, height] for the container and all in it, from the
container's corner. A box is {"w", "h", "a"} (a: its baseline), words that wrap are {"words", "line"}, and a
container has "items".
"""

from __future__ import annotations

import html
import json
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

OUT = Path(__file__).parents[1] / "tests" / "render" / "flex_cases.json"
WORDS = {"start": "flex-start", "end": "flex-end"}

SCRIPT = """
const found = [...document.querySelectorAll('.case')].map(top => {
  const o = top.getBoundingClientRect();
  return [top, ...top.querySelectorAll('.box')].map(e => {
    const r = e.getBoundingClientRect();
    return [r.x - o.x, r.y - o.y, r.width, r.height].map(v => Math.round(v * 1000) / 1000);
  });
});
document.body.textContent = JSON.stringify(found);
"""


def markup(box: dict[str, Any], outermost: bool) -> str:
    name = "case" if outermost else "box"
    return f'<div class="{name}" style="{style(box, outermost)}">{inside(box)}</div>'


def inside(box: dict[str, Any]) -> str:
    if "items" in box:
        return "".join(markup(item, False) for item in box["items"])
    if "words" in box:
        return " ".join(f'<i style="width:{w}px;height:{box["line"]}px"></i>' for w in box["words"])
    rest = box["h"] - box["a"]
    return f'<div><i style="width:{box["w"]}px;height:{box["a"]}px"></i></div><div style="height:{rest}px"></div>'


def style(box: dict[str, Any], outermost: bool) -> str:
    rules = {"position": "absolute" if outermost else "relative"}
    if "items" in box:
        rules |= {
            "display": "flex",
            "flex-direction": box.get("direction", "row"),
            "flex-wrap": "wrap" if box.get("wraps") else "nowrap",
            "column-gap": f"{box.get('gap', [0, 0])[0]}px",
            "row-gap": f"{box.get('gap', [0, 0])[1]}px",
            "padding": edges(box.get("padding", [0, 0, 0, 0])),
            "align-items": word(box.get("align", "stretch")),
            "justify-content": word(box.get("justify", "start")),
            "align-content": word(box.get("content", "stretch")),
        }
    for k, side in enumerate(("width", "height")):
        for field, rule in (("size", side), ("least", f"min-{side}"), ("most", f"max-{side}")):
            if (value := box.get(field, [None, None])[k]) is not None:
                rules[rule] = length(value)
        if box.get("yields"):
            rules.setdefault(f"min-{side}", "0")
    rules["flex"] = f"{box.get('grow', 0)} {box.get('shrink', 0)} {length(box.get('basis'))}"
    rules["align-self"] = word(box.get("own", "auto"))
    rules["margin"] = edges(box.get("margin", [0, 0, 0, 0]))
    return html.escape(";".join(f"{rule}:{value}" for rule, value in rules.items()))


def word(align: str) -> str:
    return WORDS.get(align, align)


def length(value: float | str | None) -> str:
    return "auto" if value is None else value if isinstance(value, str) else f"{value}px"


def edges(four: list[float]) -> str:
    return " ".join(f"{value}px" for value in four)


def asked(cases: list[dict[str, Any]], chromium: str) -> list[Any]:
    rules = "*{box-sizing:border-box;font-size:0;line-height:0}i{display:inline-block;vertical-align:baseline}"
    divs = "".join(f"<div>{markup(case, True)}</div>" for case in cases)
    page = f"<!doctype html><style>{rules}</style><body>{divs}<script>{SCRIPT}</script>"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.html"
        path.write_text(page)
        command = [chromium, "--headless", "--no-sandbox", "--window-size=4000,4000", "--dump-dom", path.as_uri()]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    match = re.search(r"<body>(.*)</body>", told, re.DOTALL)
    assert match, told
    return json.loads(match[1])


def box(w: float, h: float, **fields: Any) -> dict[str, Any]:
    return {"w": w, "h": h, "a": h, **fields}


def words(*widths: float, line: float = 10, **fields: Any) -> dict[str, Any]:
    return {"words": list(widths), "line": line, **fields}


def of(*items: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"items": list(items), **fields}


A, B, C = box(20, 10), box(40, 30), box(30, 20)
TEXT = words(30, 50, 20, 40, 35, shrink=1)


def chosen() -> list[dict[str, Any]]:
    """One behaviour each."""
    cases = [
        of(A, B, C),
        of(),
        of(A, B, gap=[5, 7], padding=[1, 2, 3, 4]),
        of(A, B, direction="column", gap=[5, 7], padding=[1, 2, 3, 4]),
        of(A, B, C, direction="row-reverse", size=[200, None]),
        of(A, B, C, direction="column-reverse", size=[None, 200], justify="space-between"),
        of({**A, "grow": 1}, B, {**C, "grow": 3}, size=[300, None]),
        of({**A, "grow": 0.2}, {**B, "grow": 0.3}, size=[300, None]),
        of({**A, "grow": 1, "basis": 0}, {**B, "grow": 1, "basis": 0, "yields": True}, size=[300, None]),
        of({**A, "grow": 1, "basis": 0}, {**B, "grow": 1, "basis": 0}, size=[50, None]),
        of({**A, "grow": 1, "basis": "50%"}, {**B, "grow": 1}, size=[300, None], gap=[10, 0]),
        of({**A, "basis": 100}, B),
        of({**A, "basis": 10}, B),
        of({**A, "basis": 0, "grow": 1, "yields": True}, {**B, "basis": 0, "grow": 1, "yields": True}),
        of({**TEXT, "basis": 0, "grow": 1}, B),
        of({**A, "basis": 0, "grow": 1, "yields": True}, B, direction="column"),
        of({**A, "basis": "50%"}, B),
        of({**A, "grow": 1, "most": [60, None]}, {**B, "grow": 1}, size=[300, None]),
        of({**A, "grow": 1}, {**B, "grow": 1, "least": [220, None]}, size=[300, None]),
        of({**A, "grow": 1, "most": [30, None]}, {**B, "grow": 1, "least": [200, None]}, {**C, "grow": 1}, size=[260, None]),
        of({**A, "shrink": 1, "yields": True}, {**B, "shrink": 1, "yields": True}, C, size=[60, None]),
        of({**A, "shrink": 1}, {**B, "shrink": 1, "yields": True}, size=[40, None]),
        of({**A, "shrink": 0.2, "yields": True}, {**B, "shrink": 0.3, "yields": True}, size=[40, None]),
        of(A, B, C, size=[50, None], justify="center"),
        of(A, B, C, size=[None, 20], align="center"),
        of(TEXT, A, size=[120, None]),
        of(TEXT, {**TEXT, "grow": 1}, size=[200, None], gap=[10, 0], align="start"),
        of(TEXT, B, size=[20, None]),
        of(TEXT, A, direction="column", size=[100, None]),
        of(TEXT, A, direction="column", size=[100, None], align="center"),
        of(TEXT, A, direction="column", size=[20, None], align="end"),
        of({**TEXT, "most": [70, None]}, A, direction="column", size=[120, None], align="start"),
        of(TEXT, A, direction="column", most=[90, None], align="start"),
        of(TEXT, TEXT, most=[150, None], least=[None, 80], align="center"),
        of(A, B, C, A, B, wraps=True, size=[100, None], gap=[10, 5]),
        of(A, B, C, A, B, wraps=True, size=[100, 150], gap=[10, 5]),
        of(A, B, C, A, B, wraps=True, direction="column", size=[200, 60], gap=[10, 5]),
        of({**A, "grow": 1}, B, {**C, "grow": 1}, A, {**B, "grow": 1}, wraps=True, size=[100, None]),
        of(TEXT, TEXT, wraps=True, size=[140, None], align="start"),
        of({**A, "margin": [1, 2, 3, 4]}, {**B, "margin": [-5, 6, 7, -8]}, size=[200, None], justify="end"),
        of({**A, "margin": [1, 2, 3, 4]}, {**B, "margin": [0, 0, 0, 9]}, direction="column", align="center"),
        of(box(20, 30, a=20), box(20, 14, a=10), box(20, 40, a=12), align="baseline"),
        of(box(20, 30, a=20), box(20, 14, a=10, margin=[9, 0, 2, 0]), box(20, 60, own="start"), align="baseline"),
        of(box(20, 30, a=20), of(box(9, 8, a=6), box(9, 20, a=4), direction="column", padding=[5, 5, 5, 5]), align="baseline"),
        of(box(20, 30, a=20), box(20, 14, a=10), box(70, 20, a=5), box(9, 60, a=50), align="baseline", wraps=True, size=[60, None]),
        of({**A, "own": "end"}, {**B, "own": "center"}, {**C, "own": "stretch"}, box(5, 50), align="start"),
        of({**A, "most": [None, 20]}, {**A, "least": [None, 60]}, B),
        of(of(A, B, direction="column", gap=[0, 4]), of(C, direction="column", grow=1, justify="end"), size=[200, None]),
        of(of({**A, "grow": 1}, {**B, "grow": 2}, grow=1), C, size=[300, None]),
        of(of({**A, "grow": 1}, {**B, "grow": 2}, grow=1), C, direction="column", size=[200, 150]),
        of(of(TEXT, A, direction="column", align="start", shrink=1), B, size=[130, None]),
        of(of(TEXT, A, shrink=1, gap=[4, 0]), of(TEXT, B, shrink=1), size=[220, None]),
        of(of(of(TEXT, shrink=1, padding=[3, 3, 3, 3]), direction="column", shrink=1, align="start"), B, size=[110, None]),
        of(of(TEXT, A, direction="column", most=[80, None]), B, direction="column", size=[120, None], align="start"),
        of(of(A, B, size=["50%", None], justify="end"), C, size=[200, None], padding=[0, 10, 0, 10]),
        of(of(A, size=["50%", "50%"], align="end"), C, direction="column", size=[200, 100], align="start"),
    ]  # fmt: skip
    spread = ("start", "center", "end", "space-between", "space-around", "space-evenly")
    cases += [of(A, B, C, size=[200, None], gap=[5, 0], justify=justify) for justify in spread]
    cases += [of(A, size=[200, None], justify=justify) for justify in spread]
    cases += [of(A, B, size=[50, None], justify=justify) for justify in spread]
    cases += [
        of(A, B, C, wraps=True, size=[60, 160], content=content, align="center") for content in (*spread, "stretch")
    ]
    return cases


def drawn_by_lot(chance: random.Random, depth: int = 0) -> dict[str, Any]:
    """A container with whatever may come."""
    flow: dict[str, Any] = {
        "direction": chance.choice(["row", "column", "row-reverse", "column-reverse"]),
        "gap": [chance.choice([0, 6]), chance.choice([0, 4])],
        "padding": [chance.choice([0, 3, 8]) for _ in range(4)],
        "align": chance.choice(["start", "center", "end", "stretch", "stretch"]),
        "justify": chance.choice(["start", "center", "end", "space-between", "space-around", "space-evenly"]),
        "items": [one_by_lot(chance, depth) for _ in range(chance.randint(1, 4))],
    }
    if flow["direction"].startswith("row") and chance.random() < 0.2:
        flow["align"] = "baseline"  # in a column a matter of opinion
    if depth == 0:
        flow["size"] = [chance.choice([None, 90, 180, 320]), chance.choice([None, 60, 140, 240])]
        if flow["size"][0 if flow["direction"].startswith("row") else 1] and chance.random() < 0.3:
            flow |= {"wraps": True, "content": chance.choice(["start", "center", "space-between", "stretch"])}
    return flow


def one_by_lot(chance: random.Random, depth: int) -> dict[str, Any]:
    kind = chance.random()
    if kind < 0.25 and depth < 2:
        item = drawn_by_lot(chance, depth + 1) | {"shrink": 1}
    elif kind < 0.5:
        item = words(*(chance.randint(10, 50) for _ in range(chance.randint(1, 6))), shrink=1)
    else:
        height = chance.randint(8, 50)
        item = box(chance.randint(8, 70), height, a=chance.choice([height, height // 2]))
    fields: dict[str, Any] = {
        "grow": chance.choice([1, 2]),
        "own": chance.choice(["start", "center", "end", "stretch"]),
        "margin": [chance.choice([-3, 0, 5]) for _ in range(4)],
        "most": [chance.choice([None, 60]), None],
        "least": [chance.choice([None, 40]), chance.choice([None, 20])],
    }
    return item | {name: value for name, value in fields.items() if chance.random() < 0.25}


def main() -> None:
    chromium = sys.argv[1] if len(sys.argv) > 1 else "chromium"
    chance = random.Random(20)  # noqa: S311  # not a secret: the same cases each time
    cases = [*chosen(), *(drawn_by_lot(chance) for _ in range(150))]
    lines = [
        json.dumps({"case": case, "boxes": boxes}) for case, boxes in zip(cases, asked(cases, chromium), strict=True)
    ]
    OUT.write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
