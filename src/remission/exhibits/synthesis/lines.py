"""Lines of a picture of studies: what one study or one pool says, as readers, programs and pictures take it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

import polars as pl

from remission.exhibits.synthesis.canvas import name_link
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.wording import NBSP, count, level_words
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.exhibits.synthesis.scales import Scale
    from remission.inputs.provenance import Provenance

Role = Literal["study", "apart", "pooled", "before", "prediction", "printed"]
ROLES: dict[str, str] = {
    "study": "a study, in the pool",
    "apart": "a study, not in the pool",
    "pooled": "pooled here",
    "before": "pooled here, before",
    "prediction": "where another study would lie",
    "printed": "pooled by others, as printed",
}
# Numbers of many studies, each a diamond.
OF_MANY = ("pooled", "before", "printed")
# A number that was not read where its authors printed it has a sign behind its name.
STATUS_SIGNS: dict[str, tuple[str, str]] = {"secondary": ("*", "second-hand"), "derived": ("†", "worked out here")}
# Where nothing is pooled nobody can be in a pool or out of it.
UNPOOLED = ROLES | {"study": "a study", "apart": "a study, without an interval"}
NO_INTERVAL = "no interval printed"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line: a number of one study, or of many pooled.

    Shares are 0 to 1. `events` of `n` people; `weight` is a share of the pool; `says` is what a pooled line estimates
    ("the median cohort"); `status` how far a published number was checked; `why` stands where there is no value or no
    place in the pool; `href` is the address of the study's card from the page; lines of one `group` stand together.
    """

    name: str
    role: Role
    value: float | None = None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    events: float | None = None
    n: int | None = None
    year: int | None = None
    weight: float | None = None
    studies: int | None = None
    says: str = ""
    method: str = ""
    status: str = ""
    why: str = ""
    href: str = ""
    group: str = ""

    @property
    def counted(self) -> str:
        """Events and people, where both are known.

        >>> Line(name="Nash", role="study", events=1, n=26).counted
        '1 / 26'
        """
        return counts_words(self.events, self.n)

    @property
    def signed_name(self) -> str:
        """The name with the sign of how far its number was checked; what was read in print has none.

        >>> Line(name="Nash", role="study", status="secondary").signed_name
        'Nash *'
        """
        return f"{self.name} {STATUS_SIGNS[self.status][0]}" if self.status in STATUS_SIGNS else self.name

    @property
    def has_interval(self) -> bool:
        """Are both limits known?"""
        return self.low is not None and self.high is not None


SCHEMA: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(("name", "role", "group"), pl.String),
    **dict.fromkeys(("value", "low", "high", "level", "events"), pl.Float64),
    **dict.fromkeys(("n", "year"), pl.Int64),
    "weight": pl.Float64,
    "studies": pl.Int64,
    **dict.fromkeys(("says", "method", "status", "why", "href"), pl.String),
}
USUAL_LEVEL = 0.95


def value_words(line: Line, scale: Scale, *, short: bool = False) -> str:
    """The number with its limits, or why there is none; `short` where there is little room.

    >>> from remission.exhibits.synthesis.scales import Scale
    >>> share = Scale("Died", "small share", (0, 0.4), 2)
    >>> value_words(Line(name="", role="study", value=0.0038, low=0.001, high=0.014), share)
    '0.38\\xa0% (0.10 to 1.40)'
    """
    if line.role == "prediction" and line.low is not None and line.high is not None:
        return f"{scale.words(line.low)} to {scale.words(line.high)}"
    if line.value is None:
        return line.why or "not estimable"
    if line.low is None or line.high is None:
        return f"{scale.words(line.value)} ({NO_INTERVAL})"
    # Most intervals are at 95 %; one that is not must not be read as if it were.
    level = "" if line.level is None or line.level == USUAL_LEVEL else level_words(line.level)
    unusual = level and (f"{level}: " if short else f"{level} interval ")
    return f"{scale.words(line.value)} ({unusual}{scale.limits(line.low, line.high)})"


def spoken(line: Line, scale: Scale) -> str:
    """A line in one sentence: what a link says to those who listen or point at it."""
    parts = [line.says, line.counted and f"{line.counted} people", line.status]
    about = "; ".join(filter(None, parts))
    return f"{line.name}: {value_words(line, scale)}{f' ({about})' if about else ''}"


