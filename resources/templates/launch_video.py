"""A product's launch in twenty seconds: hook, product, features, call to action."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from render_engine.document.composition import Composition
from render_engine.document.fields import Model
from render_engine.document.gradient import LinearGradient
from render_engine.document.layer import Mask
from render_engine.document.typed_props import FileName
from render_engine.effects.drop_shadow import DropShadow
from render_engine.layers.group import Group
from render_engine.layers.sequence import Scene, Sequence
from render_engine.layers.shape import Shape, Stroke
from render_engine.layers.stack import Stack
from render_engine.layers.text import Text
from render_engine.motion.entrance import Entrance
from render_engine.motion.tokens import Palette
from render_engine.transitions.model import Transition
from resources.templates._design import Box, Frame, Size, Theme, colors_of, faint, ink_on, music, sheen
from resources.templates._parts import (
    IconName,
    Side,
    icon,
    kicker,
    lights,
    line,
    logo,
    panel,
    picture,
    same_size,
    shadow,
    title,
)

SECONDS = 20.0
# scenes overlap by their transitions; the middles of those fall on the beats at 4, 9.5 and 14.5 s
HOOK, PRODUCT, FEATURES, CALL = 4.3, 6.1, 5.6, 5.8
CHANGE = 0.6


class Feature(Model):
    """One of the reasons."""

    title: str = Field(max_length=80)
    text: str = Field("", max_length=240)
    icon: IconName = "star"


class Words(Model):
    """What is said and shown."""

    name: str = Field("Framekiln", min_length=1, max_length=40, description="Of the product.")
    logo: FileName | None = Field("media/framekiln-logo.svg", description="SVG or picture; null for none.")
    hook: str = Field(
        "Every video you make twice should make itself.", min_length=1, max_length=160, description="The first words."
    )
    kicker: str = Field("Introducing", max_length=40, description="The small words over the product.")
    headline: str = Field("Meet Framekiln", min_length=1, max_length=90, description="Over the product.")
    subtitle: str = Field(
        "Compositions as data, rendered on your own machine as fast as it can encode.",
        max_length=240,
        description="Under the headline.",
    )
    picture: FileName = Field("media/bigbuckbunny.mp4", description="The product: a screenshot or a screen recording.")
    address: str = Field("framekiln / my-film", max_length=60, description="In the window's title bar.")
    features_title: str = Field("Built for people who ship.", max_length=90, description="Over the reasons.")
    features: list[Feature] = Field(
        [
            Feature(title="Fast", text="Only what changed is drawn, only what changed is encoded.", icon="bolt"),
            Feature(title="Yours", text="No account, no cloud. Your footage stays where it is.", icon="lock"),
            Feature(title="Honest", text="A receipt with every file: what went in, what came out.", icon="layers"),
        ],
        min_length=1,
        max_length=4,
        description="Reasons, a card each: {title, text, icon}.",
    )
    call: str = Field("Render your first film today.", min_length=1, max_length=110, description="The last words.")
    button: str = Field("Get started", max_length=32, description="Words on the button; none, no button.")
    url: str = Field("framekiln.dev", max_length=60, description="Under the button.")


class Props(Theme, Words):
    """Words, pictures, colours and music."""

    music: FileName | None = Field("media/music-bright.m4a", description="Sound under it all; null is silence.")


def compose(props: Props, size: Size = (1920, 1080)) -> Composition:
    frame, colors = Frame(*size), colors_of(props)
    scenes = [
        Scene(id="hook", duration=HOOK, layers=_hook(props, frame, colors)),
        _scene("product", PRODUCT, "zoomThrough", _product(props, frame, colors)),
        _scene("features", FEATURES, "pushLeft", _features(props, frame, colors)),
        _scene("call to action", CALL, "fadeBlur", _call(props, frame, colors)),
    ]
    return Composition(
        title=props.name,
        size=size,
        fps=30,
        duration=SECONDS,
        background=colors.bg,
        layers=[*lights(frame, colors, SECONDS), Sequence(id="scenes", scenes=scenes), *music(props.music, SECONDS)],
    )


def _scene(name: str, seconds: float, how: Any, layers: list[Any]) -> Scene:
    return Scene(
        id=name, duration=seconds, transition=Transition(type=how, duration=CHANGE, easing="easeInOut"), layers=layers
    )


def _hook(props: Props, frame: Frame, colors: Palette) -> list[Any]:
    size, room = frame.pick(150, 124, 146) * frame.px, (frame.room[0], 0.66 * frame.height)
    return [
        title(props.hook, props.font, size, room, sheen(colors.text, colors.primary, 115, 0.5), delay=0.15, id="hook")
    ]


def _product(props: Props, frame: Frame, colors: Palette) -> list[Any]:
    """Beside each other on a wide frame, else the words over the window."""
    if frame.is_wide:
        words = _words(props, colors, frame, (0.32 * frame.width, 0.72 * frame.height), "left")
        window = _window(props, colors, frame, 0.46 * frame.width)
        row = Stack(id="product", direction="row", gap=0.05 * frame.width, layers=[words, window])
        return [row.model_copy(update={"anchor": ("left", "center"), "position": (frame.margin[0], "50%")})]
    words = _words(props, colors, frame, (frame.room[0], frame.pick(0, 0.34, 0.3) * frame.height), "center")
    window = _window(props, colors, frame, frame.pick(0, 0.72, 0.88) * frame.width)
    return [Stack(id="product", gap=frame.pick(0, 52, 84) * frame.px, layers=[words, window])]


def _words(props: Props, colors: Palette, frame: Frame, room: tuple[float, float], side: Side) -> Stack:
    px, (width, height) = frame.px, room
    size, small = frame.pick(104, 84, 124) * px, frame.pick(40, 36, 48) * px
    layers = [
        *kicker(props.kicker, frame.pick(29, 28, 34) * px, colors.accent, width=width, align=side, delay=0.35),
        title(
            props.headline, props.font, size, (width, 0.56 * height), colors.text, align=side, delay=0.45, id="headline"
        ),
        *line(props.subtitle, small, (width, 0.36 * height), colors.text_muted, align=side, delay=0.8, id="subtitle"),
    ]
    stack = Stack(id="words", gap=26 * px, align="start" if side == "left" else "center", layers=layers)
    return stack.model_copy(update={"size": (width, None)}) if side == "left" else stack


def _window(props: Props, colors: Palette, frame: Frame, width: float) -> Group:
    """The picture in a quiet window that turns towards the viewer. The shadow is the pane's, which stands still."""
    px, height, bar, radius = frame.px, 0.6 * width, 54 * frame.px, 20 * frame.px
    lamps = [Shape(shape="ellipse", size=(15 * px, 15 * px), fill=fill) for fill in ("#ff5f57", "#febc2e", "#28c840")]
    address = line(
        props.address, 24 * px, (width - 240 * px, bar), colors.text_muted, align="left", delay=None, id="address"
    )
    pane = Shape(
        id="pane",
        size=(width, bar + height),
        radius=radius,
        fill=colors.bg_alt,
        stroke=Stroke(color=faint(colors.text, 0.16), width=3 * px),
        effects=[DropShadow(y=30 * px, radius=50 * px, color=shadow(colors))],
    )
    head = Stack(
        id="bar", direction="row", size=(width, bar), padding=(0, 24 * px), gap=11 * px, layers=[*lamps, *address],
        anchor=("left", "top"), position=(0, 0),
    )  # fmt: skip
    rounded_below = Mask(box=(0, -2 * radius, width, height + 2 * radius), radius=radius)
    shown = picture(
        props.picture,
        (width, height),
        PRODUCT,
        id="picture",
        anchor=("left", "top"),
        position=(0, bar),
        masks=[rounded_below],
    )
    return Group(
        id="window",
        size=(width, bar + height),
        layers=[pane, head, shown],
        entrance=Entrance(type="perspectiveRotateIn", spring="gentle", delay=0.3),
    )


