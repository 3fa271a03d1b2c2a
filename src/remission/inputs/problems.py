"""What is wrong with an input, said once and for all places that say it.

A Problem names the file, row and column, what was found, what is allowed and what to do next. Checks collect every
problem and raise them together as InputProblems, which the command line prints and turns into exit code 2.
The value found belongs to the person who supplied the file: it is shown to them and never logged, which is why
`InputProblems` has a plain message without any value and only `report()` spells them out. What a traceback or a
notebook shows of it names places and what is allowed there: both are sent to others.

A Problem may stand for more rows, columns or keys than it names: `more` counts them, so that a column with a million
wrong cells is fifty lines and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from html import escape
from typing import Literal

Severity = Literal["error", "warning"]
# Fifty are enough to look at: the last of them counts the others.
MOST_ALIKE = 50
# A traceback that runs over the screen hides the line that asked.
MOST_NOTED = 10
FOR_VALUES = "Values are left out here: print problems.report() of this error to see what was found and what to do."


@dataclass(frozen=True, order=True, kw_only=True)
class Problem:
    """One thing wrong with an input; made by `of_file`, `at_row` or `at_key`, which differ in how far they can point.

    >>> print(Problem.at_row("visits.csv", 7, "edss", found="3.3", allowed="steps of 0.5", do="Correct the score."))
    visits.csv, row 7, column edss: found 3.3; allowed: steps of 0.5. Correct the score.
    """

    file: str
    row: int | None = None
    column: str | None = None
    found: str
    allowed: str
    next_step: str
    severity: Severity = "error"
    more: int = 0
    what: str = "row"
    """What `more` counts."""
    private: bool = False
    """Does it quote a value of a person, though it is about a whole column? What is about rows always may."""

    @classmethod
    def of_file(
        cls, file: str, *, found: str, allowed: str, do: str, severity: Severity = "error", more: int = 0
    ) -> Problem:
        """A file as a whole; `more` files are like this one.

        >>> print(Problem.of_file("cohort.toml", found="no such file", allowed="a cohort.toml", do="Write one."))
        cohort.toml: found no such file; allowed: a cohort.toml. Write one.
        """
        return cls(file=file, found=found, allowed=allowed, next_step=do, severity=severity, more=more, what="file")

    @classmethod
    def at_row(
        cls,
        file: str,
        row: int | None,
        column: str | None = None,
        *,
        found: str,
        allowed: str,
        do: str,
        severity: Severity = "error",
        more: int = 0,
    ) -> Problem:
        """A row of a table, or one cell of it; `more` rows are like this one. The header is row 1."""
        return cls(
            file=file, row=row, column=column, found=found, allowed=allowed, next_step=do, severity=severity, more=more
        )

    @classmethod
    def at_key(
        cls,
        file: str,
        key: str | None,
        *,
        found: str,
        allowed: str,
        do: str,
        severity: Severity = "error",
        more: int = 0,
        private: bool = False,
    ) -> Problem:
        """A key of a TOML file, by its dotted path, or a column of a table as a whole; `more` are like this one.

        A `file` that ends with () is a call in Python, and its keys are arguments.

        >>> print(Problem.at_key("cohort.toml", "time", found="dayz", allowed='"days" or "dates"', do="Mend it."))
        cohort.toml, key time: found dayz; allowed: "days" or "dates". Mend it.
        """
        return cls(
            file=file, column=key, found=found, allowed=allowed, next_step=do, severity=severity, more=more,
            what=_of_column(file), private=private,
        )  # fmt: skip

    @property
    def place(self) -> str:
        """Where it is: the file, the row, and the column (in TOML: the key)."""
        place = [self.file]
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column is not None:
            place.append(f"{_of_column(self.file)} {self.column}")
        return ", ".join(place)

    def __str__(self) -> str:
        return f"{self.place}: found {self.found}; allowed: {self.allowed}. {self.next_step}{self._others}"

    @property
    def without_values(self) -> str:
        """The same for the eyes of others: without what was found, and without advice that may quote it.

        >>> Problem.at_row("a.csv", 7, "edss", found="3.3", allowed="halves", do="Correct it.").without_values
        'a.csv, row 7, column edss: a value that is not allowed; allowed: halves.'
        """
        if self.what != "row" and not self.private:
            return str(self)
        return f"{self.place}: a value that is not allowed; allowed: {self.allowed}.{self._others}"

    @property
    def _others(self) -> str:
        return f" And {self.more:,} more {self.what}s like this one." if self.more else ""


def _of_column(file: str) -> str:
    return "key" if file.endswith(".toml") else "argument" if file.endswith("()") else "column"


def alike(names: Sequence[str], problem_of: Callable[[str], Problem]) -> Iterator[Problem]:
    """Problems that many columns or keys share: those of the first fifty, the last of which counts the others.

    >>> names = [f"c{number}" for number in range(130_000)]
    >>> told = list(alike(names, lambda name: Problem.at_key("a.csv", name, found="it", allowed="none", do="Go.")))
    >>> len(told), str(told[-1])
    (50, 'a.csv, column c49: found it; allowed: none. Go. And 129,950 more columns like this one.')
    """
    for number, name in enumerate(names[:MOST_ALIKE], 1):
        problem = problem_of(name)
        yield replace(problem, more=max(len(names) - MOST_ALIKE, 0)) if number == MOST_ALIKE else problem


# As many of a kind as show what it is about: where to look, and what was found there.
FIRST_ROWS = 3


def grouped(problems: Iterable[Problem]) -> Iterator[str]:
    """Problems in words: those of one file, column and kind on one line, with their number and the first rows.

    >>> row = Problem.at_row("v.csv", 2, "edss", found="3,5", allowed="a number", do="Write a point.")
    >>> print(*grouped([row, replace(row, row=3, found="4,0", more=7), replace(row, allowed="0 to 10")]), sep="\\n")
    v.csv, column edss, 9 rows (2, 3 and 7 more): found 3,5, 4,0; allowed: a number. Write a point.
    v.csv, row 2, column edss: found 3,5; allowed: 0 to 10. Write a point.
    """
    for alike_ones in kinds_of(problems):
        yield str(alike_ones[0]) if len(alike_ones) == 1 else _of_a_kind(alike_ones)


def kinds_of(problems: Iterable[Problem]) -> list[list[Problem]]:
    """Problems by kind: those of rows by file, column and what is allowed, each other one alone."""
    kinds: dict[tuple[object, ...], list[Problem]] = {}
    for place, one in enumerate(problems):
        # What is no row stands alone: it says of a file or column what no other does.
        kind = (one.file, one.column, one.allowed, one.severity) if one.row is not None else (place,)
        kinds.setdefault(kind, []).append(one)
    return list(kinds.values())


def _of_a_kind(problems: Sequence[Problem]) -> str:
    first, count = problems[0], sum(1 + one.more for one in problems)
    rows = [str(one.row) for one in problems[:FIRST_ROWS]]
    more = f" and {count - len(rows):,} more" if count > len(rows) else ""
    column = f", {_of_column(first.file)} {first.column}" if first.column is not None else ""
    values = list(dict.fromkeys(one.found for one in problems))
    found = ", ".join(values[:FIRST_ROWS]) + (" and others" if len(values) > FIRST_ROWS else "")
    place = f"{first.file}{column}, {count:,} rows ({', '.join(rows)}{more})"
    return f"{place}: found {found}; allowed: {first.allowed}. {first.next_step}"


class InputProblems(Exception):  # noqa: N818 - it is several problems, and named so
    """The input cannot be used; every problem found, all at once.

    The message carries counts and no values, so a traceback or a log line of it leaks nothing.
    """

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        every = [problems] if isinstance(problems, Problem) else problems
        self.problems = tuple(sorted(every, key=lambda p: (p.file, p.row or 0, p.column or "")))
        count = sum(1 + problem.more for problem in self.problems)
        # Numbers and names of files only: an exception's message ends up in logs, and values belong to persons.
        super().__init__(f"{count:,} problem(s) in {', '.join(sorted({p.file for p in self.problems}))}")
        # Notes stand in every traceback and are no part of the message.
        for problem in self.problems[:MOST_NOTED]:
            self.add_note(_on_one_line(problem.without_values))
        self.add_note(FOR_VALUES)

    def __reduce__(self) -> tuple[type[InputProblems], tuple[tuple[Problem, ...]]]:
        """What another process is sent: the problems, for the message alone would make none of them."""
        return type(self), (self.problems,)

    def report(self) -> str:
        """All problems in full, one a line: for the person who supplied the input, never for a log."""
        return "\n".join(str(problem) for problem in self.problems)

    def _repr_html_(self) -> str:
        """Every problem as a plain list, without values: notebooks are shared."""
        listed = "".join(
            f"<li>{escape(one.severity)}: {escape(_on_one_line(one.without_values))}</li>" for one in self.problems
        )
        return f"<p><strong>{escape(str(self))}</strong></p><ul>{listed}</ul><p>{FOR_VALUES}</p>"

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows where this ended a cell: the problems, and not the lines of code that found them."""
        listed = [f"{one.severity}: {_on_one_line(one.without_values)}" for one in self.problems]
        return [f"InputProblems: {self}", *listed, FOR_VALUES]


