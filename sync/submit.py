"""From what a person or a schedule asks for to a job that can be queued.

It is looked at here as a render would look at it, so that what is wrong is told at once and not by a node an hour later.
Nothing is uploaded before that. Only what this machine has not is left to the nodes: a card, an encoder that needs one,
a file at an address.
"""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from render_engine.document.address import is_address
from render_engine.errors import EncoderNotHere
from sync.errors import JobRefused
from sync.inputs.bundle import Bundle, bundle, template_bundle
from sync.inputs.named import Named, placed
from sync.inputs.payload import encoded, stored
from sync.inputs.template_props import placed_props
from sync.inputs.upload import Told, retained_inputs, untold, upload
from sync.jobs import NewJob, Priority, canonical, signature
from sync.storage.address import parse_address

if TYPE_CHECKING:
    from render_engine.document.load import Loaded
    from render_engine.encode.codecs import Codec
    from render_engine.film import RenderOptions
    from sync.secrets import Secrets
    from sync.settings import Settings
    from sync.storage import Storage, Uploads

MOST_NAME = 200  # bytes of a result's name
MOST_CLIENT_ID = 200  # bytes
MOST_METADATA = 16 * 1024  # bytes


@dataclass(frozen=True)
class Asked:
    """A render as it is asked for on the command line; None: the document, the preset or the node decides."""

    source: str
    props: Mapping[str, Any] = field(default_factory=dict)
    size: tuple[int, int] | None = None
    fps: str | None = None
    preset: str | None = None
    encoder: str | None = None
    crf: float | None = None
    speed: str | None = None
    bit_depth: int | None = None
    renderer: str | None = None
    range: str | None = None  # 2s:5s, or 60:150 for frames
    output: str | None = None  # the result's name, without a folder
    priority: Priority = "normal"
    client_id: str | None = None
    storage: str | None = None  # where the result goes; None: the node's own storage
    tags: tuple[str, ...] = ()
    webhook: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    document: Mapping[str, Any] | None = None  # as it is being edited, where that is not what the file says

    @property
    def options(self) -> dict[str, Any]:
        """Of the render, as a job's payload has them: what was said, and nothing else."""
        names = ("preset", "encoder", "crf", "speed", "bit_depth", "renderer", "range")
        said = {name: getattr(self, name) for name in names}
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True)
class Checked:
    """What was asked for, found to be something that can be rendered; nothing has been sent anywhere."""

    asked: Asked
    name: str  # of the source
    output: str
    needs: tuple[str, ...]
    bundle: Bundle
    notes: tuple[str, ...] = ()  # what a person should know of the film and may not expect


def prepared(
    asked: Asked, settings: Settings, storage: Storage, uploads: Uploads, secrets: Secrets, *, told: Told = untold
) -> NewJob:
    """Checks it and uploads what it reads, once; ready for `Queue.submit`. `storage`: where nodes find inputs.

    Raises BadInput for what is wrong with it, and what a storage raises.
    """
    return sent(checked(asked, settings, secrets), settings, storage, uploads, told=told)


def checked(asked: Asked, settings: Settings, secrets: Secrets) -> Checked:
    """Raises BadInput. Contacts nobody."""
    if asked.webhook:
        from sync.webhook_url import check_webhook

        check_webhook(asked.webhook, settings, secrets)
    if asked.client_id is not None and not _is_plain(asked.client_id, MOST_CLIENT_ID):
        raise JobRefused(f"--id: 1 to {MOST_CLIENT_ID} letters that can be printed are expected")
    if len(canonical(asked.metadata).encode()) > MOST_METADATA:
        raise JobRefused(f"--metadata: {MOST_METADATA // 1024} kB are the most")
    signature(asked.tags)
    found = _looked_at(asked)
    _check_name(found.output)
    encoded(found.bundle.part({}))
    return found


def sent(found: Checked, settings: Settings, storage: Storage, uploads: Uploads, *, told: Told = untold) -> NewJob:
    """Its files are in the storage when this returns."""
    asked, project = found.asked, settings.project
    hashes = upload(found.bundle.files, storage, project, uploads, told=told)
    payload = {
        **found.bundle.part(hashes),
        "size": list(asked.size) if asked.size else None,
        "fps": asked.fps,
        "output": found.output,
        "options": asked.options,
    }
    return NewJob(
        label=found.name,
        payload=payload,
        payload_object=stored(payload, storage, project),
        client_id=asked.client_id,
        project=project,
        storage=result_address(asked.storage) if asked.storage else None,
        webhook=asked.webhook,
        metadata=asked.metadata,
        created_by=getpass.getuser(),
        needs=tuple(sorted({*found.needs, *asked.tags})),
        priority=asked.priority,
        inputs=tuple(sorted(retained_inputs(payload))),
    )


def result_address(text: str) -> str:
    """The same for every node: a folder by its whole path. Raises SettingsError."""
    place = parse_address(text)
    return str(place) if isinstance(place, Path) else place.address


# ------------------------------------------------------------------------------------------------------- looking


