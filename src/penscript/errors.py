"""Every error that Penscript raises on purpose.

    PenscriptError                 exit  HTTP
    ├── UsageError                   2    400   the call or the option is wrong
    ├── InputError                   3    422   the file cannot be read
    │   ├── MissingInput             3    404   there is no such file
    │   ├── EmptyInput               3    422   zero bytes, zero pixels, zero pages
    │   ├── UnsupportedInput         3    415   not a picture or a PDF, or a kind that we do not decode
    │   ├── DamagedInput             3    422   it began well and broke
    │   ├── PasswordNeeded           3    401   an encrypted PDF and no password
    │   ├── PasswordWrong            3    403   an encrypted PDF and another password
    │   └── SchemaTooNew             3    422   written by a newer Penscript
    ├── LimitExceeded                4    413   too many bytes, pixels or pages, or too much time
    ├── MissingComponent             5    501   an extra, a program or a pack is not installed
    └── SomeFilesFailed              6    207   the others were read

A message is one sentence with the name of the file; `advice` says what to do next. Whatever else is raised is a bug of
ours (exit 1, HTTP 500).
"""

from typing import ClassVar


class PenscriptError(Exception):
    """The root of the tree.

    `message` is one sentence, `advice` what the user can do about it; `str()` joins the two.
    """

    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message, advice)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()


class UsageError(PenscriptError):
    """The call, the option or the setting is wrong."""

    exit_code, http_status = 2, 400


class InputError(PenscriptError):
    """The file cannot be read."""

    exit_code, http_status = 3, 422


class MissingInput(InputError):
    """There is no such file."""

    http_status = 404


class EmptyInput(InputError):
    """Zero bytes, zero pixels or zero pages."""


class UnsupportedInput(InputError):
    """Not a picture or a PDF, or a kind that is not decoded."""

    http_status = 415


class DamagedInput(InputError):
    """The file began well and broke, and nothing of it could be saved."""


class PasswordNeeded(InputError):
    """An encrypted PDF and no password."""

    http_status = 401


class PasswordWrong(InputError):
    """An encrypted PDF and another password."""

    http_status = 403


class SchemaTooNew(InputError):
    """A result, database or pack written by a newer Penscript."""


class LimitExceeded(PenscriptError):
    """Too many bytes, pixels or pages, or too much time. The message names the limit, its value and how to raise it."""

    exit_code, http_status = 4, 413


class MissingComponent(PenscriptError):
    """An extra, a program or a pack is not installed. The advice names what to install."""

    exit_code, http_status = 5, 501


class SomeFilesFailed(PenscriptError):
    """Several files were asked for and some of them failed; the others were read."""

    exit_code, http_status = 6, 207
