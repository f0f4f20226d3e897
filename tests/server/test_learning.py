"""The button on the review page, in a real browser, over a function that learns nothing."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from penscript.errors import SomeFilesFailed
from penscript.notes import open_notes
from penscript.server.app import create_app
from penscript.server.options import ServerOptions
from penscript.server.running import Address, free_port
from serving import Running, fake_engine, png, running


class Teacher:
    """Learns until `gate` opens, then tells or fails."""

    def __init__(self) -> None:
        self.gate, self.refuses = threading.Event(), False

    def __call__(self, report: Any) -> list[str]:
        report("learning", 0.4, 130.0)
        assert self.gate.wait(20)
        if self.refuses:
            raise SomeFilesFailed("Nothing was published: it is not better.", "Correct more lines.")
        return ["my-hand@1 learnt from 40 lines."]


@pytest.fixture
def taught(tmp_path: Any) -> Iterator[tuple[Running, Teacher]]:
    teacher, engine = Teacher(), fake_engine()
    with open_notes(f"sqlite:///{tmp_path / 'notes.db'}") as notes:
        app = create_app(engine, notes, ServerOptions(rate=None), learn=teacher)
        address = Address("127.0.0.1", free_port())
        with running(app, address):
            yield Running(address.root("127.0.0.1"), app, notes, engine), teacher


def wait_until_done(server: Running) -> dict[str, Any]:
    for _ in range(200):
        state: dict[str, Any] = server.get("/v1/learning").json()
        if not state["running"]:
            return state
        threading.Event().wait(0.05)
    raise AssertionError("it never ended")


def test_it_learns_once_at_a_time_and_says_how_far_it_is(taught: tuple[Running, Teacher]) -> None:
    server, teacher = taught
    assert server.get("/v1/learning").json()["available"]
    assert server.post("/v1/learning").status_code == 202
    assert server.post("/v1/learning").status_code == 409
    state = server.get("/v1/learning").json()
    assert state["running"]
    assert state["stage"] in ("", "learning")
    teacher.gate.set()
    assert wait_until_done(server)["told"] == ["my-hand@1 learnt from 40 lines."]


def test_what_came_to_nothing_says_why(taught: tuple[Running, Teacher]) -> None:
    server, teacher = taught
    teacher.refuses = True
    teacher.gate.set()
    server.post("/v1/learning")
    state = wait_until_done(server)
    assert state["error"] == "Nothing was published: it is not better. Correct more lines."
    assert server.post("/v1/learning").status_code == 202


def test_a_server_that_cannot_learn_says_so(server: Running) -> None:
    assert not server.get("/v1/learning").json()["available"]
    assert server.post("/v1/learning").status_code == 404


def test_the_button_in_the_browser(taught: tuple[Running, Teacher], open_page: Callable[..., Any]) -> None:
    expect = pytest.importorskip("playwright.sync_api").expect
    server, teacher = taught
    server.keep(png(), "note.png")
    page = open_page("/review", at=server)
    page.get_by_role("button", name="Learn my hand").click()
    expect(page.locator("#learn-text")).to_have_text("Learning, about 2 min left")
    expect(page.locator("#learn-progress")).to_be_visible()
    expect(page.locator("#learn-start")).to_be_disabled()
    teacher.gate.set()
    expect(page.locator("#learn-text")).to_have_text("my-hand@1 learnt from 40 lines.")
    expect(page.locator("#learn-start")).to_be_enabled()
