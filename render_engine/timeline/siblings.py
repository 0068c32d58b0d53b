"""Layers that use another one beside them: as a matte, or as the map of an effect. Those are not shown themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from render_engine.document.layer import Layer, VisualLayer
from render_engine.effects import EffectAt, LooksBeside
from render_engine.timeline.context import Context
from render_engine.timeline.motion import merged, shifted
from render_engine.timeline.scene import MatteBy, Node

Named = Mapping[str, Node]


def used_by(layers: Sequence[Layer]) -> set[str]:
    """Ids of the layers that others need."""
    return {name for layer in layers if isinstance(layer, VisualLayer) for name in _names(layer)}


def _names(layer: VisualLayer) -> Iterator[str]:
    if layer.matte:
        yield layer.matte.layer
    yield from (effect.map for effect in (*layer.effects, *layer.backdrop) if getattr(effect, "map", None))


def joined(node: Node, layer: VisualLayer, by_id: Named, context: Context) -> Node:
    """The node with the others that it uses."""
    if layer.matte:
        matte = MatteBy(
            _found(layer.matte.layer, node, by_id, context, "matte.layer"), layer.matte.kind, layer.matte.inverted
        )
        node = replace(node, matte=matte)
    if not any(isinstance(at, LooksBeside) for at in (*node.effects, *node.backdrop)):
        return node
    maps: list[Node] = []
    return replace(
        node,
        effects=_told(node.effects, "effects", node, by_id, context, maps),
        backdrop=_told(node.backdrop, "backdrop", node, by_id, context, maps),
        changing=merged([node.changing, *(shifted(other.motion, -node.span[0]) for other in maps)]),
    )


def _told(
    steps: Sequence[EffectAt], field: str, node: Node, by_id: Named, context: Context, maps: list[Node]
) -> tuple[EffectAt, ...]:
    """The effects, each with its map; `maps` collects them."""
    told: list[EffectAt] = []
    for k, at in enumerate(steps):
        if isinstance(at, LooksBeside):
            maps.append(_found(at.layer, node, by_id, context, f"{field}[{k}].map"))
            at = at.with_layer(maps[-1], node.span[0])
        told.append(at)
    return tuple(told)


def _found(name: str, node: Node, by_id: Named, context: Context, field: str) -> Node:
    other = by_id.get(name)
    if other is None or other.name == node.name:
        beside = ", ".join(sorted(each for each in by_id if not each.startswith("layers["))) or "none has an id"
        raise context.wrong(f"no layer “{name}” stands beside this one ({beside})", field)
    if any(isinstance(at, LooksBeside) for at in (*other.effects, *other.backdrop)):
        raise context.wrong(
            f"“{name}” has a map of its own, and cannot be used by another layer: put it into a group", field
        )
    return other
