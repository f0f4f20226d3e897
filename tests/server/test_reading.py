"""Files in, JSON out: every way in, and every way in which it can go wrong."""

import base64
import io

import pytest
import requests
from PIL import Image

from penscript.export.json import from_json
from serving import Running, png


def lines(response: requests.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [line.text for line in from_json(response.text).lines]


def test_a_file_of_a_form(server: Running) -> None:
    response = server.post("/v1/read", files={"file": ("note.png", png(200, 90))})
    assert lines(response) == ["wide 200", "hihg 90"]
    assert response.json()["source"] == "note.png"
    assert response.json()["schema_version"] == 1


def test_base64_with_and_without_the_prefix_of_browsers(server: Running) -> None:
    text = base64.b64encode(png(210)).decode()
    for content in (text, f"data:image/png;base64,{text}"):
        body = {"files": [{"name": "a/../b.png", "content": content}]}
        response = server.post("/v1/read", json=body)
        assert lines(response)[0] == "wide 210"
        assert response.json()["source"] == "b.png"


def test_the_bytes_themselves(server: Running) -> None:
    headers = {"Content-Type": "image/png"}
    response = server.post("/v1/read?name=raw.png", data=png(220), headers=headers)
    assert lines(response)[0] == "wide 220"
    assert response.json()["source"] == "raw.png"


def test_the_same_as_the_engine_gives(server: Running) -> None:
    data = png(230)
    here = server.engine.process(io.BytesIO(data)).document.pages
    assert from_json(server.post("/v1/read", files={"file": data}).text).pages == here


@pytest.mark.parametrize("form", ["TIFF", "PDF", "GIF", "WEBP"])
def test_rare_kinds_go_through_the_decoder(server: Running, form: str) -> None:
    response = server.post("/v1/read", files={"file": (f"page.{form.lower()}", png(240, 96, form))})
    assert len(lines(response)) == 2
    assert response.json()["source"] == f"page.{form.lower()}"


def test_only_some_pages(server: Running) -> None:
    first, second = (Image.open(io.BytesIO(png(width))) for width in (250, 260))
    file = io.BytesIO()
    first.save(file, "TIFF", save_all=True, append_images=[second])
    both = server.post("/v1/read", files={"file": file.getvalue()})
    one = server.post("/v1/read?pages=2", files={"file": file.getvalue()})
    assert [lines(both)[0], lines(both)[2]] == ["wide 250", "wide 260"]
    assert lines(one)[0] == "wide 260"


def test_a_reading_stops_when_nobody_waits_for_it_any_more(server: Running) -> None:
    assert server.post("/v1/read", files={"file": png(245)}).status_code == 200
    assert server.reader.asked.limits.seconds == 120


def refusal(response: requests.Response) -> tuple[int, str]:
    problem = response.json()["error"]
    assert set(problem) == {"kind", "message", "advice"}
    return response.status_code, problem["kind"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"just text", (415, "UnsupportedInput")),
        (b"\x89PNG\r\n\x1a\n broken", (422, "DamagedInput")),
        (b"II*\x00 broken", (422, "DamagedInput")),
        (b"%PDF-1.4 broken", (422, "DamagedInput")),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(server: Running, data: bytes, expected: tuple[int, str]) -> None:
    response = server.post("/v1/read", files={"file": ("mine.bin", data)})
    assert refusal(response) == expected
    assert "mine.bin" in response.json()["error"]["message"]


def test_a_damaged_page(server: Running) -> None:
    assert refusal(server.post("/v1/read", files={"file": png(13)})) == (422, "DamagedInput")


def test_nothing_and_too_much_at_once(server: Running) -> None:
    assert refusal(server.post("/v1/read")) == (400, "UsageError")
    assert refusal(server.post("/v1/read", json={"files": []})) == (400, "UsageError")
    assert refusal(server.post("/v1/read", json={"files": [{"content": "no base64!"}]})) == (400, "UsageError")
    assert refusal(server.post("/v1/read", data="{", headers={"Content-Type": "application/json"}))[0] == 400
    two = [("file", ("a.png", png())), ("file", ("b.png", png()))]
    assert refusal(server.post("/v1/read", files=two)) == (400, "UsageError")


@pytest.mark.parametrize("query", ["pages=0", "pages=x", "threshold=200", "pack=../x", "pack=a.onnx"])
def test_wrong_wishes(server: Running, query: str) -> None:
    assert refusal(server.post(f"/v1/read?{query}", files={"file": png()})) == (422, "UsageError")


def test_unknown_languages_and_pages_that_are_not_there(server: Running) -> None:
    assert refusal(server.post("/v1/read?language=klingon", files={"file": png()})) == (400, "UsageError")
    assert refusal(server.post("/v1/read?pages=7", files={"file": png()})) == (400, "UsageError")


def test_barcodes(server: Running, root: object) -> None:
    import zxingcpp

    code = zxingcpp.create_barcode("4006381333931", zxingcpp.BarcodeFormat.EAN13)
    picture = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=4))
    file = io.BytesIO()
    picture.save(file, "PNG")
    (found,) = server.post("/v1/barcodes", files={"file": file.getvalue()}).json()["barcodes"]
    assert (found["text"], found["format"]) == ("4006381333931", "EAN13")


def test_an_encrypted_pdf_opens_with_the_password_in_a_header(server: Running, tmp_path: object) -> None:
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(png(form="PDF"))) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="secret", user="secret"))
    files = {"file": ("locked.pdf", out.getvalue())}
    assert refusal(server.post("/v1/read", files=files)) == (401, "PasswordNeeded")
    assert refusal(server.post("/v1/read", files=files, headers={"Penscript-Password": "x"})) == (403, "PasswordWrong")
    assert len(lines(server.post("/v1/read", files=files, headers={"Penscript-Password": "secret"}))) == 2
