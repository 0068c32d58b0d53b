"""resolve(composition): everything outside is read here once (fonts, sizes, lengths, content hashes)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from render_engine import color, effects
from render_engine import layers as kinds
from render_engine.document.composition import MAX_SECONDS, MAX_SIDE, Composition
from render_engine.document.fields import seconds
from render_engine.document.layer import Horizontal, Vertical, VisualLayer
from render_engine.document.markers import Marker
from render_engine.document.palette import colors
from render_engine.errors import BadInput, DocumentError, FramekilnError
from render_engine.layers import AnyLayer
from render_engine.matrix import Matrix, multiply, scaling, translation
from render_engine.motion.entrance import passages
from render_engine.motion.motion_blur import shutter
from render_engine.text.fonts import FontLibrary
from render_engine.timeline.context import Context, Count
from render_engine.timeline.markers import markers
from render_engine.timeline.motion import merged
from render_engine.timeline.outline import svg_path
from render_engine.timeline.scene import Content, MaskAt, Node, Scene
from render_engine.timeline.siblings import joined, used_by
from render_engine.timeline.transform import Transform
from render_engine.timeline.value import Fixed
from render_engine.timeline.values_of import Values

MOST_LAYERS = 50_000
SHARES: dict[Horizontal | Vertical, float] = {"left": 0, "top": 0, "center": 0.5, "right": 1, "bottom": 1}


def resolve(
    composition: Composition, base: Path, *, size: tuple[int, int] | None = None, documents: tuple[Path, ...] = ()
) -> Scene:
    """A scene to evaluate. `size`: another output size; the composition is scaled to fit, centred."""
    if size and not all(1 <= side <= MAX_SIDE for side in size):
        raise BadInput(f"a size of {size[0]}x{size[1]} cannot be drawn: 1 to {MAX_SIDE} pixels a side can")
    width, height = composition.size
    context = Context(
        base=base,
        values=Values(composition.rate),
        fonts=font_library(composition, base),
        fallback_fonts=tuple(composition.fallback_fonts),
        width=width,
        height=height,
        length=Fraction(0),
        where="",
        offset=Fraction(0),
        media={},
        inputs=dict.fromkeys(font_files(composition, base)),
        clips=[],
        captions=[],
        listeners=[],
        resolved=Count(),
        documents=documents,
        motion_blur=composition.motion_blur,
        palette=None if composition.palette is None else colors(composition.palette),
    )
    context = marked(composition, context)
    length = duration(composition, context)
    out = size or (width, height)
    nodes = resolve_layers(composition.layers, context.inside(length=length))
    listen(context)
    return Scene(
        width=out[0],
        height=out[1],
        fps=composition.rate,
        duration=length,
        background=color.quantise(color.parse(composition.background)),
        root=fitted((width, height), out),
        nodes=nodes,
        media=context.media,
        fonts=context.fonts,
        audio=tuple(context.clips),
        captions=tuple(sorted(context.captions, key=lambda caption: caption.start)),
        loudness=composition.loudness,
        title=composition.title,
        comment=composition.comment,
        inputs=tuple(context.inputs),
        markers=tuple((seconds(each.at), each.name) for each in composition.markers if isinstance(each, Marker)),
        letterboxed=width * out[1] != height * out[0],
    )


def marked(composition: Composition, context: Context) -> Context:
    """With the composition's own markers, on its clock."""
    return context.inside(values=Values(composition.rate, markers(composition.markers, context.file)))


def listen(context: Context) -> None:
    """What follows the composition's sound hears it: all of its layers are resolved."""
    for hear in context.listeners:
        hear(context.clips)


def font_library(composition: Composition, base: Path) -> FontLibrary:
    return FontLibrary({family: [base / name for name in _each(files)] for family, files in composition.fonts.items()})


def font_files(composition: Composition, base: Path) -> list[Path]:
    return [base / name for files in composition.fonts.values() for name in _each(files)]


def _each(files: str | list[str]) -> list[str]:
    return [files] if isinstance(files, str) else files


def fitted(inner: tuple[float, float], outer: tuple[int, int]) -> Matrix:
    """Scaled to fit and centred."""
    scale = min(outer[0] / inner[0], outer[1] / inner[1])
    move = translation((outer[0] - inner[0] * scale) / 2, (outer[1] - inner[1] * scale) / 2)
    return multiply(move, scaling(scale, scale))


def duration(composition: Composition, context: Context) -> Fraction:
    """As written, or as long as the layers that know their own end."""
    if composition.duration is not None:
        return seconds(composition.duration)
    ends = [end for k, layer in enumerate(composition.layers) if (end := own_end(layer, context, f"layers[{k}]"))]
    if not ends:
        raise DocumentError("the composition says no duration, and no layer has an end of its own", where="duration")
    if max(ends) > MAX_SECONDS:
        raise DocumentError(f"the layers last {float(max(ends)):.0f} s; {MAX_SECONDS} s is the most", where="duration")
    return max(ends)


def own_end(layer: AnyLayer, context: Context, where: str) -> Fraction | None:
    """When a layer ends by itself: as written, or by the length of its medium."""
    if layer.end is not None:
        return context.inside(where=where).time(layer.end, "end")
    length = kinds.length(layer, context.inside(where=where))
    return None if length is None else context.inside(where=where).time(layer.start, "start") + length


