"""How the server behaves, as plain values."""

from dataclasses import dataclass

from penscript.errors import UsageError

MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """What one server allows. None lifts a limit.

    cors: origins whose pages may call the API. require_token: ask for a token on loopback too. readers: pages read at
    the same time. queue: requests that may wait for their turn; jobs: accepted jobs that may wait. rate: readings a
    minute and visitor. upload_bytes: largest request; files: most files in one. upload_seconds: time for a request to
    arrive. wait_seconds: time that a reading may wait and take before the client is sent away. decode_seconds,
    decode_bytes: time for a page and memory of the process that decodes PDF, TIFF, HEIC and other rare kinds.
    pairing_seconds: life of a pairing code; device_days: life of what it is traded for. worker: under which name jobs
    are taken, the same after a restart. secure: the cookie travels over TLS only.
    """

    cors: tuple[str, ...] = ()
    require_token: bool = False
    readers: int = 2
    queue: int = 64
    jobs: int = 1000
    rate: int | None = 600
    upload_bytes: int = 64 * MEBIBYTE
    files: int = 20
    upload_seconds: float = 120.0
    wait_seconds: float = 120.0
    decode_seconds: float = 30.0
    decode_bytes: int = 3 * 1024 * MEBIBYTE
    pairing_seconds: float = 600.0
    device_days: float = 7.0
    worker: str = "penscript"
    secure: bool = False

    def __post_init__(self) -> None:
        for name in ("readers", "queue", "jobs", "files", "upload_bytes"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} is {getattr(self, name)}.", "Give 1 or more.")
        for origin in self.cors:
            if origin != "*" and not origin.startswith(("http" + "://", "https" + "://")):
                raise UsageError(
                    f"The origin {origin!r} is none.", "Give a scheme and a host: https" + "://example.org."
                )
