"""The pages in a real browser: capture, search, one document, review, pairing."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")
from playwright.sync_api import Page, expect

from browsing import PHONE, hand_in
from penscript.api import OcrEngine
from penscript.options import AcceptPolicy
from penscript.server.access import Role
from penscript.server.options import ServerOptions
from penscript.server.pairing import begin
from serving import Running, Started, fake_engine, png


def test_a_picture_becomes_lines(open_page: Callable[..., Page]) -> None:
    page = open_page("/", **PHONE)
    assert page.locator("#camera").get_attribute("capture") == "environment"
    card = hand_in(page, png(801), "walk.png")
    expect(card.locator(".read li")).to_have_count(2)
    expect(card.locator(".read li.doubtful")).to_contain_text("hihg 90")
    page.reload()
    again = page.locator(".upload", has_text="walk.png")
    expect(again.locator(".read li")).to_have_count(2)
    again.get_by_role("link", name="Open").click()
    expect(page.locator("h1")).to_have_text("walk.png")


def test_a_line_is_doubtful_by_the_threshold_of_its_pack(
    open_page: Callable[..., Page], start: Callable[..., Running]
) -> None:
    engine = fake_engine()
    engine.policy = AcceptPolicy(99, packs=(("fake@1", 30.0),))
    card = hand_in(open_page("/", start(engine), **PHONE), png(803), "pack.png")
    expect(card.locator(".read li")).to_have_count(2)
    expect(card.locator(".read li.doubtful")).to_have_count(0)


def test_the_buttons_are_large_enough_for_a_thumb(open_page: Callable[..., Page]) -> None:
    page = open_page("/", **PHONE)
    hand_in(page, png(802), "thumb.png")
    sizes = page.evaluate(
        "[...document.querySelectorAll('button, .button, nav a, select')].filter(one => one.offsetParent)"
        ".map(one => [one.textContent.trim(), one.getBoundingClientRect().width, one.getBoundingClientRect().height])"
    )
    assert len(sizes) > 6
    assert [one for one in sizes if one[1] < 44 or one[2] < 44] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_bad_network_is_tried_again_and_nothing_comes_twice(open_page: Callable[..., Page], server: Running) -> None:
    page = open_page("/", **PHONE)
    tries: list[str] = []

    def shaky(route: Any) -> None:
        tries.append(route.request.headers["idempotency-key"])
        if len(tries) == 1:
            route.abort("connectionreset")
        elif len(tries) == 2:
            route.fetch()  # it arrives, and the answer is lost
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/v1/jobs", shaky)
    before = server.notes.count_jobs()
    hand_in(page, png(803), "tunnel.png")
    assert len(tries) == 3
    assert len(set(tries)) == 1
    assert sum(server.notes.count_jobs().values()) == sum(before.values()) + 1


def test_what_cannot_be_read_is_told(open_page: Callable[..., Page]) -> None:
    page = open_page("/")
    page.set_input_files("#files", [{"name": "a.png", "mimeType": "image/png", "buffer": b"nothing"}])
    card = page.locator(".upload", has_text="a.png")
    expect(card).to_have_attribute("data-state", "failed", timeout=30_000)
    expect(card).to_contain_text("a.png is")


def test_search_shows_the_line_with_its_words_marked(open_page: Callable[..., Page], server: Running) -> None:
    server.keep(png(811), "found.png")
    page = open_page("/notes")
    page.fill("#query", "wide 811")
    page.keyboard.press("Enter")
    hit = page.locator("#hits li", has_text="found.png").first
    expect(hit.locator("mark").first).to_have_text("wide")
    assert hit.locator("img").evaluate("async image => { await image.decode(); return image.naturalWidth }") > 50
    hit.get_by_role("link").click()
    expect(page.locator("li.current textarea")).to_have_value("wide 811")


def test_text_is_never_markup(open_page: Callable[..., Page], server: Running) -> None:
    told = server.keep(png(812), "<img src=x onerror=alert(1)>.png")
    line = server.page(told["document"])["lines"][0]
    evil = '"><script>alert(1)</script><b>bold</b>'
    server.ask("PUT", f"/v1/lines/{line['id']}", json={"text": evil})
    page = open_page(f"/notes/{told['document']}")
    expect(page.locator("#lines textarea").first).to_have_value(evil)
    page.goto("/notes?q=bold")
    expect(page.locator("#hits .words").first).to_have_text(evil)
    assert page.locator("#hits b, #hits script").count() == 0


def test_a_line_is_corrected_on_its_page(open_page: Callable[..., Page], server: Running) -> None:
    told = server.keep(png(813), "fix.png")
    page = open_page(f"/notes/{told['document']}")
    field = page.get_by_role("textbox", name="Line 2")
    field.fill("high 90")
    field.press("Enter")
    expect(page.locator("#lines li").nth(1)).to_contain_text("corrected")
    assert server.page(told["document"])["lines"][1]["text"] == "high 90"
    box = page.get_by_role("button", name="Line 1")
    box.click()
    box.focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(page.locator("#told")).to_have_text("Saved")
    page.wait_for_function("fetch(location.pathname).then(() => true)")
    page.wait_for_timeout(800)
    assert server.page(told["document"])["lines"][0]["bounds"]["y"] > 10


def test_somebody_elses_change_is_shown_not_overwritten(open_page: Callable[..., Page], server: Running) -> None:
    told = server.keep(png(814), "both.png")
    page = open_page(f"/notes/{told['document']}")
    field = page.get_by_role("textbox", name="Line 1")
    expect(field).to_have_value("wide 814")
    line = server.page(told["document"])["lines"][0]
    server.ask("PUT", f"/v1/lines/{line['id']}", json={"text": "theirs"})
    field.fill("mine")
    field.press("Enter")
    expect(page.locator("#told")).to_contain_text("theirs")
    expect(field).to_have_value("theirs")


def test_review_by_keyboard_alone(open_page: Callable[..., Page], start: Callable[..., Running]) -> None:
    server = start()
    for width in (821, 822, 823):
        server.keep(png(width, width - 700), f"{width}.png")
    page = open_page("/review", at=server)
    text = page.locator("#text")
    expect(text).to_be_focused()
    first = text.input_value()
    expect(page.locator("#marks .word.current")).to_be_visible()
    page.keyboard.press("Alt+1")
    expect(text).to_have_value(first.replace("hihg", "high"))
    expect(page.locator("#save")).to_have_text("Save, next")
    page.keyboard.press("Enter")
    expect(text).not_to_have_value(first.replace("hihg", "high"))
    second = text.input_value()
    page.keyboard.press("Enter")
    expect(page.locator("#progress-text")).to_have_text("2 of 3 lines looked at")
    page.keyboard.press("Alt+z")
    expect(text).to_have_value(second)
    expect(page.locator("#progress-text")).to_have_text("1 of 3 lines looked at")
    page.keyboard.press("Enter")
    expect(text).not_to_have_value(second)
    page.keyboard.press("Enter")
    expect(page.locator("#done")).to_be_visible()
    labels = sorted(str(line.label) for line in server.notes.lines(label=True))
    assert labels == ["confirmed", "confirmed", "corrected"]


def test_two_reviewers_never_see_the_same_line(open_page: Callable[..., Page], start: Callable[..., Running]) -> None:
    server = start()
    for width in range(831, 837):
        server.keep(png(width, width - 700), f"{width}.png")
    pages = [open_page("/review", at=server), open_page("/review", at=server)]
    seen = []
    for _ in range(2):
        for page in pages:
            seen.append(page.locator("#text").input_value() or expect(page.locator("#text")).to_be_focused())
            page.locator("#text").press("Enter")
            expect(page.locator("#text")).not_to_have_value(str(seen[-1]))
    assert len(set(seen)) == len(seen) == 4


def test_a_phone_is_paired_by_the_code(open_page: Callable[..., Page], start: Callable[..., Running]) -> None:
    server = start(require_token=True)
    page = open_page("/", at=server, **PHONE)
    expect(page.locator("h1")).to_have_text("This device is not paired")
    made = begin(server.notes, ServerOptions(), Role.REVIEW)
    page.goto(made.url(server.url))
    page.reload()
    expect(page.locator("#title")).to_have_text("This device is let in.")
    assert page.url.endswith("/pair")
    page.get_by_role("link", name="Take a picture").click()
    hand_in(page, png(841), "paired.png")


def test_devices_are_paired_and_removed(open_page: Callable[..., Page], server: Running) -> None:
    page = open_page("/devices")
    page.get_by_role("button", name="Pair a phone").click()
    expect(page.locator("#qr")).to_be_visible()
    expect(page.locator("#devices li", has_text="Unused pairing code").first).to_be_visible()
    count = page.locator("#devices li").count()
    page.locator("#devices li button").first.click()
    expect(page.locator("#devices li")).to_have_count(count - 1)


def test_pages_speak_the_visitors_language(open_page: Callable[..., Page]) -> None:
    page = open_page("/review")
    for code, word in (("fr", "Relecture"), ("sv", "Granskning"), ("zh", "校对"), ("en", "Review")):
        with page.expect_navigation():
            page.select_option("#language", code)
        expect(page.locator("h1")).to_have_text(word)
        assert page.locator("html").get_attribute("lang") == code


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    url = f"sqlite:///{tmp_path_factory.mktemp('real') / 'notes.db'}"
    server = Started(OcrEngine(threads=1), url, ServerOptions(readers=1))
    yield server.running
    server.end()


def test_a_drawn_page_is_really_read(open_page: Callable[..., Page], real: Running, examples: Path) -> None:
    from PIL import Image

    file = examples / "todo_list.jpg"
    with Image.open(file) as picture:
        small = picture.crop((250, 130, 950, 420))
    import io

    data = io.BytesIO()
    small.save(data, "PNG")
    page = open_page("/", at=real, **PHONE)
    page.set_input_files("#files", [{"name": "list.png", "mimeType": "image/png", "buffer": data.getvalue()}])
    card = page.locator(".upload", has_text="list.png")
    expect(card).to_have_attribute("data-state", "done", timeout=120_000)
    expect(card.locator(".read")).to_contain_text("To do this week")
    page.goto("/notes?q=dentist")
    expect(page.locator("#hits li").first).to_contain_text("dentist")
    assert json.loads(page.evaluate("fetch('/v1/documents/1/result').then(told => told.text())"))["schema_version"] == 1
