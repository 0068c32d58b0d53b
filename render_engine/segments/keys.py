"""The key of a segment: all that decides its bytes, and nothing else.

Frames are known by their display lists' digests, which hold the content hashes of the media and fonts that they show:
never a path, never a time of change.
"""

from __future__ import annotations

from hashlib import blake2b

from render_engine.engine import engine_identity


def segment_key(frames: bytes, settings: str) -> str:
    """`frames`: the digests of its frames, one after another. `settings`: what the encoder says of itself."""
    return key_of(b"segment", frames, settings.encode(), engine_identity().encode())


def key_of(*parts: bytes) -> str:
    """BLAKE2b-128, in hex; each part stands apart from the next."""
    together = blake2b(digest_size=16)
    for part in parts:
        together.update(len(part).to_bytes(8, "little") + part)
    return together.hexdigest()
