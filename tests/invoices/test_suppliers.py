from pathlib import Path

import pytest

from penscript.errors import UsageError
from penscript.invoices.suppliers import Rule, Supplier, file_name, load_suppliers, read_supplier, to_toml

WHOLE = Supplier(
    'Åkeri "Nord" & Söner\\',
    "SE556036079301",
    None,
    ("Åkeri", "Nord"),
    "dmy",
    {"currency": "SEK"},
    {"number": Rule("Fakturanr", "below", r"F-\d+"), "total": Rule("Att betala")},
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / file_name(WHOLE)
    path.write_text(to_toml(WHOLE), "utf-8")
    assert path.name == "åkeri-nord-söner.toml"
    assert read_supplier(path) == WHOLE
    assert load_suppliers(tmp_path) == (WHOLE,)


def test_no_folder_holds_no_suppliers(tmp_path: Path) -> None:
    assert load_suppliers(tmp_path / "none") == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name = ", "Invalid value"),
        ('[recognise]\ntexts = ["x"]', "name has to be a text"),
        ('name = "x"', "needs vat_id, iban or texts"),
        ('name = "x"\n[recognise]\ntexts = "x"', "a list of texts"),
        ('name = "x"\ncolour = 1\n[recognise]\ntexts = ["x"]', "no key colour"),
        ('name = "x"\norder = "ymd"\n[recognise]\ntexts = ["x"]', "order has to be one of dmy, mdy"),
        ('name = "x"\n[recognise]\ntexts = ["x"]\n[values]\ntotal = "1"', "no key values.total"),
        ('name = "x"\n[recognise]\ntexts = ["x"]\n[fields.nummer]\nlabel = "x"', "no key fields.nummer"),
        ('name = "x"\n[recognise]\ntexts = ["x"]\n[fields.number]', "fields.number.label has to be a text"),
        ('name = "x"\n[recognise]\ntexts = ["x"]\n[fields.number]\nlabel = "x"\nwhere = "left"', "right, below"),
        ('name = "x"\n[recognise]\ntexts = ["x"]\n[fields.number]\nlabel = "x"\npattern = "("', "unterminated"),
    ],
)
def test_what_is_wrong_is_named_with_the_file(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "one.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError) as error:
        load_suppliers(tmp_path)
    assert str(path) in error.value.message
    assert why in error.value.message