def _looked_at(asked: Asked) -> Checked:
    from render_engine.asked import options_asked, preset_named, suffix_asked
    from render_engine.document.load import load_edited, load_source
    from render_engine.renderer import check_renderer

    if asked.renderer:
        check_renderer(asked.renderer)
    preset = preset_named(asked.preset, where="--preset") if asked.preset else None
    options = options_asked(
        preset, encoder=asked.encoder, crf=asked.crf, speed=asked.speed, bit_depth=asked.bit_depth, renderer="cpu"
    )
    suffix = suffix_asked(preset, asked.encoder)
    if _template_reads_addresses(asked):
        output = asked.output or asked.source + suffix
        needs = _needs_unseen(asked, options, output, (preset.size if preset else None) or (1920, 1080))
        return Checked(asked, asked.source, output, needs, template_bundle(asked.source, asked.props))
    size = asked.size or (preset.size if preset else None)
    fps = asked.fps or (str(preset.fps) if preset and preset.fps else None)
    if asked.document is None:
        loaded = load_source(asked.source, props=asked.props, size=size, fps=fps)
    else:
        loaded = load_edited(dict(asked.document), asked.source, props=asked.props, size=size, fps=fps)
    output = asked.output or loaded.name + suffix
    options = replace(options, span=_span(asked.range, loaded))
    notes: tuple[str, ...] = ()
    if _reads_addresses(loaded):
        needs = _needs_unseen(asked, options, output, loaded.size or loaded.composition.size)
    else:
        needs, notes = _opened(asked, loaded, options, output)
    return Checked(asked, loaded.name, output, needs, bundle(loaded, asked.props), notes)


def _span(text: str | None, loaded: Loaded) -> tuple[int, int | None] | None:
    from render_engine.document.composition import parse_fps
    from render_engine.times import parse_range, span_at

    return span_at(parse_range(text), parse_fps(loaded.composition.fps)) if text else None


def _opened(
    asked: Asked, loaded: Loaded, options: RenderOptions, output: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What it needs of a node and what is to be said of it, where all that it reads is here."""
    from render_engine.encode.output import check
    from render_engine.film import checked_span, chosen_output, open_film, open_scene

    path, named = Path(output), _named_codec(options.encoder)
    try:
        return _needed(asked, named), open_film(loaded, path, options).notes
    except EncoderNotHere:
        assert named
        scene = open_scene(loaded)
        _, like = chosen_output(scene, path, replace(options, encoder="x264"), checked_span(options.span, scene))
        check(replace(like, codec=named))
        return _needed(asked, named), ()


def _needs_unseen(asked: Asked, options: RenderOptions, output: str, size: tuple[int, int]) -> tuple[str, ...]:
    """The same where its files are at addresses, and only a node will see them: what can be told by words is told."""
    from render_engine.encode.codecs import choose
    from render_engine.encode.output import Output, check

    path, named = Path(output), _named_codec(options.encoder)
    bits = options.bit_depth
    codec = named or choose(suffix=path.suffix, alpha=False, size=size, bit_depth=bits).codec
    like = Output(path, *(asked.size or size), fps=Fraction(25), codec=codec, crf=options.crf, bit_depth=bits)
    check(replace(like, speed=options.speed or "fast"))
    return _needed(asked, named)


def _named_codec(encoder: str) -> Codec | None:
    """None for `auto`, and for a name that `open_film` refuses."""
    from render_engine.encode.codecs import ALIASES, CODECS

    return CODECS.get(ALIASES.get(encoder.lower(), encoder.lower()))


def _needed(asked: Asked, codec: Codec | None) -> tuple[str, ...]:
    card = ("cuda",) if asked.renderer == "cuda" else ()
    return (*card, codec.name) if codec and codec.hardware else card


def _template_reads_addresses(asked: Asked) -> bool:
    """A template composes from what its files are like, so it cannot be composed before they are here."""
    from render_engine.document.templates import TEMPLATES

    if asked.source not in TEMPLATES:
        return False
    found: list[str] = []

    def place(_where: str, name: str) -> str:
        found.append(name)
        return name

    placed_props(TEMPLATES[asked.source].module().Props, asked.props, place)
    return any(map(is_address, found))


def _reads_addresses(loaded: Loaded) -> bool:
    found: list[str] = []

    def place(named: Named) -> str:
        found.append(named.name)
        return str(named.path) if named.kind == "document" else named.name

    placed(loaded.composition, loaded.base.absolute(), place)
    return any(map(is_address, found))


def _check_name(name: str) -> None:
    plain = name == Path(name).name and not name.startswith(".") and "%" not in name
    if not plain or not _is_plain(name, MOST_NAME):
        raise JobRefused(
            f"“{name[:100]}” cannot be the result's name: -o takes a plain name like film.mp4, without a folder, since results "
            "go to the storage (--to names another one)"
        )


def _is_plain(text: str, most: int) -> bool:
    return text.isprintable() and bool(text.strip()) and len(text.encode()) <= most
