"""Whether the file that would be rendered stands there already: by its receipt and its bytes, never by its name."""

from __future__ import annotations

import json

from render_engine.document.write import validated_json
from render_engine.engine import engine_identity
from render_engine.errors import BadInput
from render_engine.film import Film
from render_engine.receipt import files_of, inputs_of, made, read_receipt


def already_made(film: Film) -> bool:
    """The same composition, inputs, fonts, settings and engine gave the bytes that stand there now."""
    path, output, scene = film.output.path, film.output, film.scene
    if not all(file.is_file() for file in files_of(path, film.frames)):
        return False
    try:
        receipt = read_receipt(path)
    except BadInput:  # none, or of another version: it has to be made
        return False
    sound = receipt.sound.bit_rate if receipt.sound else None
    return (
        (receipt.engine, receipt.size, receipt.fps, receipt.span)
        == (engine_identity(), (output.width, output.height), str(output.fps), film.span)
        and receipt.encoder.settings == output.video.identity()
        and sound == (output.audio_bitrate if output.audio else None)
        and json.loads(receipt.composition) == json.loads(validated_json(film.loaded.composition))
        and receipt.inputs == tuple(inputs_of(scene, film.loaded.base))
        and sorted(font.hash for font in receipt.fonts) == sorted(font.hash for font in scene.fonts.used())
        and receipt.file == made(path, film.frames)
    )
