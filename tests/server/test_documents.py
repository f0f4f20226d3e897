"""What is kept can be seen, corrected, searched, saved and forgotten."""

import csv
import io
import json

import pytest
from PIL import Image

from serving import Running, png


@pytest.fixture
def document(server: Running) -> int:
    """A document of its own for each test."""
    document.width = getattr(document, "width", 500) + 1  # type: ignore[attr-defined]
    return int(server.keep(png(document.width, 80), "memo.png")["document"])  # type: ignore[attr-defined]


def picture(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_pages_and_lines_have_pictures(server: Running, document: int) -> None:
    page = server.page(document)
    whole = server.get(f"/v1/documents/{document}/pages/1/picture")
    assert picture(whole.content).size == (page["width"], page["height"])
    assert picture(server.get(f"/v1/documents/{document}/pages/1/picture?width=100").content).width == 100
    line = page["lines"][0]
    cut = picture(server.get(f"/v1/lines/{line['id']}/picture").content)
    assert cut.width > line["bounds"]["width"]
    marked = server.get(f"/v1/lines/{line['id']}/cutout?spans=0-4")
    assert (marked.status_code, picture(marked.content).format) == (200, "PNG")


def test_a_line_is_corrected_and_all_that_is_written_follows(server: Running, document: int) -> None:
    first, second = server.page(document)["lines"]
    said = {"text": "high eighty", "was": second["text"], "by": "anna"}
    told = server.ask("PUT", f"/v1/lines/{second['id']}", json=said).json()
    assert (told["text"], told["read_text"], told["label"], told["corrected_by"]) == (
        "high eighty",
        second["text"],
        "corrected",
        "anna",
    )
    result = server.get(f"/v1/documents/{document}/result").json()
    assert [one["text"] for one in result["pages"][0]["regions"]] == [first["text"], "high eighty"]
    rows = list(csv.reader(server.get(f"/v1/documents/{document}/result?format=csv").text.splitlines()))
    assert rows[1][0] == "high eighty"
    assert "high eighty" in server.get(f"/v1/documents/{document}/result?format=text").text
    assert "high eighty" in server.get(f"/v1/documents/{document}/result?format=markdown").text
    searchable = server.get(f"/v1/documents/{document}/result?format=pdf")
    assert searchable.content.startswith(b"%PDF")
    assert server.get(f"/v1/documents/{document}/result?format=alto").headers["Content-Type"] == "application/xml"
    assert second["id"] in [hit["line"]["id"] for hit in server.get("/v1/search?q=eighty").json()["hits"]]


def test_what_is_left_as_it_is_is_confirmed(server: Running, document: int) -> None:
    line = server.page(document)["lines"][1]
    assert line["doubtful"]
    told = server.ask("PUT", f"/v1/lines/{line['id']}", json={"text": line["text"], "was": line["text"]}).json()
    assert (told["label"], told["doubtful"]) == ("confirmed", False)
    (change,) = server.get(f"/v1/lines/{line['id']}/history").json()["changes"]
    assert (change["label"], change["by"]) == ("confirmed", "local")


def test_nobody_overwrites_what_they_have_not_seen(server: Running, document: int) -> None:
    line = server.page(document)["lines"][1]
    said = {"text": "mine", "was": line["text"]}
    assert server.ask("PUT", f"/v1/lines/{line['id']}", json=said).status_code == 200
    late = server.ask("PUT", f"/v1/lines/{line['id']}", json=said | {"text": "yours"})
    assert (late.status_code, late.json()["error"]["kind"]) == (409, "ConflictError")
    assert server.get(f"/v1/lines/{line['id']}").json()["text"] == "mine"


def test_a_box_is_moved(server: Running, document: int) -> None:
    line = server.page(document)["lines"][0]
    box = {"x": 5, "y": 6, "width": 200, "height": 30}
    assert server.ask("PUT", f"/v1/lines/{line['id']}/bounds", json=box).json()["bounds"] == box
    assert server.page(document)["lines"][0]["place"]["height"] == pytest.approx(30 / 80)


def test_search_finds_what_was_misread(server: Running, document: int) -> None:
    hits = server.get("/v1/search?q=high").json()["hits"]
    assert any(hit["line"]["document"] == document and hit["line"]["read_text"].startswith("hihg") for hit in hits)
    assert server.get("/v1/search?q=zzzzqqq").json() == {"hits": []}


def test_a_document_is_forgotten(server: Running, document: int) -> None:
    line = server.page(document)["lines"][0]["id"]
    server.get(f"/v1/lines/{line}/picture")
    told = server.ask("DELETE", f"/v1/documents/{document}").json()
    assert (told["document"], told["lines"], told["packs"]) == (document, 2, [])
    for path in (f"/v1/documents/{document}", f"/v1/lines/{line}", f"/v1/documents/{document}/pages/1/picture"):
        assert server.get(path).status_code == 404


def test_review_hands_out_each_line_once(server: Running, document: int) -> None:
    seen = {}
    for seat in ("a", "b"):
        item = server.post("/v1/review/claim", json={"by": "anna", "seat": seat}).json()["item"]
        seen[seat] = item["line"]["id"]
    assert seen["a"] != seen["b"]
    again = server.post("/v1/review/claim", json={"by": "anna", "seat": "a"}).json()["item"]
    assert again["line"]["id"] == seen["a"]
    assert (again["reason"], again["probability"]) == ("doubtful", 1.0)
    words = again["line"]["words"]
    assert [word["doubtful"] for word in words] == [True, False]
    assert all(0 <= words[0]["place"][side] <= 1 for side in ("x", "y", "width", "height"))
    for seat, line in seen.items():
        server.post("/v1/review/release", json={"by": "anna", "seat": seat, "line": line})


def test_an_answer_is_counted_and_can_be_taken_back(server: Running, document: int) -> None:
    item = server.post("/v1/review/claim", json={"by": "tom"}).json()["item"]
    line, before = item["line"], server.get("/v1/review/progress").json()["done"]
    server.ask("PUT", f"/v1/lines/{line['id']}", json={"text": "tom was here", "was": line["text"], "by": "tom"})
    assert server.get("/v1/review/progress").json()["done"] == before + 1
    undone = server.post("/v1/review/undo", json={"by": "tom"}).json()
    assert undone["item"]["line"]["text"] == line["text"]
    assert undone["progress"]["done"] == before
    assert server.post("/v1/review/undo", json={"by": "nobody"}).json()["item"] is None


def test_the_audit_is_told(server: Running) -> None:
    told = server.get("/v1/review/audit").json()
    assert told == {"lines": 0, "exact": None} or 0 <= told["exact"] <= 100


def test_neither_metrics_nor_logs_hold_what_was_read(server: Running, document: int, caplog: object) -> None:
    caplog.set_level("DEBUG")  # type: ignore[attr-defined]
    server.keep(png(777), "secret-name.png")
    server.get("/v1/search?q=secretquery")
    server.keep(b"nothing", "secret-name.txt")
    text = server.get("/metrics").text
    assert 'penscript_readings_total{outcome="read"}' in text
    assert 'penscript_jobs{status="done"}' in text
    assert 'route="/v1/documents/{document}/pages/{page}"' in text
    logged = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith(("penscript", "uvicorn"))
    )  # type: ignore[attr-defined]
    for word in ("secretquery", "secret-name", "wide 777", "hihg"):
        assert word not in text
        assert word not in logged


