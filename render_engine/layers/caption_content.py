"""What captions show at a time: one page, its words still but for the one that is said and those that come in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import inf
from typing import Literal

from render_engine import color
from render_engine.display_list import Gradient, Op, Paint, Rgba, Solid, Stroke, quantise_opacity
from render_engine.layers.caption_pages import Page, part_of
from render_engine.layers.text_style import box_op, padded
from render_engine.layers.typeset import Piece, mixed, painted
from render_engine.matrix import IDENTITY, Box, Matrix, multiply, scaling, translation
from render_engine.text.captions import Word
from render_engine.timeline.easing import easing
from render_engine.timeline.evaluate import grouped, texture_scale
from render_engine.timeline.motion import NEAR, Motion, merged
from render_engine.timeline.scene import View

HighlightMode = Literal["color", "pill", "underline", "glow", "fill"]
Entry = Literal["none", "fade", "pop", "slideUp", "scale"]
GLOW = 0.16  # sigma; these are shares of the size
PILL = (0.1, 0.02)
UNDERLINE = (0.1, 0.08)  # below the baseline; thickness
RISE = 0.45  # of slideUp

# of the share of a word's entry that has passed: opacity, scale, shift in px for each px of size
_EASE_OUT, _BACK_OUT = easing("easeOut"), easing("backOut")
ENTRIES: dict[Entry, Callable[[float], tuple[float, float, float]]] = {
    "none": lambda p: (1.0, 1.0, 0.0),
    "fade": lambda p: (p, 1.0, 0.0),
    "pop": lambda p: (min(1.0, 3 * p), 0.5 + 0.5 * _BACK_OUT(p), 0.0),
    "slideUp": lambda p: (_EASE_OUT(p), 1.0, RISE * (1 - _EASE_OUT(p))),
    "scale": lambda p: (1.0, _EASE_OUT(p), 0.0),
}


@dataclass(frozen=True)
class Look:
    """Colours are straight sRGB in 0…1, times in seconds, lengths in px."""

    size: float
    text: tuple[float, ...]
    stroke: Stroke | None
    background: tuple[float, ...]
    padding: tuple[float, float]
    radius: float
    highlight: tuple[float, ...]
    mode: HighlightMode
    pill: tuple[float, ...]
    scale: float
    highlight_transition: float
    entry: Entry
    entry_duration: float
    transition: float

    @cached_property
    def colors(self) -> tuple[Rgba, Rgba]:
        """Of words as they are, and of those that stand out."""
        return color.quantise(self.text), color.quantise(self.highlight)


@dataclass(frozen=True)
class Now:
    """One word at one time. `said`: 0 before it, 1 after it; `lit`: how far it is highlighted."""

    lit: float
    said: float
    opacity: float
    scale: float
    shift: float

    @property
    def still(self) -> bool:
        return self.opacity == self.scale == 1 and self.shift == 0


@dataclass(frozen=True)
class CaptionContent:
    width: float
    height: float
    pages: tuple[Page, ...]
    places: tuple[tuple[float, float], ...]  # of the pages' top left corners
    look: Look

    @property
    def baseline(self) -> float:
        return self.height

    @property
    def single(self) -> bool:
        return False

    @cached_property
    def motion(self) -> Motion:
        return merged(stretch for page in self.pages for stretch in self._motions(page))

    def _motions(self, page: Page) -> Iterator[Motion]:
        """Words light up and go out, pages fade in and out; the moments at which it begins are jumps at least."""
        look = self.look
        start, end, soft = float(page.start), float(page.end), look.transition
        yield ((start, start + soft), (end - soft, end))
        for word in page.words:
            said, over = float(word.start), float(word.end)
            comes = max(look.highlight_transition, look.entry_duration)
            yield ((said, max(over, said + comes)),) if look.mode == "fill" else ((said, said + comes),)
            yield ((over, over + look.highlight_transition),)

    @cached_property
    def starts(self) -> tuple[float, ...]:
        return tuple(float(page.start) for page in self.pages)

    def draw(self, time: Fraction, matrix: Matrix, view: View) -> tuple[Op, ...]:
        now = time.numerator / time.denominator
        k = bisect_right(self.starts, now) - 1
        if k >= 0 and time < self.pages[k].start:  # they differ by less than rounding shows
            k -= 1
        if k < 0 or time >= self.pages[k].end:
            return ()
        place = multiply(matrix, translation(*self.places[k]))
        shown = self._shown(k, time)
        if quantise_opacity(shown) == quantise_opacity(1):
            return self._page(self.pages[k], time, place, view)
        scale = texture_scale(place)
        items = self._page(self.pages[k], time, scaling(scale, scale), view)
        group = grouped(items, multiply(place, scaling(1 / scale, 1 / scale)), view)
        return (replace(group, opacity=quantise_opacity(shown)),) if group and quantise_opacity(shown) else ()

    def _shown(self, k: int, time: Fraction) -> float:
        """Pages fade from and to nothing; a page that follows another at once is cut to."""
        page, soft = self.pages[k], self.look.transition
        follows = k > 0 and self.pages[k - 1].end == page.start
        followed = k + 1 < len(self.pages) and self.pages[k + 1].start == page.end
        rise = 1.0 if follows else _share(float(time - page.start), soft)
        fall = 1.0 if followed else _share(float(page.end - time), soft)
        return min(rise, fall)

    def _page(self, page: Page, time: Fraction, matrix: Matrix, view: View) -> tuple[Op, ...]:
        look = self.look
        seconds = time.numerator / time.denominator
        states = [_now(*_passed(word, rounded, time, seconds, look), word, look) for word, rounded in page.timed]
        behind: list[Op] = []
        if look.background[3]:
            behind.append(box_op(padded(page.box, look.padding), look.radius, look.background, matrix))
        for k, now in enumerate(states):
            if now.lit and now.opacity:
                behind.extend(_mark(page, k, now, look, matrix, view))
        pieces = [
            Piece(part, paint, *_pose(page, words, states, look.size))
            for paint, words in _alike(page, states, look)
            if (part := part_of(page, frozenset(words)))
        ]
        return (*behind, *painted(pieces, matrix, look.stroke, view))


def _share(passed: float, length: float) -> float:
    return 1.0 if passed >= length else max(0.0, passed) / length


def _passed(word: Word, rounded: tuple[float, float], time: Fraction, now: float, look: Look) -> tuple[float, float]:
    """Seconds since a word's start and its end; without end where both are long ago, and where both are yet to come."""
    if now < rounded[0] - NEAR:
        return -inf, -inf
    if now > rounded[1] + max(look.highlight_transition, look.entry_duration) + NEAR:
        return inf, inf
    return float(time - word.start), float(time - word.end)


