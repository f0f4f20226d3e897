"""Names of firms: where they end, and which lines belong to one."""

import pytest

import penscript as ocr
from invoices_printed import printed
from penscript.invoices.extract import extract
from penscript.invoices.names import name_of
from penscript.result import OcrResult


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Borong Pintar Sdn Bhd BR NO.: (124525-H)", "Borong Pintar Sdn Bhd"),
        ("Motor (Rengit) Sdn. Bhd. (801580-T)", "Motor (Rengit) Sdn. Bhd."),
        ("Acme Trading Co. Reg. No: 867388-U", "Acme Trading"),
        ("Acme Enterprise SA0012345-X", "Acme Enterprise"),
        ("201901000123 (1234567-A) Acme Sdn Bhd", "Acme Sdn Bhd"),
        ("Muster Markt GmbH HRB 12345", "Muster Markt GmbH"),
        ("Alpha S.r.I.", "Alpha S.r.l."),
        ("Unit 51, Canal Park", "Unit 51, Canal Park"),
        ("Hotel 1881", "Hotel 1881"),
        ("Café No 5", "Café No 5"),
        ("Zoo Handel AG & Co. KG", "Zoo Handel AG & Co. KG"),
    ],
)
def test_the_number_of_a_register_is_no_part_of_a_name(text: str, expected: str) -> None:
    assert name_of(text) == expected


BROKEN = """
    BLUE RIVER HARDWARE
    ENTERPRISE (LAKE
    SIDE) SDN BHD
    822737-X
    NO. 17-3, JALAN MERAH
    40170 SHAH ALAM
"""
TAIL = """
    HIGH TOWER HARDWARE
          TRADING
    13-1, Jalan Merah 5/10,
    47810, Petaling Jaya, Selangor
"""
IN_ONE_LINE = """
            De Molen & Zn.
  Havenkade 7 - 1012 LG Amsterdam - Telefoon 061 143 55 71
  BTW nr. NL606916635B01
"""
TWO_FIRMS = """
    PALM MOON
    LICENSEE OF GREAT FOODS
    LOT 3, JALAN MERAH 23/1,
    40300 SHAH ALAM
    SUN-THU: 1000 HRS - 2200 HRS
TAX INVOICE
FRESH MARKET SDN BHD
GROUND FLOOR, NO. 4 & 6,
JALAN BIRU 15/4B,
47500 SUBANG JAYA
"""
ABOVE = """
  First Floor, Suite 4
  47500 Somewhere
  ACME CO. BHD (126926-H)
  3RD FLOOR, HIGH TOWER
  JALAN MERAH, TAMAN BIRU
  CHERAS, 55100 KUALA LUMPUR
"""


@pytest.mark.parametrize(
    ("text", "seller", "address"),
    [
        (BROKEN, "BLUE RIVER HARDWARE ENTERPRISE (LAKE SIDE) SDN BHD", "NO. 17-3, JALAN MERAH, 40170 SHAH ALAM"),
        (TAIL, "HIGH TOWER HARDWARE TRADING", "13-1, Jalan Merah 5/10, 47810, Petaling Jaya, Selangor"),
        (IN_ONE_LINE, "De Molen & Zn.", "Havenkade 7, 1012 LG Amsterdam"),
        (TWO_FIRMS, "PALM MOON", "LOT 3, JALAN MERAH 23/1, 40300 SHAH ALAM"),
        (ABOVE, "ACME CO. BHD", "3RD FLOOR, HIGH TOWER, JALAN MERAH, TAMAN BIRU, CHERAS, 55100 KUALA LUMPUR"),
    ],
)
def test_lines_of_one_name_are_put_together(text: str, seller: str, address: str) -> None:
    invoice = ocr.read_invoice(OcrResult(printed(text)))
    assert invoice.seller is not None
    assert invoice.seller_address is not None
    assert (invoice.seller.value, invoice.seller_address.value) == (seller, address)


@pytest.mark.parametrize(
    ("head", "name", "address"),
    [
        ("Harapan Prima\nCatering Sdn Bhd\n(227543-T)\nNo. 7, Jalan Genting", "Harapan Prima Catering Sdn Bhd", None),
        ("MEWAH YONG\nS/B (675591-H)\nNO 9, JALAN SERI", "MEWAH YONG S/B", None),
        ("GREEN &\nVILLAGE SDN BHD\nNO 136, JALAN SELATAN", "GREEN & VILLAGE SDN BHD", None),
        ("Suria Moon\nROC NO : 1290317-D\nTesco Seremban\nNo 31, Jalan Seri", "Suria Moon", "Tesco Seremban"),
        ("DELTA PLACE\nCO. REG NO: 963453-X\nLOT 5903, JLN TPP 27,", "DELTA PLACE", "LOT 5903,"),
        ("EMAS GALLERY\n75,\nJALAN MAHKOTA, TAMAN BISTARI,", "EMAS GALLERY", "75,"),
    ],
)
def test_a_name_over_the_address_of_a_receipt(head: str, name: str, address: str | None) -> None:
    invoice = extract(printed(f"{head}\n61437 NILAI, SELANGOR\nTEL: 06-244 4047\nTOTAL | 9.00"))
    assert invoice.seller is not None
    assert invoice.seller.value == name
    assert invoice.seller_address is not None
    assert address is None or invoice.seller_address.text.startswith(address)
