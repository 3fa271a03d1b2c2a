"""Whom one may ask: trusts and boards that are open, with the Act of their nation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


def authorities_called(codes: Iterable[str], known: Mapping[str, Authority] | None = None) -> tuple[Authority, ...]:
    """The trusts and boards that codes mean, in any case, closed ones too; InputProblems with every unknown code.

    >>> [one.code for one in authorities_called(["rj1", "R1H"])]
    ['RJ1', 'R1H']
    """
    listed = authorities() if known is None else known
    called = {code: code.strip().upper() for code in codes}
    if problems := [_unknown(code, listed) for code, name in called.items() if name not in listed]:
        raise InputProblems(problems)
    return tuple(dict.fromkeys(listed[name] for name in called.values()))


def authorities_of(codes: list[str] | tuple[str, ...], known: Mapping[str, Authority]) -> tuple[Authority, ...]:
    """The authorities of some codes, or every open one that runs hospitals; InputProblems with all codes that are
    unknown or closed. Codes may be written in any case.

    >>> leeds = Authority("RR8", "Leeds Teaching Hospitals NHS Trust", "England")
    >>> [one.code for one in authorities_of([], {"RR8": leeds})]
    ['RR8']
    """
    if not codes:
        return tuple(one for one in known.values() if one.acute and not one.closed)
    called = {code: code.strip().upper() for code in codes}
    problems = [_unknown(code, known) for code, name in called.items() if name not in known]
    problems += [_closed(known[name]) for name in called.values() if name in known and known[name].closed]
    if problems:
        raise InputProblems(problems)
    return tuple(known[name] for name in dict.fromkeys(called.values()))


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
