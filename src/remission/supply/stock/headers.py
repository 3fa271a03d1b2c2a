"""The headers under which the secondary care medicines data have been published, and which of them a file has.

Columns are found by name, in any order and in any case. A header that is none of these is not guessed at: the columns
are named, with the nearest known ones, and the file is left out until somebody has looked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from remission.inputs.problems import Problem, nearest

# Numbers of rows, as programs of statistics (pandas, R) and the portal's own database write them beside a table.
INDEX = frozenset({"", "UNNAMED: 0", "INDEX", "_ID", "ROWID", "...1", "X"})

# The order of our columns, whatever that of a file.
COLUMNS = ("month", "ods_code", "vmp_code", "vmp_name", "unit_code", "unit", "quantity", "cost")

_WHERE_AND_WHAT = {
    "month": "YEAR_MONTH",
    "ods_code": "ODS_CODE",
    "vmp_code": "VMP_SNOMED_CODE",
    "vmp_name": "VMP_PRODUCT_NAME",
}


@dataclass(frozen=True)
class Header:
    """One generation of the header: our names and the published ones, and published columns that are not read."""

    name: str
    columns: Mapping[str, str]
    unread: frozenset[str] = frozenset()

    def missing(self, found: set[str]) -> tuple[str, ...]:
        """Published columns that are not among those found."""
        return tuple(name for name in self.columns.values() if name not in found)

    def unknown(self, found: Sequence[str]) -> tuple[str, ...]:
        """Columns found that this header has not."""
        # Columns that are known and not read are no reason to leave a file out.
        return tuple(name for name in found if name not in self.columns.values() and name not in self.unread)


_OLD_UNITS = {
    "unit_code": "UNIT_OF_MEASURE_IDENTIFIER",
    "unit": "UNIT_OF_MEASURE_NAME",
    "quantity": "TOTAL_QUANITY_IN_VMP_UNIT",  # misspelt in the published files
}
_NEW_UNITS = {
    "unit_code": "VMP_UDFS_UNIT_OF_MEASURE_IDENTIFIER",
    "unit": "VMP_UDFS_UNIT_OF_MEASURE_NAME",
    "quantity": "TOTAL_QUANTITY_IN_VMP_UDFS_UNIT_OF_MEASURE",
}
# Known and left alone: amounts in doses would be a second unit beside the product's own.
_UNIT_DOSE = frozenset(
    {
        "VMP_UNIT_DOSE_UNIT_OF_MEASURE_IDENTIFIER",
        "VMP_UNIT_DOSE_UNIT_OF_MEASURE_NAME",
        "TOTAL_QUANTITY_IN_VMP_UNIT_DOSE_UNIT_OF_MEASURE",
    }
)
_COST = {"cost": "INDICATIVE_COST"}

# All generations: older months keep the header under which they were published.
HEADERS = (
    Header("to May 2026", {**_WHERE_AND_WHAT, **_OLD_UNITS, **_COST}),
    Header("from June 2026", {**_WHERE_AND_WHAT, **_NEW_UNITS, **_COST}, _UNIT_DOSE),
    Header("without price", {**_WHERE_AND_WHAT, **_OLD_UNITS}),
    Header("extract", {**_WHERE_AND_WHAT, "quantity": "TOTAL_QUANTITY"}),
)


@dataclass(frozen=True)
class Recognised:
    """The header of a file, or why it is none: `places` says at which field each of our columns stands."""

    header: Header | None = None
    places: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def recognise(file: str, names: Sequence[str]) -> Recognised:
    """Which header these column names are; every missing, unknown and repeated name is a problem, and then it is none.

    A column of row numbers (`INDEX`) is told and left.

    >>> recognise("m.csv", ["ods_code", "year_month", "vmp_snomed_code", "vmp_product_name", "total_quantity"]).places
    {'month': 1, 'ods_code': 0, 'vmp_code': 2, 'vmp_name': 3, 'quantity': 4}
    """
    # Spreadsheets and editors change case and add spaces; neither changes what a column is.
    found = [name.strip().upper() for name in names]
    columns = [name for name in found if name not in INDEX]
    likeliest = _likeliest(columns)
    problems = _problems(file, columns, likeliest)
    # All or nothing: a file with one column guessed would be counted wrongly and without a word.
    if problems:
        return Recognised(problems=problems)
    places = {ours: found.index(name) for ours, name in likeliest.columns.items()}
    return Recognised(likeliest, places, tuple(_index(file, name) for name in found if name in INDEX))


def _index(file: str, name: str) -> Problem:
    do = "It is not read: numbers of rows say nothing of medicines."
    allowed = "the published columns"
    found = f"a column of row numbers ({name})" if name else "a column without a name"
    return Problem.at_row(file, 1, found=found, allowed=allowed, do=do, severity="warning")


def _likeliest(found: Sequence[str]) -> Header:
    """The header that these names are exactly, else the one with most of them."""
    # An exact one first: the shorter headers are part of the longer ones and would be likely as well.
    for header in HEADERS:
        if not header.missing(set(found)) and not header.unknown(found):
            return header

    def likeness(header: Header) -> tuple[int, int]:
        # One column that is missing may have been renamed, so that a header which needs none is no likelier.
        return len(set(header.columns.values()) & set(found)), -max(len(header.missing(set(found))), 1)

    return max(HEADERS, key=likeness)


def _problems(file: str, found: Sequence[str], header: Header) -> tuple[Problem, ...]:
    missing, unknown = header.missing(set(found)), header.unknown(found)
    columns = f"the columns of the header {header.name}"
    left_out = "The file is left out."
    known = [name for one in HEADERS for name in (*one.columns.values(), *one.unread)]
    wrong = [
        Problem.at_row(
            file, 1, name, found="no such column", allowed=columns, do=f"{left_out} {_renamed(name, unknown)}"
        )
        for name in missing
    ]
    wrong += [
        Problem.at_row(
            file, 1, printable(name), found="a column that is not known", allowed=columns, do=_advice(name, known)
        )
        for name in unknown
    ]
    # Two columns of one name: which of them holds the amounts nobody can know.
    repeated = [name for name, times in Counter(found).items() if times > 1]
    wrong += [
        Problem.at_row(file, 1, printable(name), found="a column twice", allowed="each column once", do=left_out)
        for name in repeated
    ]
    return tuple(wrong)


def _renamed(name: str, unknown: Sequence[str]) -> str:
    advice = nearest(name, unknown) or (f"Is it {printable(unknown[0])} now?" if len(unknown) == 1 else "")
    return f"Has it been renamed? {advice}".rstrip()


def _advice(name: str, known: Sequence[str]) -> str:
    return f"The file is left out. {nearest(name, known) or 'Has a column been renamed again?'}"


def printable(text: str, longest: int = 80) -> str:
    """A name of a column or product as it is told: whole as a rule, on one line. These are public names, long ones.

    >>> printable("A\x07B")
    'AB'
    """
    # Names come from a file and go to a terminal and a page: control characters would be obeyed there.
    return "".join(letter for letter in text[:longest] if letter.isprintable()) or "nothing"
