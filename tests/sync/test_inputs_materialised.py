"""Inputs on a node: what a payload can name, and that nothing it says leads out of its own folder."""

from __future__ import annotations

import hashlib
import json
import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from render_engine.document.load import load_source
from render_engine.errors import BadInput, DocumentError
from render_engine.stills import still
from sync.errors import InputUnavailable, JobRefused
from sync.inputs.cache import InputCache
from sync.inputs.materialise import Materials, materialise, origins
from sync.inputs.upload import input_key
from sync.settings import Settings
from sync.storage import Stopped, open_storage
from sync.storage.folder import FolderStorage
from tests.sync.carrying import MEDIA, Node
from tests.sync.receivers import receiver, says

PHOTO = (MEDIA / "face.jpg").read_bytes()
ABSENT = "ab" * 32


def document(*layers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"framekiln": 1, "size": [64, 64], "duration": 2, "layers": list(layers), **more}


def image(source: Any, **more: Any) -> dict[str, Any]:
    return {"type": "image", "source": source, **more}


def payload(
    what: dict[str, Any], files: dict[str, str] | None = None, props: dict[str, Any] | None = None
) -> dict[str, Any]:
    return {"source": None, "document": what, "files": files or {}, "props": props or {}}


def shows(got: Materials, expected: dict[str, Any], props: dict[str, Any] | None = None) -> bool:
    """Whether it is the frame of `expected`, a document beside our media."""
    folder = Path(got.source).parent / "expected"
    shutil.copytree(MEDIA, folder)
    (folder / "film.json").write_text(json.dumps(expected))
    one = still(load_source(got.source, props=dict(got.props)), Fraction(1))
    return np.array_equal(one, still(load_source(str(folder / "film.json"), props=props or {}), Fraction(1)))


# ----------------------------------------------------------------------------------------- assets and addresses


def test_assets_stand_in_fields_props_and_items(tmp_path: Path) -> None:
    node = Node(tmp_path)
    asset = "asset://" + node.holds(PHOTO)
    badge = "asset://" + node.holds((MEDIA / "badge.png").read_bytes())
    captions = "asset://" + node.holds((MEDIA / "two.srt").read_bytes())

    def film(photo: str, said: str) -> dict[str, Any]:
        repeat = {"type": "repeat", "over": {"$prop": "items"}, "layer": image("${item.photo}", size=[20, 20])}
        props = {"items": {"type": "list"}, "logo": {"type": "file"}, "which": {"type": "string"}}
        return document(
            image(photo), {"type": "captions", "source": said, "font_size": 9}, repeat, image("${logo}"), props=props
        )

    items = [{"photo": badge}]
    got = node.gets(payload(film(asset, captions), props={"items": items, "logo": badge}))
    here = film("face.jpg", "two.srt")
    expected = Path(got.source).parent / "expected" / "badge.png"
    assert shows(got, here, {"items": [{"photo": "badge.png"}], "logo": str(expected)})
    assert got.bytes == sum((MEDIA / name).stat().st_size for name in ("face.jpg", "badge.png", "two.srt"))


def test_an_address_is_fetched_and_a_text_that_looks_like_one_is_not(tmp_path: Path) -> None:
    node = Node(tmp_path, allowed_addresses=("127.0.0.1",))
    with receiver(says(PHOTO)) as there:
        address = f"http://127.0.0.1:{there.port}/photo"
        words = {"type": "text", "text": f"{address} asset://{ABSENT} /etc/passwd", "size": 5}
        got = node.gets(payload(document(image(address), image(address, size=[9, 9]), words)))
        assert [path for path, _ in there.seen] == ["/photo"]
    assert shows(got, document(image("face.jpg"), image("face.jpg", size=[9, 9]), words))


def test_a_templates_file_props_are_fetched_and_its_texts_are_not(tmp_path: Path) -> None:
    node = Node(tmp_path)
    asset = "asset://" + node.holds(PHOTO)
    props = {"picture": asset, "caption": asset, "music": None}
    got = node.gets({"source": "meme-caption", "document": None, "files": {}, "props": props})
    assert (got.source, got.props["caption"], got.props["music"]) == ("meme-caption", asset, None)
    assert Path(got.props["picture"]).read_bytes() == PHOTO
    assert load_source(got.source, props=dict(got.props)).composition.layers


def test_a_nested_document_may_be_an_asset(tmp_path: Path) -> None:
    node = Node(tmp_path)
    photo = "asset://" + node.holds(PHOTO)
    inner = "asset://" + node.holds(json.dumps(document(image(photo))).encode())
    got = node.gets(payload(document({"type": "composition", "source": inner})))
    assert shows(got, document({"type": "composition", "composition": document(image("face.jpg"))}))


@pytest.mark.parametrize(
    "address",
    [
        "http://films.example/a.jpg",
        "ftp://films.example/a.jpg",
        "file:///etc/passwd",
        "s3://bucket/a.jpg",
        "asset://ab",
    ],
)
def test_other_addresses_are_refused(tmp_path: Path, address: str) -> None:
    node = Node(tmp_path)
    with pytest.raises((JobRefused, InputUnavailable)) as told:
        node.gets(payload(document(image(address))))
    assert str(told.value).startswith("layers[0].source: ")