def _now(since: float, after: float, word: Word, look: Look) -> Now:
    """A word is said from its start to before its end."""
    lit = 0.0
    if since >= 0:
        lit = _share(since, look.highlight_transition) if after < 0 else 1 - _share(after, look.highlight_transition)
    said = 0.0 if since < 0 else 1.0 if after >= 0 else since / float(word.end - word.start)
    if look.entry != "none" and since < 0:
        return Now(0.0, 0.0, 0.0, 1.0, 0.0)
    opacity, size, shift = ENTRIES[look.entry](_share(since, look.entry_duration) if look.entry != "none" else 1.0)
    return Now(lit, said, opacity, size * (1 + (look.scale - 1) * lit), shift)


def _alike(page: Page, states: list[Now], look: Look) -> list[tuple[Paint, list[int]]]:
    """Words that can be one op: the still ones of one paint together, all others alone."""
    together: dict[Paint, list[int]] = {}
    alone: list[tuple[Paint, list[int]]] = []
    for k, now in enumerate(states):
        paint = _paint(page.boxes[k], now, look)
        if now.still:
            together.setdefault(paint, []).append(k)
        else:
            alone.append((paint, [k]))
    return [*together.items(), *alone]


def _paint(box: Box, now: Now, look: Look) -> Paint:
    plain, lit = look.colors
    if look.mode == "color":
        return mixed(Solid(plain), lit, now.lit)
    if look.mode == "fill":
        return _filled(box, now.said, plain, lit)
    return Solid(plain)


def _filled(box: Box, said: float, plain: Rgba, lit: Rgba) -> Paint:
    """Coloured from the left up to what is said."""
    if said in (0, 1):
        return Solid(lit if said else plain)
    edge = round(said * 4096) / 4096
    x0, x1 = round(box[0] * 256) / 256, round(box[2] * 256) / 256
    return Gradient("linear", (x0, 0.0, x1, 0.0), ((0.0, lit), (edge, lit), (edge, plain), (1.0, plain)))


def _pose(page: Page, words: list[int], states: list[Now], size: float) -> tuple[Matrix, float]:
    now = states[words[0]]
    return (IDENTITY, 1.0) if now.still else (_moved(page.boxes[words[0]], now, size), now.opacity)


def _moved(box: Box, now: Now, size: float) -> Matrix:
    """About the word's own centre."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    about = multiply(scaling(now.scale, now.scale), translation(-x, -y))
    return multiply(translation(x, y + now.shift * size), about)


def _mark(page: Page, k: int, now: Now, look: Look, matrix: Matrix, view: View) -> tuple[Op, ...]:
    """What lies behind the word that is said."""
    box, moved = page.boxes[k], _moved(page.boxes[k], now, look.size)
    share = now.lit * now.opacity
    if look.mode == "pill":
        wide = padded(box, (PILL[0] * look.size, PILL[1] * look.size))
        return (box_op(wide, 0.2 * look.size, look.pill, multiply(matrix, moved), share),)
    if look.mode == "underline":
        x0, x1 = box[0], box[0] + (box[2] - box[0]) * now.lit
        line = min(page.layout.lines, key=lambda it: abs(it.baseline - it.ascent - box[1]))
        y = line.baseline + UNDERLINE[0] * look.size
        bar = (x0, y, x1, y + UNDERLINE[1] * look.size)
        return (box_op(bar, UNDERLINE[1] / 2 * look.size, look.highlight, multiply(matrix, moved), now.opacity),)
    if look.mode == "glow" and (part := part_of(page, frozenset([k]))):
        tint = Solid(color.quantise(look.highlight))
        halo = Stroke(tint, GLOW * look.size, join="round", under=True)
        piece = Piece(part, tint, moved, share, GLOW * look.size)
        return painted([piece], matrix, halo, view)
    return ()
