"""Which font a document gets for a family, a weight and a slant.

Fonts come with us or from the document, never from the machine. Weights are chosen as CSS does; a family or an
italic that is not there is an error that names what is.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import resources
from render_engine.errors import FontError
from render_engine.text.face import Font, at_weight, read_faces, weight_range

__all__ = ["BUNDLED", "EMOJI", "Font", "FontLibrary", "FontRequest", "bundled_fonts", "read_index"]

BUNDLED = Path(resources.__file__).parent / "fonts"
EMOJI = "Noto Color Emoji"


@dataclass(frozen=True)
class FontRequest:
    family: str
    weight: int = 400
    italic: bool = False


class FontLibrary:
    """The bundled fonts and those that a document names: family → its file or files."""

    def __init__(self, declared: Mapping[str, Path | Sequence[Path]] | None = None) -> None:
        self._declared = {_key(name): (name, _paths(files)) for name, files in (declared or {}).items()}
        self._faces: dict[str, tuple[Font, ...]] = {}
        self._found: dict[FontRequest, Font] = {}
        self._used: dict[str, Font] = {}  # by hash
        self._by_hash: dict[str, Font] = {font.hash: font for font in bundled_fonts()}

    def families(self) -> list[str]:
        declared = [name for name, _ in self._declared.values()]
        hidden = set(self._declared)
        return sorted({*declared, *(f.family for f in bundled_fonts() if _key(f.family) not in hidden)})

    def faces(self, family: str) -> tuple[Font, ...]:
        """Every face of a family; a declared family hides a bundled one of the same name."""
        key = _key(family)
        if key not in self._faces:
            self._faces[key] = self._read(key)
        if not self._faces[key]:
            raise FontError(self._unknown(family))
        return self._faces[key]

    def find(self, request: FontRequest) -> Font:
        if request not in self._found:
            faces = [face for face in self.faces(request.family) if face.italic == request.italic]
            if not faces:
                raise FontError(_no_such_slant(request))
            self._found[request] = self._keep(_nearest_weight(faces, request.weight))
        return self._found[request]

    def fallback(self, family: str, request: FontRequest) -> Font:
        """The face of a fallback family closest to what was asked: upright where it has no italic."""
        italics = {face.italic for face in self.faces(family)}
        return self.find(FontRequest(family, request.weight, request.italic if request.italic in italics else False))

    def get(self, font_hash: str) -> Font:
        """A bundled font or one that `find` has given, by its hash."""
        if font_hash not in self._by_hash:
            raise FontError(f"No font with the hash {font_hash} is known here: find its family in this library first.")
        return self._by_hash[font_hash]

    def by_hash(self) -> dict[str, Font]:
        """All that `get` knows, as plain data for a worker."""
        return dict(self._by_hash)

    def used(self) -> list[Font]:
        """What texts are set in: all that was found here, and in the libraries that were adopted."""
        return sorted(self._used.values(), key=lambda font: (font.family, font.weight, font.italic, font.hash))

    def adopt(self, other: FontLibrary) -> None:
        """Makes the fonts that another library has found known here by their hash: a nested document has its own."""
        self._by_hash.update(other._by_hash)
        self._used.update(other._used)

    def _read(self, key: str) -> tuple[Font, ...]:
        if key not in self._declared:
            return tuple(font for font in bundled_fonts() if _key(font.family) == key)
        name, paths = self._declared[key]
        return tuple(font for path in paths for font in _faces_named(name, path))

    def _keep(self, font: Font) -> Font:
        self._by_hash[font.hash] = self._used[font.hash] = font
        return font

    def _unknown(self, family: str) -> str:
        known = {_key(name): name for name in self.families()}
        near = [known[key] for key in difflib.get_close_matches(_key(family), known, n=3, cutoff=0.5)]
        guess = f"Did you mean {_or(near)}?" if near else f"There are {', '.join(known.values())}."
        return (
            f"There is no font “{family}”. {guess} "
            f'To use your own, name its file in the document: "fonts": {{"{family}": "path/to/file.ttf"}}.'
        )


def read_index() -> list[dict[str, object]]:
    """What `resources/fonts/index.json` should say; `scripts/index_fonts.py` writes it."""
    fonts = (font for path in sorted(BUNDLED.rglob("*.ttf")) for font in read_faces(path))
    return [{**_fields(font), "path": font.path.relative_to(BUNDLED).as_posix()} for font in fonts]


@lru_cache(maxsize=1)
def bundled_fonts() -> tuple[Font, ...]:
    """From the index, so that starting does not read 18 MB of fonts."""
    rows = json.loads((BUNDLED / "index.json").read_text("utf-8"))
    return tuple(Font(**{**row, "path": BUNDLED / row["path"]}) for row in rows)


def _fields(font: Font) -> dict[str, object]:
    return {name: value for name, value in vars(font).items() if name not in ("path", "index", "axes")}


def _key(family: str) -> str:
    return " ".join(family.split()).casefold()


def _paths(files: Path | Sequence[Path]) -> tuple[Path, ...]:
    return (Path(files),) if isinstance(files, str | Path) else tuple(map(Path, files))


def _faces_named(name: str, path: Path) -> tuple[Font, ...]:
    """A collection can hold several families: then the declared name says which one is meant."""
    faces = read_faces(path)
    families = {_key(face.family) for face in faces}
    if len(families) == 1:
        return faces
    chosen = tuple(face for face in faces if _key(face.family) == _key(name))
    if not chosen:
        inside = _or(sorted({face.family for face in faces}))
        raise FontError(f"{path} holds several families and none is called “{name}”: declare it as {inside}.")
    return chosen


def _nearest_weight(faces: Sequence[Font], weight: int) -> Font:
    """CSS Fonts 4, 5.2: from 400 to 500 look up to 500 first; below 400 lighter first; above 500 bolder first."""

    def distance(face: Font) -> tuple[int, int]:
        low, high = _weights(face)
        has = min(max(weight, low), high)
        if has == weight:
            return (0, 0)
        if 400 <= weight <= 500:
            first = weight < has <= 500
            return (1 if first else 2 if has < weight else 3, abs(has - weight))
        return (1 if (has < weight) == (weight < 400) else 2, abs(has - weight))

    best = min(faces, key=distance)
    return best if _weights(best) == (best.weight, best.weight) else at_weight(best, weight)


def _weights(face: Font) -> tuple[int, int]:
    # Bundled faces are static, and asking a file for its axes would read it.
    return (face.weight, face.weight) if face.path.is_relative_to(BUNDLED) else weight_range(face)


def _no_such_slant(request: FontRequest) -> str:
    asked, there = ("italic", "upright") if request.italic else ("upright", "italic")
    hint = f"use another family, or name an {asked} file of it in the document."
    return f"“{request.family}” has no {asked} face, only {there} ones: {hint}"


def _or(names: Iterable[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
