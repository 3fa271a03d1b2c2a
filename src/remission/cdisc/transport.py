"""SAS transport files (XPT), versions 5 and 8: read, and written with every loss told.

The format knows two types, text and double, and no missing text. What a value loses on the way is returned by
`write_transport` as a table, one line for each column and kind of loss, and nothing else may change.
"""

from __future__ import annotations

import errno
import re
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Literal

import polars as pl

from remission.cdisc.datasets import Dataset, Unread, tidy
from remission.cdisc.transport_layout import AGAIN, HEADER, check_layout, members_of, name_of, read_layout
from remission.inputs.as_they_come import OTHERWISE
from remission.inputs.problems import InputProblems, Problem, shown
from remission.inputs.writing import write_whole

Version = Literal[5, 8]
UNDECLARED = OTHERWISE
"""What texts that are no UTF-8 are read as."""

LOSSES: dict[str, str] = {
    "integer": "whole numbers and booleans become doubles (the value is kept, the type is not)",
    "empty text": "an empty text and no text are the same",
    "trailing blanks": "blanks at the end of a text are cut off",
    "long text": "version 5: a text is cut to 200 bytes",
    "not ASCII": "version 5: a letter that is not ASCII becomes a question mark",
    "number": "a number nearer to zero than 5.4e-79 becomes zero, and one beyond 9e74 missing",
}
"""Everything that a transport file loses. Values that lose something are listed when it is written."""

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
LONGEST_NAME: dict[Version, int] = {5: 8, 8: 32}
LONGEST_LABEL: dict[Version, int] = {5: 40, 8: 256}
LONGEST_TEXT: dict[Version, int] = {5: 200, 8: 32_767}
# The range of IBM's floating-point numbers, which the format is made of. They reach to 7.2e75, but from 2 ** 249 on a
# number that was written is read as infinite.
SMALLEST, LARGEST = 5.4e-79, 9e74
EXACT = 2**53


def _pyreadstat() -> Any:
    try:
        import pyreadstat  # only who reads or writes transport files waits for it
    except ModuleNotFoundError:
        advice = "Install it: pip install 'remission[standards]'. Dataset-JSON and Parquet need no extra package."
        what = "pyreadstat is not installed"
        raise InputProblems(
            Problem.of_file("transport file", found=what, allowed="pyreadstat for .xpt files", do=advice)
        ) from None
    return pyreadstat


def read_transport(path: Path, encoding: str = "") -> Dataset:
    """The dataset of a transport file of version 5 or 8; InputProblems when it is not one.

    The format does not say in which encoding its texts are: UTF-8 or, where they are none, `UNDECLARED`, with a note.
    `encoding` names another.
    """
    _pyreadstat()  # first: without it nobody reads any
    return _dataset_in(path, _bytes_of(path), encoding)


def _dataset_in(path: Path, content: bytes, encoding: str) -> Dataset:
    """The dataset of a file whose bytes are here already; what reads values wants the file itself."""
    readstat = _pyreadstat()
    _check_whole(path.name, content)
    frame, about, noted = _values_of(readstat, path, encoding)
    layout = read_layout(content)
    if layout is not None and frame.height < layout.begun:
        found = f"{layout.begun:,} records, of which {frame.height:,} could be read"
        raise InputProblems(Problem.of_file(path.name, found=found, allowed="a whole transport file", do=AGAIN))
    # An empty file does not say which columns are texts.
    frame = frame.with_columns(pl.col(name).cast(pl.String) for name, kind in frame.schema.items() if kind == pl.Null)
    labels = {name: label or "" for name, label in zip(about.column_names, about.column_labels, strict=True)}
    name = (about.table_name or path.stem).upper()
    return Dataset(name, about.file_label or "", tidy(frame), labels, path.name, noted)


def _values_of(readstat: Any, path: Path, encoding: str) -> tuple[pl.DataFrame, Any, tuple[Problem, ...]]:
    """The frame and what stands beside it, and a note where the encoding of its texts was assumed."""
    for tried in (encoding,) if encoding else ("", UNDECLARED):
        try:
            how = {"encoding": tried} if tried else {}
            frame, about = readstat.read_xport(
                str(path), output_format="polars", disable_datetime_conversion=True, **how
            )
        except UnicodeDecodeError as error:
            failed: Exception = error
        except (readstat.ReadstatError, readstat.PyreadstatError, OSError, ValueError) as error:
            failed = error
            break
        else:
            return frame, about, () if tried == encoding else (_assumed(path.name),)
    advice = "Write it again as a transport file of version 5 or 8, or name the encoding of its texts (--encoding)."
    what = f"a file that cannot be read ({type(failed).__name__})"
    raise InputProblems(Problem.of_file(path.name, found=what, allowed="a SAS transport file", do=advice)) from None


