"""framekiln new, check, templates, probe, doctor and schema."""

import json
from pathlib import Path

import pytest

from app.cli.main import run
from render_engine.document.templates import TEMPLATES

CLIP = Path(__file__).parents[2] / "resources" / "media" / "bigbuckbunny.mp4"


def test_a_new_project_renders_as_it_is_wherever_it_stands(tmp_path: Path, capsys):
    assert run(["new", str(tmp_path / "film")]) == 0
    moved = tmp_path / "elsewhere" / "film"
    moved.parent.mkdir()
    (tmp_path / "film").rename(moved)
    assert sorted(path.name for path in moved.iterdir()) == [
        "README.md",
        "composition.json",
        "composition.schema.json",
        "media",
    ]
    assert run(["render", str(moved / "composition.json"), "-o", str(tmp_path / "a.mp4"), "--range", "10:12"]) == 0
    assert "composition.json" in capsys.readouterr().out


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_project_from_a_template_looks_as_the_template(template: str, tmp_path: Path):
    assert run(["new", str(tmp_path / "film"), "--template", template]) == 0
    document = tmp_path / "film" / "composition.json"
    assert run(["still", str(document), "--at", "1.2s", "-o", str(tmp_path / "a.png")]) == 0
    assert run(["still", template, "--at", "1.2s", "-o", str(tmp_path / "b.png")]) == 0
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_a_folder_in_use_is_refused(tmp_path: Path, capsys):
    (tmp_path / "mine.txt").write_text("precious")
    assert run(["new", str(tmp_path)]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert run(["new", str(tmp_path / "mine.txt")]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_new_folder_inside_a_file_is_told(tmp_path: Path, capsys):
    (tmp_path / "file").touch()
    assert run(["new", str(tmp_path / "file" / "film")]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_check_finds_nothing_in_a_right_document(film: Path, capsys):
    assert run(["check", str(film)]) == 0
    assert "nothing is wrong" in capsys.readouterr().out


def test_check_tells_every_problem_with_its_path(film: Path, capsys):
    film.write_text(film.read_text().replace('"blue"', '"blu"').replace('"text":', '"txt":'))
    assert run(["check", str(film)]) == 2
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("error: layers[0].fill: ")
    assert told[1].startswith("error: layers[1].txt: ")
    assert run(["check", str(film), "--json"]) == 2
    first, second, done = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["path"], second["path"], done["errors"]) == ("layers[0].fill", "layers[1].txt", 2)


def test_the_templates_are_listed(capsys):
    assert run(["templates"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in TEMPLATES)


@pytest.mark.parametrize("template", TEMPLATES)
def test_each_prop_of_a_template_is_told(template: str, capsys):
    assert run(["templates", template]) == 0
    told = capsys.readouterr().out
    assert run(["templates", template, "--json"]) == 0
    props = json.loads(capsys.readouterr().out)["props"]
    assert all(prop["help"] and prop["name"] in told for prop in props)


def test_probe_tells_what_is_in_a_clip(capsys):
    assert run(["probe", str(CLIP)]) == 0
    assert "h264, 1280×720, 25 fps, 132 frames" in capsys.readouterr().out
    assert run(["probe", str(CLIP), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["video"]["frames"] == 132


def test_doctor_tries_what_a_render_needs(capsys):
    assert run(["doctor"]) == 0
    told = capsys.readouterr().out
    assert "✓ x264" in told
    assert "✓ Inter" in told
    assert run(["doctor", "--json"]) == 0
    found = {(row["section"], row["name"]): row for row in json.loads(capsys.readouterr().out)}
    assert found["Renderer", "CPU"]["ok"] is True
    assert found["Window", "sound"]["text"]
    assert Path(found["Window", "its own folder"]["text"]).is_absolute()


def test_the_schema_is_json(capsys):
    assert run(["schema"]) == 0
    assert "layers" in json.loads(capsys.readouterr().out)["properties"]
