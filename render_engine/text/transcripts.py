"""Captions from JSON: our own segments, Whisper's, and flat lists of timed words.

    [{"startMs": 0, "endMs": 900, "text": "Hello there", "words": [{"startMs": 0, "endMs": 400, "word": "Hello"}]}]
    {"segments": [{"start": 0.0, "end": 0.9, "text": "Hello there", "words": [{"start": 0.0, "end": 0.4, "word": …}]}]}
    [{"word": "Hello", "start": 0.0, "end": 0.4}, …]

Times are `startMs` and `endMs` in milliseconds or `start` and `end` in seconds, in any of them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from render_engine.errors import MediaError
from render_engine.text.captions import Caption, Word, milliseconds, spread

PAUSE = Fraction(7, 10)  # seconds of silence that part a flat list of words into captions
_SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？")


def read_transcript(path: Path, source: str) -> Iterator[Caption]:
    try:
        data = json.loads(source)
    except json.JSONDecodeError as error:
        raise MediaError(f"{path}, line {error.lineno}: not valid JSON: {error.msg}.") from error
    except (RecursionError, ValueError) as error:  # nested without end; a number of thousands of digits
        raise MediaError(f"{path} is not a transcript: {error}.") from error
    entries, where = _entries(path, data)
    if entries and _is_word(entries[0]):
        words = [_word(path, f"{where}[{at}]", entry) for at, entry in enumerate(entries)]
        yield from _grouped(words)
    else:
        for at, entry in enumerate(entries):
            yield _segment(path, f"{where}[{at}]", entry)


def _entries(path: Path, data: Any) -> tuple[list[Any], str]:
    if isinstance(data, list):
        return data, ""
    for key in ("segments", "words"):
        if isinstance(data, dict) and isinstance(data.get(key), list):
            return data[key], key
    raise MediaError(f"{path} is not a transcript: a list of segments or words was expected, or an object with one.")


def _is_word(entry: Any) -> bool:
    return isinstance(entry, dict) and "word" in entry


def _segment(path: Path, where: str, entry: Any) -> Caption:
    start, end = _times(path, where, entry)
    listed = entry.get("words") or []
    if not isinstance(listed, list):
        raise MediaError(f"{path}: {where}.words should be a list.")
    timed = [word for word in listed if _has_times(word)]
    words = tuple(_word(path, f"{where}.words[{at}]", word) for at, word in enumerate(listed)) if timed else ()
    if "text" in entry or not listed:
        text = _string(path, where, entry, "text")
    else:
        text = " ".join(_word_text(path, f"{where}.words[{at}]", word) for at, word in enumerate(listed))
    return Caption(start, end, text, words) if words else spread(start, end, text)


def _word(path: Path, where: str, entry: Any) -> Word:
    return Word(*_times(path, where, entry), _word_text(path, where, entry))


def _word_text(path: Path, where: str, entry: Any) -> str:
    return _string(path, where, entry, "word" if _is_word(entry) else "text")


def _string(path: Path, where: str, entry: Any, key: str) -> str:
    value = entry.get(key) if isinstance(entry, dict) else None
    if not isinstance(value, str):
        raise MediaError(f"{path}: {where}.{key} should be a text.")
    return value.strip()


def _has_times(entry: Any) -> bool:
    return isinstance(entry, dict) and not entry.keys().isdisjoint(("start", "startMs"))


def _times(path: Path, where: str, entry: Any) -> tuple[Fraction, Fraction]:
    if not isinstance(entry, dict):
        raise MediaError(f"{path}: {where} should be an object with a start, an end and a text.")
    start, end = _time(path, where, entry, "start"), _time(path, where, entry, "end")
    if end < start:
        raise MediaError(f"{path}: {where} ends before it starts.")
    return start, end


def _time(path: Path, where: str, entry: dict[str, Any], key: str) -> Fraction:
    in_ms = f"{key}Ms" in entry
    value = entry.get(f"{key}Ms" if in_ms else key)
    # bool is an int to Python
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        wanted = f"{key}Ms (milliseconds) or {key} (seconds)"
        raise MediaError(f"{path}: {where} should have {wanted}, a number from 0; it has {value!r}.")
    return milliseconds(value if in_ms else value * 1000)


def _grouped(words: Sequence[Word]) -> Iterator[Caption]:
    group: list[Word] = []
    for word in words:
        if group and (word.start - group[-1].end >= PAUSE or group[-1].text.endswith(_SENTENCE_ENDS)):
            yield _caption(group)
            group = []
        group.append(word)
    if group:
        yield _caption(group)


def _caption(words: Sequence[Word]) -> Caption:
    return Caption(words[0].start, words[-1].end, " ".join(word.text for word in words), tuple(words))
