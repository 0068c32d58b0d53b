"""evaluate(scene, time): pure. The same time gives the same display list, on any machine."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import chain

from render_engine.display_list import (
    EMPTY,
    OPAQUE,
    Backdrop,
    Blend,
    DisplayList,
    Effect,
    Group,
    Matte,
    Op,
    Rect,
    Shape,
    Solid,
    grow,
    intersect,
    quantise_matrix,
    quantise_opacity,
    rectangle,
    union,
)
from render_engine.effects.blur import effect as blur_effect
from render_engine.matrix import IDENTITY, Matrix, multiply, scale_of, scaling
from render_engine.motion.entrance import Pose
from render_engine.timeline.motion import Motion, still_around
from render_engine.timeline.outline import mask_outline, quantised
from render_engine.timeline.scene import Edged, MaskAt, MatteBy, Node, Scene, View
from render_engine.timeline.sight import in_sight

WHITE = Solid((65535, 65535, 65535, 65535))
SMALL, LARGE = 1 << 24, 1 << 26  # px of texture that any view may have; that none has


def evaluate(scene: Scene, time: Fraction) -> DisplayList:
    """What the frame at `time` (seconds) shows."""
    return together(scene, draw_each(scene, time))


def together(scene: Scene, layers: tuple[tuple[Op, ...], ...]) -> DisplayList:
    """One frame of what its layers draw."""
    return DisplayList(scene.width, scene.height, scene.background, tuple(chain.from_iterable(layers)))


def draw_each(scene: Scene, time: Fraction) -> tuple[tuple[Op, ...], ...]:
    """The ops of each of the scene's nodes, the lowest first, as far as they can be seen."""
    each: list[tuple[Op, ...]] = []
    now, view, hidden = _seconds(time), scene.view, False
    for node in reversed(scene.nodes):
        ops = () if hidden else _node(node, time, now, scene.root, view)
        if ops:
            ops, hidden = _seen(node, ops, scene)
        each.append(ops)
    return tuple(reversed(each))


def _seen(node: Node, ops: tuple[Op, ...], scene: Scene) -> tuple[tuple[Op, ...], bool]:
    last = node.drawn.seen
    if last and last[0] is ops:
        return last[1], last[2]
    seen, hides = in_sight(ops, scene.view.rect, scene.media)
    node.drawn.seen = (ops, seen, hides)
    return seen, hides


def draw_nodes(nodes: tuple[Node, ...], time: Fraction, parent: Matrix, view: View) -> tuple[Op, ...]:
    now, items = _seconds(time), list[Op]()
    for node in nodes:
        items += _node(node, time, now, parent, view)
    return tuple(items)


def draw_node(node: Node, time: Fraction, parent: Matrix, view: View) -> tuple[Op, ...]:
    return _node(node, time, _seconds(time), parent, view)


def _node(node: Node, time: Fraction, now: float, parent: Matrix, view: View) -> tuple[Op, ...]:
    """The ops of the last time, where neither the node nor its place has changed since. `now`: `time`, rounded."""
    drawn = node.drawn
    last = drawn.last
    if last and last[0] < now < last[1] and last[2] == parent and (last[3] is view or last[3] == view):
        return last[4]
    start, end = node.span
    shown = start < now < end or (start <= now <= end and node.start <= time < node.end)
    ops = _drawn(node, time, now, parent, view) if shown else ()
    low, high = still_around(node.motion, now)
    if low < high:
        drawn.last = (low, high, parent, view, ops)
    return ops


def stretched(node: Node, seconds: float, size: tuple[float, float]) -> tuple[Op, ...]:
    """The layer over a box of this size in px, wherever it stands itself; `seconds` of its parent."""
    time = Fraction(round(seconds * 48000), 48000)
    width, height = node.content.width, node.content.height
    if not (node.start <= time < node.end and width and height):
        return ()
    own = time - node.start
    local = _content_time(node, own, _seconds(own))
    place, view = scaling(size[0] / width, size[1] / height), View(math.ceil(size[0]), math.ceil(size[1]))
    return _isolated(node, local, _seconds(own), place, view, OPAQUE, "normal")


def _seconds(time: Fraction) -> float:
    return time.numerator / time.denominator


def _drawn(node: Node, time: Fraction, now: float, parent: Matrix, view: View) -> tuple[Op, ...]:
    local, seconds = time, now
    if node.span[0]:
        local = time - node.start
        seconds = _seconds(local)
    if node.bare:
        return node.content.draw(local, multiply(parent, node.bare), view)
    beneath = _beneath(node, local, seconds, parent) if node.backdrop else ()
    moments = _moments(node, local, seconds, parent) if node.shutter and not view.moment else ()
    if moments:
        return (*beneath, *_exposed(node, moments, parent, view))
    return (*beneath, *_at(node, local, seconds, parent, view, node.blend))


