"""Turns a composition into a finished video: document -> timeline -> display list -> pixels -> file.

    from render_engine import Composition, Text

    hello = Composition(duration=2, layers=[Text(text="Hello", size=120)])
    hello.frame(1.0)             # an RGBA array; in a notebook, the composition shows itself
    hello.render("hello.mp4")

Names are imported when they are first asked for: a command that needs none of them starts at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from render_engine.components.background import Background
    from render_engine.components.badge import Badge
    from render_engine.components.bar_chart import Bar, BarChart
    from render_engine.components.browser import Browser
    from render_engine.components.card import Card
    from render_engine.components.code_block import CodeBlock
    from render_engine.components.glow_orb import GlowOrb
    from render_engine.components.grid import Grid
    from render_engine.components.line_chart import Line, LineChart
    from render_engine.components.lower_third import LowerThird
    from render_engine.components.phone import Phone
    from render_engine.components.progress_bar import ProgressBar
    from render_engine.components.safe_area import SafeArea
    from render_engine.components.terminal import Terminal, TerminalLine
    from render_engine.components.vignette import Vignette
    from render_engine.document.composition import Composition, Prop
    from render_engine.document.fields import Keyframe, Keyframed, Springing, SpringSettings
    from render_engine.document.flex import Flex
    from render_engine.document.gradient import ConicGradient, LinearGradient, RadialGradient, Stop
    from render_engine.document.layer import Mask, Matte
    from render_engine.document.markers import BeatMarkers, Beats, Marker, TempoMarkers
    from render_engine.effects.blur import Blur
    from render_engine.effects.chroma_key import ChromaKey
    from render_engine.effects.color_adjust import ColorAdjust
    from render_engine.effects.corner_pin import CornerPin
    from render_engine.effects.curves import Curves
    from render_engine.effects.directional_blur import DirectionalBlur
    from render_engine.effects.displacement import Displacement
    from render_engine.effects.drop_shadow import DropShadow
    from render_engine.effects.duotone import Duotone
    from render_engine.effects.glow import Glow
    from render_engine.effects.grain import Grain
    from render_engine.effects.lut import Lut
    from render_engine.effects.pixelate import Pixelate
    from render_engine.effects.sharpen import Sharpen
    from render_engine.effects.vignette import VignetteEffect
    from render_engine.effects.zoom_blur import ZoomBlur
    from render_engine.errors import BadInput, FramekilnError, RenderFailed
    from render_engine.layers.animated_characters import AnimatedCharacters
    from render_engine.layers.animator import Animator, Offsets
    from render_engine.layers.audio import Audio
    from render_engine.layers.captions import Captions
    from render_engine.layers.count_up import CountUp
    from render_engine.layers.gradient import Gradient
    from render_engine.layers.group import Group
    from render_engine.layers.image import Image
    from render_engine.layers.image_sequence import ImageSequence
    from render_engine.layers.lottie import Lottie
    from render_engine.layers.nested import Nested
    from render_engine.layers.sequence import Scene, Sequence
    from render_engine.layers.shape import Shape, Stroke
    from render_engine.layers.stack import Stack
    from render_engine.layers.svg import Svg
    from render_engine.layers.text import Text, TextSpan
    from render_engine.layers.text_style import Highlight, TextBackground, TextShadow, TextStroke
    from render_engine.layers.typewriter import Typewriter
    from render_engine.layers.video import Video
    from render_engine.layers.visualiser import Visualiser
    from render_engine.motion.entrance import Entrance
    from render_engine.motion.motion_blur import MotionBlur
    from render_engine.render import Progress, RenderOptions, RenderResult
    from render_engine.timeline.spring import Spring
    from render_engine.transitions.model import Transition

_HOMES = {
    "components.background": ("Background",),
    "components.badge": ("Badge",),
    "components.bar_chart": ("Bar", "BarChart"),
    "components.browser": ("Browser",),
    "components.card": ("Card",),
    "components.code_block": ("CodeBlock",),
    "components.glow_orb": ("GlowOrb",),
    "components.grid": ("Grid",),
    "components.line_chart": ("Line", "LineChart"),
    "components.lower_third": ("LowerThird",),
    "components.phone": ("Phone",),
    "components.progress_bar": ("ProgressBar",),
    "components.safe_area": ("SafeArea",),
    "components.terminal": ("Terminal", "TerminalLine"),
    "components.vignette": ("Vignette",),
    "layers.animated_characters": ("AnimatedCharacters",),
    "layers.count_up": ("CountUp",),
    "layers.typewriter": ("Typewriter",),
    "document.composition": ("Composition", "Prop"),
    "document.fields": ("Keyframe", "Keyframed", "Springing", "SpringSettings"),
    "document.flex": ("Flex",),
    "document.gradient": ("ConicGradient", "LinearGradient", "RadialGradient", "Stop"),
    "document.layer": ("Mask", "Matte"),
    "document.markers": ("BeatMarkers", "Beats", "Marker", "TempoMarkers"),
    "effects.blur": ("Blur",),
    "effects.chroma_key": ("ChromaKey",),
    "effects.color_adjust": ("ColorAdjust",),
    "effects.corner_pin": ("CornerPin",),
    "effects.curves": ("Curves",),
    "effects.directional_blur": ("DirectionalBlur",),
    "effects.displacement": ("Displacement",),
    "effects.drop_shadow": ("DropShadow",),
    "effects.duotone": ("Duotone",),
    "effects.glow": ("Glow",),
    "effects.grain": ("Grain",),
    "effects.lut": ("Lut",),
    "effects.pixelate": ("Pixelate",),
    "effects.sharpen": ("Sharpen",),
    "effects.vignette": ("VignetteEffect",),
    "effects.zoom_blur": ("ZoomBlur",),
    "errors": ("BadInput", "FramekilnError", "RenderFailed"),
    "layers.animator": ("Animator", "Offsets"),
    "layers.audio": ("Audio",),
    "layers.captions": ("Captions",),
    "layers.gradient": ("Gradient",),
    "layers.group": ("Group",),
    "layers.image": ("Image",),
    "layers.image_sequence": ("ImageSequence",),
    "layers.lottie": ("Lottie",),
    "layers.nested": ("Nested",),
    "layers.sequence": ("Scene", "Sequence"),
    "layers.shape": ("Shape", "Stroke"),
    "layers.stack": ("Stack",),
    "layers.svg": ("Svg",),
    "layers.text": ("Text", "TextSpan"),
    "layers.text_style": ("Highlight", "TextBackground", "TextShadow", "TextStroke"),
    "layers.video": ("Video",),
    "layers.visualiser": ("Visualiser",),
    "motion.entrance": ("Entrance",),
    "motion.motion_blur": ("MotionBlur",),
    "render": ("Progress", "RenderOptions", "RenderResult"),
    "timeline.spring": ("Spring",),
    "transitions.model": ("Transition",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "AnimatedCharacters", "Animator", "Audio", "Background", "BadInput", "Badge", "Bar", "BarChart", "BeatMarkers",
    "Beats", "Blur", "Browser", "Captions", "Card", "ChromaKey", "CodeBlock", "ColorAdjust", "Composition",
    "ConicGradient", "CornerPin", "CountUp", "Curves", "DirectionalBlur", "Displacement", "DropShadow", "Duotone",
    "Entrance", "Flex", "FramekilnError", "Glow", "GlowOrb", "Gradient", "Grain", "Grid", "Group", "Highlight",
    "Image", "ImageSequence", "Keyframe", "Keyframed", "Line", "LineChart", "LinearGradient", "Lottie", "LowerThird",
    "Lut", "Marker", "Mask", "Matte", "MotionBlur", "Nested", "Offsets", "Phone", "Pixelate", "Progress",
    "ProgressBar", "Prop", "RadialGradient", "RenderFailed", "RenderOptions", "RenderResult", "SafeArea", "Scene",
    "Sequence", "Shape", "Sharpen", "Spring", "SpringSettings", "Springing", "Stack", "Stop", "Stroke", "Svg",
    "TempoMarkers", "Terminal", "TerminalLine", "Text", "TextBackground", "TextShadow", "TextSpan", "TextStroke",
    "Transition", "Typewriter", "Video", "Vignette", "VignetteEffect", "Visualiser", "ZoomBlur",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"render_engine has no “{name}”; it has {', '.join(sorted(_HOME))}")
    return getattr(import_module(f"render_engine.{_HOME[name]}"), name)
