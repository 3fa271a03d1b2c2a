"""One study as it was published: its arms, its numbers, whom it shares people with, and what was judged of it.

A number stands as it was printed, in its unit; nothing is worked out here. What was not found is not there, and what
two sources print differently stands side by side.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from remission.inputs.declared import key
from remission.inputs.provenance import STATUSES, Status

Kind = Literal["single arm", "randomised", "comparison", "registry", "pooled by others", "extension"]
KINDS: tuple[Kind, ...] = get_args(Kind)
How = Literal["count", "Kaplan-Meier", "model", "mean", "median", "rate", "not said"]
Interval = Literal["confidence", "range", "quartiles", "standard error", "protocol"]
Relation = Literal["contained in", "contains", "same people as", "may share people with"]
Course = Literal[
    "", "CIS", "RRMS", "SPMS", "active SPMS", "non-active SPMS", "non-relapsing SPMS", "PPMS", "progressive", "mixed"
]
# What a page may show; the rest waits for somebody to read it.
SHOWABLE = ("verified", "secondary", "derived")
# From what was read where its authors printed it, to what nobody read.
STRENGTH = ("verified", "derived", "secondary", "unverified")
NOT_JUDGED = "not judged"


def weakest(statuses: Iterable[str]) -> str:
    """How far a number was checked that rests on several: as far as the one that was checked least; "" for none.

    >>> weakest(["verified", "secondary", "derived"]), weakest([])
    ('secondary', '')
    """
    return max(statuses, key=STRENGTH.index, default="")


# Said alike wherever a record has them, for the messages of the reader quote it.
SOURCE = "Where it was read: a DOI, a PMC number, a registry's record, or a page"
READ = "The day on which it was read"


@dataclass(frozen=True)
class Said:
    """What a source says in words, with the kind that it is counted as where things are grouped by it."""

    says: str = key("What was printed, in our own words", example='"BEAM and rabbit ATG"')
    status: Status = key("How far it was checked", choices=STATUSES, example='"verified"')
    source: str = key(SOURCE, example='"doi:10.1212/WNL.0000000000003660"')
    locus: str = key("Page, table or section", "", example='"abstract"')
    kind: str = key("The kind that it is counted as", "", example='"BEAM"')
    date_read: date | None = key(READ, None, example="2026-11-22")

    @property
    def is_showable(self) -> bool:
        """May a page show it?"""
        return self.status in SHOWABLE


@dataclass(frozen=True)
class Years:
    """From when to when people were treated; an end that is not known is left out."""

    says: str = key("As printed", example='"July 2003 to October 2019"')
    status: Status = key("How far it was checked", choices=STATUSES)
    source: str = key(SOURCE)
    locus: str = key("Page, table or section", "")
    first: int | None = key("The first year", None, low=1950, high=2100)
    last: int | None = key("The last year", None, low=1950, high=2100)

    @property
    def is_showable(self) -> bool:
        """May a page show them?"""
        return self.status in SHOWABLE


@dataclass(frozen=True)
class Arm:
    """One group of people of a study and what was given to them; the four fields of a transplant stand apart.

    `intensity` is what a source calls the regimen, and never more than that.
    """

    name: str = key("Its name, unique in the study", example='"AHSCT"')
    therapy: str = key("The therapy, by its name in therapies.csv", "", example='"hsct"')
    course: Course = key("The course of MS where all have the same", "")
    given: str = key("What was given, in words", "", example='"ocrelizumab 600 mg"')
    conditioning: Said | None = key("The drugs before the graft", None)
    serotherapy: Said | None = key("The antibody against T or B cells", None)
    graft: Said | None = key("How the graft was handled", None)
    mobilisation: Said | None = key("How stem cells were brought into the blood", None)
    intensity: tuple[Said, ...] = key("What a source calls the regimen; `kind` is high, intermediate, low or mixed", ())
    shares_people_with: tuple[str, ...] = key("Other arms of this study with some of the same people", ())


@dataclass(frozen=True)
class Number:
    """One number as it was printed, of one arm or of one arm against another."""

    what: str = key("What it measures: a name of quantities.csv", example='"progression-free"')
    status: Status = key("How far it was checked", choices=STATUSES, example='"verified"')
    source: str = key(SOURCE, example='"doi:10.1212/WNL.0000000000003660"')
    locus: str = key("Page, table or section", example='"abstract"')
    arm: str = key("The arm; empty for the whole study", "")
    against: str = key("The arm that it is compared with, for a ratio or a difference", "")
    course: Course = key("The course of MS of those counted, where it is a part of the arm", "")
    among: str = key("Whom it is of where that is another part of the arm", "", example='"EDSS over 6.0"')
    value: float | None = key("The number in its unit", None)
    low: float | None = key("Lower end of the interval", None)
    high: float | None = key("Upper end of the interval", None)
    level: float | None = key("Level of the interval, such as 0.95", None, low=0.5, high=0.999)
    interval: Interval = key("What low and high are", "confidence")
    standard_error: float | None = key("Printed standard error, in the unit of the value", None, low=0)
    p: float | None = key("Printed p", None, low=0, high=1)
    p_against: str = key("The arm with which p compares", "")
    events: int | None = key("People (or events, for a rate) counted", None, low=0)
    denominator: int | None = key("People of whom they were counted, or at risk at the start", None, low=0)
    person_years: float | None = key("Person-years of follow-up", None, low=0)
    months: float | None = key("Months after the start at which it holds", None, low=0)
    at: str = key("When, in words, where it is no single time", "", example='"at last follow-up"')
    how: How = key("How it was worked out", "not said")
    definition: str = key("Name of the definition in this file that was used", "")
    date_read: date | None = key(READ + ", where that was recorded", None, example="2026-11-22")
    note: str = key("What else is to be known", "")

    @property
    def is_showable(self) -> bool:
        """May a page show it?"""
        return self.status in SHOWABLE

    @property
    def has_interval(self) -> bool:
        """Is there a confidence interval around its value?"""
        return None not in (self.value, self.low, self.high) and self.interval == "confidence"


@dataclass(frozen=True)
class Definition:
    """What a study meant by one of its outcomes, as its own authors had it."""

    name: str = key("Its name, by which numbers point to it", example='"progression"')
    of: tuple[str, ...] = key("The quantities that it defines", example='["progression-free"]')
    says: str = key("The definition, in our own words")
    status: Status = key("How far it was checked", choices=STATUSES)
    source: str = key(SOURCE)
    locus: str = key("Page, table or section", "")
    edss_change: float | None = key("The least rise of the EDSS that counts", None, low=0, high=10)
    confirmed_months: float | None = key("Months after which a rise must still be there", None, low=0)
    counts: tuple[str, ...] = key("What counts as an event, for one of several parts", ())
    endpoint: str = key("The endpoint of the library that is this definition", "", example='"halt-ms-efs"')


@dataclass(frozen=True)
class Overlap:
    """Another study with some of the same people, or perhaps."""

    study: str = key("Name of the other study", example='"burt-2021"')
    relation: Relation = key("How they stand to each other")
    why: str = key("Why we think so")


@dataclass(frozen=True)
class Conflict:
    """Two sources that print different numbers for one thing: both stand, and one is used."""

    what: str = key("What they disagree about: a name of quantities.csv")
    says: str = key("Both numbers, each with its source")
    kept: str = key("Which one stands among the numbers, and why")
    arm: str = key("The arm", "")


@dataclass(frozen=True)
class Judgement:
    """What somebody judged about one domain of one result; without one a result is not judged."""

    tool: str = key("Name of the tool, a file of library/bias", example='"rob-2"')
    domain: str = key("Name of the domain, or overall")
    judgement: str = key("One of the tool's judgements")
    by: str = key("Who judged")
    why: str = key("Why")
    on: date = key("The day")
    what: str = key("The quantity whose result is judged; empty for the study as a whole", "")
    arm: str = key("The arm", "")


@dataclass(frozen=True)
class Trial:
    """Where a registered trial stands: how many were planned and reached, and when there will be results."""

    state: str = key("State as last read", example='"active, not recruiting"')
    status: Status = key("How far it was checked", choices=STATUSES)
    source: str = key(SOURCE)
    recruiting: Literal["yes", "no", "not known"] = key("Is it recruiting, as last read?")
    design: str = key("Design", "")
    control: str = key("What it is compared with", "")
    primary_outcome: str = key("Primary outcome", "")
    endpoint: str = key("The endpoint of the library that is its primary outcome", "")
    regimen: str = key("Transplant regimen, in words", "")
    planned: int | None = key("People planned", None, low=0)
    first_planned: int | None = key("People planned at first, where that was changed", None, low=0)
    reached: int | None = key("People reached", None, low=0)
    results: str = key("What is known of results", "none")
    as_of: str = key("The date of the record read", "")


@dataclass(frozen=True)
class Study:
    """One study of the library, or a file of a user.

    What its own file says of overlaps is a part: the graph of all files is `studies.overlap`'s.
    """

    name: str = key("Short name: the name of the file", example='"halt-ms"')
    title: str = key("Name as it stands on pages", example='"HALT-MS 2017, United States"')
    citation: str = key("Authors, year and journal, as far as read")
    kind: Kind = key("What kind of study it is")
    year: int | None = key("Year of publication; none where nothing is published", None, low=1980, high=2100)
    country: str = key("Country or countries", "")
    phase: str = key("Phase of a trial", "")
    doi: str = key("DOI, where it was read", "", example='"10.1212/WNL.0000000000003660"')
    doi_status: str = key("How far the DOI was checked", "")
    pmid: str = key("PubMed's number", "")
    registry: str = key("Number in a registry of trials", "")
    courses: Said | None = key("Courses of MS of its people", None)
    years: Years | None = key("From when to when people were treated", None)
    note: str = key("What else is to be known", "")
    overlaps: tuple[Overlap, ...] = key("Studies with some of the same people", ())
    arms: tuple[Arm, ...] = key("Groups of people", ())
    definitions: tuple[Definition, ...] = key("What its outcomes meant", ())
    numbers: tuple[Number, ...] = key("What was printed", ())
    conflicts: tuple[Conflict, ...] = key("What sources print differently", ())
    risk_of_bias: tuple[Judgement, ...] = key("What was judged of its results", ())
    trial: Trial | None = key("Where a registered trial stands", None)

    def arm(self, name: str) -> Arm | None:
        """One of its arms; None when there is none of that name."""
        return next((one for one in self.arms if one.name == name), None)

    def number(self, what: str, arm: str = "", **like: object) -> Number | None:
        """The first showable number of one thing of one arm whose other fields are as asked; None without one."""
        for one in self.numbers:
            fits = all(getattr(one, field) == value for field, value in like.items())
            if one.what == what and one.arm == arm and one.is_showable and fits:
                return one
        return None

    def people(self, arm: str = "") -> int | None:
        """How many people an arm has; None where no source says so in print."""
        found = self.number("people", arm, course="", among="")
        return None if found is None or found.value is None else round(found.value)
