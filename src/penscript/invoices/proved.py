"""Numbers proved by their check digits, by the rules of python-stdnum: accounts, banks, VAT numbers, references."""

import re
from collections.abc import Callable

from stdnum import bic, iban, iso11649
from stdnum.ch import esr, uid
from stdnum.cn import uscc
from stdnum.eu import vat
from stdnum.exceptions import ValidationError
from stdnum.gb import vat as british

_MEMBERS = (*vat.MEMBER_STATES, "el", "xi")


def proved_account(text: str) -> str | None:
    """The IBAN without spaces; None where its check digits or its length are wrong."""
    return _proved(text, iban.validate)


def proved_bank(text: str) -> str | None:
    """The bank code of ISO 9362, which has no check digit but a form; None where it has another."""
    return _proved(text, bic.validate)


def proved_vat(text: str) -> str | None:
    """The VAT number of a member of the EU, of Great Britain or of Switzerland; None where its check digits are wrong.

    Those of other countries come back as they are.
    """
    plain = re.sub(r"[\s.\-]", "", text).upper()
    if plain.startswith("CHE"):
        return _proved(re.sub(r"(MWST|TVA|IVA)$", "", plain), uid.validate)
    if plain.startswith("GB"):
        number = _proved(plain, british.validate)
        return f"GB{number}" if number else None
    if plain[:2].lower() not in _MEMBERS:
        return plain
    return _proved(plain, vat.validate)


def proved_chinese(text: str) -> str | None:
    """The social credit identifier by which firms of China pay tax; None where its check character is wrong."""
    return _proved(text, uscc.validate)


def proved_reference(text: str) -> str | None:
    """A reference of a Swiss payment (QRR, modulo 10 recursive) or of ISO 11649 (RF); None where it is wrong."""
    plain = re.sub(r"\s", "", text).upper()
    if plain.startswith("RF"):
        return _proved(plain, iso11649.validate)
    return _proved(plain, esr.validate) if len(plain) == 27 else None


def _proved(text: str, validate: Callable[[str], str]) -> str | None:
    try:
        return validate(re.sub(r"\s", "", text))
    except ValidationError:
        return None
