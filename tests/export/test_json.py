import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import document, line
from penscript.document import Document, Page
from penscript.errors import InputError, SchemaTooNew
from penscript.export.json import SCHEMA_VERSION, from_json, to_dict, to_json

PAGE_KEYS = [
    "number",
    "width",
    "height",
    "dpi",
    "rotation",
    "status",
    "error",
    "warnings",
    "regions",
    "barcodes",
    "rules",
    "tables",
]
REGION_KEYS = [
    "text",
    "confidence",
    "bounds",
    "status",
    "calibrated",
    "raw_score",
    "polygon",
    "block",
    "kind",
    "pack",
    "words",
]


def damaged(change):
    data = to_dict(document())
    change(data)
    return json.dumps(data)


def test_the_keys_are_those_of_the_schema():
    data = json.loads(to_json(document()))
    assert list(data) == ["schema_version", "source", "pages"]
    assert data["schema_version"] == SCHEMA_VERSION == 1
    page = data["pages"][0]
    assert list(page) == PAGE_KEYS
    region = page["regions"][1]
    assert list(region) == REGION_KEYS
    assert region["bounds"] == {"x": 10, "y": 10, "width": 100, "height": 20}
    assert list(region["words"][0]) == ["text", "confidence", "bounds", "alternatives"]
    assert page["barcodes"] == [
        {
            "text": "https://example.org",
            "format": "QRCode",
            "bounds": {"x": 300, "y": 300, "width": 50, "height": 50},
        }
    ]


def test_nothing_is_lost_on_the_way_there_and_back():
    assert from_json(to_json(document())) == document()
    assert from_json(to_json(document(), indent=2).encode()) == document()


text = st.text(st.characters(exclude_categories=["Cs"]))
numbers = st.floats(0, 100, allow_nan=False)


@given(st.lists(st.tuples(text, numbers), max_size=4), text)
def test_any_text_and_confidence_survive(rows, source):
    lines = tuple(line(words, confidence) for words, confidence in rows)
    made = Document(source, (Page(1, 5, 6, lines),))
    assert from_json(to_json(made)) == made


def test_letters_stand_as_they_are():
    assert "Crème" in to_json(document())


def test_a_newer_schema_names_the_version_needed():
    with pytest.raises(SchemaTooNew, match=r"schema_version 7.*reads up to 1.*upgrade"):
        from_json('{"schema_version": 7, "pages": "whatever"}')


def test_what_is_not_there_has_its_usual_value():
    least = {"text": "a", "confidence": 50, "bounds": {"x": 0, "y": 0, "width": 1, "height": 1}}
    page = {"number": 1, "width": 1, "height": 1, "regions": [least]}
    read = from_json(json.dumps({"schema_version": 1, "source": "a", "pages": [page], "later": 1}))
    assert read.lines[0].status == "read"
    assert read.lines[0].words == ()
    assert read.pages[0].dpi is None


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda d: d.pop("pages"), "'pages'"),
        (lambda d: d.update(pages={}), "pages is not a list"),
        (lambda d: d.update(schema_version="1"), "schema_version"),
        (lambda d: d.update(schema_version=True), "schema_version"),
        (lambda d: d.update(source=None), "source is not text"),
        (lambda d: d["pages"][0].update(width=-1), r"pages\[0\].width"),
        (lambda d: d["pages"][0].update(status="good"), "one of read, blank, failed"),
        (lambda d: d["pages"][0]["regions"][1].update(confidence=101), r"regions\[1\].confidence"),
        (lambda d: d["pages"][0]["regions"][1].update(confidence="90"), r"regions\[1\].confidence"),
        (lambda d: d["pages"][0]["regions"][0].pop("text"), r"pages\[0\].regions\[0\] has no 'text'"),
        (lambda d: d["pages"][0]["regions"][0].update(polygon=[[1, 2, 3]]), r"polygon\[0\] is not two numbers"),
        (lambda d: d["pages"][0]["regions"][0].update(bounds=[1, 2, 3, 4]), "bounds is not an object"),
        (lambda d: d["pages"][0]["regions"][0].update(calibrated=1), "true or false"),
        (lambda d: d["pages"][0]["regions"][0].update(text="\ud800"), "is not text"),
        (lambda d: d["pages"][0]["regions"][0].update(raw_score=10**400), "too large"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(change, place):
    with pytest.raises(InputError, match=place):
        from_json(damaged(change))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "3",
        "null",
        '"text"',
        "{}",
        '{"schema_version": 0}',
        "[" * 100_000,
        b"\xff\xfe\xfa",
        '{"schema_version": NaN}',
    ],
    ids=range(11),
)
def test_what_is_no_result_says_so(text):
    with pytest.raises(InputError, match="This is not"):
        from_json(text)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(PAGE_KEYS + REGION_KEYS), inner),
    max_leaves=8,
)


@given(st.sampled_from(PAGE_KEYS + REGION_KEYS), values)
def test_nothing_but_an_input_error_comes_of_any_json(key, value):
    def change(data):
        data["pages"][0][key] = value
        for region in data["pages"][0]["regions"] if key != "regions" else ():
            region[key] = value

    try:
        read = from_json(damaged(change))
    except InputError:
        return
    assert from_json(to_json(read)) == read
