"""The nearest right word for a wrong one, and lists of words as a person would write them."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

MOST_LISTED = 48


def nearest(word: str, options: Iterable[str]) -> str | None:
    """The option that was probably meant: first by letters alone (fontSize is font_size), then by likeness."""
    by_letters = {_letters(option): option for option in options}
    letters = _letters(word[:100])
    if letters in by_letters:
        return by_letters[letters]
    close = get_close_matches(letters, by_letters, 1, 0.6)
    return by_letters[close[0]] if close else None


def did_you_mean(word: str, options: Iterable[str]) -> str | None:
    option = nearest(word, options)
    return f"Did you mean “{option}”?" if option else None


def one_of(options: Iterable[str]) -> str:
    """“a, b or c”; a long list is cut."""
    words = list(dict.fromkeys(options))
    if len(words) > MOST_LISTED:
        return f"{', '.join(words[:MOST_LISTED])} …"
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else "".join(words)


def _letters(word: str) -> str:
    return "".join(letter for letter in word.lower() if letter.isalnum())
