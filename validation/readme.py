"""Writes the table of what agrees into the README, from the pins themselves, so that a new pin needs no third place."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pins import HERE, Compared, Pin, compare

README = HERE / "README.md"
FROM, TO = "<!-- The table is written by `python validation/run.py --write`. -->\n", "<!-- End of the table. -->\n"
HEAD = (
    "| folder | statistic | R | answers | otherwise on purpose | tolerance | worst difference below |\n"
    "|---|---|---|--:|--:|--:|--:|\n"
)


def mend_readme(pins: Sequence[Pin]) -> None:
    """Put the table of these pins into the README."""
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(FROM)
    after = rest.partition(TO)[2]
    README.write_text(before + FROM + table_of(pins) + TO + after, encoding="utf-8")


def table_of(pins: Sequence[Pin]) -> str:
    """One row a pin."""
    return HEAD + "".join(f"{row_of(pin)} {_below(compare(pin))} |\n" for pin in pins)


def row_of(pin: Pin) -> str:
    """The row of a pin but for the worst difference, which is not the same on every machine."""
    otherwise = sum(pin.on_purpose(key, theirs) is not None for key, theirs in pin.theirs.items())
    cells = (f"`{pin.name}`", pin.what, pin.functions, f"{len(pin.theirs):,}", otherwise or "", pin.tolerance.apart)
    return "| " + " | ".join(map(str, cells)) + " |"


def _below(compared: Compared) -> str:
    """The worst difference, up to the next power of ten."""
    worst = compared.apart[compared.worst]
    if not 0 < worst < math.inf:
        return str(worst)
    return f"{10.0 ** math.ceil(math.log10(worst)):.0e}"
