"""Something explained in steps of five seconds, each wiped in over a drifting grid."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from render_engine.components.glow_orb import GlowOrb
from render_engine.components.grid import Grid
from render_engine.document.composition import Composition
from render_engine.document.fields import Keyframe, Keyframed, Model
from render_engine.document.gradient import LinearGradient, RadialGradient, Stop
from render_engine.document.layer import Mask
from render_engine.document.typed_props import FileName
from render_engine.effects.drop_shadow import DropShadow
from render_engine.layers.gradient import Gradient
from render_engine.layers.sequence import Scene, Sequence
from render_engine.layers.shape import Shape, Stroke
from render_engine.layers.stack import Stack
from render_engine.layers.text import Text
from render_engine.motion.entrance import Entrance
from render_engine.motion.tokens import Palette
from render_engine.transitions.model import Transition
from resources.templates._design import Frame, PaletteName, Size, Theme, colors_of, faint, headline, music
from resources.templates._parts import ICONS, IconName, Side, line, logo, picture, shadow, title

STEP = 5.0  # seconds
CHANGE = 0.7


class Step(Model):
    """One of the steps."""

    title: str = Field(min_length=1, max_length=80)
    text: str = Field("", max_length=240)
    icon: IconName = "star"
    picture: FileName | None = Field(None, description="Instead of the icon.")


class Words(Model):
    """What is explained."""

    title: str = Field("How a film is made", max_length=60, description="Stays at the top through all steps.")
    steps: list[Step] = Field(
        [
            Step(
                title="Describe it",
                text="Layers, times and words in one document that a program can write.",
                icon="pen",
            ),
            Step(title="See it move", text="Any moment is drawn at once, exactly as it will be rendered.", icon="play"),
            Step(title="Render it", text="All cores at work, and nothing is ever drawn twice.", icon="bolt"),
            Step(title="Send it", text="One finished file, with a receipt for everything that went in.", icon="send"),
        ],
        min_length=2,
        max_length=6,
        description="What is shown one after another: {title, text, icon or picture}.",
    )
    logo: FileName | None = Field(None, description="At the end of the title's line.")


class Props(Theme, Words):
    """The steps, colours and music."""

    palette: PaletteName = Field("midnight", description="Colours that go together; those below replace single ones.")
    music: FileName | None = Field("media/music-calm.m4a", description="Sound under it all; null is silence.")


def compose(props: Props, size: Size = (1920, 1080)) -> Composition:
    frame, colors = Frame(*size), colors_of(props)
    count = len(props.steps)
    seconds = STEP * count
    each = (seconds + CHANGE * (count - 1)) / count
    scenes = [_scene(props, k, each, frame, colors) for k in range(count)]
    return Composition(
        title=props.title,
        size=size,
        fps=30,
        duration=seconds,
        background=colors.bg,
        layers=[
            *_ground(frame, colors),
            Sequence(id="steps", scenes=scenes),
            *_head(props, frame, colors),
            _progress(count, each - CHANGE, frame, colors),
            *music(props.music, seconds),
        ],
    )


def _ground(frame: Frame, colors: Palette) -> list[Any]:
    """A wash, the grid, and dark edges."""
    wash = LinearGradient(angle=150, stops=[colors.bg_alt, colors.bg])
    dim = RadialGradient(
        stops=[Stop(color=faint(colors.bg, 0), offset=0.45), Stop(color=faint(colors.bg, 0.8), offset=1)]
    )
    return [
        Gradient(id="wash", fill=wash),
        Grid(id="grid", cell=72 * frame.px, color=faint(colors.text, 0.1)),
        GlowOrb(id="glow", size=1100 * frame.px, color=faint(colors.primary, 0.4), position=("72%", "36%")),
        Gradient(id="dim", fill=dim),
    ]


def _head(props: Props, frame: Frame, colors: Palette) -> list[Any]:
    """The title at the top left, a logo opposite."""
    px, (x, y) = frame.px, frame.margin
    words = line(
        props.title,
        34 * px,
        (0.7 * frame.room[0], 60 * px),
        colors.text_muted,
        align="left",
        delay=0.1,
        id="head",
        weight=600,
    )
    placed = [text.model_copy(update={"anchor": ("left", "center"), "position": (x, y)}) for text in words]
    marks = [
        mark.model_copy(update={"anchor": ("right", "center"), "position": (frame.width - x, y)})
        for mark in logo(props.logo, 64 * px, 0.2)
    ]
    return [*placed, *marks]


def _scene(props: Props, k: int, seconds: float, frame: Frame, colors: Palette) -> Scene:
    change = (
        Transition(type="wipe", direction=("left", "up")[k % 2], duration=CHANGE, easing="easeInOut") if k else None
    )
    return Scene(id=f"step {k + 1}", duration=seconds, transition=change, layers=[_step(props, k, frame, colors)])


def _step(props: Props, k: int, frame: Frame, colors: Palette) -> Stack:
    """Words beside the picture; under it, where the frame is not wide, in a room that is the same for all steps."""
    px, step, wide = frame.px, props.steps[k], frame.is_wide
    side_px = frame.pick(0.56 * frame.height, 0.36 * frame.height, 0.7 * frame.width)
    side: Side = "left" if wide else "center"
    room = (
        (0.46 * frame.width, 0.6 * frame.height) if wide else (frame.room[0], frame.pick(0, 0.29, 0.27) * frame.height)
    )
    words = _words(step, k, props, side, room, frame, colors)
    art = _art(step, (side_px, side_px), frame, colors)
    if not wide:
        words = words.model_copy(update={"size": (None, room[1])})
        return Stack(id=f"step {k + 1}", gap=frame.pick(0, 36, 84) * px, layers=[art, words])
    words = words.model_copy(update={"size": (room[0], None)})
    gap = frame.room[0] - room[0] - side_px
    return Stack(id=f"step {k + 1}", direction="row", gap=gap, layers=[words, art])


def _words(
    step: Step, k: int, props: Props, side: Side, room: tuple[float, float], frame: Frame, colors: Palette
) -> Stack:
    px, delay = frame.px, 0.15 if k == 0 else 0.1
    size, gap = frame.pick(64, 44, 64) * px, 22 * px
    left = room[1] - 1.2 * size - 2 * gap
    number = Text(
        id="number",
        text=f"{k + 1:02d}",
        **headline(props.font),
        size=size,
        features={"tnum": 1},
        color=LinearGradient(angle=90, stops=[colors.primary, colors.accent]),
        entrance=Entrance(type="fadeUp", delay=delay),
    )
    heading = title(
        step.title, props.font, frame.pick(116, 80, 112) * px, (room[0], 0.54 * left), colors.text,
        align=side, delay=delay + 0.1, id="title",
    )  # fmt: skip
    text = line(
        step.text, frame.pick(44, 36, 50) * px, (room[0], 0.46 * left), faint(colors.text, 0.72),
        align=side, delay=delay + 0.45, id="text",
    )  # fmt: skip
    align = "start" if side == "left" else "center"
    return Stack(id="words", align=align, gap=gap, layers=[number, heading, *text])


def _art(step: Step, size: tuple[float, float], frame: Frame, colors: Palette) -> Stack:
    """A picture, or a large icon that draws itself on a pane."""
    px = frame.px
    radius = 0.09 * size[0]
    inner: Any = (
        picture(step.picture, size, STEP, id="picture", masks=[Mask(radius=radius)])
        if step.picture
        else _drawn(step.icon, 0.42 * size[0], colors)
    )
    return Stack(
        id="art",
        size=size,
        justify="center",
        fill=LinearGradient(angle=150, stops=[faint(colors.primary, 0.28), faint(colors.secondary, 0.1)]),
        stroke=Stroke(color=faint(colors.text, 0.14), width=1.5 * px),
        radius=radius,
        effects=[DropShadow(y=26 * px, radius=46 * px, color=shadow(colors))],
        layers=[inner],
        entrance=Entrance(type="popIn", spring="smooth", delay=0.1),
    )


def _drawn(name: str, side: float, colors: Palette) -> Shape:
    drawing = Keyframed[float](keyframes=[Keyframe(at=0.5, value=0, easing="easeInOut"), Keyframe(at=1.7, value=1)])
    return Shape(
        id="icon",
        shape="path",
        path=ICONS[name],
        size=(side, side),
        fill=None,
        stroke=Stroke(
            color=LinearGradient(angle=135, stops=[colors.text, colors.accent]),
            width=0.055 * side,
            cap="round",
            join="round",
        ),
        trim={"end": drawing},
    )


def _progress(count: int, each: float, frame: Frame, colors: Palette) -> Stack:
    """A bar a step, filled while the step is shown."""
    px = frame.px
    gap, thick = 14 * px, 6 * px
    width = (frame.room[0] - gap * (count - 1)) / count
    bars = []
    for k in range(count):
        filled = Keyframed[tuple[float, float]](
            keyframes=[
                Keyframe(at=k * each, value=(0, thick)),
                Keyframe(at=(k + 1) * each + (CHANGE if k == count - 1 else 0), value=(width, thick)),
            ]
        )
        done = Shape(size=filled, radius=thick / 2, fill=colors.accent, anchor=("left", "center"))
        bars.append(
            Stack(size=(width, thick), direction="row", fill=faint(colors.text, 0.14), radius=thick / 2, layers=[done])
        )
    return Stack(
        id="progress",
        direction="row",
        gap=gap,
        anchor=("center", "center"),
        position=("50%", frame.height - frame.margin[1]),
        layers=bars,
    )
