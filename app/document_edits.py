"""Changes of a document as it stands in its file: plain dicts and lists, without Qt, without resolving anything.

A place is a path as error messages write it: `layers[2].layers[0]`, `layers[2].opacity`. Functions change what they are
given (a copy: `Project.edit` hands one out) and raise KeyError where a path leads nowhere. Times are seconds; those of
keyframes are of their layer, whose time begins at its `start`. Times that are told by markers stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from app.document_copies import copied

Document = dict[str, Any]
Layer = dict[str, Any]
Step = str | int
Steps = tuple[Step, ...]

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
_SHORTEST = 0.001  # seconds that a layer keeps when it is trimmed
_EXACT = 6  # decimals of a time that is written
_NOTHING: Any = object()

# ------------------------------------------------------------------------------------------------------------ places


@lru_cache(maxsize=8192)
def steps_of(path: str) -> Steps:
    return tuple(int(number) if number else name for number, name in _STEP.findall(path))


def path_of(steps: Iterable[Step]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")


def value_at(document: Any, path: str | Steps) -> Any:
    """What stands there; KeyError where nothing does."""
    value = value_or(document, path, _NOTHING)
    if value is _NOTHING:
        raise KeyError(f"{path}: nothing stands there")
    return value


def value_or(document: Any, path: str | Steps, default: Any = None) -> Any:
    """Asked thousands of times where all layers are chosen."""
    value = document
    for step in steps_of(path) if isinstance(path, str) else path:
        if isinstance(value, dict):
            if step not in value:
                return default
        elif not _is_index(value, step):
            return default
        value = value[step]
    return value


def set_value(document: Document, path: str, value: Any) -> None:
    """Objects on the way that are not there yet are made."""
    *outer, last = steps_of(path)
    inside: Any = document
    for step in outer:
        if isinstance(inside, dict) and isinstance(step, str) and inside.get(step) is None:
            inside[step] = {}
        inside = _inside(inside, step, path)
    _inside_of(inside, last, path)[last] = value


def remove_value(document: Document, path: str) -> None:
    """Of what is not there nothing has to be removed."""
    *outer, last = steps_of(path)
    inside: Any = value_or(document, tuple(outer))
    if (isinstance(inside, dict) and last in inside) or _is_index(inside, last):
        del inside[last]


def _inside(value: Any, step: Step, path: object) -> Any:
    return _inside_of(value, step, path, there=True)[step]


def _inside_of(value: Any, step: Step, path: object, *, there: bool = False) -> Any:
    if isinstance(value, dict) and isinstance(step, str) and (step in value or not there):
        return value
    if _is_index(value, step):
        return value
    raise KeyError(f"{path}: there is no {step!r}")


def _is_index(value: Any, step: Step) -> bool:
    return isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value)


# ------------------------------------------------------------------------------------------------------------ layers


def layer_at(document: Document, path: str) -> Layer:
    layer = value_at(document, path)
    if not isinstance(layer, dict):
        raise KeyError(f"{path}: no layer stands there")
    return layer


def layer_paths(document: Mapping[str, Any]) -> list[str]:
    """Of all layers, as deep as they go; scenes of sequences and the layers of nested compositions too."""
    return [path_of(steps) for steps, _ in walk(document)]


def walk(document: Mapping[str, Any]) -> list[tuple[Steps, Layer]]:
    """All layers and scenes, each before what is in it. What is no layer is passed over."""
    found: list[tuple[Steps, Layer]] = []
    _gather(document, (), found)
    return found


def _gather(owner: Mapping[str, Any], at: Steps, found: list[tuple[Steps, Layer]]) -> None:
    for key in ("layers", "scenes"):
        listed = owner.get(key)
        if isinstance(listed, list):
            for k, layer in enumerate(listed):
                if isinstance(layer, dict):
                    here = (*at, key, k)
                    found.append((here, layer))
                    _gather(layer, here, found)
    repeated, nested = owner.get("layer"), owner.get("composition")
    if isinstance(repeated, dict):
        found.append(((*at, "layer"), repeated))
        _gather(repeated, (*at, "layer"), found)
    if isinstance(nested, dict):
        _gather(nested, (*at, "composition"), found)


@lru_cache(maxsize=8192)
def parent_of(path: str) -> str:
    """What holds a layer: `layers[2]` holds `layers[2].layers[0]`; “” is the document."""
    steps = steps_of(path)
    return path_of(steps[:-2] if isinstance(steps[-1], int) else steps[:-1])


def index_of(path: str) -> int:
    """Its number among its neighbours; the one layer of a repeat has 0."""
    last = steps_of(path)[-1]
    return last if isinstance(last, int) else 0


def insert_layer(document: Document, layer: Layer, parent: str = "", index: int | None = None) -> str:
    """Into the document or into a layer that holds layers, on top if no index is given. Its path."""
    beside = _layers_in(document, parent)
    at = len(beside) if index is None else max(0, min(len(beside), index))
    beside.insert(at, layer)
    return path_of((*steps_of(parent), "layers", at))


def _layers_in(document: Document, parent: str) -> list[Layer]:
    owner = value_at(document, parent)
    layers = owner.setdefault("layers", []) if isinstance(owner, dict) else None
    if not isinstance(layers, list):
        raise KeyError(f"{parent}: holds no layers")
    return layers


def remove_layers(document: Document, paths: Iterable[str]) -> None:
    """Those inside others that are removed go with them. A repeat goes with its one layer, a sequence with its last scene."""
    chosen = [id(layer_at(document, path)) for path in paths]
    for marked in chosen:
        now = _path_of_object(document, marked)
        if now is None:
            continue
        steps = steps_of(now)
        beside = value_at(document, steps[:-1])
        if isinstance(steps[-1], int) and (len(beside) > 1 or steps[-2] != "scenes"):
            del beside[steps[-1]]
            put_first_scene_right(beside, steps)
        else:
            remove_layers(document, [parent_of(now)])


def put_first_scene_right(beside: list[Layer], steps: Steps) -> None:
    """The first scene of a sequence has none before it that it could come from."""
    if steps[-2:-1] == ("scenes",) and beside:
        beside[0].pop("transition", None)


def move_layer(document: Document, path: str, parent: str, index: int | None = None) -> str:
    """To another place: `index` counts without the layer itself. Its new path. Not into itself."""
    steps, inside = steps_of(path), steps_of(parent)
    if inside[: len(steps)] == steps:
        raise KeyError(f"{path} cannot be put into itself")
    if not isinstance(steps[-1], int):
        raise KeyError(f"{path}: a repeat has one layer, and needs it")
    layer, beside = layer_at(document, path), _layers_in(document, parent)
    del value_at(document, steps[:-1])[steps[-1]]
    beside.insert(len(beside) if index is None else max(0, min(len(beside), index)), layer)
    now = _path_of_object(document, id(layer))
    assert now
    return now


def move_layers(document: Document, paths: Iterable[str], parent: str = "", index: int | None = None) -> None:
    """Together, in their order; `index` counts as they stand before. Those inside others come along with these."""
    chosen = [steps_of(path) for path in sorted(set(paths), key=steps_of)]
    chosen = [steps for steps in chosen if not any(steps[: len(each)] == each for each in chosen if each != steps)]
    inside = steps_of(parent)
    if any(inside[: len(steps)] == steps for steps in chosen):
        raise KeyError(f"{path_of(chosen[0])} cannot be put into itself")
    if not all(isinstance(steps[-1], int) for steps in chosen):
        raise KeyError("a repeat has one layer, and needs it")
    if any(steps[-2] == "scenes" for steps in chosen):
        raise KeyError("a scene stays in its sequence")
    target = _layers_in(document, parent)
    layers = [layer_at(document, path_of(steps)) for steps in chosen]
    moved = {id(layer) for layer in layers}
    before = target[: len(target) if index is None else index]
    at = sum(id(layer) not in moved for layer in before)
    for steps in reversed(chosen):
        del value_at(document, steps[:-1])[steps[-1]]
    target[at:at] = layers


def duplicate_layer(document: Document, path: str) -> str:
    """Above the first one; ids in the copy are new. Its path."""
    steps = steps_of(path)
    if not isinstance(steps[-1], int):
        raise KeyError(f"{path}: a repeat has one layer; duplicate the repeat")
    [copy] = with_free_ids(document, [layer_at(document, path)])
    value_at(document, steps[:-1]).insert(steps[-1] + 1, copy)
    return path_of((*steps[:-1], steps[-1] + 1))


def with_free_ids(document: Mapping[str, Any], layers: Iterable[Layer]) -> list[Layer]:
    """Copies whose ids, and those of what is in them, the document does not have yet."""
    taken, copies = _ids(document), [copied(layer) for layer in layers]
    for copy in copies:
        for _, layer in ((), copy), *walk(copy):
            if isinstance(layer.get("id"), str):
                layer["id"] = free_name(layer["id"], taken)
                taken.add(layer["id"])
    return copies


def group_layers(document: Document, paths: Iterable[str], kind: str = "group") -> str:
    """Layers that stand beside each other go into a new group, in the place of the lowest. Its path."""
    ordered = sorted(set(paths), key=steps_of)
    parents = {parent_of(path) for path in ordered}
    if len(parents) != 1 or not all(isinstance(steps_of(path)[-1], int) for path in ordered):
        raise KeyError("only layers beside each other can be grouped")
    beside = value_at(document, steps_of(ordered[0])[:-1])
    layers = [layer_at(document, path) for path in ordered]
    chosen = {id(layer) for layer in layers}
    at = index_of(ordered[0])
    beside[:] = [layer for layer in beside if id(layer) not in chosen]
    beside.insert(at, {"type": kind, "layers": layers})
    return ordered[0]


def ungroup(document: Document, path: str) -> list[str]:
    """The group's layers take its place; their times are told in those of its parent. Their paths."""
    steps = steps_of(path)
    group, beside = layer_at(document, path), value_at(document, steps[:-1])
    layers = group.get("layers")
    if not isinstance(layers, list) or not isinstance(steps[-1], int):
        raise KeyError(f"{path} is no group")
    begins = group.get("start", 0)
    for layer in layers:
        if is_number(begins) and begins:
            layer["start"] = exact(layer.get("start", 0) + begins) if is_number(layer.get("start", 0)) else begins
            if is_number(layer.get("end")):
                layer["end"] = exact(layer["end"] + begins)
    beside[steps[-1] : steps[-1] + 1] = layers
    return [path_of((*steps[:-1], steps[-1] + k)) for k in range(len(layers))]


