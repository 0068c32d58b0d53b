"""Which way text runs: the Unicode bidirectional algorithm, up to the levels that shaping needs.

python-bidi resolves weak, neutral and implicit types one rule a function; its own entry point gives reordered
strings, and we want levels, so the rules are called here. It knows no isolates: those are read as embeddings, as
UAX 9 suggests for implementations without them. Paired brackets (N0) are ours.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from bidi import algorithm
from bidi.mirror import MIRRORED

_PLAIN = {"L", "EN", "ES", "ET", "CS", "NSM", "BN", "B", "S", "WS", "ON"}  # nothing here runs right to left
_ISOLATES = {"LRI": "LRE", "RLI": "RLE", "PDI": "PDF"}


def base_level(text: str) -> int:
    """1 where the first strong character runs right to left, else 0."""
    level: int = algorithm.get_base_level(text)
    return level


@lru_cache(maxsize=1024)
def levels(text: str, base: int) -> tuple[int, ...]:
    """The embedding level of each character of a paragraph: odd ones run right to left."""
    types = [unicodedata.bidirectional(char) for char in text]
    if base == 0 and _PLAIN.issuperset(types):
        return (0,) * len(text)
    storage = algorithm.get_empty_storage()
    storage.update(base_level=base, base_dir="LR"[base], chars=_characters(text, types, base))
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    _resolve_brackets(storage)
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    resolved = [-1] * len(text)
    for char in storage["chars"]:
        resolved[char["at"]] = char["level"]
    for at, level in enumerate(resolved):
        if level < 0:  # a control that X9 removed goes with what stands before it
            resolved[at] = resolved[at - 1] if at else base
    return tuple(resolved)


def visual_order(levels: Sequence[int]) -> list[int]:
    """Rule L2: the indices of a line's runs, given by their levels, from left to right."""
    order = list(range(len(levels)))
    for level in range(max(levels, default=0), 0, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = max(end, start + 1)
    return order


def _characters(text: str, types: list[str], base: int) -> list[dict[str, Any]]:
    characters = []
    for at, (char, kind) in enumerate(zip(text, types, strict=True)):
        known = ("LRE", "RLE")[base_level(text[at + 1 :])] if kind == "FSI" else _ISOLATES.get(kind, kind or "ON")
        characters.append({"ch": char, "level": base, "type": known, "orig": known, "at": at})
    return characters


def _resolve_brackets(storage: dict[str, Any]) -> None:
    """Rule N0: a pair of brackets takes the direction of what it holds, or of what stands before it."""
    for run in storage["runs"]:
        chars = storage["chars"][run["start"] : run["start"] + run["length"]]
        for opening, closing in _bracket_pairs(chars):
            embedding = "LR"[chars[opening]["level"] % 2]
            inside = {_strong(char) for char in chars[opening + 1 : closing]} - {None}
            if embedding in inside:
                direction = embedding
            elif inside:
                before = next((s for char in reversed(chars[:opening]) if (s := _strong(char))), run["sor"])
                direction = before if before in inside else embedding
            else:
                continue
            chars[opening]["type"] = chars[closing]["type"] = direction


def _bracket_pairs(chars: Sequence[dict[str, Any]]) -> list[tuple[int, int]]:
    stack: list[tuple[str, int]] = []
    pairs = []
    for at, char in enumerate(chars):
        kind = unicodedata.category(char["ch"]) if char["type"] == "ON" else ""
        if kind == "Ps" and char["ch"] in MIRRORED:
            stack.append((MIRRORED[char["ch"]], at))
        elif kind == "Pe":
            while any(closer == char["ch"] for closer, _ in stack):
                closer, opening = stack.pop()
                if closer == char["ch"]:
                    pairs.append((opening, at))
                    break
    return sorted(pairs)


def _strong(char: dict[str, Any]) -> str | None:
    strong = {"L": "L", "R": "R", "EN": "R", "AN": "R"}
    return strong.get(char["type"])