def test_this_machine_is_refused_unless_it_is_allowed(tmp_path: Path) -> None:
    with receiver(says(PHOTO)) as there, pytest.raises(JobRefused, match="allowed_addresses"):
        Node(tmp_path).gets(payload(document(image(f"http://127.0.0.1:{there.port}/a"))))
    assert not there.seen


# ------------------------------------------------------------------------------------------- missing, wrong, large


def test_an_asset_that_is_not_in_the_storage_may_be_there_later(storage_settings: Settings, tmp_path: Path) -> None:
    node = Node(tmp_path, open_storage(storage_settings))
    with pytest.raises(InputUnavailable, match=r"^files\.a\.jpg: .*does not hold it"):
        node.gets(payload(document(image("a.jpg")), {"a.jpg": ABSENT}))
    with pytest.raises(InputUnavailable, match=r"^layers\[0\]\.source: .*does not hold it"):
        node.gets(payload(document(image(f"asset://{ABSENT}"))))


def test_an_asset_with_another_content_is_refused(tmp_path: Path) -> None:
    node = Node(tmp_path)
    sha256 = node.holds(PHOTO)
    (tmp_path / "storage" / input_key("local", sha256)).write_bytes(PHOTO[::-1])
    with pytest.raises(JobRefused, match="damaged"):
        node.gets(payload(document(image("a.jpg")), {"a.jpg": sha256}))
    assert not node.cache.path(sha256).exists()


def test_inputs_over_the_limit_are_refused_before_they_are_fetched(tmp_path: Path) -> None:
    class Told(FolderStorage):
        fetched = 0

        def get(self, key: str, path: Path, *, most_bytes: int) -> Any:
            Told.fetched += 1
            return super().get(key, path, most_bytes=most_bytes)

    node = Node(tmp_path, Told(tmp_path / "storage"), most_input_bytes=len(PHOTO) + 10)
    one, other = node.holds(PHOTO), node.holds(PHOTO + b"more")
    with pytest.raises(JobRefused, match="most_input_bytes"):
        node.gets(payload(document(image("a.jpg")), {"a.jpg": one, "b.jpg": other}))
    assert Told.fetched == 0
    assert node.gets(payload(document(image("a.jpg")), {"a.jpg": one, "again.jpg": one})).bytes == len(PHOTO)
    with pytest.raises(JobRefused, match="most_input_bytes"):
        node.gets(payload(document(image("a.jpg"), image(f"asset://{other}")), {"a.jpg": one}))


def test_fetched_files_count_to_the_same_limit(tmp_path: Path) -> None:
    node = Node(tmp_path, allowed_addresses=("127.0.0.1",), most_input_bytes=len(PHOTO) + 10)
    one = node.holds(PHOTO + b"more")
    with receiver(says(PHOTO)) as there, pytest.raises(JobRefused, match="most_input_bytes"):
        node.gets(payload(document(image("a.jpg"), image(f"http://127.0.0.1:{there.port}/")), {"a.jpg": one}))


# --------------------------------------------------------------------------------------------- nothing leads out


@pytest.mark.parametrize(
    "name",
    [
        *("../a.jpg", "a/../../b.jpg", "/etc/a.jpg", "", ".", "a//b", "./a", "a/", "C:/a.jpg", "a\\b.jpg", "a\0b"),
        *("fetched/1", "x" * 300, "/".join(["d" * 100] * 12)),
    ],
)
def test_a_name_that_leaves_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    node = Node(tmp_path)
    with pytest.raises(JobRefused, match="files"):
        node.gets(payload(document(), {name: node.holds(PHOTO)}))


def test_a_file_that_is_also_a_folder_is_refused(tmp_path: Path) -> None:
    node = Node(tmp_path)
    with pytest.raises(JobRefused, match="a file and a folder"):
        node.gets(payload(document(), dict.fromkeys(["a", "a/b"], node.holds(PHOTO))))


def outside(folder: Path) -> Path:
    """A picture that no job was given."""
    (folder / "private" / "frames").mkdir(parents=True)
    shutil.copy(MEDIA / "face.jpg", folder / "private")
    shutil.copy(MEDIA / "frames" / "00.png", folder / "private" / "frames")
    (folder / "private" / "inner.json").write_text(json.dumps(document(image("face.jpg"))))
    return folder / "private"


LEADS_OUT = {
    "an absolute path": lambda to: document(image(f"{to}/face.jpg")),
    "a way up": lambda to: document(image(f"../../{to.name}/face.jpg")),
    "a font": lambda to: document(fonts={"Mine": f"{to}/face.jpg"}),
    "a sequence": lambda to: document({"type": "image_sequence", "source": f"{to}/frames/*.png"}),
    "a document": lambda to: document({"type": "composition", "source": f"{to}/inner.json"}),
    "in a document": lambda to: document({"type": "composition", "composition": document(image(f"{to}/face.jpg"))}),
    "a prop": lambda to: document(image("${it}"), props={"it": {"type": "string", "default": f"{to}/face.jpg"}}),
    "beats": lambda to: document(markers=[{"beats": {"source": f"{to}/face.jpg"}}]),
    "what may be an id": lambda to: document({"type": "visualiser", "source": f"{to}/face.jpg"}),
    "a LUT": lambda to: document(image("own.jpg", effects=[{"type": "lut", "source": f"{to}/face.jpg"}])),
}


