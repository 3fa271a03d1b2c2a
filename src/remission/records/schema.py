"""The tables of a cohort and their columns, declared once.

Validation, templates, the data dictionary and the test generators are all read off this declaration; to add a column,
add it here. Time is an integer number of days since the subject's day zero; a file may hold dates instead, which
`files` turns into days at the edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["id", "text", "choice", "day", "integer", "number"]

YES_NO = ("yes", "no")
# Why a cell is empty: "nobody asked" and "asked, and unknown" are different observations of the same silence.
ABSENT_CODES = ("not_asked", "unknown", "declined", "not_applicable")
# Kinds of looking and not tables: a person whom somebody still sees may have had no scan for years.
OBSERVED_KINDS = ("vital", "clinic", "relapses", "mri")
COURSES = ("CIS", "RRMS", "SPMS", "PPMS")
END_REASONS = ("completed", "lost", "withdrew", "died", "cut-off")
RATERS = ("clinician", "self", "other")
DICTIONARY = "data-dictionary.md"
# Some 150 years: no day of a life is farther from day zero, and dates written as numbers often are.
FARTHEST_DAY = 55_000
Precision = Literal["day", "month", "year"]
PRECISIONS: tuple[Precision, ...] = get_args(Precision)
# A day that stands for a period: a rule, or the source, has chosen one of its days.
PARTIAL = ("month", "year")
# What is settled by day zero. Grouping by what happens later (the end of follow-up, say) would condition on the future.
ON_DAY_ZERO = ("study", "arm", "centre", "country", "sex", "course")


@dataclass(frozen=True)
class Column:
    """One column: its name, what it holds, and which values are allowed.

    `step` is the grid on which a number must lie; `gap` is an open interval inside [low, high] that no value may be in.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    step: float | None = None
    gap: tuple[float, float] | None = None
    vocabulary: str = ""

    @property
    def precision(self) -> Column:
        """The companion of a day column: how exactly the day was given."""
        return Column(f"{self.name}_precision", "choice", f"How exact {self.name} was given", choices=PRECISIONS)

    @property
    def allowed(self) -> str:
        """The allowed values in words.

        >>> TABLES["visits"].column("edss").allowed
        '0, or 1.0 to 10.0 in steps of 0.5'
        """
        if self.choices:
            return ", ".join(self.choices)
        if self.vocabulary:
            return f"a name in the {self.vocabulary} list"
        if self.kind == "day":
            return "a whole number of days since day zero"
        if self.kind not in ("integer", "number"):
            return "text that is not empty" if self.kind == "id" else "text"
        return _allowed_numbers(self)


