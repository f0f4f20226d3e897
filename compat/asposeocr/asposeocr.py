"""Penscript under the name that older scripts import.

>>> import asposeocr as ocr
>>> ocr.Language.ENGLISH
<Language.ENGLISH: 'en'>

Every name is Penscript's own object, so results of both can be mixed. Not made by the firm of
that name or connected with it.
"""

from typing import Any

import penscript

__all__ = penscript.__all__
__version__ = penscript.__version__


def __getattr__(name: str) -> Any:
    """Penscript's object of that name, loaded when it is first asked for; AttributeError if there is none."""
    try:
        return getattr(penscript, name)
    except AttributeError:
        raise AttributeError(f"module 'asposeocr' (Penscript) has no attribute {name!r}") from None


def __dir__() -> list[str]:
    return dir(penscript)