def _features(props: Props, frame: Frame, colors: Palette) -> list[Any]:
    """Cards in a row, or rows; four on a square stand two by two."""
    px, count, gap = frame.px, len(props.features), frame.pick(32, 22, 30) * frame.px
    columns = count if frame.is_wide else 2 if count > 3 and not frame.is_tall else 1
    rows = -(-count // columns)
    width, height = frame.room[0], frame.pick(0.44, 0.6, 0.58) * frame.height
    size = ((width - gap * (columns - 1)) / columns, (height - gap * (rows - 1)) / rows)
    cards = _cards(props.features, size, columns > 1 or frame.is_wide, frame, colors)
    heading = title(
        props.features_title, props.font, frame.pick(88, 70, 108) * px, (width, 0.18 * frame.height), colors.text,
        delay=0.3, id="features title",
    )  # fmt: skip
    layers = [
        *([heading] if props.features_title else []),
        Stack(id="cards", direction="row", wrap=True, gap=gap, size=(width + 1, None), layers=cards),
    ]
    return [Stack(id="features", gap=frame.pick(72, 44, 76) * px, layers=layers)]


def _cards(features: list[Feature], size: Box, upright: bool, frame: Frame, colors: Palette) -> list[Stack]:
    """Icon over the words in upright cards; beside them in flat ones. All titles are of one size, and so are all texts."""
    px, pad = frame.px, min(40 * frame.px, 0.14 * size[1])
    tile, gap = (min(92 * px, 0.24 * size[1]), 28 * px) if upright else (min(128 * px, 0.5 * size[1]), 40 * px)
    room = size[0] - 2 * pad - (0 if upright else tile + gap)
    tall = size[1] - 2 * pad - (tile + gap if upright else 0) - 10 * px
    name_room, text_room = (room, 0.36 * tall), (room, 0.64 * tall)
    name_px = same_size(
        [it.title for it in features], frame.pick(52, 44, 60) * px, name_room, weight=700, line_height=1.2
    )
    text_px = same_size([it.text for it in features], frame.pick(38, 34, 44) * px, text_room, line_height=1.35)
    left: dict[str, Any] = {"align": "left", "delay": None}
    cards = []
    for k, it in enumerate(features):
        words = [
            *line(it.title, name_px, name_room, colors.text, id="title", weight=700, line_height=1.2, **left),
            *line(it.text, text_px, text_room, colors.text_muted, id="text", line_height=1.35, **left),
        ]
        layers = [icon(it.icon, tile, colors), Stack(align="start", gap=8 * px, layers=words)]
        cards.append(
            panel(
                size, layers, colors, px, id=f"feature {k + 1}", direction="column" if upright else "row",
                align="start" if upright else "center", gap=gap, padding=pad,
                entrance=Entrance(type="fadeUp", spring="smooth", delay=0.55 + 0.14 * k, distance=60 * px),
            )
        )  # fmt: skip
    return cards


def _call(props: Props, frame: Frame, colors: Palette) -> list[Any]:
    px, room = frame.px, frame.room[0]
    color = sheen(colors.text, colors.secondary, 110, 0.5)
    foot = [
        *_button(props.button, frame, colors),
        *line(
            props.url, frame.pick(40, 40, 46) * px, (room, 66 * px), colors.text_muted, delay=1.55, id="url", weight=500
        ),
    ]
    layers = [
        *logo(props.logo, frame.pick(132, 132, 160) * px, 0.3),
        title(
            props.call,
            props.font,
            frame.pick(124, 104, 136) * px,
            (room, 0.4 * frame.height),
            color,
            delay=0.55,
            id="call",
        ),
        *([Stack(id="foot", gap=34 * px, padding=(20 * px, 0, 0, 0), layers=foot)] if foot else []),
    ]
    return [Stack(id="call to action", gap=44 * px, layers=layers)]


def _button(words: str, frame: Frame, colors: Palette) -> list[Stack]:
    px, ink = frame.px, ink_on(colors.primary, colors.secondary)
    if not words:
        return []
    return [
        Stack(
            id="button",
            direction="row",
            padding=(26 * px, 60 * px),
            radius=60 * px,
            fill=LinearGradient(angle=100, stops=[colors.primary, colors.secondary]),
            effects=[DropShadow(y=14 * px, radius=34 * px, color=faint(colors.primary, 0.5))],
            entrance=Entrance(type="popIn", spring="poppy", delay=1.2),
            layers=[Text(text=words, weight=600, size=46 * px, color=ink, fit=(frame.room[0] - 130 * px, 62 * px))],
        )
    ]
