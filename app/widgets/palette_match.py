"""How well some typed letters stand for a command's name: they must come in its order, and words' beginnings count most."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

START, NEXT, LATER = 10, 6, 1  # points of a letter that begins a word, follows the last found one, or neither


@dataclass(frozen=True)
class Match:
    score: float
    letters: frozenset[int]  # places in the name, to be shown


def match(typed: str, name: str) -> Match | None:
    """None where a letter is missing. Capitals and accents make no difference; spaces in `typed` are skipped."""
    wanted, letters = _plain(typed).replace(" ", ""), _plain(name)
    if not wanted:
        return Match(0, frozenset())
    tried = [_from(wanted, letters, start) for start, each in enumerate(letters) if each == wanted[0]]
    found = [each for each in tried if each]
    return max(found, key=lambda each: each.score) if found else None


def _from(wanted: str, letters: str, start: int) -> Match | None:
    """Each letter at the next word's beginning that has it, unless it goes on at once."""
    places = [start]
    for letter in wanted[1:]:
        following = places[-1] + 1
        if letters[following : following + 1] == letter:
            places.append(following)
            continue
        there = [at for at in range(following, len(letters)) if letters[at] == letter]
        if not there:
            return None
        places.append(next((at for at in there if _begins(letters, at)), there[0]))
    points = sum(_points(letters, places, number) for number in range(len(places)))
    return Match(points - len(letters) / 100, frozenset(places))


def _points(letters: str, places: list[int], number: int) -> int:
    if _begins(letters, places[number]):
        return START
    return NEXT if number and places[number] == places[number - 1] + 1 else LATER


def _begins(letters: str, at: int) -> bool:
    return at == 0 or not letters[at - 1].isalnum()


@lru_cache(4096)
def _plain(text: str) -> str:
    """As long as the text, so that places agree."""
    return "".join(unicodedata.normalize("NFD", each)[0].lower()[:1] for each in text)