def rename_layer(document: Document, path: str, name: str) -> None:
    """What refers to it by its id (mattes, visualisers) follows; an empty name takes the id away."""
    layer = layer_at(document, path)
    before = layer.pop("id", None)
    if not name:
        return
    _put_first(layer, "id", name)
    for _, other in walk(document):
        matte = other.get("matte")
        if isinstance(matte, dict) and before and matte.get("layer") == before:
            matte["layer"] = name
        if other.get("type") == "visualiser" and before and other.get("source") == before:
            other["source"] = name


def set_hidden(document: Document, path: str, hidden: bool) -> None:
    layer = layer_at(document, path)
    if steps_of(path)[-2:-1] == ("scenes",):
        raise KeyError("a scene cannot be hidden: delete it, or hide what is in it")
    if hidden:
        layer["hidden"] = True
    else:
        layer.pop("hidden", None)


def only_shown(document: Document, solo: Iterable[str]) -> Document:
    """A copy in which everything but these layers, what is in them and what they are in is hidden. None: as it is."""
    chosen = [steps_of(path) for path in solo]
    if not chosen:
        return document
    copy: Document = copied(document)
    for steps, layer in walk(copy):
        related = any(steps[: len(each)] == each or each[: len(steps)] == steps for each in chosen)
        if not related and steps[-2:-1] != ("scenes",):
            layer["hidden"] = True
    return copy


