"""Nothing on any page that axe objects to, light and dark, on a phone and on a desk."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")
from playwright.sync_api import Page

from browsing import DESK, PHONE, hand_in
from serving import Running, png

AXE = Path(os.environ.get("PENSCRIPT_AXE") or Path(__file__).parents[2] / "build/axe/node_modules/axe-core/axe.min.js")


LOOKS = [
    pytest.param(PHONE, "dark", id="phone-dark"),
    pytest.param(DESK, "light", id="desk-light"),
    pytest.param(PHONE, "light", id="phone-light", marks=pytest.mark.slow),
    pytest.param(DESK, "dark", id="desk-dark", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("window", "scheme"), LOOKS)
def test_axe_has_no_objection(
    open_page: Callable[..., Page], server: Running, scheme: str, window: dict[str, Any]
) -> None:
    if not AXE.is_file():
        pytest.skip(f"no axe-core in {AXE}: npm install --prefix build/axe axe-core")
    document = server.keep(png(851), "axe.png")["document"]
    page = open_page("/", **window, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    hand_in(page, png(852), "axe2.png")
    for path in ("", "/notes?q=wide", "/notes", f"/notes/{document}", "/review", "/devices", "/pair"):
        if path:
            page.goto(path)
        page.wait_for_load_state("networkidle")
        page.add_script_tag(path=AXE)
        told = page.evaluate("axe.run().then(({ violations, passes }) => ({ violations, passes: passes.length }))")
        assert told["passes"] > 10
        found = told["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == [], path
