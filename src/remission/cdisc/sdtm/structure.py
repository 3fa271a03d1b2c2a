"""What is wrong with SDTM datasets as datasets, all of it at once, before anything is mapped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from remission.cdisc.sdtm.source import FARTHEST_DAY, is_dated, number_of, text_of
from remission.cdisc.sdtm.subjects import FOLLOWED
from remission.inputs.problems import Problem, shown
from remission.records.checks.names import Stranger

if TYPE_CHECKING:
    from remission.cdisc.datasets import Dataset
    from remission.cdisc.sdtm.mapping import SdtmMapping

SHOWN = 50


def check_structure(
    frames: Mapping[str, pl.DataFrame], mapping: SdtmMapping, day_zero: str, datasets: Sequence[Dataset]
) -> Iterator[Problem]:
    """What is wrong with the datasets as datasets: files, variables, keys, subjects, day zero."""
    if "DM" not in frames:
        what, advice = "no DM dataset", "Add DM: it names the subjects."
        yield Problem.of_file("dm.xpt", found=what, allowed="the demographics dataset", do=advice)
    for dataset in datasets:
        if dataset.domain in mapping.domains:
            yield from _missing_variables(dataset, mapping)
    for domain in mapping.domains:
        if domain in frames:
            yield from _keys(frames[domain], domain)
    if "DM" not in frames or "USUBJID" not in frames["DM"].columns:
        return
    dm = frames["DM"]
    again = dm.filter(pl.col("subject").is_duplicated() & pl.col("subject").is_not_null())
    yield from _rows(again, "USUBJID", text_of(dm, "USUBJID"), "each subject once", "Keep one row a subject.")
    advise = Stranger(dm["subject"], "DM")
    for domain in mapping.domains[1:]:
        if domain in frames:
            strangers = frames[domain].filter(
                pl.col("subject").is_not_null() & ~pl.col("subject").is_in(dm["subject"].implode())
            )
            yield from _rows(strangers, "USUBJID", pl.col("subject"), "a USUBJID of DM", advise)
    for domain, pairs in FOLLOWED.items():
        names = [study_day for _, study_day in pairs] + (["DTHDY"] if domain == "DM" else [])
        # Those of a mapped domain are asked with its keys.
        if domain in frames and (domain == "DM" or domain not in mapping.domains):
            for name in names:
                yield from _study_days(frames[domain], name)
    yield from _day_zero_problems(frames, day_zero)


def _day_zero_problems(frames: Mapping[str, pl.DataFrame], day_zero: str) -> Iterator[Problem]:
    if is_dated(frames, day_zero) or day_zero == "RFSTDTC":
        return
    what = f"no date in {day_zero}"
    advice = "Name another variable; without any date only RFSTDTC can be day zero, for study days count from it."
    yield Problem.at_key(
        frames["DM"]["file"][0] if frames["DM"].height else "DM", day_zero, found=what, allowed="dates", do=advice
    )


def _missing_variables(dataset: Dataset, mapping: SdtmMapping) -> Iterator[Problem]:
    have, domain = {name.upper() for name in dataset.frame.columns}, dataset.domain
    wanted: list[tuple[str, ...]] = [("USUBJID",)]
    if domain != "DM":
        wanted.append((f"{domain}SEQ",))
    if any(domain in test.domains for test in mapping.test):
        wanted += [(f"{domain}TESTCD",), (f"{domain}STRESN", f"{domain}STRESC"), (f"{domain}DTC", f"{domain}DY")]
    for record in mapping.record:
        if record.domain == domain:
            wanted.append((record.days[0].date, record.days[0].study_day))
    for names in wanted:
        if not have & set(names):
            known = " or ".join(names)
            yield Problem.at_key(
                dataset.file, known, found="no such variable", allowed="a required variable", do="Add it."
            )


def _keys(frame: pl.DataFrame, domain: str) -> Iterator[Problem]:
    """Subjects and sequence numbers: there, whole, and each pair once."""
    name = f"{domain}SEQ"
    if "USUBJID" in frame.columns:
        nobody = frame.filter(pl.col("subject").is_null())
        yield from _rows(nobody, "USUBJID", pl.lit("nothing"), "a subject", "Fill the cell.")
    if domain == "DM" or name not in frame.columns:
        return
    # From 2 ** 53 on a double cannot tell two neighbours apart: two rows would have one name.
    whole = (number_of(frame, name) % 1 == 0) & number_of(frame, name).is_between(0, 2**53, closed="left")
    broken = frame.filter(~whole.fill_null(False))
    yield from _rows(broken, name, text_of(frame, name), "a whole number", "Give every row its sequence number.")
    again = frame.filter(whole.fill_null(False) & pl.struct("subject", "seq").is_duplicated())
    advice = "Give each row of a subject its own number, in split datasets too."
    yield from _rows(again, name, pl.col("seq").cast(pl.String), f"each {name} once a subject", advice)
    for suffix in ("STRESN", "DY", "STDY", "ENDY"):
        variable = f"{domain}{suffix}"
        if variable in frame.columns and frame.schema[variable] == pl.String:
            texts = frame.filter(pl.col(variable).is_not_null() & number_of(frame, variable).is_null())
            yield from _rows(texts, variable, text_of(frame, variable), "a number", "Correct the value.")
        if variable in frame.columns and suffix != "STRESN":
            yield from _study_days(frame, variable)


def _study_days(frame: pl.DataFrame, variable: str) -> Iterator[Problem]:
    """Numbers that count no days: a part of one would be cut off, and one too far away has no date."""
    day = number_of(frame, variable)
    # SDTM has no study day 0: a program that counts from 0 is a day off, and nobody can tell on which side.
    broken = frame.filter((day % 1 != 0) | (day == 0) | (day.abs() > FARTHEST_DAY))
    allowed = f"whole days other than 0, at most {FARTHEST_DAY:,}"
    yield from _rows(broken, variable, text_of(frame, variable), allowed, "Correct the study day.")


def _rows(
    broken: pl.DataFrame, column: str, found: pl.Expr, allowed: str, advice: str | Callable[[str], str]
) -> Iterator[Problem]:
    chosen = broken.select("file", "file_row", found.fill_null("nothing").alias("found"))
    for place, (file, row, value) in enumerate(chosen.head(SHOWN).iter_rows(), 1):
        more = max(chosen.height - SHOWN, 0) if place == SHOWN else 0
        do = advice if isinstance(advice, str) else advice(str(value))
        yield Problem.at_row(file, row, column, found=shown(str(value)), allowed=allowed, do=do, more=more)
