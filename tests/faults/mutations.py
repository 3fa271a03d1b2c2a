"""Ways to change a good cohort, each declared beforehand: invalid, to be refused, or harmless, to change nothing.

A mutation takes the files of a cohort and a source of chance and names the file that it changed.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import polars as pl

Files = dict[str, bytes]
Change = Callable[[Files, random.Random], str]
MANIFEST = "cohort.toml"


@dataclass(frozen=True)
class Mutation:
    """`of` is the cohort that it needs: of days, or of dates."""

    name: str
    verdict: Literal["invalid", "harmless"]
    change: Change
    of: Literal["days", "dates"] = "days"


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode())))


def text_of(rows: list[list[str]], **how: object) -> bytes:
    out = io.StringIO()
    csv.writer(out, **({"lineterminator": "\n"} | how)).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue().encode()


def a_table(files: Files, draw: random.Random) -> str:
    return draw.choice(sorted(name for name in files if name.endswith(".csv")))


def on_bytes(edit: Callable[[bytes, random.Random], bytes]) -> Change:
    """A change of the bytes of some table."""

    def change(files: Files, draw: random.Random) -> str:
        name = a_table(files, draw)
        files[name] = edit(files[name], draw)
        return name

    return change


def on_rows(edit: Callable[[list[list[str]], random.Random], None], *tables: str) -> Change:
    """A change of the rows of one of these tables, or of any."""

    def change(files: Files, draw: random.Random) -> str:
        name = draw.choice([f"{table}.csv" for table in tables]) if tables else a_table(files, draw)
        rows = rows_of(files[name])
        edit(rows, draw)
        files[name] = text_of(rows)
        return name

    return change


def on_cell(value: str, *places: str) -> Change:
    """A value in a row of one of these places, each `table.column`."""

    def change(files: Files, draw: random.Random) -> str:
        table, _, column = draw.choice(places).partition(".")
        rows = rows_of(files[f"{table}.csv"])
        draw.choice(rows[1:])[rows[0].index(column)] = value
        files[f"{table}.csv"] = text_of(rows)
        return f"{table}.csv"

    return change


def on_manifest(old: str, new: str) -> Change:
    def change(files: Files, _: random.Random) -> str:
        text = files[MANIFEST].decode()
        assert text.count(old) == 1, old
        files[MANIFEST] = text.replace(old, new).encode()
        return MANIFEST

    return change


def all_in_quotes(content: bytes, _: random.Random) -> bytes:
    return text_of(rows_of(content), quoting=csv.QUOTE_ALL)


def without_column(*names: str) -> Change:
    def edit(rows: list[list[str]], draw: random.Random) -> None:
        at = rows[0].index(draw.choice([name for name in rows[0] if name in names]))
        for row in rows:
            del row[at]

    return on_rows(edit)


def column_twice(rows: list[list[str]], draw: random.Random) -> None:
    at = draw.randrange(len(rows[0]))
    for row in rows:
        row.append(row[at])


def unknown_column(rows: list[list[str]], draw: random.Random) -> None:
    for number, row in enumerate(rows):
        row.append(str(number) if number else draw.choice(["notes", "DAY2", "colour"]))


def row_twice(rows: list[list[str]], draw: random.Random) -> None:
    rows.append(list(draw.choice(rows[1:])))


def other_columns_order(rows: list[list[str]], draw: random.Random) -> None:
    order = list(range(len(rows[0])))
    draw.shuffle(order)
    rows[:] = [[row[at] for at in order] for row in rows]


def other_rows_order(rows: list[list[str]], draw: random.Random) -> None:
    rest = rows[1:]
    draw.shuffle(rest)
    rows[1:] = rest


def blanks(sign: str) -> Change:
    def edit(rows: list[list[str]], draw: random.Random) -> None:
        row = draw.choice(rows[1:])
        at = draw.choice([at for at, value in enumerate(row) if value])
        row[at] = draw.choice([sign + row[at], row[at] + sign])

    return on_rows(edit)


def as_parquet(files: Files, draw: random.Random) -> str:
    name = a_table(files, draw)
    out = io.BytesIO()
    pl.read_csv(io.BytesIO(files.pop(name)), infer_schema_length=None).write_parquet(out)
    name = name.replace(".csv", ".parquet")
    files[name] = out.getvalue()
    return name


def broken_parquet(files: Files, draw: random.Random) -> str:
    name = as_parquet(files, draw)
    content = files[name]
    at = draw.randrange(4, len(content))
    files[name] = draw.choice([content[:at], content[at:], content[: at // 2], b"PAR1" + draw.randbytes(200) + b"PAR1"])
    return name


def day_zero_as(*values: datetime) -> Change:
    """The subjects as Parquet, day zero of all as dates and of the first ones as these moments."""

    def change(files: Files, _: random.Random) -> str:
        table = pl.read_csv(io.BytesIO(files.pop("subjects.csv")), infer_schema=False)
        days = table["day_zero_date"].str.to_date("%Y-%m-%d").cast(pl.Datetime("us")).to_list()
        given = pl.Series(
            "day_zero_date", [*values, *days[len(values) :]], pl.Datetime("us", "UTC" if values else None)
        )
        # Dates as such, unless a moment has an hour.
        dates = given if any(one.hour for one in values) else given.dt.date()
        out = io.BytesIO()
        table.with_columns(dates).write_parquet(out)
        files["subjects.parquet"] = out.getvalue()
        return "subjects.parquet"

    return change


def both_formats(files: Files, draw: random.Random) -> str:
    name = a_table(files, draw)
    content = files[name]
    as_it_is = {name: content}
    made = as_parquet(as_it_is, draw)
    files |= {made: as_it_is[made], name: content}
    return name


def table_missing(files: Files, draw: random.Random) -> str:
    name = a_table(files, draw)
    del files[name]
    return name


def in_the_middle(put: bytes) -> Callable[[bytes, random.Random], bytes]:
    """Bytes put between two bytes of the rows, after the header."""

    def edit(content: bytes, draw: random.Random) -> bytes:
        at = draw.randrange(content.index(b"\n") + 1, len(content))
        return content[:at] + put + content[at:]

    return edit


def other_key_order(files: Files, draw: random.Random) -> str:
    lines = files[MANIFEST].decode().split("\n\n")[0].splitlines()
    rest = files[MANIFEST].decode()[len("\n".join(lines)) :]
    draw.shuffle(lines)
    files[MANIFEST] = ("\n".join(lines) + rest).encode()
    return MANIFEST


def note_beside(files: Files, draw: random.Random) -> str:
    name = draw.choice(["notes.txt", "subjects.csv~", "README", ".DS_Store"])
    files[name] = draw.randbytes(20)
    return name


def without_key(key: str) -> Change:
    def change(files: Files, _: random.Random) -> str:
        lines = files[MANIFEST].decode().splitlines(keepends=True)
        files[MANIFEST] = "".join(line for line in lines if not line.startswith(f"{key} =")).encode()
        return MANIFEST

    return change


DAYS = ("visits.day", "relapses.day", "scans.day", "treatments.start_day", "adverse_events.day")
HARMLESS = (
    Mutation("line ends of Windows", "harmless", on_bytes(lambda text, _: text.replace(b"\n", b"\r\n"))),
    Mutation("a byte order mark", "harmless", on_bytes(lambda text, _: b"\xef\xbb\xbf" + text)),
    Mutation("every cell in quotes", "harmless", on_bytes(all_in_quotes)),
    Mutation("no line end at the end", "harmless", on_bytes(lambda text, _: text.rstrip(b"\n"))),
    Mutation("columns in another order", "harmless", on_rows(other_columns_order)),
    Mutation("rows in another order", "harmless", on_rows(other_rows_order, "visits", "relapses", "scans")),
    Mutation("keys in another order", "harmless", other_key_order),
    Mutation("a comment", "harmless", on_manifest('licence = "MIT"', '# of nothing\nlicence = "MIT"  # free')),
    # A text like any other where records come in; only what is written for spreadsheets makes it harmless. Not in an
    # arm or a covariate: outcome rows carry these exactly (decision 58), so that another text there is another outcome.
    Mutation("a formula", "harmless", on_cell("=1+1", "adverse_events.term")),
    Mutation("a file of somebody else", "harmless", note_beside),
    Mutation("a table as Parquet", "harmless", as_parquet),
    Mutation("a blank beside a value", "harmless", blanks(" ")),
    Mutation("a tab beside a value", "harmless", blanks("\t")),
    Mutation("a no-break space beside a value", "harmless", blanks("\u00a0")),
    Mutation("a zero-width space beside a value", "harmless", blanks("\u200b")),
    Mutation("dates as Parquet has them", "harmless", day_zero_as(), "dates"),
)
INVALID = (
    Mutation("a column that must be there gone", "invalid", without_column("subject_id", "row_id", "day", "entered")),
    Mutation("a column twice", "invalid", on_rows(column_twice)),
    Mutation("an unknown column", "invalid", on_rows(unknown_column)),
    Mutation("a cell too many", "invalid", on_rows(lambda rows, draw: draw.choice(rows[1:]).append("1"))),
    Mutation("a cell too few", "invalid", on_rows(lambda rows, draw: draw.choice(rows[1:]).pop())),
    Mutation("a row twice", "invalid", on_rows(row_twice)),
    Mutation("an open quote", "invalid", on_bytes(lambda text, _: text.rstrip(b"\n") + b',"x\n')),
    Mutation("a byte of nothing", "invalid", on_bytes(in_the_middle(b"\0"))),
    Mutation("a byte that is not UTF-8", "invalid", on_bytes(in_the_middle(b"\xff"))),
    Mutation("an empty file", "invalid", on_bytes(lambda _, __: b"")),
    Mutation("bytes of anything", "invalid", on_bytes(lambda text, draw: draw.randbytes(len(text)))),
    Mutation("a word for a day", "invalid", on_cell("ten", *DAYS)),
    Mutation("a date for a day", "invalid", on_cell("2020-01-31", *DAYS)),
    Mutation("half a day", "invalid", on_cell("1.5", *DAYS)),
    Mutation("a day beyond all numbers", "invalid", on_cell("99999999999999999999", *DAYS)),
    Mutation("a score between the steps", "invalid", on_cell("3.3", "visits.edss")),
    Mutation("a score beyond the scale", "invalid", on_cell("11", "visits.edss")),
    Mutation("no number for a score", "invalid", on_cell("nan", "visits.edss")),
    Mutation("a number without end", "invalid", on_cell("inf", "visits.edss", "subjects.age_years")),
    Mutation("a number in another writing", "invalid", on_cell("1_0", "scans.new_t2", "adverse_events.ctcae_grade")),
    Mutation("an unknown choice", "invalid", on_cell("perhaps", "subjects.entered", "subjects.sex", "scans.region")),
    Mutation("a grade beyond the scale", "invalid", on_cell("9", "adverse_events.ctcae_grade")),
    Mutation("an unknown therapy", "invalid", on_cell("water", "treatments.therapy")),
    Mutation("a stranger", "invalid", on_cell("S9", "visits.subject_id", "relapses.subject_id", "scans.subject_id")),
    Mutation("nobody", "invalid", on_cell("", "visits.subject_id", "subjects.subject_id")),
    Mutation("an end before its beginning", "invalid", on_cell("-100", "relapses.end_day", "treatments.end_day")),
    Mutation("two files of one table", "invalid", both_formats),
    Mutation("a table that is not there", "invalid", table_missing),
    Mutation("a broken Parquet", "invalid", broken_parquet),
    *(
        Mutation(f"no {key}", "invalid", without_key(key))
        for key in ("name", "title", "kind", "day_zero", "time", "collected", "licence")
    ),
    Mutation("an unknown key", "invalid", on_manifest("licence", "license")),
    Mutation("an unknown kind", "invalid", on_manifest('"simulated"', '"real"')),
    Mutation("an unknown table", "invalid", on_manifest('"visits"', '"visit"')),
    Mutation("a number for a text", "invalid", on_manifest('name = "small"', "name = 7")),
    Mutation("no TOML", "invalid", on_manifest('name = "small"', 'name = "small')),
    Mutation("a day that is none", "invalid", on_cell("2021-02-30", "visits.day", "relapses.day"), "dates"),
    Mutation("a thirteenth month", "invalid", on_cell("2021-13-01", "visits.day", "relapses.day"), "dates"),
    Mutation("a day as written in Britain", "invalid", on_cell("31/12/2020", "visits.day", "relapses.day"), "dates"),
    Mutation("a number for a date", "invalid", on_cell("44197", "visits.day", "relapses.day"), "dates"),
    Mutation("the first day of all", "invalid", on_cell("0001-01-01", "subjects.day_zero_date", "visits.day"), "dates"),
    Mutation("the first day of all in Parquet", "invalid", day_zero_as(datetime(1, 1, 1, tzinfo=UTC)), "dates"),
    Mutation("midnight elsewhere", "invalid", day_zero_as(datetime(2019, 12, 31, 23, tzinfo=UTC)), "dates"),
)
MUTATIONS = HARMLESS + INVALID
