"""Takes the hidden text out of a page of a PDF, as an earlier program left it: what is seen stays as it is."""

import logging
from typing import Any

import pikepdf
from pikepdf import Name

log = logging.getLogger("penscript.export.hidden_text")

_SHOWING = {"Tj", "TJ", "'", '"'}
_HIDDEN = 3
"""The rendering mode of text that shows nothing (ISO 32000-1, 9.3.6)."""


def remove_hidden_text(pdf: pikepdf.Pdf, sheet: pikepdf.Page) -> None:
    """Remove it from the page and from the forms that the page draws. A page that cannot be parsed stays as it is."""
    try:
        content = _without(sheet)
        if content is not None:
            sheet.obj.Contents = pdf.make_stream(content)
        for form in _forms(sheet):
            inner = _without(form)
            if inner is not None:
                form.write(inner)
    except (pikepdf.PdfError, ValueError, TypeError, IndexError) as error:
        log.debug("hidden text stays: %s", type(error).__name__)


def _forms(sheet: pikepdf.Page) -> list[Any]:
    resources: Any = sheet.obj.get(Name.Resources, {})
    drawn: Any = resources.get(Name.XObject, {}) if resources else {}
    return [one for _, one in drawn.items() if one.get(Name.Subtype) == Name.Form]


def _without(stream: Any) -> bytes | None:
    """A content stream without what it shows in hidden mode; None where there is nothing of the kind."""
    mode, outer, kept, found = 0, [], [], False
    for instruction in pikepdf.parse_content_stream(stream):
        operator = str(instruction.operator)
        if operator == "q":
            outer.append(mode)
        elif operator == "Q" and outer:
            mode = outer.pop()
        elif operator == "Tr":
            mode = int(instruction.operands[0])
        elif operator in _SHOWING and mode == _HIDDEN:
            found = True
            continue
        kept.append(instruction)
    return pikepdf.unparse_content_stream(kept) if found else None