LONGEST_SHOWN = 40


def check_together(*checks: Callable[[], object]) -> None:
    """InputProblems with the problems of all checks: who mends one fault should not meet the next one only then."""
    if problems := list(dict.fromkeys(problem for check in checks for problem in _problems_of(check))):
        raise InputProblems(problems)


def _problems_of(check: Callable[[], object]) -> Iterator[Problem]:
    try:
        check()
    except InputProblems as found:
        yield from found.problems


def shown(value: str, *, in_ascii: bool = False) -> str:
    r"""A value as it is shown in a Problem: on one line, at most 40 letters of it, and what nobody sees spelt out.

    With `in_ascii` every sign beyond ASCII is spelt out, for what two names that look the same differ in.

    >>> shown("a" * 50), shown("S1\u00a0")
    ('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…', "'S1\\u00a0'")
    """
    long = len(value) > LONGEST_SHOWN
    kept = value[: LONGEST_SHOWN - 1] if long else value
    # A cell must not be able to move a terminal's cursor, and who looks for the difference of two ids must see it.
    line = _on_one_line(kept, in_ascii=in_ascii) + ("…" if long else "")
    return line if line.startswith(kept) and kept == kept.strip() else f"'{line}'"


def _on_one_line(text: str, *, in_ascii: bool = False) -> str:
    return "".join(
        letter if letter.isprintable() and not (in_ascii and ord(letter) > 0x7F) else _spelt(letter) for letter in text
    )


def _spelt(letter: str) -> str:
    known = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return known.get(letter) or (f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}")


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like `name`, as advice; empty when none is alike.

    >>> nearest("edds", ["edss", "day"])
    'Did you mean edss?'
    """
    alike = closest(name, known)
    return f"Did you mean {alike}?" if alike else ""


def closest(name: str, known: Iterable[str]) -> str:
    """The known name most like `name`, whatever the case; empty when none is alike."""
    folded = {word.casefold(): word for word in known}
    alike = get_close_matches(name.strip().casefold(), folded, n=1)
    return folded[alike[0]] if alike else ""
