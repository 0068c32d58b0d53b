"""One layer for each item: a raw {"type": "repeat"} becomes a group (or a stack) of filled-in copies.

It happens before the models see the document, in the same walk that puts props in their places, so that `item`,
`index` and `count` are props like others within the repeated layer. A nested document written in place has props
of its own and sees no others.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from render_engine.document.palette import Colors, colors, tokens
from render_engine.document.problems import Repeated, describe
from render_engine.document.props import Filling, declared, values_of
from render_engine.document.read import Raw
from render_engine.document.suggest import did_you_mean
from render_engine.errors import DocumentError, Problem

MAX_ITEMS = 1000
OWN = ("type", "over", "stagger", "layer", "as")


class Expansion(Filling):
    """Fills props in and unfolds repeats."""

    def fill(self, raw: Raw, scope: Mapping[str, Raw], path: str) -> Raw:
        if isinstance(raw, dict) and raw.get("type") == "repeat":
            return self.repeat(raw, scope, path)
        if isinstance(raw, dict) and raw.get("type") == "composition" and isinstance(raw.get("composition"), dict):
            return self.nested(raw, scope, path)
        return super().fill(raw, scope, path)

    def document(
        self,
        raw: Mapping[str, Raw],
        given: Mapping[str, object],
        path: str = "",
        files_from: Path | None = None,
        palette: Colors | None = None,
    ) -> dict[str, Raw]:
        """A whole document with its own props in place; what declares them stays as it is written.

        `palette`: of what it is nested in, unless it states its own.
        """
        values = values_of(declared(raw), given, files_from)
        values |= tokens(palette if raw.get("palette") is None else self.palette(raw["palette"], values, path))
        rest = {key: value for key, value in raw.items() if key not in ("props", "$schema")}
        return self.fields(rest, values, path) | ({"props": raw["props"]} if "props" in raw else {})

    def palette(self, raw: Raw, values: Mapping[str, Raw], path: str) -> Colors:
        where = f"{path}.palette".lstrip(".")
        before = len(self.problems)
        stated = self.fill(raw, values, where)
        if len(self.problems) > before:
            return {}
        try:
            return colors(stated)
        except ValueError as error:
            raise DocumentError(str(error), where=where) from error

    def nested(self, raw: Mapping[str, Raw], scope: Mapping[str, Raw], path: str) -> dict[str, Raw]:
        outer = {key: value for key, value in raw.items() if key != "composition"}
        filled = self.fields(outer, scope, path)
        given = filled.get("props")
        inside = f"{path}.composition"
        try:
            known = given if isinstance(given, dict) else {}
            inner = self.document(raw["composition"], known, inside, palette=scope.get("palette"))
        except DocumentError as error:
            self.problems += [Problem(_under(inside, one.path), one.message, one.suggestion) for one in error.problems]
            inner = {}
        return filled | {"composition": inner}

    def repeat(self, raw: Mapping[str, Raw], scope: Mapping[str, Raw], path: str) -> Raw:
        self.count(1)
        rest = {key: value for key, value in raw.items() if key not in OWN}
        group = self.fields(rest, scope, path)
        before = len(self.problems)
        items = self.items(raw, scope, path)
        stagger = self.stagger(raw, scope, path)
        kind = self.fill(raw.get("as", "group"), scope, f"{path}.as")
        if kind not in ("group", "stack"):
            self.wrong(f"{path}.as", f"expected “group” or “stack”, got {describe(kind)}", None)
        if not isinstance(raw.get("layer"), dict):
            self.wrong(f"{path}.layer", "a repeat wants the “layer” to repeat", did_you_mean("layer", rest))
        if len(self.problems) > before:
            return {"type": "group"}
        layers = []
        for index, item in enumerate(items):
            inner = {**scope, "item": item, "index": index, "count": len(items)}
            layers.append(later(self.fill(raw["layer"], inner, f"{path}.layer"), index * stagger))
        return Repeated(group | {"type": kind, "layers": layers})

    def items(self, raw: Mapping[str, Raw], scope: Mapping[str, Raw], path: str) -> list[Raw]:
        if "over" not in raw:
            self.wrong(
                f"{path}.over", "a repeat wants “over”: a list, a list prop or a number", did_you_mean("over", raw)
            )
            return []
        over = self.fill(raw["over"], scope, f"{path}.over")
        if isinstance(over, int) and not isinstance(over, bool) and 0 <= over <= MAX_ITEMS:
            return list(range(over))
        if isinstance(over, list) and len(over) <= MAX_ITEMS:
            return over
        self.wrong(
            f"{path}.over", f"expected a list or a number of at most {MAX_ITEMS} items, got {describe(over)}", None
        )
        return []

    def stagger(self, raw: Mapping[str, Raw], scope: Mapping[str, Raw], path: str) -> float:
        value = self.fill(raw.get("stagger", 0), scope, f"{path}.stagger")
        if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= 86400:
            return float(value)
        self.wrong(f"{path}.stagger", f"expected a number of seconds, got {describe(value)}", None)
        return 0.0

    def wrong(self, path: str, message: str, suggestion: str | None) -> None:
        self.problems.append(Problem(path, message, suggestion))


def later(layer: Raw, delay: float) -> Raw:
    """The layer moved in time as a whole: its start, and its end where it has one."""
    if not delay or not isinstance(layer, dict):
        return layer
    moved: dict[str, Any] = {"start": layer.get("start", 0)} | (
        {"end": layer["end"]} if layer.get("end") is not None else {}
    )
    times = {k: _shifted(v, delay) for k, v in moved.items()}
    return Repeated(layer | times) if isinstance(layer, Repeated) else layer | times


def _shifted(time: Raw, delay: float) -> Raw:
    """Seconds, or a marker; what is neither is refused later, as it stands."""
    if isinstance(time, str):
        return f"{time}{delay:+.9f}"
    return round(time + delay, 9) if isinstance(time, (int, float)) and not isinstance(time, bool) else time


def _under(where: str, path: str) -> str:
    return path if path.startswith(where) else f"{where}.{path}"