def test_health(server: Running) -> None:
    assert server.get("/health").json()["status"] == "ok"


def test_the_catalogue_has_every_text_in_every_language() -> None:
    from importlib.resources import files

    from penscript.server.messages import LANGUAGES, catalogue, language_for

    told = json.loads(files("penscript.server").joinpath("web", "messages.json").read_text("utf-8"))
    import re

    for key, texts in told.items():
        assert set(texts) == set(LANGUAGES), key
        assert len({tuple(sorted(re.findall(r"\{\w+\}", text))) for text in texts.values()}) == 1, key
    assert catalogue()["sv"]["nav.notes"] == "Anteckningar"
    assert language_for(None, "sv-SE,sv;q=0.9,en;q=0.8") == "sv"
    assert language_for("zh", "sv") == "zh"
    assert language_for("xx", "tlh, fr;q=x, de") == "en"


def test_every_text_that_a_page_asks_for_is_there() -> None:
    import re
    from importlib.resources import files

    from penscript.server.messages import catalogue

    web = files("penscript.server").joinpath("web")
    sources = [*web.joinpath("templates").iterdir(), *web.joinpath("static").iterdir()]
    asked = {
        key
        for source in sources
        for key in re.findall(r"(?:words\[|say\()['\"]([a-z]+\.[a-z_]+)['\"]", source.read_text("utf-8"))
    }
    assert len(asked) > 60
    assert asked <= catalogue()["en"].keys()