def _at(node: Node, own: Fraction, seconds: float, parent: Matrix, view: View, blend: Blend) -> tuple[Op, ...]:
    """`own`, and `seconds`, are the layer's time."""
    pose = node.pose(seconds)
    opacity = quantise_opacity(pose.opacity)
    if opacity == 0:
        return ()
    local = _content_time(node, own, seconds)
    if node.matte:
        return _matted(node, node.matte, own + node.start, parent, view, local, seconds, pose, blend)
    return _softened(node, local, seconds, parent, pose, view, opacity, blend)


def _content_time(node: Node, own: Fraction, seconds: float) -> Fraction:
    return own if node.remap is None else Fraction(round(node.remap.at(seconds) * 48000), 48000)


def _beneath(node: Node, own: Fraction, seconds: float, parent: Matrix) -> tuple[Op, ...]:
    """What the layer does to all that lies under it, within its outline."""
    pose = node.pose(seconds)
    opacity, place = quantise_opacity(pose.opacity), multiply(parent, pose.matrix)
    found = tuple(effect for at in node.backdrop if (effect := at(seconds, scale_of(place)))) if opacity else ()
    if not found:
        return ()
    content = node.content
    box = rectangle(0, 0, content.width, content.height)
    path = content.edge(_seconds(_content_time(node, own, seconds))) if isinstance(content, Edged) else box
    return (Backdrop(quantised(path), quantise_matrix(place), found, opacity),)


def _moments(node: Node, own: Fraction, seconds: float, parent: Matrix) -> tuple[Fraction, ...]:
    """The layer's times at which it is seen while the shutter is open; none where it stands still."""
    shutter = node.shutter
    assert shutter
    if _stands(shutter.seen(node.moving), seconds):
        return ()
    all_of_them = shutter.moments(own, shutter.samples)
    count = shutter.count([multiply(parent, node.pose(_seconds(at)).matrix) for at in all_of_them], node.box)
    if count and not _stands(shutter.seen(node.within), seconds):
        return all_of_them  # who knows how far it goes
    return shutter.moments(own, count)


def _stands(motion: Motion, seconds: float) -> bool:
    low, high = still_around(motion, seconds)
    return low < high


