"""What an animation asks for that would be drawn wrongly. Found out by drawing each feature with ThorVG 1.0.4."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from render_engine.media.lottie import Raw
from render_engine.media.lottie_bounds import objects

LAYERS = {0, 1, 2, 3, 4, 5}  # precomposition, solid, image, null, shapes, text
LAYER_NAMES = {"6": "sound (give it an audio layer of its own)", "9": "video", "13": "a camera"}
SHAPES = {"gr", "sh", "rc", "el", "sr", "fl", "st", "gf", "gs", "tr", "tm", "rp", "rd", "op", "pb"}
PATHS = {"gr", "sh", "rc", "el", "sr"}
SHAPE_NAMES = {"zz": "zig zag", "tw": "twist", "mm": "merged paths"}
EFFECTS = {5, 20, 21, 23, 25, 29}  # controls, tint, fill, tritone, drop shadow, gaussian blur
EFFECT_NAMES = {"22": "stroke", "24": "levels", "26": "radial wipe", "28": "matte", "30": "twirl", "32": "wave warp"}
MODES = set("asildfn")  # of masks
BLENDS = range(17)
LOOPS = re.compile(r"\s*(var\s+\$bm_rt\s*;)?\s*\$bm_rt\s*=\s*loopOut\(\s*(['\"](cycle|pingpong)['\"])?\s*\)\s*;?\s*")


def unsupported(raw: Raw) -> list[str]:
    """Each as “layer: feature”, once, in the order of the file; hidden layers and shapes are left out."""
    found = (f"{owner}: {what}" for owner, part in _parts(raw, "the animation") for what in _missing(part))
    return list(dict.fromkeys((*found, *_outside(raw))))


def is_loop(expression: str) -> bool:
    """The expressions that are drawn right: a property's keyframes begin again after the last one."""
    return LOOPS.fullmatch(expression) is not None


def _parts(node: Any, owner: str) -> Iterator[tuple[str, Raw]]:
    """Every object of the file that is shown, with the layer it belongs to."""
    if isinstance(node, list):
        for each in node:
            yield from _parts(each, owner)
    elif isinstance(node, dict) and node.get("hd") is not True:
        if "ks" in node and "ip" in node:
            owner = f"layer “{str(node.get('nm', node.get('ind', '')))[:60]}”"
        yield owner, node
        for each in node.values():
            yield from _parts(each, owner)


def _missing(part: Raw) -> Iterator[str]:
    for key, check in CHECKS.items():
        if key in part:
            yield from check(part)


def _layer(part: Raw) -> Iterator[str]:
    if "ip" not in part or not isinstance(part["ks"], dict):
        return
    kind, blend = part.get("ty"), part.get("bm", 0)
    if kind not in LAYERS:
        yield LAYER_NAMES.get(str(kind)) or f"a layer of type {kind}"
    if blend not in BLENDS:
        yield f"blend mode {blend}"


def _expression(part: Raw) -> Iterator[str]:
    if isinstance(part["x"], str) and "k" in part and not is_loop(part["x"]):
        yield "an expression (bake it into keyframes)"


def _shapes(part: Raw) -> Iterator[str]:
    items = [item for item in objects(part.get("it", part.get("shapes"))) if item.get("hd") is not True]
    paths = sum(item.get("ty") in PATHS for item in items)
    for item in items:
        kind = str(item.get("ty"))
        harmless = kind == "mm" and (item.get("mm") == 1 or paths < 2)
        if kind not in SHAPES and not harmless:
            yield SHAPE_NAMES.get(kind) or f"a shape of type “{kind[:20]}”"


def _effects(part: Raw) -> Iterator[str]:
    if "ks" not in part:
        return  # the list of one effect's settings
    for effect in objects(part["ef"]):
        if effect.get("en", 1) and effect.get("ty") not in EFFECTS:
            kind = str(effect.get("ty"))
            yield f"the effect {EFFECT_NAMES.get(kind) or effect.get('nm') or kind}"


def _styles(part: Raw) -> Iterator[str]:
    if "ks" in part and list(objects(part["sy"])):
        yield "layer styles"


def _masks(part: Raw) -> Iterator[str]:
    for mask in objects(part["masksProperties"]):
        if str(mask.get("mode")) not in MODES:
            yield f"mask mode “{mask.get('mode')}”"
        feather = mask.get("f")
        if isinstance(feather, dict) and feather.get("k") not in (0, [0], [0, 0]):
            yield "a mask's feather"


def _text(part: Raw) -> Iterator[str]:
    if part.get("ty") == 5 and isinstance(part["t"], dict) and part["t"].get("p"):
        yield "text along a path"


CHECKS: dict[str, Callable[[Raw], Iterator[str]]] = {
    "ks": _layer,
    "x": _expression,
    "it": _shapes,
    "shapes": _shapes,
    "ef": _effects,
    "sy": _styles,
    "masksProperties": _masks,
    "t": _text,
}


def _outside(raw: Raw) -> Iterator[str]:
    """What the file refers to and does not hold."""
    for asset in objects(raw.get("assets")):
        picture = asset.get("p")
        if isinstance(picture, str) and not picture.startswith("data:"):
            yield f"the picture “{picture[:60]}” is not in the file (embed it, or pack it as .lottie)"
    drawn = {str(glyph.get("ch")) for glyph in objects(raw.get("chars"))}
    for owner, part in _parts(raw, "the animation"):
        if part.get("ty") == 5 and isinstance(part.get("t"), dict):
            missing = "".join(sorted(_letters(part["t"]) - drawn))
            if missing:
                yield f"{owner}: the glyphs of its text, “{missing[:20]}” (export them with it, or as shapes)"


def _letters(text: Raw) -> set[str]:
    """All that a text layer ever says; blanks and line ends need no glyph."""
    said = text.get("d")
    keyframes = objects(said.get("k")) if isinstance(said, dict) else ()
    settings = (key["s"] for key in keyframes if isinstance(key.get("s"), dict))
    return set("".join(str(each.get("t", "")) for each in settings)) - set(" \r\n\x03")
