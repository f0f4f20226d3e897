from datetime import date
from decimal import Decimal

import numpy as np
import pytest
import zxingcpp
from stdnum import iban

from penscript.errors import MissingComponent
from penscript.evaluation.printed import paper
from penscript.evaluation.printed.bill import written_day, written_number
from penscript.evaluation.printed.invoices import DrawnInvoice, draw_invoice
from penscript.evaluation.printed.sellers import LANGUAGES, METAS, SELLERS, seller
from penscript.evaluation.printed.wear import WEAR

needs_chinese = pytest.mark.skipif(
    not any("cjk" in name for name in paper.font_files()), reason="needs a font with Chinese letters"
)
each_language = pytest.mark.parametrize(
    "language", [pytest.param(one, marks=needs_chinese) if one == "zh" else one for one in LANGUAGES]
)


def some(language: str) -> list[DrawnInvoice]:
    return [draw_invoice(language, "test", seed, wear="clean") for seed in (0, 1, 5)]


@each_language
def test_what_the_fields_say_stands_on_the_paper(language: str) -> None:
    for drawn in some(language):
        text = "\n".join(drawn.lines)
        assert all(drawn.fields[name] in text for name in ("seller", "number"))
        assert all(row["description"] in text for row in drawn.fields["items"])
        assert all(drawn.fields[name] in text for name in ("vat_id", "iban") if drawn.fields[name])


@each_language
def test_sums_and_check_digits_are_right(language: str) -> None:
    for drawn in some(language):
        fields = drawn.fields
        taxes = sum(Decimal(tax["amount"]) for tax in fields["taxes"])
        bases = sum(Decimal(tax["base"]) for tax in fields["taxes"])
        assert (taxes, bases + taxes) == (Decimal(fields["tax"]), Decimal(fields["total"]))
        sold = sum(Decimal(row["amount"]) for row in fields["items"])
        assert sold == (Decimal(fields["total"]) if drawn.kind == "receipt" else Decimal(fields["net"]))
        assert fields["iban"] is None or iban.is_valid(fields["iban"])


def test_the_same_seed_gives_the_same_page() -> None:
    one, other = (draw_invoice("nl", "develop", 8) for _ in range(2))
    assert np.array_equal(one.pixels, other.pixels)
    assert one.fields == other.fields


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_parts_share_no_seller_and_no_layout(language: str) -> None:
    parts = [[seller(language, part, number) for number in range(SELLERS)] for part in ("develop", "test")]
    names, looks = (
        [{take(one) for one in part} for part in parts]
        for take in (lambda one: one.name, lambda one: (one.layout.head, one.layout.meta, one.layout.table))
    )
    assert not names[0] & names[1]
    assert not looks[0] & looks[1]
    assert all(one.layout.meta < METAS - 1 for one in parts[0])


@pytest.mark.parametrize("wear", WEAR)
def test_worn_paper_still_shows_its_pieces_where_it_says(wear: str) -> None:
    clean, drawn = (draw_invoice("de", "develop", 6, "receipt", kind) for kind in ("clean", wear))
    assert drawn.fields == clean.fields
    text, corners = max(drawn.pieces, key=lambda piece: piece[0].count("-"))
    xs, ys = [int(x) for x, _ in corners], [int(y) for _, y in corners]
    inside = drawn.pixels[min(ys) : max(ys) + 1, min(xs) : max(xs) + 1].mean(axis=2)
    assert text.startswith("---")
    assert inside.min() < np.median(inside) - 20  # the dashes are there


def test_payment_codes_can_be_read() -> None:
    drawn = [draw_invoice("fr", "test", seed, "invoice", "clean") for seed in range(12)]
    with_code = [one for one in drawn if one.code]
    assert {one.code.split("\n")[0] for one in with_code} == {"SPC", "BCD"}
    for one in with_code:
        assert one.code in [found.text for found in zxingcpp.read_barcodes(one.pixels)]


def test_conventions_of_numbers_and_days() -> None:
    patterns = ("1,234.50", "1.234,50", "1 234,50", "1'234.50", "1234,50")
    told = [written_number(Decimal("-1234567.8"), pattern) for pattern in patterns]
    assert told == ["-1,234,567.80", "-1.234.567,80", "-1 234 567,80", "-1'234'567.80", "-1234567,80"]
    assert written_day(date(2026, 3, 5), "%-d %B %Y", ["", "", "mars"]) == "5 mars 2026"
    assert written_day(date(2026, 3, 5), "%Y年%-m月%-d日", []) == "2026年3月5日"


def test_a_machine_without_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "font_files", dict)
    assert draw_invoice("sv", "develop", 0, wear="clean").pixels.min() < 60
    with pytest.raises(MissingComponent, match="Chinese"):
        draw_invoice("zh", "develop", 0)


def test_a_pdf_of_the_page() -> None:
    assert draw_invoice("it", "develop", 1).to_pdf().startswith(b"%PDF")


@pytest.mark.parametrize("language", ["sv", "de"])
def test_sums_side_by_side_do_not_run_into_each_other(language: str) -> None:
    strips = [number for number in range(SELLERS) if seller(language, "develop", number).layout.totals == 3]
    boxes = [
        line.bounds
        for line in draw_invoice(language, "develop", strips[0], "invoice", "clean").document().pages[0].lines
    ]
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            level = abs(one.y + one.height / 2 - other.y - other.height / 2) < min(one.height, other.height) / 2
            assert not level or one.right <= other.x or other.right <= one.x


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_name_no_currency_but_the_countrys(language: str) -> None:
    for number in range(SELLERS):
        one = seller(language, "develop", number)
        assert one.country["currency"] == "EUR" or not any("EUR" in label.split() for label in one.labels.values())