@dataclass(frozen=True)
class Table:
    """One table: what a row is, its columns in order, and the columns that together must be unique."""

    name: str
    row_is: str
    columns: tuple[Column, ...]
    unique: tuple[str, ...] = ("row_id",)
    collected_by_default: bool = False

    def column(self, name: str) -> Column:
        """The column called `name`; KeyError when the table has none."""
        return (
            next(column for column in self.columns if column.name == name) if name in self else _no_column(self, name)
        )

    def __contains__(self, name: str) -> bool:
        return any(column.name == name for column in self.columns)

    @property
    def with_precisions(self) -> tuple[Column, ...]:
        """The columns, each day followed by the companion that says how exactly it was given."""
        return tuple(
            one
            for column in self.columns
            for one in ((column, column.precision) if column.kind == "day" else (column,))
        )

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns without which the table cannot be read."""
        return tuple(column.name for column in self.columns if column.required)

    def named(self, kind: Kind) -> tuple[str, ...]:
        """Names of the columns of one kind, in order."""
        return tuple(column.name for column in self.columns if column.kind == kind)


def _no_column(table: Table, name: str) -> Column:
    raise KeyError(f"table {table.name} has no column {name}")


def _allowed_numbers(column: Column) -> str:
    noun = "a whole number" if column.kind == "integer" else "a number"
    if column.gap is not None and column.step is not None:
        # Only the EDSS has a gap; its step is named after it, because that is what gets typed wrong.
        return f"{column.low:g}, or {column.gap[1]:.1f} to {column.high:.1f} in steps of {column.step:g}"
    if column.low is not None and column.high is not None:
        return f"{noun} from {column.low:g} to {column.high:g}"
    if column.low is not None:
        return f"{noun}, {column.low:g} or more"
    return noun


# Always required: a row that cannot be named cannot be quoted as the one that decided.
def _id(name: str, meaning: str) -> Column:
    return Column(name, "id", meaning, required=True)


def _text(name: str, meaning: str) -> Column:
    return Column(name, "text", meaning)


def _choice(name: str, meaning: str, choices: tuple[str, ...] = YES_NO, *, required: bool = False) -> Column:
    return Column(name, "choice", meaning, choices=choices, required=required)


def _day(name: str, meaning: str, *, required: bool = False) -> Column:
    return Column(name, "day", meaning, unit="days since day zero", required=required)


def _count(name: str, meaning: str, high: float | None = None, low: float = 0) -> Column:
    return Column(name, "integer", meaning, low=low, high=high)


def _seconds(name: str, meaning: str, high: float) -> Column:
    # No test takes no time; nought is what a missing value often looks like.
    return Column(name, "number", meaning, unit="seconds", low=0.1, high=high)


def _score(name: str, meaning: str, high: int) -> Column:
    return Column(name, "integer", meaning, unit="points", low=0, high=high)


_SUBJECT = _id("subject_id", "The subject, as named in the subjects table")
_ROW = _id("row_id", "Name of this row, given once by the source and never reused")
# Kept and not used: a record that was written late can so be found where a result looks odd.
_RECORDED = _day("recorded_day", "When this was told or written down, if later than it happened")

_SUBJECTS = Table(
    "subjects",
    "one subject",
    (
        _id("subject_id", "The subject's pseudonym"),
        _text("study", "Study or register the subject belongs to"),
        _text("arm", "Arm as assigned: only a way to group"),
        _text("centre", "Treating centre"),
        _text("country", "Country of the centre"),
        _choice("sex", "Sex as recorded", ("female", "male", "other")),
        Column("age_years", "number", "Age on day zero", unit="years", low=0, high=120),
        _choice("course", "Course of MS on day zero", COURSES),
        _day("onset_day", "First symptom of MS (before day zero, so usually negative)"),
        _choice(
            "entered",
            "Did the subject enter (was treated, randomised, registered), so that day zero exists?",
            required=True,
        ),
        _text("not_entered_reason", "Why the subject was evaluated and did not enter"),
        _day("last_day", "Last day on which anything is known of the subject"),
        _choice("end_reason", "Why follow-up ended on last_day", END_REASONS),
        _day("death_day", "Day of death; empty when not known to have died"),
        _day("cut_day", "Data cut in the subject's own days; the data_cut of cohort.toml where this is empty"),
    ),
    unique=("subject_id",),
    # The one table no cohort can do without.
    collected_by_default=True,
)

_OBSERVED = Table(
    "observed",
    "one stretch of days during which somebody was looking",
    (
        _SUBJECT,
        _ROW,
        _choice("kind", "What was being looked for", OBSERVED_KINDS, required=True),
        _day("from_day", "First day of the stretch", required=True),
        _day("to_day", "Last day of the stretch", required=True),
    ),
)

# The highest grade differs from system to system; `other` is only there or not, and is in no rule.
_FUNCTIONAL_SYSTEMS = (
    _score("fs_visual", "Functional system: visual", 6),
    _score("fs_brainstem", "Functional system: brainstem", 5),
    _score("fs_pyramidal", "Functional system: pyramidal", 6),
    _score("fs_cerebellar", "Functional system: cerebellar", 5),
    _score("fs_sensory", "Functional system: sensory", 6),
    _score("fs_bowel_bladder", "Functional system: bowel and bladder", 6),
    _score("fs_cerebral", "Functional system: cerebral", 5),
    _score("fs_other", "Functional system: other", 1),
)

FUNCTIONAL_SYSTEMS = tuple(column.name for column in _FUNCTIONAL_SYSTEMS)

_VISITS = Table(
    "visits",
    "one visit of one subject, seen by one rater",
    (
        _SUBJECT,
        _ROW,
        _day("day", "Day of the visit", required=True),
        # There is no 0.5: normal is 0, and the first step is 1.
        Column(
            "edss",
            "number",
            "Expanded Disability Status Scale (10, death due to MS, belongs in death_day)",
            unit="points",
            low=0,
            high=10,
            step=0.5,
            gap=(0, 1),
        ),
        *_FUNCTIONAL_SYSTEMS,
        _score("ambulation", "Ambulation score", 16),
        # The highest seconds are the time limits of the tests, three and five minutes; who needs longer is unable.
        _seconds("t25fw_seconds", "Timed 25-foot walk", 180),
        _choice("t25fw_unable", "Unable to do the timed 25-foot walk (the worst score, not a missing one)"),
        _seconds("nhpt_dominant_seconds", "Nine-hole peg test, dominant hand", 300),
        _seconds("nhpt_other_seconds", "Nine-hole peg test, other hand", 300),
        _choice("nhpt_unable", "Unable to do the nine-hole peg test (the worst score, not a missing one)"),
        # The form has 110 symbols.
        _score("sdmt_correct", "Symbol Digit Modalities Test, correct answers", 110),
        _choice("scheduled", "Was the visit planned by protocol?"),
        _choice("rater", "Who rated", RATERS),
        _RECORDED,
    ),
)

_RELAPSES = Table(
    "relapses",
    "one relapse",
    (
        _SUBJECT,
        _ROW,
        _day("day", "First day of the relapse", required=True),
        _day("end_day", "Last day of the relapse"),
        _choice("severity", "Severity as recorded", ("mild", "moderate", "severe")),
        _choice("steroids", "Treated with corticosteroids?"),
        _choice("fever", "Fever or infection at the time?"),
        _choice("recovery", "Recovery as recorded", ("full", "partial", "none")),
        _choice("confirmed", "Confirmed by an examination?"),
        _RECORDED,
    ),
)

_SCANS = Table(
    "scans",
    "one MRI scan",
    (
        _SUBJECT,
        _ROW,
        _day("day", "Day of the scan", required=True),
        _choice("region", "What was scanned", ("brain", "cord", "both")),
        # Lesions since a scan before: what they are counted from is not in the row, so a rule may ask for a reference
        # scan.
        _count("new_t2", "New T2 lesions since the previous or reference scan"),
        _count("enlarging_t2", "Enlarging T2 lesions since the previous or reference scan"),
        _count("gd_lesions", "Gadolinium-enhancing lesions"),
        _choice("contrast_given", "Was contrast given?"),
        Column(
            "brain_volume_change_pct",
            "number",
            "Brain volume change since the reference scan",
            unit="per cent",
            # Half a brain: beyond it a factor or a sign is wrong, not the person.
            low=-50,
            high=50,
        ),
        _choice("usable", "Good enough to count lesions on?"),
        _choice("reference", "Is this the scan that later ones are compared with?"),
        _RECORDED,
    ),
)

_TREATMENTS = Table(
    "treatments",
    "one period of one therapy, or one procedure",
    (
        _SUBJECT,
        _ROW,
        # Its words are those of the library, which this room does not know: they are handed in when files are read.
        Column("therapy", "choice", "Therapy, by its name in the library", required=True, vocabulary="therapies"),
        _day("start_day", "First day", required=True),
        _day("end_day", "Last day; empty while ongoing or for a procedure"),
        _choice("ongoing", "Still on at last_day?"),
        _choice(
            "stop_reason",
            "Why it stopped",
            ("planned", "lack of effect", "adverse event", "wish", "pregnancy", "other"),
        ),
        _text("mobilisation", "HSCT only: stem-cell mobilisation"),
        _text("conditioning", "HSCT only: conditioning regimen"),
        _text("serotherapy", "HSCT only: antibodies against lymphocytes (ATG, alemtuzumab)"),
        _text("graft", "HSCT only: graft handling"),
        _RECORDED,
    ),
)

_ADVERSE_EVENTS = Table(
    "adverse_events",
    "one adverse event",
    (
        _SUBJECT,
        _ROW,
        _day("day", "First day of the event", required=True),
        _day("end_day", "Last day of the event"),
        _choice("ongoing", "Still on at last_day?"),
        _text("term", "The event, as recorded"),
        _text("category", "Category (for instance the CTCAE or MedDRA system organ class)"),
        Column("ctcae_grade", "integer", "Grade by the Common Terminology Criteria for Adverse Events", low=1, high=5),
        _text("ctcae_version", "Version of CTCAE used"),
        _choice("severity", "Severity as recorded; never taken as a CTCAE grade", ("mild", "moderate", "severe")),
        _choice("serious", "Serious by regulatory definition?"),
        _choice("related", "Related to treatment as judged at the time?"),
        _choice("fatal", "Did it cause death?"),
        _RECORDED,
    ),
)

_LABS = Table(
    "labs",
    "one laboratory value",
    (
        _SUBJECT,
        _ROW,
        _day("day", "Day of the sample", required=True),
        Column("analyte", "text", "What was measured", required=True),
        Column("value", "number", "The value, or the limit when a qualifier is given"),
        # A value below the limit of measurement is no number; without the qualifier the limit would be taken for one.
        _choice("qualifier", "Below or above the limit of measurement", ("<", ">")),
        _text("unit", "Unit of the value"),
        # "2 %" of B cells and of lymphocytes are different findings.
        _choice("denominator", "What a percentage is of", ("B cells", "lymphocytes", "PBMC", "absolute")),
        _RECORDED,
    ),
)

_COURSES = Table(
    "courses",
    "one statement of the course of MS",
    (
        _SUBJECT,
        _ROW,
        _day("day", "Day from which the course holds", required=True),
        _choice("course", "Course of MS", COURSES, required=True),
        _text("by_whom", "Who stated it"),
        _RECORDED,
    ),
)

# The order of files in templates and of problems in messages; subjects first, against which the others are checked.
SCHEMA: tuple[Table, ...] = (
    _SUBJECTS,
    _OBSERVED,
    _VISITS,
    _RELAPSES,
    _SCANS,
    _TREATMENTS,
    _ADVERSE_EVENTS,
    _LABS,
    _COURSES,
)
TABLES: dict[str, Table] = {table.name: table for table in SCHEMA}
# Every word that means something in a column of choices.
WORDS = {*ABSENT_CODES, *PRECISIONS, *(word for table in SCHEMA for column in table.columns for word in column.choices)}
