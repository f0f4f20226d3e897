"""An invoice in XML, as it travels inside a PDF."""

import io

import numpy as np
import pikepdf
from PIL import Image


def factur_x(
    *,
    version: int = 2,
    number: str = "R-17",
    code: str = "380",
    day: str = "20260305",
    total: str = "119.00",
    iban: str = "DE89370400440532013000",
    vat: str = "DE136695976",
) -> bytes:
    """Factur-X (2) or ZUGFeRD 1."""
    old = version == 1
    head = "HeaderExchangedDocument" if old else "ExchangedDocument"
    deal = "SpecifiedSupplyChainTradeTransaction" if old else "SupplyChainTradeTransaction"
    part = "ApplicableSupplyChainTrade" if old else "ApplicableHeaderTrade"
    line = "SpecifiedSupplyChainTrade" if old else "SpecifiedLineTrade"
    sums = "SpecifiedTradeSettlement" + ("MonetarySummation" if old else "HeaderMonetarySummation")
    line_sums = "SpecifiedTradeSettlement" + ("MonetarySummation" if old else "LineMonetarySummation")
    rate = "ApplicablePercent" if old else "RateApplicablePercent"
    order = "ID" if old else "IssuerAssignedID"
    root = "CrossIndustryDocument" if old else "CrossIndustryInvoice"

    def moment(text: str) -> str:
        return f'<DateTimeString format="102">{text}</DateTimeString>'

    rows = f"""<IncludedSupplyChainTradeLineItem>
      <SpecifiedTradeProduct><Name>Regal</Name></SpecifiedTradeProduct>
      <{line}Agreement><NetPriceProductTradePrice><ChargeAmount>50.00</ChargeAmount></NetPriceProductTradePrice>
      </{line}Agreement><{line}Delivery><BilledQuantity unitCode="H87">2</BilledQuantity></{line}Delivery>
      <{line}Settlement><{line_sums}><LineTotalAmount>100.00</LineTotalAmount></{line_sums}></{line}Settlement>
    </IncludedSupplyChainTradeLineItem>"""
    agreement = f"""<{part}Agreement><SellerTradeParty><Name>Eichler GmbH</Name>
      <PostalTradeAddress><PostcodeCode>50667</PostcodeCode><LineOne>Lindenweg 4</LineOne><CityName>Köln</CityName>
      </PostalTradeAddress><SpecifiedTaxRegistration><ID schemeID="VA">{vat}</ID></SpecifiedTaxRegistration>
      </SellerTradeParty><BuyerTradeParty><Name>Anna Schäfer</Name></BuyerTradeParty>
      <BuyerOrderReferencedDocument><{order}>B-9</{order}></BuyerOrderReferencedDocument></{part}Agreement>"""
    delivery = f"""<{part}Delivery><ActualDeliverySupplyChainEvent><OccurrenceDateTime>{moment("20260301")}
      </OccurrenceDateTime></ActualDeliverySupplyChainEvent></{part}Delivery>"""
    settlement = f"""<{part}Settlement><InvoiceCurrencyCode>EUR</InvoiceCurrencyCode>
      <SpecifiedTradeSettlementPaymentMeans><PayeePartyCreditorFinancialAccount><IBANID>{iban}</IBANID>
      </PayeePartyCreditorFinancialAccount></SpecifiedTradeSettlementPaymentMeans>
      <ApplicableTradeTax><CalculatedAmount>19.00</CalculatedAmount><BasisAmount>100.00</BasisAmount>
      <{rate}>19</{rate}></ApplicableTradeTax>
      <SpecifiedTradePaymentTerms><DueDateDateTime>{moment("20260404")}</DueDateDateTime></SpecifiedTradePaymentTerms>
      <{sums}><TaxBasisTotalAmount>100.00</TaxBasisTotalAmount><TaxTotalAmount currencyID="USD">22</TaxTotalAmount>
      <TaxTotalAmount currencyID="EUR">19.00</TaxTotalAmount><GrandTotalAmount>{total}</GrandTotalAmount>
      <DuePayableAmount>119.00</DuePayableAmount></{sums}></{part}Settlement>"""
    body = f"""<{head}><ID>{number}</ID><TypeCode>{code}</TypeCode><IssueDateTime>{moment(day)}</IssueDateTime></{head}>
      <{deal}>{rows}{agreement}{delivery}{settlement}</{deal}>"""
    return f'<?xml version="1.0" encoding="UTF-8"?><{root} xmlns="urn:un:x">{body}</{root}>'.encode()


def pdf_with_xml(pixels: np.ndarray, xml: bytes, name: str = "factur-x.xml") -> bytes:
    """A PDF of one page with the XML attached."""
    page, out = io.BytesIO(), io.BytesIO()
    Image.fromarray(pixels).save(page, "PDF", resolution=150)
    with pikepdf.open(io.BytesIO(page.getvalue())) as pdf:
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, xml, filename=name)
        pdf.save(out)
    return out.getvalue()
