"""Tells the card and the encoders of this machine, a JSON line each; trying them takes a while, and a process of its own."""

from __future__ import annotations

import json

from render_engine.encode.available import available
from render_engine.encode.codecs import CODECS


def card() -> dict[str, str | None]:
    from render_engine.cuda.device import CardFailed, NoCard, open_device

    try:
        device = open_device()
        found = device.card().name
        device.close()
    except (NoCard, CardFailed) as error:
        return {"card": "", "why_not": str(error)}
    return {"card": found, "why_not": None}


if __name__ == "__main__":
    print(json.dumps(card()), flush=True)
    for codec in CODECS.values():
        answer = available(codec.encoder) if codec.encoder else None
        facts = {
            "name": codec.name,
            "title": codec.title,
            "why_not": answer.reason if answer and not answer.ok else None,
            "suffixes": codec.suffixes,
            "crf": codec.crf,
            "crf_range": codec.crf_range,
        }
        print(json.dumps(facts), flush=True)
