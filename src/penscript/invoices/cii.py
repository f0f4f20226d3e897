"""The XML that travels inside a PDF: Factur-X, ZUGFeRD 1 and 2, XRechnung in the syntax of UN/CEFACT (CII).

Entities, document types and whatever lies outside the file are refused by defusedxml. Only local names are looked at,
so that every version of the namespaces is read; business terms are those of EN 16931.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from penscript.document import Attachment
from penscript.invoices.proved import proved_account, proved_bank, proved_vat
from penscript.invoices.values import Field, Invoice, InvoiceKind, Item, Problem, ProblemCode, Source, Tax

MOST_BYTES = 8 * 2**20
"""A larger XML is not read: real ones have some kilobytes."""
NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "order-x.xml", "cii.xml")
ROOTS = ("CrossIndustryInvoice", "CrossIndustryDocument")
"""And `Invoice` in drafts of ZUGFeRD 1."""
_SURE = 100.0
_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")
_CREDIT = ("81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532")
"""Codes of UNTDID 1001 for credit notes."""


def read_xml(attachments: Iterable[Attachment]) -> Invoice | None:
    """What the first invoice among the attachments says; None where none is one.

    One that cannot be read gives an Invoice with a problem alone; a number whose check digits are wrong is a problem,
    and no value.
    """
    named = sorted(attachments, key=lambda one: one.name.lower() not in NAMES)
    for attachment in named:
        if not attachment.name.lower().endswith(".xml"):
            continue
        told = attachment.name.lower() in NAMES
        root = _root(attachment)
        if isinstance(root, str):
            if told:
                return Invoice(problems=(Problem(ProblemCode.UNREADABLE_TRUTH, f"{attachment.name}: {root}"),))
        elif _local(root) in ROOTS or (_local(root) == "Invoice" and _all(root, "HeaderExchangedDocument")):
            return _invoice(root)
    return None


def _root(attachment: Attachment) -> Element | str:
    """The root, or why there is none."""
    if len(attachment.data) > MOST_BYTES:
        return f"the XML has more than {MOST_BYTES // 2**20} MB and is not read."
    try:
        root: Element = fromstring(attachment.data, forbid_dtd=True)
    except DefusedXmlException:
        return "the XML holds a document type or entities, which may be an attack, and is not read."
    except (ParseError, ValueError, LookupError) as error:
        return f"the XML is damaged ({error})."
    return root


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _all(element: Element, path: str) -> list[Element]:
    """The elements under a path of local names; `A|B` is either."""
    found = [element]
    for step in path.split("/"):
        names = step.split("|")
        found = [child for one in found for child in one if _local(child) in names]
    return found


def _text(element: Element, path: str) -> str | None:
    """The first text that is there."""
    for one in _all(element, path):
        if told := " ".join((one.text or "").split()):
            return told
    return None


def _number(element: Element, path: str) -> Decimal | None:
    return _decimal(_text(element, path))


def _decimal(text: str | None) -> Decimal | None:
    try:
        value = Decimal(text) if text and len(text) < 40 else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() and abs(value) < Decimal("1e15") else None


def _day(element: Element, path: str) -> date | None:
    match = _DAY.match(_text(element, path) or "")
    try:
        return date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        return None


_AGREEMENT = "ApplicableHeaderTradeAgreement|ApplicableSupplyChainTradeAgreement"
_DELIVERY = "ApplicableHeaderTradeDelivery|ApplicableSupplyChainTradeDelivery"
_SETTLEMENT = "ApplicableHeaderTradeSettlement|ApplicableSupplyChainTradeSettlement"
_SUMS = "SpecifiedTradeSettlementHeaderMonetarySummation|SpecifiedTradeSettlementMonetarySummation"
_MEANS = "SpecifiedTradeSettlementPaymentMeans"


def _invoice(root: Element) -> Invoice:
    """The terms of the message, each with the place of EN 16931 that holds it."""
    deal = next(iter(_all(root, "SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction")), Element("none"))
    document = "ExchangedDocument|HeaderExchangedDocument"
    seller, buyer = f"{_AGREEMENT}/SellerTradeParty", f"{_AGREEMENT}/BuyerTradeParty"
    currency = _text(deal, f"{_SETTLEMENT}/InvoiceCurrencyCode")
    told: dict[str, object] = {
        "kind": _kind(_text(root, f"{document}/TypeCode")),
        "number": _text(root, f"{document}/ID"),
        "date": _day(root, f"{document}/IssueDateTime/DateTimeString"),
        "due_date": _day(deal, f"{_SETTLEMENT}/SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString"),
        "delivery_date": _day(deal, f"{_DELIVERY}/ActualDeliverySupplyChainEvent/OccurrenceDateTime/DateTimeString"),
        "seller": _text(deal, f"{seller}/Name"),
        "seller_address": _address(deal, f"{seller}/PostalTradeAddress"),
        "buyer": _text(deal, f"{buyer}/Name"),
        "buyer_address": _address(deal, f"{buyer}/PostalTradeAddress"),
        "currency": currency if re.fullmatch("[A-Z]{3}", currency or "") else None,
        "net": _number(deal, f"{_SETTLEMENT}/{_SUMS}/TaxBasisTotalAmount"),
        "tax": _tax_in(deal, currency),
        "total": _number(deal, f"{_SETTLEMENT}/{_SUMS}/GrandTotalAmount"),
        "payable": _number(deal, f"{_SETTLEMENT}/{_SUMS}/DuePayableAmount"),
        "vat_id": _registered(deal, seller, "VA"),
        "buyer_vat_id": _registered(deal, buyer, "VA"),
        "tax_id": _registered(deal, seller, "FC"),
        "registration": _text(deal, f"{seller}/SpecifiedLegalOrganization/ID"),
        "iban": _text(deal, f"{_SETTLEMENT}/{_MEANS}/PayeePartyCreditorFinancialAccount/IBANID"),
        "bic": _text(deal, f"{_SETTLEMENT}/{_MEANS}/PayeeSpecifiedCreditorFinancialInstitution/BICID"),
        "order_number": _text(deal, f"{_AGREEMENT}/BuyerOrderReferencedDocument/IssuerAssignedID|ID"),
        "customer_number": _text(deal, f"{buyer}/ID"),
        "terms": _text(deal, f"{_SETTLEMENT}/SpecifiedTradePaymentTerms/Description"),
    }
    problems = _prove(told)
    fields: dict[str, Any] = {name: _field(value) for name, value in told.items() if value is not None}
    return replace(Invoice(**fields), taxes=_taxes(deal), items=_items(deal), problems=problems)


def _kind(code: str | None) -> str | None:
    if code is None:
        return None
    return str(InvoiceKind.CREDIT_NOTE if code in _CREDIT else InvoiceKind.INVOICE)


def _field(value: object) -> Field[Any]:
    return Field(value, str(value), _SURE, source=Source.EMBEDDED)


def _address(deal: Element, path: str) -> str | None:
    """Street, postcode and place, in the order in which they are written on letters."""
    for one in _all(deal, path):
        lines = [_text(one, name) for name in ("LineOne", "LineTwo", "LineThree")]
        place = " ".join(part for part in (_text(one, "PostcodeCode"), _text(one, "CityName")) if part)
        return ", ".join(part for part in (*lines, place) if part) or None
    return None


def _tax_in(deal: Element, currency: str | None) -> Decimal | None:
    """The tax in the currency of the invoice; it may be told in another one too."""
    told = _all(deal, f"{_SETTLEMENT}/{_SUMS}/TaxTotalAmount")
    chosen = [one for one in told if one.get("currencyID") in (currency, None)] or told[:1]
    return _decimal((chosen[0].text or "").strip()) if chosen else None


def _registered(deal: Element, party: str, scheme: str) -> str | None:
    for one in _all(deal, f"{party}/SpecifiedTaxRegistration/ID"):
        if one.get("schemeID") == scheme and one.text:
            return one.text.strip()
    return None


_UNITS = {
    "C62": "", "XPP": "", "H87": "pcs", "HUR": "h", "DAY": "d", "MON": "months", "ANN": "years", "MIN": "min",
    "KGM": "kg", "GRM": "g", "TNE": "t", "MTR": "m", "KMT": "km", "MTK": "m²", "MTQ": "m³", "LTR": "l", "KWH": "kWh",
    "SET": "sets", "PR": "pairs", "P1": "%",
}  # fmt: skip
_PROOFS: dict[str, Callable[[str], str | None]] = {
    "iban": proved_account,
    "bic": proved_bank,
    "vat_id": proved_vat,
    "buyer_vat_id": proved_vat,
}


def _prove(told: dict[str, object]) -> tuple[Problem, ...]:
    """Takes away what fails its check digits, and says so."""
    problems = []
    for name, prove in _PROOFS.items():
        if isinstance(value := told[name], str) and (proved := prove(value)) != value:
            told[name] = proved
            if proved is None:
                message = f"The XML in the file says {value}, whose check digits are wrong."
                problems.append(Problem(ProblemCode.CHECK_DIGIT, message, (name,)))
    return tuple(problems)


def _taxes(deal: Element) -> tuple[Tax, ...]:
    found = []
    for one in _all(deal, f"{_SETTLEMENT}/ApplicableTradeTax"):
        rate = _number(one, "RateApplicablePercent|ApplicablePercent")
        base, amount = _number(one, "BasisAmount"), _number(one, "CalculatedAmount")
        if base is not None or amount is not None:
            found.append(Tax(rate, base, amount, _SURE, source=Source.EMBEDDED))
    return tuple(found)


def _items(deal: Element) -> tuple[Item, ...]:
    """The lines that have an amount or a quantity; others are remarks."""
    found = (_item(one) for one in _all(deal, "IncludedSupplyChainTradeLineItem"))
    return tuple(item for item in found if item.amount is not None or item.quantity is not None)


def _unit(code: str | None) -> str | None:
    """A unit of UN/ECE recommendation 20 in words; None for mere pieces."""
    return None if code is None else _UNITS.get(code, code) or None


def _item(line: Element) -> Item:
    settled = "SpecifiedLineTradeSettlement|SpecifiedSupplyChainTradeSettlement"
    summed = "SpecifiedTradeSettlementLineMonetarySummation|SpecifiedTradeSettlementMonetarySummation"
    agreed = "SpecifiedLineTradeAgreement|SpecifiedSupplyChainTradeAgreement"
    sent = _all(line, "SpecifiedLineTradeDelivery|SpecifiedSupplyChainTradeDelivery/BilledQuantity")
    return Item(
        _text(line, "SpecifiedTradeProduct/Name")
        or _text(line, "AssociatedDocumentLineDocument/IncludedNote/Content")
        or "",
        _decimal((sent[0].text or "").strip()) if sent else None,
        _unit(sent[0].get("unitCode")) if sent else None,
        _number(line, f"{agreed}/NetPriceProductTradePrice/ChargeAmount"),
        _number(line, f"{settled}/ApplicableTradeTax/RateApplicablePercent|ApplicablePercent"),
        _number(line, f"{settled}/{summed}/LineTotalAmount"),
        _SURE,
        source=Source.EMBEDDED,
    )