def resolve_layers(layers: Sequence[AnyLayer], context: Context) -> tuple[Node, ...]:
    """The visible nodes among siblings; mattes and maps are found by id and taken out of sight."""
    used = used_by(layers)
    nodes: dict[int, Node] = {}
    by_id: dict[str, Node] = {}
    for k, layer in enumerate(layers):
        if layer.hidden and layer.id not in used:
            continue
        if isinstance(layer, VisualLayer) and layer.flex:
            raise context.inside(f"layers[{k}]").wrong(
                "only a stack gives room to its layers; leave it out here", "flex"
            )
        node = resolve_layer(layer, context.inside(f"layers[{k}]"))
        if node is not None:
            nodes[k] = node
            by_id[layer.id or f"layers[{k}]"] = node
    shown = []
    for k, node in nodes.items():
        layer = layers[k]
        assert isinstance(layer, VisualLayer)
        if layer.id in used:
            continue
        shown.append(joined(node, layer, by_id, context.inside(f"layers[{k}]")))
    return tuple(shown)


def resolve_layer(layer: AnyLayer, context: Context) -> Node | None:
    """One layer and what is in it; None where it shows nothing (sound)."""
    context.resolved.layers += 1
    if context.resolved.layers > MOST_LAYERS:
        raise context.wrong(f"with all nested compositions, these are more than {MOST_LAYERS} layers")
    if isinstance(layer, VisualLayer) and "motion_blur" in layer.model_fields_set:
        context = context.inside(motion_blur=layer.motion_blur)
    start = context.time(layer.start, "start")
    end = own_end(layer, context, context.where)
    if end is not None and end <= start:
        raise context.wrong(f"the layer ends at {float(end):g} s, before its start at {float(start):g} s", "end")
    too_late = start >= context.length  # never seen; it is made all the same, so that what is wrong in it is told
    if end is None:
        end = start + 1 if too_late else context.length
    last = end if too_late else min(end, context.length)
    inner = context.values.since(context.offset + start)  # what is made by it tells when the content moves
    inside = context.inside(length=last - start, offset=context.offset + start, values=inner)
    heard = len(context.clips)
    with _told(context.where):
        content = resolve_content(layer, inside)
    if too_late:
        del context.clips[heard:]
    if layer.id:
        named = (replace(clip, layers=(*clip.layers, layer.id)) for clip in context.clips[heard:])
        context.clips[heard:] = list(named)
    if content is None or not isinstance(layer, VisualLayer):
        return None
    with _told(context.where):
        return placed(layer, content, context.inside(values=inner.afresh()), start, end)


@contextmanager
def _told(where: str) -> Iterator[None]:
    """Errors, with the layer that they were met in."""
    try:
        yield
    except FramekilnError as error:
        raise error.at(where) from error


def resolve_content(layer: AnyLayer, context: Context) -> Content | None:
    return kinds.resolve(layer, context)


def placed(layer: VisualLayer, content: Content, context: Context, start: Fraction, end: Fraction) -> Node:
    values = context.values
    transform = Transform(
        position=values.point(layer.position, context.width, context.height),
        anchor=_anchor(layer, content),
        scale=values.scale(layer.scale),
        rotation=values.number(layer.rotation),
        rotation_x=values.number(layer.rotation_x),
        rotation_y=values.number(layer.rotation_y),
        perspective=layer.perspective,
    )
    faint = getattr(
        content, "faint", False
    )  # it is as faint as its layer says already: a soft light shows fewer steps so
    opacity = Fixed(1.0) if faint else values.number(layer.opacity)
    ways = passages(layer.entrance, layer.exit, float(min(end, context.length) - start), values)
    remap = None if layer.time_remap is None else values.afresh().number(layer.time_remap)
    inside = context.inside(values=values.afresh())
    masks = tuple(_mask(layer, k, content, inside) for k in range(len(layer.masks)))
    size = (content.width, content.height)
    steps = tuple(
        effects.resolve(effect, inside.inside(f"effects[{k}]"), size) for k, effect in enumerate(layer.effects)
    )
    beneath = tuple(
        effects.resolve(effect, context.inside(f"backdrop[{k}]"), size) for k, effect in enumerate(layer.backdrop)
    )
    return Node(
        start=start,
        end=end,
        content=content,
        transform=transform,
        fixed=transform.at(0.0) if transform.still else None,
        opacity=opacity,
        blend=layer.blend,
        masks=masks,
        matte=None,
        effects=steps,
        backdrop=beneath,
        passages=ways,
        shutter=shutter(context.motion_blur, values.fps),
        remap=remap,
        moving=merged([values.motion, *(way.motion for way in ways)]),
        changing=inside.values.motion,
        where=context.where,
        name=layer.id or "",
    )


def _anchor(layer: VisualLayer, content: Content) -> tuple[float, float]:
    across, down = layer.anchor
    x = (SHARES[across] if isinstance(across, str) else across) * content.width
    if down == "baseline":
        return x, content.baseline
    return x, (SHARES[down] if isinstance(down, str) else down) * content.height


def _mask(layer: VisualLayer, k: int, content: Content, context: Context) -> MaskAt:
    mask, values = layer.masks[k], context.values
    outline = None
    if mask.shape == "path":
        try:
            outline = svg_path(mask.path or "")
        except ValueError as error:
            raise context.wrong(str(error), f"masks[{k}].path") from error
    return MaskAt(
        shape=mask.shape,
        box=mask.box or (0.0, 0.0, content.width, content.height),
        path=outline,
        radius=values.number(mask.radius),
        feather=values.number(mask.feather),
        expand=values.number(mask.expand),
        inverted=mask.inverted,
    )
