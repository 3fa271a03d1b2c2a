"""Whom one may ask: trusts and boards that are open, with the Act of their nation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from remission.foi.acts import Act, act_of
from remission.inputs.problems import InputProblems, Problem, nearest, shown
from remission.inputs.typed_rows import load_rows
from remission.library.catalogue import LIBRARY

ORGANISATIONS = Path("places/organisations.csv")
ASKED = ("trust", "board")


@dataclass(frozen=True)
class Authority:
    """A trust or board; `nation` is England, Scotland, Wales or Northern Ireland. `acute`: does it run hospitals?"""

    code: str
    name: str
    nation: str
    acute: bool = True
    closed: str = ""

    @property
    def act(self) -> Act:
        """The Act under which it answers.

        >>> Authority("S08000031", "NHS Greater Glasgow and Clyde", "Scotland").act
        'FOISA'
        """
        return act_of(self.nation)


@dataclass(frozen=True)
class _Organisation:
    code: str
    level: str
    nation: str
    name: str
    acute: bool | None
    closed: str


@cache
def authorities(path: Path = LIBRARY / ORGANISATIONS) -> Mapping[str, Authority]:
    """Every trust and board of the library by its code, closed ones too.

    >>> authorities()["RJ1"].nation
    'England'
    """
    return {
        row.code: Authority(row.code, row.name, row.nation, row.acute is not False, row.closed)
        for row in load_rows(path, _Organisation)
        if row.level in ASKED
    }


def authorities_of(codes: list[str] | tuple[str, ...], known: Mapping[str, Authority]) -> tuple[Authority, ...]:
    """The authorities of some codes, or every open one that runs hospitals; InputProblems with all unknown codes.

    >>> leeds = Authority("RR8", "Leeds Teaching Hospitals NHS Trust", "England")
    >>> [one.code for one in authorities_of([], {"RR8": leeds})]
    ['RR8']
    """
    if not codes:
        return tuple(one for one in known.values() if one.acute and not one.closed)
    problems = [_unknown(code, known) for code in codes if code not in known]
    problems += [_closed(known[code]) for code in codes if code in known and known[code].closed]
    if problems:
        raise InputProblems(problems)
    return tuple(known[code] for code in dict.fromkeys(codes))


def _unknown(code: str, known: Mapping[str, Authority]) -> Problem:
    advice = nearest(code, known) or "Look the code up in the organisations table."
    return Problem.at_key(
        ORGANISATIONS.name, "code", found=shown(code), allowed="the code of a trust or board", do=advice
    )


def _closed(one: Authority) -> Problem:
    advice = "Ask its successor: see successions.csv."
    return Problem.at_key(
        ORGANISATIONS.name, "closed", found=f"{one.code}, closed on {one.closed}", allowed="an open one", do=advice
    )
