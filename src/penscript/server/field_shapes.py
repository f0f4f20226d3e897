"""What answers about fields of invoices look like, for the OpenAPI document."""

from typing import Any

from pydantic import BaseModel, Field

from penscript.server.shapes import Shape


class InvoiceTold(Shape):
    """An invoice. A field has value, text, confidence, lines, bounds, page and source, or is null; money is text."""

    schema_version: int = Field(ge=1, examples=[1])
    fields: dict[str, dict[str, Any] | None] = Field(examples=[{"total": {"value": "119.00", "confidence": 93.1}}])
    taxes: list[dict[str, Any]]
    items: list[dict[str, Any]]
    problems: list[dict[str, Any]] = Field(description="what a person should look at: code, message, fields")


class FieldTold(BaseModel):
    """A kept field, and the ids of the lines that it was taken from."""

    name: str = Field(examples=["total"])
    value: str = Field(examples=["119.00"])
    confidence: float | None
    lines: list[int]


class StoredFields(BaseModel):
    """The kept fields of a document."""

    fields: list[FieldTold]
