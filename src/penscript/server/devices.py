"""What answers look like that tell of tokens and devices."""

from datetime import datetime

from pydantic import BaseModel, Field

from penscript.server.access import Role


class TokenTold(BaseModel):
    """A token as it is shown once."""

    token: str
    role: Role


class PairingTold(BaseModel):
    """What to show to the phone."""

    url: str
    qr: str = Field(description="SVG")
    expires_at: datetime


class Device(BaseModel):
    """A token that is let in; id is the hash of it."""

    id: str
    name: str
    role: str
    created_at: datetime
    expires_at: datetime | None


class Devices(BaseModel):
    """Everything that is let in."""

    devices: list[Device]