@pytest.mark.parametrize("how", LEADS_OUT)
def test_a_file_of_the_node_is_refused_and_the_setting_named(tmp_path: Path, how: str) -> None:
    node, to = Node(tmp_path), outside(tmp_path)
    what = LEADS_OUT[how](to)
    with pytest.raises(JobRefused, match="allowed_folders"):
        node.gets(payload(what, {"own.jpg": node.holds(PHOTO)}))
    if how != "a way up":
        Node(tmp_path / "other", node.storage, allowed_folders=(to,)).gets(
            payload(what, {"own.jpg": node.holds(PHOTO)})
        )


def test_file_props_lead_nowhere_either(tmp_path: Path) -> None:
    node, to = Node(tmp_path), outside(tmp_path)
    what = document(image("${it}"), props={"it": {"type": "file"}})
    for value in (f"{to}/face.jpg", f"../../{to.name}/face.jpg"):
        with pytest.raises(JobRefused, match=r"^props\.it: .*allowed_folders"):
            node.gets(payload(what, props={"it": value}))
        with pytest.raises(JobRefused, match=r"^props\.logo: .*allowed_folders"):
            node.gets({"source": "logo-reveal", "document": None, "files": {}, "props": {"logo": value}})
        steps = [{"title": "One", "picture": value}]
        with pytest.raises(JobRefused, match=r"^props\.steps\[0\]\.picture: .*allowed_folders"):
            node.gets({"source": "explainer", "document": None, "files": {}, "props": {"steps": steps}})


def test_a_document_among_the_files_leads_nowhere_either(tmp_path: Path) -> None:
    node, to = Node(tmp_path), outside(tmp_path)
    inner = node.holds(json.dumps(document(image(f"{to}/face.jpg"))).encode())
    outer = document({"type": "composition", "source": "inner.json"})
    with pytest.raises(JobRefused, match=r"^layers\[0\]\.source: inner\.json: layers\[0\]\.source: .*allowed_folders"):
        node.gets(payload(outer, {"inner.json": inner}))


def test_a_link_out_of_an_allowed_folder_is_refused(tmp_path: Path) -> None:
    to = outside(tmp_path)
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "link.jpg").symlink_to(to / "face.jpg")
    shutil.copy(to / "face.jpg", shared / "plain.jpg")
    node = Node(tmp_path, allowed_folders=(shared,))
    with pytest.raises(JobRefused, match="allowed_folders"):
        node.gets(payload(document(image(f"{shared}/link.jpg"))))
    assert shows(node.gets(payload(document(image(f"{shared}/plain.jpg")))), document(image("face.jpg")))


# ------------------------------------------------------------------------------------------------------- nonsense


@pytest.mark.parametrize(
    "nonsense",
    [
        {},
        {"source": 7},
        {"source": "no-such-template"},
        {"document": [1]},
        {"document": {}},
        {"document": {"framekiln": 1, "layers": 7}},
        {"document": document(image(7))},
        {"document": document(), "files": [1]},
        {"document": document(), "files": {"a.jpg": 7}},
        {"document": document(), "files": {"a.jpg": "../../x"}},
        {"document": document(), "props": "all"},
        {"document": document(), "props": {"unknown": 1}},
        {"document": document(image("not-there.jpg"))},
    ],
)
def test_nonsense_is_refused_in_words(tmp_path: Path, nonsense: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as told:
        Node(tmp_path).gets(nonsense)
    assert len(str(told.value)) > 10
    assert isinstance(told.value, (JobRefused, DocumentError)) or "template" in str(told.value)


def test_a_stop_ends_it(tmp_path: Path) -> None:
    node = Node(tmp_path)
    where = origins(node.cache, node.storage, "local", node.settings)
    with pytest.raises(Stopped):
        materialise(payload(document(), {"a.jpg": node.holds(PHOTO)}), tmp_path / "attempt", where, lambda: True)


def test_an_attempt_that_was_cut_off_can_begin_again_in_its_folder(tmp_path: Path) -> None:
    node = Node(tmp_path)
    what = payload(document(image("a.jpg")), {"a.jpg": node.holds(PHOTO)})
    node.gets(what)
    node.attempts -= 1
    assert shows(node.gets(what), document(image("face.jpg")))


def test_nothing_is_copied_where_the_file_system_has_links(tmp_path: Path) -> None:
    node = Node(tmp_path)
    sha256 = node.holds(PHOTO)
    got = node.gets(payload(document(image("a.jpg")), {"a.jpg": sha256}))
    assert Path(got.source).with_name("a.jpg").samefile(node.cache.path(sha256))
    assert InputCache(node.settings.home / "inputs", 0).path(sha256).exists()
    assert hashlib.sha256(PHOTO).hexdigest() == sha256
