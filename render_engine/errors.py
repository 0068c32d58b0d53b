"""Everything the engine refuses or fails at.

    FramekilnError
    ├── BadInput              what was given cannot be used (the command line exits with 2)
    │   ├── DocumentError     the composition is wrong: one or many problems, each with its path
    │   ├── MediaError        a media file is missing, damaged or not what it claims to be
    │   ├── FontError         a font or a glyph is missing
    │   └── EncoderError      an encoder or preset that is not there, or cannot do what is asked
    │       └── EncoderNotHere    there is such an encoder, and this machine has it not: another one may
    ├── RenderFailed          the render began and could not be finished (exits with 1)
    │   └── DiskFull          there is no room for what it makes
    └── Stopped               it was asked to stop, and did so at a segment's border; what is finished is kept

A message is one or two sentences for a person: what is wrong, with which file, and what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal


class FramekilnError(Exception):
    """The root. `where` is the document path (`layers[2].source`) the error belongs to, if any."""

    def __init__(self, message: str, *, where: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message

    def at(self, where: str) -> FramekilnError:
        """The same error, told with the document path it was met at (an inner path stays)."""
        if self.where is None:
            self.where = where
        return self


class BadInput(FramekilnError):
    pass


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a document."""

    path: str  # layers[0].color
    message: str
    suggestion: str | None = None
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        told = f"{self.message}. {self.suggestion}" if self.suggestion else self.message
        return f"{self.path}: {told}" if self.path else told


class DocumentError(BadInput):
    """A document that cannot be used; `problems` has every one found, in document order."""

    def __init__(self, problems: Sequence[Problem] | str, *, where: str | None = None) -> None:
        self.problems = (Problem(where or "", problems),) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def at(self, where: str) -> FramekilnError:
        """Each problem has its own path: only those without one stand at `where`."""
        return DocumentError([replace(problem, path=problem.path or where) for problem in self.problems])


class MediaError(BadInput):
    pass


class FontError(BadInput):
    pass


class EncoderError(BadInput):
    pass


class EncoderNotHere(EncoderError):
    pass


class RenderFailed(FramekilnError):
    pass


class DiskFull(RenderFailed):
    pass


class Stopped(FramekilnError):
    def __init__(
        self, message: str = "stopped: what is finished is kept, and the next render goes on from there"
    ) -> None:
        super().__init__(message)
