"""How a phone gets in: it scans a code that lives for minutes and trades it for a token that lives for days."""

import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from penscript.notes import Notes
from penscript.server.access import Role, hashed, new_token
from penscript.server.options import ServerOptions
from penscript.server.refusal import Refused

_PAIRING = "pairing:"
_QUIET = 2


@dataclass(frozen=True, slots=True)
class Pairing:
    """A code that one device may trade for a token, once, before it expires."""

    code: str
    expires_at: datetime

    def url(self, root: str) -> str:
        """What the phone opens: the code stands behind the #, so that it reaches no log."""
        return f"{root.rstrip('/')}/pair#{self.code}"


def begin(notes: Notes, options: ServerOptions, role: Role = Role.REVIEW) -> Pairing:
    """A new code for a device with this role."""
    code = new_token()
    expires = datetime.now(UTC) + timedelta(seconds=options.pairing_seconds)
    notes.save_token(hashed(code), _PAIRING + role, name="pairing", expires_at=expires)
    return Pairing(code, expires)


def trade(notes: Notes, options: ServerOptions, code: str, name: str) -> str:
    """The token of a new device. 403 for a code that is unknown, over, revoked or used."""
    found = notes.token(hashed(code))
    if found is None or not found.role.startswith(_PAIRING):
        raise Refused(403, "This pairing code is not good any more.", "Ask for a new one on the page /devices.")
    notes.revoke(found.hash)
    return issue(notes, Role(found.role.removeprefix(_PAIRING)), name, options.device_days)


def issue(notes: Notes, role: Role, name: str, days: float | None) -> str:
    """A new token; it is told once and only its hash is kept. days: how long it lives, None for ever."""
    token = new_token()
    expires = None if days is None else datetime.now(UTC) + timedelta(days=days)
    notes.save_token(hashed(token), role, name=name, expires_at=expires)
    return token


def qr_svg(text: str) -> str:
    """A QR code as SVG, black on white."""
    modules = _modules(text)
    size = len(modules)
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(modules) for x, dark in enumerate(row) if dark)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{path}" fill="#000"/></svg>'
    )


def qr_text(text: str) -> str:
    """A QR code for a terminal with dark letters on a light ground: two rows of modules a row of text."""
    modules = _modules(text)
    rows = [*modules, [False] * len(modules)] if len(modules) % 2 else modules
    halves = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join("".join(" ▄▀█"[2 * up + low] for up, low in zip(*pair, strict=True)) for pair in halves)


def _modules(text: str) -> list[list[bool]]:
    """The code's rows of modules, True for dark, with a quiet border."""
    import numpy as np
    import zxingcpp

    code: Any = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    dark = np.array(zxingcpp.write_barcode_to_image(code, scale=1, add_quiet_zones=False)) < 128
    rows: list[list[bool]] = np.pad(dark, _QUIET).tolist()
    return rows


def lan_address() -> str:
    """This machine's address in its own network; no packet is sent. The loopback address where there is no network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("10.255.255.255", 1))
            return str(asked.getsockname()[0])
        except OSError:
            return "127.0.0.1"
