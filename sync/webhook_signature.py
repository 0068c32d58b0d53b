"""What a receiver knows a delivery by: the signature, over all that matters of it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

SCHEME = "v1"  # a receiver ignores what it does not know, so that another scheme may stand beside it


def signed_headers(secret: str, *, timestamp: int, id: str, sequence: int, body: bytes) -> Mapping[str, str]:
    """`timestamp` in seconds since the epoch, of this try: a receiver refuses what is too old."""
    told = f"{timestamp}.{id}.{sequence}.".encode() + body
    digest = hmac.new(secret.encode(), told, hashlib.sha256).hexdigest()
    return {
        "Framekiln-Delivery": id,
        "Framekiln-Timestamp": str(timestamp),
        "Framekiln-Sequence": str(sequence),
        "Framekiln-Signature": f"{SCHEME}={digest}",
    }