def free_name(name: str, taken: Iterable[str]) -> str:
    """The name, or the name with the next free number."""
    there = set(taken)
    stem = re.sub(r"[ -]?\d+$", "", name) or name
    return name if name not in there else next(each for k in range(2, 10**6) if (each := f"{stem} {k}") not in there)


def _ids(document: Mapping[str, Any]) -> set[str]:
    return {layer["id"] for _, layer in walk(document) if isinstance(layer.get("id"), str)}


def _path_of_object(document: Mapping[str, Any], marked: int) -> str | None:
    return next((path_of(steps) for steps, layer in walk(document) if id(layer) == marked), None)


def _put_first(layer: Layer, key: str, value: Any) -> None:
    rest = dict(layer)
    layer.clear()
    layer.update({key: value, **rest})


# --------------------------------------------------------------------------------------------------------- keyframes


def keyframes_of(value: Any) -> list[dict[str, Any]]:
    """Of a field's value; none where it does not move by keyframes."""
    listed = value.get("keyframes") if isinstance(value, dict) else None
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def put_keyframe(document: Document, path: str, at: float, value: Any, easing: Any = None) -> int:
    """In the field at `path`, in the place of one at the same time, which keeps its easing. Its number."""
    frames = keyframes_of(value_or(document, path))
    at = exact(at)
    same = next((each for each in frames if each.get("at") == at), None)
    if same is None:
        same = {"at": at, "value": value}
        frames.append(same)
    same["value"] = value
    if easing is not None:
        same["easing"] = easing
    return _in_order(document, path, frames, same)


def move_keyframe(document: Document, path: str, number: int, at: float) -> int:
    """To another time; one that stands there already goes. Its number then."""
    frames = keyframes_of(value_at(document, path))
    moved = frames[number]
    at = exact(at)
    moved["at"] = at
    kept = [each for each in frames if each is moved or each.get("at") != at]
    return _in_order(document, path, kept, moved)


