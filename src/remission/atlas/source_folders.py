"""Which folders hold sources of the atlas, and what these are called, without importing any: help answers at once."""

from __future__ import annotations

import remission.foi.sources
import remission.places.sources
import remission.supply.sources
from remission.inputs.walking import modules_in

STOCK = remission.supply.sources
FOLDERS = (remission.places.sources, STOCK, remission.foi.sources)


def source_names() -> list[str]:
    """Every source that can be asked for, in order.

    >>> {"scmd", "ods", "foi"} <= set(source_names())
    True
    """
    return list(modules_in(*FOLDERS))


def stock_names() -> list[str]:
    """The sources of hospital stock among them: what is fetched when nothing is named.

    >>> "scmd" in stock_names(), "ods" in stock_names()
    (True, False)
    """
    return list(modules_in(STOCK))