def lines_frame(lines: Sequence[Line]) -> pl.DataFrame:
    """The lines as rows, in order."""
    return pl.DataFrame([{name: asdict(line)[name] for name in SCHEMA} for line in lines], schema=SCHEMA)


def lines_table(
    name: str,
    caption: str,
    lines: Sequence[Line],
    scale: Scale,
    provenance: Provenance,
    *,
    counted: str,
    note: str = "",
) -> Table:
    """The text twin of a picture of lines: each with its number, people, weight, status and what it is."""
    made = {id(line): value_words(line, scale) for line in lines}
    frame = lines_frame(lines).with_columns(words=pl.Series([made[id(line)] for line in lines], dtype=pl.String))
    columns = (
        Shown("Study or pool", lambda row: name_link(row, "name"), words=True),
        Shown(f"{scale.title} ({levels_words(lines)})", lambda row: str(row["words"])),
        *_known(frame, "n", Shown(counted, lambda row: counts_words(row["events"], row["n"]) or "–")),
        *_known(frame, "weight", Shown("Weight", lambda row: weight_words(row["weight"]))),
        Shown("What it is", partial(_what, ROLES if is_pool(lines) else UNPOOLED), words=True),
        *_known(frame, "status", Shown("Checked", _or_dash("status"), words=True)),
        *_known(frame, "method", Shown("Method", _or_dash("method"), words=True)),
        *_known(frame, "group", shows("group", "Group", words=True)),
    )
    return Table(name, caption, frame, columns, provenance, note, frame.drop("words", "href"))


def counts_words(events: float | None, people: int | None) -> str:
    """Events of people, or the people alone; empty where those are not known.

    >>> counts_words(15.0, 2509), counts_words(None, 271), counts_words(3.0, None)
    ('15 / 2,509', '271', '')
    """
    if people is None:
        return ""
    return f"{people:,}" if events is None else f"{events:g} / {people:,}"


def _known(frame: pl.DataFrame, field: str, column: Shown) -> tuple[Shown, ...]:
    """A column, where any row has something in it."""
    blank = frame[field].is_null() | (frame[field].cast(pl.String) == "")
    return () if blank.all() else (column,)


def _or_dash(field: str) -> Callable[[Row], str]:
    return lambda row: row[field] or "–"


def _what(roles: Mapping[str, str], row: Row) -> str:
    parts = [roles[row["role"]], row["says"], row["why"] if row["role"] == "apart" else ""]
    return "; ".join(filter(None, parts))


def is_pool(lines: Sequence[Line]) -> bool:
    """Is anything pooled among some lines, or do any of them have a weight in a pool?"""
    return any(line.role == "pooled" or line.weight is not None for line in lines)


def weight_words(weight: float | None) -> str:
    """A share of the pool; 0.4 % is not 0 %.

    >>> weight_words(0.124), weight_words(None)
    ('12.4\\xa0%', '–')
    """
    return "–" if weight is None else f"{text_half_up(100 * weight, 1)}{NBSP}%"


def signs_words(lines: Sequence[Line]) -> str:
    """What the signs behind names mean, those that are there.

    >>> signs_words([Line(name="Nash", role="study", status="secondary"), Line(name="Burt", role="study")])
    '*\\xa0second-hand.'
    """
    found = {line.status for line in lines}
    return " ".join(f"{sign}{NBSP}{words}." for status, (sign, words) in STATUS_SIGNS.items() if status in found)


def levels_words(lines: Sequence[Line]) -> str:
    """The level of the intervals; where they differ, that each line's method says its own.

    >>> levels_words([Line(name="a", role="study", level=0.95)])
    '95\\xa0% interval'
    """
    levels = {line.level for line in lines if line.level is not None}
    return f"{level_words(levels.pop())} interval" if len(levels) == 1 else "interval"


def pool_words(lines: Sequence[Line]) -> str:
    """How many studies stand in a picture, and how many of them outside the pool."""
    if not is_pool(lines):
        return count(len(lines), "line")
    inside = sum(line.role == "study" for line in lines)
    outside = sum(line.role == "apart" for line in lines)
    said = f"{count(inside, 'study', 'studies')} in the pool" if inside else "No pool"
    return f"{said}; {outside} shown beside it" if outside else said
