"""The keys of `cohort.toml`, declared once: the parser, the template and the data dictionary are read off them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from remission.records.schema import TABLES

STATUSES = ("verified", "secondary", "derived", "unverified")


@dataclass(frozen=True)
class Key:
    """One key of a TOML table: what it means, the Python types it may have, and the values allowed."""

    name: str
    meaning: str
    types: tuple[type, ...] = (str,)
    choices: tuple[str, ...] = ()
    required: bool = True
    example: str = ""
    words: str = "text in quotes"

    @property
    def allowed(self) -> str:
        """The allowed values in words."""
        return " or ".join(f'"{choice}"' for choice in self.choices) if self.choices else self.words


KEYS = (
    Key("name", "Short name, used in file names", example='"my-cohort"'),
    Key("title", "Title as it stands on reports", example='"My cohort"'),
    Key(
        "kind",
        "What the records are: this word stands on every picture, table and file, so it is never assumed",
        choices=("observed", "reconstructed", "simulated"),
        example='""',
    ),
    Key(
        "day_zero",
        "What day zero is: transplant, randomisation, treatment start, registry entry",
        example='"treatment start"',
    ),
    Key(
        "time",
        "Whether day columns hold whole days since the subject's day zero, or calendar dates (YYYY-MM-DD)",
        choices=("days", "dates"),
        example='"days"',
    ),
    Key(
        "collected",
        "The tables that were collected; a table listed here may be empty: then nobody had one",
        types=(list,),
        example='["subjects", "visits", "relapses"]',
        words=f"a list of {', '.join(TABLES)}",
    ),
    Key("licence", "What the records may be used for", example='"not for publication"'),
    Key(
        "data_cut",
        "Last day of the data: a day when time is days, a date when it is dates",
        types=(int, str, date),
        required=False,
        example="1826",
        words="a whole number of days, or a date as YYYY-MM-DD",
    ),
    Key(
        "partial_dates",
        "How 2021-05 and 2021 become a day: refused, or the first, middle or last day of the period",
        choices=("refuse", "first", "middle", "last"),
        required=False,
        example='"refuse"',
    ),
    Key("note", "Anything a reader should know", required=False, example='""'),
    Key(
        "covariates",
        "One table [covariates.x_NAME] for each x_ column of subjects",
        types=(dict,),
        required=False,
        words="tables [covariates.x_NAME]",
    ),
    Key(
        "sources",
        "One table [[sources]] for each publication or file the records come from",
        types=(list,),
        required=False,
        words="tables [[sources]]",
    ),
)
SOURCE_KEYS = (
    Key("citation", "Authors, year, journal, DOI, or the file", example='"Name et al. 2020, doi:10.1000/example"'),
    Key("status", "How far it was checked", choices=STATUSES, example='"verified"'),
    Key("locus", "Page, table or section", required=False, example='"Table 2"'),
    Key("says", "What it says that is used here", required=False, example='"24 persons were treated"'),
)
COVARIATE_KEYS = (
    Key("type", "What the column holds", choices=("number", "integer", "text", "choice"), example='"number"'),
    Key(
        "measured_day",
        "Day of measurement, or the name of the column that holds it; never after day zero",
        types=(int, str),
        example="0",
        words="a day, 0 or earlier, or the name of a column of subjects",
    ),
    Key(
        "choices",
        "The allowed values, when type is choice",
        types=(list,),
        required=False,
        example='["low", "high"]',
        words="a list of texts",
    ),
    Key("meaning", "What was measured, with its unit", required=False, example='"neurofilament light, pg/ml"'),
)
