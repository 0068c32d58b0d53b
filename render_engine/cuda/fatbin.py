"""The kernels as `make kernels` built them: machine code for each generation of cards, and PTX for newer ones.

They are kept in the repository, so that nobody who renders needs a compiler. The digest of their sources is compiled
into them: tests/cuda/test_fatbin.py tells when one was changed and the other was not.
"""

from __future__ import annotations

import lzma
from hashlib import blake2b
from pathlib import Path

KERNELS = Path(__file__).parent / "kernels"
FATBIN = Path(__file__).parents[2] / "resources" / "kernels" / "framekiln.fatbin.xz"


def fatbin() -> bytes:
    return lzma.decompress(FATBIN.read_bytes())


def sources() -> list[Path]:
    return sorted(path for path in KERNELS.rglob("*") if path.suffix in (".cu", ".cuh"))


def sources_digest() -> str:
    """Of all that decides what the kernels are."""
    digest = blake2b(digest_size=16)
    for path in sources():
        text = path.read_bytes()
        digest.update(f"{path.relative_to(KERNELS).as_posix()} {len(text)}\n".encode())
        digest.update(text)
    return digest.hexdigest()