def _assumed(file: str) -> Problem:
    return Problem.of_file(
        file,
        found="texts that are not UTF-8",
        allowed="UTF-8, or the encoding that --encoding names",
        do=f"They were read as {UNDECLARED}: look whether their letters are right.",
        severity="warning",
    )


def _check_whole(file: str, content: bytes) -> None:
    """InputProblems when a file was cut off, for the reader takes what is left for all."""
    # What does not begin as such a file is told by the reader.
    broken = tuple(check_layout(file, content)) if content.startswith(HEADER) else ()
    if broken:
        raise InputProblems(broken)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        found = f"a file that cannot be read ({type(error).__name__})"
        do = "Correct the path or the permissions."
        raise InputProblems(Problem.of_file(path.name, found=found, allowed="a SAS transport file", do=do)) from None


def read_members(path: Path, encoding: str = "") -> Iterator[Dataset | Unread]:
    """Every dataset of a transport file, which may hold several, each read or with what is wrong with it."""
    try:
        content = _bytes_of(path)
    except InputProblems as wrong:
        yield Unread(path.name, "", wrong.problems)
        return
    members = members_of(content) if content.startswith(HEADER) else ()
    # The reader takes what stands behind the first dataset for its records: each is given to it alone.
    with tempfile.TemporaryDirectory() as place:
        for member in members if len(members) > 1 else (content,):
            alone = Path(place, path.name) if len(members) > 1 else path
            if len(members) > 1:
                alone.write_bytes(member)
            try:
                yield _dataset_in(alone, member, encoding)
            except InputProblems as wrong:
                yield Unread(path.name, name_of(member), wrong.problems)


def write_transport(dataset: Dataset, path: Path, version: Version, keys: Collection[str] = ()) -> pl.DataFrame:
    """Write a dataset as a transport file; returns what was lost: column, rows, what (a key of LOSSES).

    Raises InputProblems for what cannot be written at all: no column, a name that SAS would not take, a name or label
    that is too long, in version 8 a text of more than 32,767 bytes; and when one of the `keys` would lose letters.
    """
    readstat = _pyreadstat()
    problems = [*_unwritable(dataset, path, version), *_lost_rows(dataset, path, version), *_lost_values(dataset, path)]
    if problems:
        raise InputProblems(problems)
    # Before it is written: afterwards nothing tells what was there.
    lost = losses(dataset.frame, version)
    # Keys that lose letters could make two persons one: such a file is worse than none.
    if spoilt := sorted(set(lost.filter(pl.col("what") != "integer")["column"]) & set(keys)):
        found = f"{', '.join(spoilt)} that lose letters in a transport file of version {version}"
        advice = "Two persons could become one: take version 8, .json or .parquet."
        raise InputProblems(Problem.at_key(path.name, spoilt[0], found=found, allowed="keys that survive", do=advice))
    with write_whole(path) as new:
        try:
            readstat.write_xport(
                dataset.frame.select(_written(name, kind, version) for name, kind in dataset.frame.schema.items()),
                str(new),
                file_label=dataset.label,
                table_name=dataset.name,
                file_format_version=version,
                column_labels={name: dataset.labels.get(name, "") for name in dataset.frame.columns},
            )
        except (readstat.ReadstatError, readstat.PyreadstatError) as error:
            # It knows no number of the operating system: a full disk is an error like any other.
            raise OSError(errno.EIO, str(error), str(path)) from None
    return lost


def _unwritable(dataset: Dataset, path: Path, version: Version) -> list[Problem]:
    problems = _wrong_names(dataset, path, version)
    for name in dataset.frame.columns:
        if len(name) > LONGEST_NAME[version]:
            allowed = f"at most {LONGEST_NAME[version]} letters in version {version}"
            problems.append(
                Problem.at_key(path.name, name, found="a name that is too long", allowed=allowed, do="Shorten it.")
            )
        if len(dataset.labels.get(name, "").encode()) > LONGEST_LABEL[version]:
            allowed = f"at most {LONGEST_LABEL[version]} bytes in version {version}"
            problems.append(
                Problem.at_key(path.name, name, found="a label that is too long", allowed=allowed, do="Shorten it.")
            )
    if len(dataset.label.encode()) > LONGEST_LABEL[version]:
        allowed = f"at most {LONGEST_LABEL[version]} bytes in version {version}"
        problems.append(
            Problem.of_file(path.name, found="a dataset label that is too long", allowed=allowed, do="Shorten it.")
        )
    if version == 8:
        for name, kind in dataset.frame.schema.items():
            if kind == pl.String and (dataset.frame[name].str.len_bytes() > LONGEST_TEXT[8]).any():
                allowed = f"at most {LONGEST_TEXT[8]:,} bytes"
                problems.append(
                    Problem.at_key(path.name, name, found="a text that is too long", allowed=allowed, do="Shorten it.")
                )
    return problems


