"""What clients send as JSON, checked before anything is done with it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from penscript.server.access import Role

LARGEST_ID = 2**31 - 1
"""The largest number that both databases keep as an identifier."""
_MOST_TEXT = 10_000
_TEXT = Field(max_length=_MOST_TEXT, description="NFC text of one line")


class Asked(BaseModel):
    """What a client sends; unknown names are refused."""

    model_config = ConfigDict(extra="forbid")


class Said(Asked):
    """What a line reads. was: what stood there before, so that nobody's change is lost."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"text": "Buy milk", "was": "Bay milk"}})
    text: str = _TEXT
    was: str | None = Field(None, max_length=_MOST_TEXT)
    by: str | None = Field(None, max_length=100, description="who says so; the token's name if left out")


class Place(Asked):
    """Where a line stands, in pixels of its page."""

    x: int = Field(ge=-(2**20), le=2**20)
    y: int = Field(ge=-(2**20), le=2**20)
    width: int = Field(ge=1, le=2**20)
    height: int = Field(ge=1, le=2**20)
    by: str | None = Field(None, max_length=100)


class Who(Asked):
    """Somebody who reviews. seat: tells several windows of one person apart."""

    by: str | None = Field(None, max_length=100)
    seat: str = Field("", max_length=40)
    skip: list[Annotated[int, Field(ge=1, le=LARGEST_ID)]] = Field(default_factory=list, max_length=1000)


class Let(Asked):
    """A line that is given back unanswered."""

    line: int = Field(ge=1, le=LARGEST_ID)
    by: str | None = Field(None, max_length=100)
    seat: str = Field("", max_length=40)


class Code(Asked):
    """A pairing code and the device's name."""

    code: str = Field(max_length=200)
    name: str = Field("phone", min_length=1, max_length=100)


class TokenWish(Asked):
    """A token to be made. days: how long it lives, None for ever."""

    role: Role = Role.CAPTURE
    name: str = Field(min_length=1, max_length=100, examples=["scanner"])
    days: float | None = Field(None, gt=0, le=36500)


class PairingWish(Asked):
    """A device to be let in."""

    role: Role = Role.REVIEW