def remove_keyframe(document: Document, path: str, number: int) -> None:
    """With the last one the field becomes plain, with its value."""
    frames = keyframes_of(value_at(document, path))
    gone = frames.pop(number)
    set_value(document, path, {"keyframes": frames} if frames else gone.get("value"))


def _in_order(document: Document, path: str, frames: list[dict[str, Any]], one: dict[str, Any]) -> int:
    """Sorted by their times; those at markers keep their place after the one before them."""
    latest = float("-inf")
    timed: list[tuple[float, dict[str, Any]]] = []
    for each in frames:
        latest = each["at"] if is_number(each.get("at")) else latest
        timed.append((latest, each))
    ordered = [each for _, each in sorted(timed, key=lambda pair: pair[0])]
    set_value(document, path, {"keyframes": ordered})
    return next(k for k, each in enumerate(ordered) if each is one)


# ------------------------------------------------------------------------------------------------------------- times


def move_in_time(document: Document, path: str, start: float) -> None:
    """Start and end move together; keyframes are in the layer's own time, and so come along."""
    layer = layer_at(document, path)
    by = start - _number(layer.get("start", 0))
    if is_number(layer.get("end")):
        layer["end"] = exact(layer["end"] + by)
    layer["start"] = exact(start)


def trim_start(document: Document, path: str, start: float) -> None:
    """What happens in the layer stays where it was in the film: keyframes and delays move back, media begin later."""
    layer = layer_at(document, path)
    if is_number(layer.get("end")):
        start = min(start, layer["end"] - _SHORTEST)
    later = start - _number(layer.get("start", 0))
    layer["start"] = exact(start)
    _shift_inside(layer, -later)


def trim_end(document: Document, path: str, end: float) -> None:
    layer = layer_at(document, path)
    layer["end"] = exact(max(end, _number(layer.get("start", 0)) + _SHORTEST))


def split_layer(document: Document, path: str, at: float) -> str:
    """In two at a time of its parent; the second, whose path is given, goes on where the first ends."""
    layer = layer_at(document, path)
    if at <= _number(layer.get("start", 0)) or (is_number(layer.get("end")) and at >= layer["end"]):
        raise KeyError(f"{path}: is not there at {at:g} s")
    second = duplicate_layer(document, path)
    trim_start(document, second, at)
    trim_end(document, path, at)
    layer.pop("exit", None)
    layer_at(document, second).pop("entrance", None)
    return second


def _shift_inside(layer: Layer, by: float) -> None:
    """Times in a layer's own time: of its keyframes and springs, of the layers in it, and of the part of its medium."""
    each_moving(layer, lambda owner, key: owner.__setitem__(key, exact(owner[key] + by)))
    for inner in layer["layers"] if isinstance(layer.get("layers"), list) else ():
        if isinstance(inner, dict) and not isinstance(inner.get("start"), str):
            inner["start"] = exact(_number(inner.get("start", 0)) + by)
            if is_number(inner.get("end")):
                inner["end"] = exact(inner["end"] + by)
    _shift_medium(layer, -by)


def _shift_medium(layer: Layer, later: float) -> None:
    speed = layer.get("speed", 1)
    if layer.get("type") not in ("video", "audio", "lottie") or "time_remap" in layer:
        return
    if not is_number(speed) or speed <= 0:
        return
    trim = layer.get("trim") or [0, None]
    first = exact(_number(trim[0]) + later * speed)
    layer["trim"] = [max(0, first), trim[1]]


def each_moving(layer: Layer, change: Callable[[dict[str, Any], str], None]) -> None:
    """Calls `change(object, key)` for each time in numbers that is of the layer itself: not of layers inside it."""
    for key, value in layer.items():
        if key not in ("layers", "layer", "scenes", "composition", "props"):
            _each_moving(value, change)


def _each_moving(value: Any, change: Callable[[dict[str, Any], str], None]) -> None:
    if isinstance(value, list):
        for inner in value:
            _each_moving(inner, change)
        return
    if not isinstance(value, dict):
        return
    for frame in keyframes_of(value):
        if is_number(frame.get("at")):
            change(frame, "at")
    if "to" in value and ("spring" in value or "from" in value):
        value.setdefault("delay", 0)
        if is_number(value["delay"]):
            change(value, "delay")
        return
    for key, inner in value.items():
        if key != "keyframes":
            _each_moving(inner, change)


def exact(seconds: float) -> float:
    """As a person would write it: no 0.30000000000000004, and 2 for 2.0."""
    rounded = round(seconds, _EXACT)
    return int(rounded) if rounded == int(rounded) else rounded


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _number(value: Any) -> float:
    return value if is_number(value) else 0
