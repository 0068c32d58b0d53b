"""What each segment shows, as digests: of its frames together, and of each layer apart, to tell which one changed.

Evaluating every frame of a long film takes seconds, so the digests are kept with the journal, under the key of the whole
document: its text, its output's size, the contents of every file that was read for it, and the engine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from render_engine.display_list import Op
from render_engine.document.load import Loaded
from render_engine.document.write import validated_json
from render_engine.engine import engine_identity
from render_engine.media.content import content_hash, stamp_of
from render_engine.segments.borders import Span
from render_engine.segments.journal import Journal
from render_engine.segments.keys import key_of, segment_key
from render_engine.segments.segment import Segment
from render_engine.timeline.evaluate import draw_each, together
from render_engine.timeline.scene import Scene

Row = tuple[int, int, str, str]  # a segment as it is kept: its span, its frames' digest, its layers' digests
KEPT = "shown"
LAYER_BYTES = 8  # of a layer's digest: they are only compared within one film


@dataclass(frozen=True)
class Shown:
    """One segment. `layers` runs along the scene's nodes; a layer that shows nothing has the digest of nothing."""

    span: Span
    frames: str  # hex
    layers: tuple[str, ...]  # hex


def document_key(loaded: Loaded, scene: Scene, opened: int) -> str | None:
    """None where a file was changed so short before the scene was opened, or since (`opened`: ns since the epoch), that it
    may not hold what was read."""
    if not all(stamp_of(path).was_settled(opened) for path in scene.inputs):
        return None
    files = (content_hash(path).encode() for path in scene.inputs)
    size = f"{scene.width}x{scene.height}".encode()
    text = validated_json(loaded.composition).encode()
    return key_of(b"document", engine_identity().encode(), text, size, *files)


def measured(scene: Scene, span: Span) -> Shown:
    """Evaluates every frame of a segment."""
    lists = [draw_each(scene, number / scene.fps) for number in range(*span)]
    frames = blake2b(digest_size=16)
    for layers in lists:
        frames.update(together(scene, layers).digest)
    return Shown(span, frames.hexdigest(), tuple(map(_layer_digest, zip(*lists, strict=True))))


def _layer_digest(frames: Sequence[Sequence[Op]]) -> str:
    digests = b"|".join(b"".join(op.digest for op in ops) for ops in frames)
    return blake2b(digests, digest_size=LAYER_BYTES).hexdigest()


def kept(journal: Journal, document: str) -> dict[Span, Shown]:
    data = journal.kept(KEPT, document)
    return {} if data is None else unpacked(json.loads(data))


def packed(shown: Iterable[Shown]) -> list[Row]:
    """As JSON takes it."""
    return [(*each.span, each.frames, "".join(each.layers)) for each in shown]


def unpacked(rows: Iterable[Row]) -> dict[Span, Shown]:
    found = (Shown((first, last), frames, _cut(layers)) for first, last, frames, layers in rows)
    return {each.span: each for each in found}


def _cut(layers: str) -> tuple[str, ...]:
    digits = 2 * LAYER_BYTES
    return tuple(layers[at : at + digits] for at in range(0, len(layers), digits))


def shown(scene: Scene, spans: Sequence[Span], journal: Journal, document: str | None) -> Iterator[Shown]:
    """What each of the spans shows: kept from before, or found out now and kept (not without a document's key)."""
    before = kept(journal, document) if document else {}
    found = dict(before)
    for span in spans:
        if span not in found:
            found[span] = measured(scene, span)
        yield found[span]
    if document and len(found) > len(before):
        journal.keep(KEPT, document, json.dumps(packed(found.values())).encode())


def segments_of(shown: Iterable[Shown], settings: str) -> tuple[Segment, ...]:
    return tuple(
        Segment(number, *each.span, segment_key(bytes.fromhex(each.frames), settings))
        for number, each in enumerate(shown)
    )
