"""file.py:function: a person's own Python makes the composition, and its mistakes are told with their line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from render_engine.document import templates
from render_engine.document.load import load_source
from render_engine.document.typed_props import describe_props
from render_engine.errors import BadInput, DocumentError

FILM = """
from typing import Annotated, Literal
from pydantic import Field
from render_engine import Composition, Text
from render_engine.document.fields import Model
from render_engine.document.typed_props import FileName
import neighbour

class Props(Model):
    title: str = Field("Hello", max_length=20, description="What it says.")
    count: int = Field(3, ge=1, le=9)
    mood: Literal["calm", "loud"] = "calm"
    names: list[str] = ["a"]
    logo: FileName | None = None

def film(props: Props, size: tuple[int, int]) -> Composition:
    return Composition(size=size, duration=1, title=f"{props.title} {props.count} {props.logo}", layers=[Text(text=neighbour.WORD)])

def plain():
    return Composition(duration=1, title="plain")

def keywords(title: str, count: int = 2):
    return Composition(duration=1, title=title * count)

def breaks():
    return 1 / 0

def wrong_field():
    return Composition(duration=1, layers=[Text(text="x", opactiy=1)])

def wrong_value():
    return Composition(duration=1, size=(8, 8))

def gives_text():
    return "film"
"""


@pytest.fixture
def film(tmp_path: Path) -> Path:
    (tmp_path / "neighbour.py").write_text('WORD = "near"\n')
    file = tmp_path / "film.py"
    file.write_text(FILM)
    return file


def title(source: str, size: tuple[int, int] | None = None, **props: object) -> str:
    return load_source(source, props=props, size=size).composition.title


def refusal(source: str, **props: object) -> str:
    with pytest.raises(BadInput) as refused:
        load_source(source, props=props)
    return str(refused.value)


def test_a_function_makes_a_composition_beside_its_file(film: Path) -> None:
    loaded = load_source(f"{film}:plain")
    assert (loaded.composition.title, loaded.base, loaded.name) == ("plain", film.parent, "film")


def test_typed_props_are_read_from_texts_and_files_are_beside_the_caller(
    film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(film.parent)
    assert title(f"{film}:film") == "Hello 3 None"
    assert title(f"{film}:film", title="2024", count="5", logo="a.png") == f"2024 5 {film.parent / 'a.png'}"


def test_a_size_asked_for_reaches_the_function(film: Path) -> None:
    made: Any = load_source(f"{film}:film", size=(400, 300))
    assert made.composition.size == made.size == (400, 300)
    assert load_source(f"{film}:film").composition.size == (1920, 1080)


def test_keyword_arguments_are_props(film: Path) -> None:
    assert title(f"{film}:keywords", title="ab", count="3") == "ababab"
    assert refusal(f"{film}:keywords") == "props.title: this field is required and missing"
    assert "Did you mean “count”?" in refusal(f"{film}:keywords", title="a", cuont=1)
    assert "props.x: there is no such field" in refusal(f"{film}:plain", x=1)


def test_wrong_props_are_told_as_in_documents(film: Path) -> None:
    assert refusal(f"{film}:film", count=12) == "props.count: expected a number of at most 9, got 12"
    assert "Did you mean “title”?" in refusal(f"{film}:film", titel="x")
    assert "expected “calm” or “loud”" in refusal(f"{film}:film", mood="lod")


def test_mistakes_in_the_function_are_told_with_file_and_line(film: Path) -> None:
    assert refusal(f"{film}:breaks") == f"{film}:{line_of('1 / 0')}: ZeroDivisionError: division by zero"
    told = refusal(f"{film}:wrong_field")
    assert told == f"{film}:{line_of('opactiy')}: opactiy: there is no such field. Did you mean “opacity”?"
    told = refusal(f"{film}:wrong_value")
    assert told.startswith(f"{film}:{line_of('(8, 8)')}: size[0]: expected a number of at least 16, got 8")
    assert "gives the text “film” where a Composition is wanted" in refusal(f"{film}:gives_text")


def line_of(part: str) -> int:
    return FILM[: FILM.index(part)].count("\n") + 1


def test_a_file_that_is_no_python_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("a = 1\nb = = 2\n")
    assert refusal(f"{tmp_path}/bad.py:f").startswith(f"{tmp_path}/bad.py:2: SyntaxError")


def test_a_wrong_function_name_is_met_with_the_right_one(film: Path) -> None:
    assert "Did you mean “film”?" in refusal(f"{film}:flim")
    assert "does not exist" in refusal(f"{film.parent}/none.py:film")
    assert "say which function" in refusal(str(film))


def test_the_props_of_a_model_are_described(film: Path) -> None:
    import sys

    load_source(f"{film}:film")
    rows = {row.name: row for row in describe_props(sys.modules["framekiln_source_film"].Props)}
    title = rows["title"]
    assert (title.type, title.default, title.limits, title.help) == (
        "text",
        '"Hello"',
        "up to 20 long",
        "What it says.",
    )
    assert (rows["count"].type, rows["count"].limits) == ("whole number", "at least 1, at most 9")
    assert (rows["mood"].type, rows["names"].type, rows["logo"].type) == ("calm or loud", "list", "file")


@pytest.mark.parametrize("name", templates.TEMPLATES)
def test_every_template_says_what_it_is_and_what_it_takes(name: str) -> None:
    assert templates.TEMPLATES[name].summary
    assert all(row.type for row in templates.describe(name))


@pytest.mark.parametrize("name", templates.TEMPLATES)
def test_every_template_works_as_it_is_and_refuses_what_it_does_not_know(name: str) -> None:
    assert load_source(name).composition.layers
    with pytest.raises(DocumentError, match="there is no such field"):
        load_source(name, props={"no_such_prop": 1})