def _exposed(node: Node, moments: tuple[Fraction, ...], parent: Matrix, view: View) -> tuple[Op, ...]:
    """The mean of the layer at several of its times."""
    once = replace(view, moment=True)
    lists = [items for own in moments if (items := _at(node, own, _seconds(own), parent, once, "normal"))]
    area = EMPTY
    for op in chain.from_iterable(lists):
        area = union(area, op.bounds)
    x0, y0, x1, y1 = intersect(area, view.rect)
    if x0 >= x1:
        return ()
    # on multiples of 16: there the pattern begins that makes fine values 8 bits, so it stays where it is
    area = (x0 // 16 * 16, y0 // 16 * 16, x1, y1)
    mean = Effect("accumulate", (float(len(moments)),), 0, inputs=tuple(lists[1:]))
    return (Group(lists[0], area, IDENTITY, OPAQUE, node.blend, effects=(mean,)),)


def _softened(
    node: Node, local: Fraction, seconds: float, parent: Matrix, pose: Pose, view: View, opacity: int, blend: Blend
) -> tuple[Op, ...]:
    """The layer's ops, blurred in its parent's px while its entrance or its exit says so."""
    if not pose.blur or not blur_effect(pose.blur * texture_scale(parent)):
        return _isolated(node, local, seconds, multiply(parent, pose.matrix), view, opacity, blend)

    def items(scale: float, window: View) -> tuple[Op, ...]:
        return _isolated(node, local, seconds, multiply(scaling(scale, scale), pose.matrix), window, OPAQUE, "normal")

    def blurred(scale: float) -> tuple[Effect, ...]:
        effect = blur_effect(pose.blur * scale)
        return (effect,) if effect else ()

    group = textured(parent, view, items, blurred)
    return (group.placed(group.matrix, opacity, blend),) if group else ()


def _isolated(
    node: Node, local: Fraction, seconds: float, place: Matrix, view: View, opacity: int, blend: Blend
) -> tuple[Op, ...]:
    """The layer's ops; in a group where opacity, blending, masks or effects concern all of them together."""
    plain = not node.masks and not node.effects
    if plain and (node.content.single or (opacity == OPAQUE and blend == "normal")):
        return _faded(node.content.draw(local, place, view), opacity, blend)
    group = textured(
        place,
        view,
        lambda scale, window: node.content.draw(local, scaling(scale, scale), window),
        lambda scale: tuple(effect for at in node.effects if (effect := at(seconds, scale))),
        lambda scale, area: tuple(_mask(mask, seconds, scale, area) for mask in node.masks),
        lambda key, make: node.texture.at(seconds, node.within, key, make),
    )
    if group is None:
        return ()
    if plain and len(group.items) == 1 and len(alone := node.content.draw(local, place, view)) == 1:
        return _faded(alone, opacity, blend)
    return (group.placed(group.matrix, opacity, blend),)


def _faded(items: tuple[Op, ...], opacity: int, blend: Blend) -> tuple[Op, ...]:
    """One op at most, as a layer of its own."""
    if not items or (opacity == OPAQUE and blend == "normal"):
        return items
    (op,) = items
    if op.blend != "normal" or isinstance(op, Backdrop):  # what looks beneath, inside the layer, sees no further
        return (Group((op,), op.bounds, IDENTITY, opacity, blend),)
    return (op.faded(op.opacity * opacity // OPAQUE, blend),)


def texture_scale(place: Matrix) -> float:
    """Px of texture for each px of the layer: a power of √2, so that a zoom redraws its texture only now and then."""
    wanted = scale_of(place)
    if wanted <= 1 / 64:
        return 1 / 64
    if abs(wanted - 1) < 1e-6:
        return 1.0
    return min(64.0, 2 ** (math.ceil(2 * math.log2(wanted) - 1e-6) / 2))


Keep = Callable[[object, Callable[[], Group | None]], Group | None]  # gives what is kept for the key, or makes it


def textured(
    place: Matrix,
    view: View,
    items: Callable[[float, View], tuple[Op, ...]],
    effects: Callable[[float], tuple[Effect, ...]],
    mattes: Callable[[float, Rect], tuple[Matte, ...]] = lambda _scale, _area: (),
    keep: Keep = lambda _key, make: make(),
) -> Group | None:
    """What is drawn at a scale of the texture's own: as sharp as it is seen, or less where that took too much memory."""
    scale = texture_scale(place)
    seen = view.width * view.height
    most = min(max(SMALL, 4 * seen), LARGE)
    while True:
        down = quantise_matrix(place if scale == 1 else multiply(place, scaling(1 / scale, 1 / scale)))
        window = view.through(down, 2, view.step)
        if window is None:
            return None

        def texture(scale: float = scale, window: View = window) -> Group | None:
            found = effects(scale)
            wide = window.wider(2 * sum(effect.reach for effect in found))
            group = _texture(items(scale, wide), wide, 2 * seen, found)
            return group and replace(group, mattes=mattes(scale, group.area))

        group = keep((scale, window, seen), texture)
        if group is None:
            return None
        if _size(group.area) * max(1, len(group.effects) // 2) <= most:
            return group.placed(down)
        scale /= 2


def grouped(
    items: tuple[Op, ...],
    place: Matrix,
    view: View,
    mattes: tuple[Matte, ...] = (),
) -> Group | None:
    """Ops as one texture, no larger than what they cover or what can be seen of it."""
    place = quantise_matrix(place)
    window = view.through(place, 2)
    group = _texture(items, window, 2 * view.width * view.height, ()) if window else None
    return group and replace(group, matrix=place, mattes=mattes)


def _texture(items: tuple[Op, ...], window: View, room: int, effects: tuple[Effect, ...]) -> Group | None:
    """Not yet placed; cut to the window where it would be larger than `room` px."""
    area: Rect = (0, 0, 0, 0)
    for item in items:
        area = union(area, item.bounds)
    if items:
        area = grow(area, sum(effect.reach for effect in effects))
    if _size(area) > room:
        area = intersect(area, window.rect)
    return Group(items, area, IDENTITY, effects=effects) if area[0] < area[2] and area[1] < area[3] else None


def _size(area: Rect) -> int:
    return (area[2] - area[0]) * (area[3] - area[1])


def _mask(mask: MaskAt, seconds: float, scale: float, area: Rect) -> Matte:
    """`area`: of the texture that it cuts."""
    path = mask_outline(mask, seconds)
    feather = mask.feather.at(seconds)

    def outline(scale: float, _window: View) -> tuple[Op, ...]:
        return (Shape(path, quantise_matrix(scaling(scale, scale)), WHITE),)

    def softened(scale: float) -> tuple[Effect, ...]:
        effect = blur_effect(feather * scale)
        return (effect,) if effect else ()

    cut = View(area[2] - area[0], area[3] - area[1], area[0], area[1])
    if not softened(scale):
        return Matte(outline(scale, cut), "alpha", mask.inverted)
    soft = textured(scaling(scale, scale), cut, outline, softened)
    return Matte((soft,) if soft else (), "alpha", mask.inverted)


def _matted(
    node: Node,
    matte: MatteBy,
    time: Fraction,
    parent: Matrix,
    view: View,
    local: Fraction,
    seconds: float,
    pose: Pose,
    blend: Blend,
) -> tuple[Op, ...]:
    """The layer and its matte in one texture of the parent's space, where they move apart from each other."""
    scale = texture_scale(parent)
    space = scaling(scale, scale)
    down = quantise_matrix(multiply(parent, scaling(1 / scale, 1 / scale)))
    window = view.through(down, 2)
    if window is None:
        return ()
    items = _softened(node, local, seconds, space, pose, window, OPAQUE, "normal")
    cut = Matte(draw_node(matte.node, time, space, window), matte.kind, matte.inverted)
    group = grouped(items, down, view, (cut,))
    if group is None:
        return ()
    return (replace(group, opacity=quantise_opacity(pose.opacity), blend=blend),)
