"""Covariates and strata as readers name them: which columns may be asked for, and each person's value of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from remission.inputs.problems import InputProblems, Problem
from remission.records.checks.absence import advise_absence, looks_absent
from remission.records.files.texts import trimmed
from remission.records.schema import ON_DAY_ZERO
from remission.report.models.baseline_edss import BASELINE_EDSS, BaselineEdss, without_scores

if TYPE_CHECKING:
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort

# Each value of a text but one is a column of the model: more of them are strata, or something that was not meant.
MOST_LEVELS = 12
DAYS_A_YEAR = 365.25
# Numbers of the subjects table that are known on day zero, with what one unit of them is.
NUMBERS = {"age_years": ("Age on day zero", "year"), "onset_day": ("Years since the first symptom", "year")}
ADJUST, STRATA, SUBGROUPS = "--adjust", "--strata", "--subgroups"
# Of a text of many values: how many an option takes, and what to do.
MANY = {
    ADJUST: (f"at most {MOST_LEVELS} to adjust for", f"Name it in {STRATA}, or leave it out."),
    SUBGROUPS: (f"at most {MOST_LEVELS} to compare within", f"Leave it out of {SUBGROUPS}."),
}


@dataclass(frozen=True)
class Asking:
    """Which columns a model is to hold alike, to have strata of, to compare (`by`), and to compare within."""

    cohort: Cohort
    adjust: tuple[str, ...]
    strata: tuple[str, ...]
    by: str | None
    subgroups: tuple[str, ...] = ()

    def check(self) -> None:
        """InputProblems with everything that is wrong with what was asked."""
        found = [*self._of_each(ADJUST, self.adjust), *self._of_each(STRATA, self.strata)]
        found += self._of_each(SUBGROUPS, self.subgroups)
        both = [name for name in dict.fromkeys(self.adjust) if name in self.strata]
        found += [
            _problem(name, f"it in both {ADJUST} and {STRATA}", "one of them", "Name it in one of them.")
            for name in both
        ]
        if problems := list(dict.fromkeys(found)):
            raise InputProblems(problems)

    @property
    def allowed(self) -> str:
        """The columns that can be asked for, in words."""
        names = [name for name in self.cohort.subjects.columns if _known_on_day_zero(name) and name != self.by]
        return ", ".join([*names, *([BASELINE_EDSS] if self.cohort.collected("visits") else [])])

    def is_number(self, name: str) -> bool:
        """Does the column go into a model as it is?"""
        return name == BASELINE_EDSS or self.cohort.subjects.schema[name].is_numeric()

    def _of_each(self, option: str, names: Sequence[str]) -> Iterator[Problem]:
        for name in dict.fromkeys(names):
            if name == self.by:
                do = f"Leave it out of {option}."
                yield _problem(name, f"the groups in {option}", "columns that are not compared", do)
            elif why := self._unknown(name):
                yield _problem(name, why, self.allowed, f"Choose another column for {option}.")
            elif name != BASELINE_EDSS:
                yield from self._of_values(option, name)
            elif problem := without_scores(self.cohort):
                yield problem

    def _unknown(self, name: str) -> str | None:
        if name == BASELINE_EDSS or (_known_on_day_zero(name) and name in self.cohort.subjects.columns):
            return None
        there = name in self.cohort.subjects.columns
        return f"'{name}', which is not known as of day zero" if there else f"no column '{name}'"

    def _of_values(self, option: str, name: str) -> Iterator[Problem]:
        do = f"Choose another column for {option}."
        if not self.cohort.subjects[name].count():
            yield _problem(name, "no value in anybody", "a column with values", do)
        elif option == SUBGROUPS and self.cohort.subjects[name].drop_nulls().n_unique() == 1:
            yield _problem(name, "one value in everybody", "a column that differs between people", do)
        elif not self.is_number(name):
            yield from self._of_texts(option, name)
        elif self.cohort.subjects[name].is_infinite().any():
            yield _problem(name, "infinity", "numbers", "Correct it, or leave it empty.")
        elif option == STRATA and self.cohort.subjects.schema[name].is_float():
            yield _problem(name, "a number with fractions", "columns of few values", f"Name it in {ADJUST}.")

    def _of_texts(self, option: str, name: str) -> Iterator[Problem]:
        values = texts_of(self.cohort, name).drop_nulls()
        unclear = values.to_frame().filter(looks_absent(pl.col(name)))[name]
        if self.cohort.manifest.missing is None and unclear.len():
            text = unclear[0]
            yield _problem(name, text, "a value, or none", advise_absence(text), private=True)
        if option in MANY and (many := values.n_unique()) > MOST_LEVELS:
            yield _problem(name, f"{many} different values", *MANY[option])


def _known_on_day_zero(name: str) -> bool:
    return name in ON_DAY_ZERO or name in NUMBERS or name.startswith("x_")


def _problem(name: str, found: str, allowed: str, do: str, *, private: bool = False) -> Problem:
    return Problem.at_key("subjects", name, found=found, allowed=allowed, do=do, private=private)


def texts_of(cohort: Cohort, name: str) -> pl.Series:
    """The values of a column as texts, in the order of the subjects table; blank is null."""
    # Trimmed here too, for a cohort may have been made in memory.
    text = trimmed(pl.col(name).cast(pl.String))
    return cohort.subjects.select(pl.when(text != "").then(text).alias(name))[name]


def covariate_values(asking: Asking, outcome: Outcome, name: str) -> tuple[pl.DataFrame, str]:
    """Columns subject_id and `name` of everybody who has a value, as number or text; and what must be said of it."""
    if name == BASELINE_EDSS:
        found = BaselineEdss.of(outcome, asking.cohort)
        return found.scores, found.said
    subjects = asking.cohort.subjects
    if not asking.is_number(name):
        return pl.DataFrame([subjects["subject_id"], texts_of(asking.cohort, name)]).drop_nulls(), ""
    # A day of long ago is read in years: for one day more a ratio is 1.00 whatever it is.
    column = -pl.col(name) / DAYS_A_YEAR if name == "onset_day" else pl.col(name)
    return subjects.select("subject_id", column.cast(pl.Float64).alias(name)).drop_nulls().drop_nans(), ""


def number_label(cohort: Cohort, name: str) -> str:
    """What a ratio is per, of a covariate that is a number.

    >>> from remission.outcomes.load import load_cohort
    >>> number_label(load_cohort("halt-ms"), "age_years")
    'Age on day zero, per year'
    """
    if name == BASELINE_EDSS:
        return "EDSS at baseline, per point"
    if name in NUMBERS:
        words, unit = NUMBERS[name]
        return f"{words}, per {unit}"
    return f"{meaning_of(cohort, name) or plain_words(name)}, per unit"


def meaning_of(cohort: Cohort, name: str) -> str:
    """What a covariate means by the words of cohort.toml; nothing where these do not say."""
    return next((one.meaning for one in cohort.manifest.covariates if one.name == name), "")


def plain_words(name: str) -> str:
    """The name of a column as words.

    >>> plain_words("x_prior_therapy"), plain_words("centre")
    ('Prior therapy', 'Centre')
    """
    words = name.removeprefix("x_").replace("_", " ")
    return words[:1].upper() + words[1:]