def test_a_number_that_no_database_keeps_is_refused(server: Running) -> None:
    assert server.post("/v1/review/claim", json={"skip": [2**63]}).status_code == 422
    assert server.post("/v1/review/release", json={"line": 2**31}).status_code == 422
    assert server.get(f"/v1/documents/{2**31}").status_code == 422


@pytest.mark.parametrize("form", ["PDF", "TIFF"])
def test_rare_kinds_are_shown_and_written_by_the_process_that_decodes(
    server: Running, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("decoded in the server's own process")

    for place in ("penscript.pdf.PdfFile.__init__", "pikepdf.open", "PIL.TiffImagePlugin.TiffImageFile._open"):
        monkeypatch.setattr(place, never)
    document = server.keep(png(311, 211, form), f"rare.{form.lower()}")["document"]
    page = server.page(document)
    line = page["lines"][0]["id"]
    whole = picture(server.get(f"/v1/documents/{document}/pages/1/picture").content)
    assert whole.size == (page["width"], page["height"])
    assert picture(server.get(f"/v1/lines/{line}/picture").content).format == "JPEG"
    assert picture(server.get(f"/v1/lines/{line}/cutout?spans=0-4").content).format == "PNG"
    assert server.get(f"/v1/documents/{document}/result?format=pdf").content.startswith(b"%PDF")


def test_tags_are_given_found_and_taken(server: Running, document: int) -> None:
    at = f"/v1/documents/{document}/tags/"
    for tag in ("garden", "garden", "été 2024"):
        assert server.ask("PUT", at + tag).status_code == 204
    assert server.get(f"/v1/documents/{document}").json()["tags"] == ["garden", "été 2024"]
    assert {"tag": "garden", "documents": 1} in server.get("/v1/tags").json()["tags"]
    assert [one["id"] for one in server.get("/v1/documents?tag=garden").json()["documents"]] == [document]
    assert {hit["line"]["document"] for hit in server.get("/v1/search?q=high&tag=garden").json()["hits"]} == {document}
    assert server.ask("DELETE", at + "garden").status_code == 204
    assert server.get("/v1/documents?tag=garden").json()["documents"] == []
    assert server.ask("PUT", at + "%20").status_code == 422
    assert server.ask("PUT", "/v1/documents/99999/tags/garden").status_code == 404


def test_spreadsheets_run_nothing_that_was_written_on_paper(server: Running, document: int) -> None:
    line = server.page(document)["lines"][0]["id"]
    for text in ("=1+1", "+49 30", " @SUM(A1)", "\uff1dHYPERLINK(1)", "-2"):
        server.ask("PUT", f"/v1/lines/{line}", json={"text": text})
        at = f"/v1/documents/{document}/result?format=csv"
        plain, harmless = (server.get(at + more).content.decode() for more in ("", "&escape_formulas=true"))
        assert next(csv.reader(io.StringIO(plain, newline="")))[0] == text.strip()
        assert next(csv.reader(io.StringIO(harmless, newline="")))[0] == "'" + text.strip()
