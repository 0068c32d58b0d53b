"""Captions: what is said, from when to when, and when each word is.

Times are seconds as fractions. Where a source times no words, they share the caption's time by their length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Word:
    start: Fraction
    end: Fraction
    text: str


@dataclass(frozen=True)
class Caption:
    start: Fraction
    end: Fraction
    text: str
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Fragment:
    """A piece of a caption with a time of its own: a karaoke syllable, or what follows an inline timestamp."""

    start: Fraction
    end: Fraction
    text: str


def between(captions: Iterable[Caption], start: Fraction, end: Fraction) -> tuple[Caption, ...]:
    """What is said from `start` to `end`, in times of its own that begin at `start`."""
    shown = [caption for caption in captions if caption.start < end and caption.end > start]
    return tuple(retimed(caption, lambda time: min(max(time, start), end) - start) for caption in shown)


def retimed(caption: Caption, time: Callable[[Fraction], Fraction]) -> Caption:
    words = tuple(Word(time(word.start), time(word.end), word.text) for word in caption.words)
    return Caption(time(caption.start), time(caption.end), caption.text, words)


def milliseconds(value: float) -> Fraction:
    return Fraction(round(value), 1000)


def spread(start: Fraction, end: Fraction, text: str) -> Caption:
    """A caption whose words share its time by their number of characters."""
    texts = text.split()
    total = sum(map(len, texts))
    words, done = [], 0
    for word in texts:
        begin, done = done, done + len(word)
        words.append(Word(start + (end - start) * begin / total, start + (end - start) * done / total, word))
    return Caption(start, end, text, tuple(words))


def from_fragments(start: Fraction, end: Fraction, fragments: Sequence[Fragment]) -> Caption:
    """A word lasts from the fragment it begins in to the end of the one it ends in, and within one fragment its
    words share the time."""
    text = "".join(fragment.text for fragment in fragments)
    starts, ends = zip(*_letter_times(fragments), strict=True) if text else ((), ())
    words = [
        Word(starts[found.start()], ends[found.end() - 1], found.group()) for found in re.finditer(r"\S+", text)
    ]  # fmt: skip
    return Caption(start, end, text.strip(), tuple(words))


def _letter_times(fragments: Iterable[Fragment]) -> Iterable[tuple[Fraction, Fraction]]:
    for fragment in fragments:
        letters = max(len("".join(fragment.text.split())), 1)
        step = (fragment.end - fragment.start) / letters
        done = 0
        for char in fragment.text:
            spoken = not char.isspace()
            yield fragment.start + step * done, fragment.start + step * (done + spoken)
            done += spoken
