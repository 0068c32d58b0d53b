"""Where text may be cut: paragraphs, graphemes, words and line breaks (UAX 14 and 29, by uniseg).

All offsets count characters. A grapheme is what a reader calls a character: é, 👩‍🚀 and 🇫🇷 are one each.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

import uharfbuzz as hb
from uniseg.emoji import emoji_presentation, extended_pictographic
from uniseg.graphemecluster import grapheme_cluster_boundaries
from uniseg.linebreak import line_break_boundaries

from render_engine.errors import BadInput

_HARD_BREAK = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
# UAX 14 lets such text break after its spaces and nowhere else, and uniseg takes 0.1 ms a character to find that.
_LETTERS = r"[A-Za-z0-9'À-ÖØ-öø-ɏΆΈ-ΊΌΎ-ΡΣ-ώЀ-ҁ]++"
_WORD = rf"{_LETTERS}(?:[,.;:]++{_LETTERS})*+[,.;:!?]*+"
_PLAIN_WORDS = re.compile(rf"(?:{_WORD} ++)*+(?:{_WORD})?+")
_NO_BREAK_SPACES = "\u00a0\u2007\u202f"
_UNSPACED = {"Hani", "Hira", "Kana"}  # scripts that put no space between words
_TEXT_STYLE, _EMOJI_STYLE, _JOINER = "\ufe0e", "\ufe0f", "\u200d"
MOST_MARKS = 100
_SKIN_TONES = range(0x1F3FB, 0x1F400)


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """The start and end of each paragraph, its break left out; an empty text is one empty paragraph."""
    start = 0
    for found in _HARD_BREAK.finditer(text):
        yield start, found.start()
        start = found.end()
    yield start, len(text)


@lru_cache(maxsize=2048)
def graphemes(text: str) -> tuple[int, ...]:
    """The offsets at which graphemes start, and the end of the text."""
    if text.isascii() and "\r\n" not in text:
        return tuple(range(len(text) + 1))
    if _longest_run(text) > MOST_MARKS:
        raise BadInput(f"the text carries more than {MOST_MARKS} combining marks or flags in a row; take some away")
    return tuple(grapheme_cluster_boundaries(text))


def _longest_run(text: str) -> int:
    """Of characters that lean on those before them, for which uniseg looks back each time: 20,000 would take minutes."""
    return max((len(list(run)) for leans, run in groupby(text, _leans) if leans), default=0)


def _leans(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Mc", "Me", "Cf") or "\U0001f1e6" <= char <= "\U0001f1ff"


@lru_cache(maxsize=2048)
def line_breaks(text: str) -> frozenset[int]:
    """The offsets at which a line may end inside a paragraph; its own end is one."""
    if _PLAIN_WORDS.fullmatch(text):
        return frozenset(found.end() for found in re.finditer(" +", text)) | {len(text)}
    return frozenset(line_break_boundaries(text)) | {len(text)}


@lru_cache(maxsize=2048)
def words(text: str) -> tuple[int, ...]:
    """The offsets at which words start. A word is what stands between white space, with its punctuation; where
    a script writes none, it is what no line may break."""
    starts = [found.start() for found in re.finditer(r"\S+", text)]
    if any(script(char) in _UNSPACED for char in text):
        unspaced = (at for at in line_breaks(text) if 0 < at < len(text) and _is_unspaced(text, at))
        starts = sorted({*starts, *unspaced})
    return tuple(starts)


def is_space(char: str) -> bool:
    """Whether a line may end at this character and leave it hanging."""
    return char.isspace() and char not in _NO_BREAK_SPACES


def shows_emoji(grapheme: str) -> bool:
    """Whether a grapheme asks for its coloured form. Digits, © and ❤ don't, unless followed by U+FE0F."""
    if grapheme.isascii() or _TEXT_STYLE in grapheme:
        return False
    if _EMOJI_STYLE in grapheme or emoji_presentation(grapheme[0]):
        return True
    return may_be_emoji(grapheme) and any(c == _JOINER or ord(c) in _SKIN_TONES for c in grapheme)


def may_be_emoji(grapheme: str) -> bool:
    return bool(extended_pictographic(grapheme[0])) or bool(emoji_presentation(grapheme[0]))


@lru_cache(maxsize=4096)
def script(char: str) -> str | None:
    """The ISO 15924 code, None for what belongs to every script, such as digits and spaces."""
    buffer = hb.Buffer()
    buffer.add_str(char)
    buffer.guess_segment_properties()
    code: str | None = buffer.script
    return code


def _is_unspaced(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if before.isspace() or after.isspace():
        return False
    return script(before) in _UNSPACED or script(after) in _UNSPACED