def _lost_rows(dataset: Dataset, path: Path, version: Version) -> Iterator[Problem]:
    """Rows that nobody could find again: version 5 does not count them, and ends with blanks."""
    frame = dataset.frame
    texts = frame.width and all(kind == pl.String for kind in frame.schema.values())
    last_is_blank = texts and frame.height and not any(value and value.strip(" ") for value in frame.row(-1))
    if version == 5 and frame.width and (not frame.height or last_is_blank):
        yield Problem.of_file(
            path.name,
            found="a last row without any value" if frame.height else "no row",
            allowed="in version 5 a last row with a value, for the version does not say how many there are",
            do="Write version 8 or Dataset-JSON, or leave such rows out.",
        )


def _lost_values(dataset: Dataset, path: Path) -> Iterator[Problem]:
    """Values that would come back as others."""
    for name, kind in dataset.frame.schema.items():
        values = dataset.frame[name]
        if kind == pl.String and values.str.contains("\x00", literal=True).any():
            found, allowed, do = "a text with a sign NUL", "texts without it, for a text ends there", "Take it out."
            yield Problem.at_key(path.name, name, found=found, allowed=allowed, do=do)
        if kind.is_integer() and (values.cast(pl.Float64).abs() >= EXACT).any():
            found, allowed = "a whole number of 2 ** 53 or more", "smaller ones, which a double holds exactly"
            yield Problem.at_key(path.name, name, found=found, allowed=allowed, do="Write it as a text.")


def _wrong_names(dataset: Dataset, path: Path, version: Version) -> list[Problem]:
    """Names that are long enough to be written and yet are none, and the name of the dataset."""
    problems = []
    allowed = f"at most {LONGEST_NAME[version]} letters, digits and underscores, a digit not first"
    if len(dataset.name) > LONGEST_NAME[version] or not NAME.fullmatch(dataset.name):
        problems.append(
            Problem.of_file(
                path.name, found=f"a dataset called {shown(dataset.name)}", allowed=allowed, do="Rename it."
            )
        )
    columns = dataset.frame.columns
    if not columns:
        problems.append(Problem.of_file(path.name, found="no column", allowed="at least one", do="Leave it out."))
    # SAS knows no difference between small and capital letters in a name.
    capitals = [name.upper() for name in columns]
    for name in columns:
        if not NAME.fullmatch(name):
            problems.append(Problem.at_key(path.name, name, found=shown(name), allowed=allowed, do="Rename it."))
        if capitals.count(name.upper()) > 1:
            what = "a name that another column has in other letters"
            problems.append(Problem.at_key(path.name, name, found=what, allowed="each name once", do="Rename one."))
    return problems


def losses(frame: pl.DataFrame, version: Version) -> pl.DataFrame:
    """What a transport file of this version will lose of a frame: column, rows, what.

    >>> losses(pl.DataFrame({"NAME": ["Zoë", "Ann"], "N": [1, None]}), 5).rows()
    [('NAME', 1, 'not ASCII'), ('N', 1, 'integer')]
    """
    rows = [
        (name, int(count), what)
        for name, kind in frame.schema.items()
        for what, broken in _losing(name, kind, version).items()
        if (count := frame.select(broken.fill_null(False).sum()).item())
    ]
    schema = {"column": pl.String, "rows": pl.Int64, "what": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _losing(name: str, kind: pl.DataType, version: Version) -> dict[str, pl.Expr]:
    """For each kind of loss that a column of this type may have, where it has it."""
    value = pl.col(name)
    if kind.is_integer() or kind == pl.Boolean:
        return {"integer": value.is_not_null()}
    if kind.is_float():
        return {"number": (value.abs() > LARGEST) | ((value != 0) & (value.abs() < SMALLEST)) | ~value.is_finite()}
    if kind != pl.String:
        return {}
    losing = {"empty text": value == "", "trailing blanks": (value != "") & (value.str.strip_chars_end(" ") != value)}
    if version == 5:
        # Judged on the text that is written, in which every letter that is not ASCII takes one byte.
        losing["long text"] = value.str.len_chars() > LONGEST_TEXT[5]
        losing["not ASCII"] = value.str.contains(r"[^\x00-\x7F]")
    return losing


def _written(name: str, kind: pl.DataType, version: Version) -> pl.Expr:
    value = pl.col(name)
    if kind == pl.Boolean or kind.is_integer():
        return value.cast(pl.Float64)
    if kind.is_float():
        return pl.when(value.is_finite() & (value.abs() <= LARGEST)).then(value)
    if kind == pl.String and version == 5:
        return value.str.replace_all(r"[^\x00-\x7F]", "?").str.slice(0, LONGEST_TEXT[5])
    return value
