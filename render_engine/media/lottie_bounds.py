"""What ThorVG would fall over, or never end with: refused before it sees the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from render_engine.errors import MediaError

MAX_DEPTH = 128
MAX_LAYERS = 20_000  # drawn, precompositions counted as often as they are used
MAX_COPIES = 10_000  # of a repeater; and points of a star


def refuse_endless(path: Path, raw: Any) -> None:
    """MediaError where drawing it would take forever, or more memory than there is."""
    if _depth(raw) > MAX_DEPTH:
        raise MediaError(f"{path.name} nests over {MAX_DEPTH} levels. Simplify it.")
    for number in _counts(raw):
        if not -MAX_COPIES <= number <= MAX_COPIES:
            raise MediaError(f"{path.name} repeats something {number:g} times; {MAX_COPIES} is the most.")
    assets = {asset["id"]: asset for asset in objects(raw.get("assets")) if isinstance(asset.get("id"), str)}
    _layers(path, raw, assets, (), {})


def _depth(raw: Any) -> int:
    """Level by level: the nesting may be deeper than Python's stack."""
    depth, level = 0, [raw]
    while level and depth <= MAX_DEPTH:
        level = [child for node in level for child in _children(node) if isinstance(child, (dict, list))]
        depth += 1
    return depth


def _children(node: Any) -> list[Any]:
    return list(node.values()) if isinstance(node, dict) else node if isinstance(node, list) else []


def _counts(node: Any) -> Iterator[float]:
    """Copies of repeaters and points of stars, at every keyframe."""
    if isinstance(node, dict):
        counted = {"rp": "c", "sr": "pt"}.get(node["ty"]) if isinstance(node.get("ty"), str) else None
        if counted:
            yield from _numbers(node.get(counted))
    for child in _children(node):
        yield from _counts(child)


def _numbers(node: Any) -> Iterator[float]:
    if isinstance(node, (int, float)):
        yield node
    for child in _children(node):
        yield from _numbers(child)


def _layers(
    path: Path, holder: dict[str, Any], assets: dict[str, Any], way: tuple[str, ...], known: dict[str, int]
) -> int:
    """How many are drawn for this composition."""
    layers = list(objects(holder.get("layers")))
    _refuse_parents_in_a_ring(path, layers)
    count = len(layers)
    for layer in layers:
        name = layer.get("refId")
        if layer.get("ty") != 0 or not isinstance(name, str) or name not in assets:
            continue
        if name in way:
            raise MediaError(f"{path.name}: the precomposition “{name[:60]}” holds itself.")
        if name not in known:
            known[name] = _layers(path, assets[name], assets, (*way, name), known)
        count += known[name]
        if count > MAX_LAYERS:
            raise MediaError(f"{path.name} draws more than {MAX_LAYERS} layers. Simplify it.")
    return count


def _refuse_parents_in_a_ring(path: Path, layers: list[dict[str, Any]]) -> None:
    parents = {layer.get("ind"): layer.get("parent") for layer in layers if isinstance(layer.get("ind"), int)}
    for start in parents:
        seen, at = set(), start
        while at in parents and at not in seen:
            seen.add(at)
            at = parents[at]
        if at is not None and at in seen:
            raise MediaError(f"{path.name}: layer {at} is, over other layers, its own parent.")


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Those in a list; files hold all kinds of things."""
    if isinstance(value, list):
        yield from (each for each in value if isinstance(each, dict))
