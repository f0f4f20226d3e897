"""Windows of a browser, and what is done in them."""

from typing import Any

from playwright.sync_api import Page, expect

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 860}}


def hand_in(page: Page, data: bytes, name: str) -> Any:
    expect(page.locator("#files")).to_be_attached()
    page.wait_for_load_state("load")
    page.set_input_files("#files", [{"name": name, "mimeType": "image/png", "buffer": data}])
    card = page.locator(".upload", has_text=name)
    expect(card).to_have_attribute("data-state", "done", timeout=30_000)
    return card
