"""SDTM-like datasets written from plain rows, and random studies whose tables are known."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import strategies as st

from remission.cdisc.dataset_json import write_dataset_json
from remission.cdisc.datasets import Dataset
from remission.cdisc.transport import write_transport

Row = dict[str, Any]
FORMATS = ("xpt5", "xpt8", "json", "ndjson")
ZERO = date(2020, 2, 28)
# In the order of the mapping: the first that a visit has gives the row its name.
TESTS = {
    "edss": ("QS", "EDSS0101"),
    "fs_pyramidal": ("QS", "KFSS101"),
    "fs_cerebellar": ("QS", "KFSS102"),
    "fs_visual": ("QS", "KFSS106"),
    "t25fw_seconds": ("FT", "T25FW101"),
    "nhpt_dominant_seconds": ("FT", "NHPT0101"),
    "nhpt_other_seconds": ("FT", "NHPT0101"),
    "sdmt_correct": ("FT", "SDMT0101"),
}
LESIONS = {"new_t2": "NEWT2", "enlarging_t2": "ENLT2", "gd_lesions": "GDLES"}
HAND = {"nhpt_dominant_seconds": "DOMINANT HAND", "nhpt_other_seconds": "NON-DOMINANT HAND"}
SEVERITIES = ("mild", "moderate", "severe")
RECOVERIES = {
    "full": "RECOVERED/RESOLVED",
    "partial": "RECOVERED/RESOLVED WITH SEQUELAE",
    "none": "NOT RECOVERED/NOT RESOLVED",
}
ENDS = {"completed": "COMPLETED", "lost": "LOST TO FOLLOW-UP", "withdrew": "ADVERSE EVENT"}


def write_folder(folder: Path, domains: dict[str, list[Row]], form: str = "json") -> Path:
    """The domains as one file each; a column has a value in some row, numbers are numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in domains.items():
        columns = dict.fromkeys(key for row in rows for key in row)
        frame = pl.DataFrame({key: [row.get(key) for row in rows] for key in columns}, strict=False)
        frame = frame.with_columns(pl.col(key).cast(pl.String) for key, kind in frame.schema.items() if kind == pl.Null)
        dataset = Dataset(name.upper(), "", frame)
        if form.startswith("xpt"):
            write_transport(dataset, folder / f"{name.lower()}.xpt", 5 if form == "xpt5" else 8)
        else:
            write_dataset_json(dataset, folder / f"{name.lower()}.{form}", study="T")
    return folder


@dataclass
class Study:
    """Rows of SDTM domains, and the rows of the tables that they are."""

    dated: bool
    domains: dict[str, list[Row]] = field(default_factory=lambda: {"DM": []})
    tables: dict[str, list[Row]] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)

    def when(
        self, subject: str, day: int | None, prefix: str, *, known: bool = True, by_study_day: bool = False
    ) -> Row:
        """A date or a study day as SDTM has it; the latest of a subject is remembered."""
        if day is None:
            return {}
        if known:
            self.last[subject] = max(self.last.get(subject, day), day)
        study_day = day + 1 if day >= 0 else day
        if not self.dated or by_study_day:
            return {f"{prefix}DY": study_day}
        return {f"{prefix}DTC": (ZERO + timedelta(days=day)).isoformat() + "T10:30" * (day % 2)}

    def add(self, domain: str, subject: str, row: Row) -> str:
        """Add a row to a domain; returns the name that it gives a row of a table."""
        rows = self.domains.setdefault(domain, [])
        seq = 1 + sum(one["USUBJID"] == subject for one in rows)
        rows.append({"STUDYID": "T", "DOMAIN": domain, "USUBJID": subject, f"{domain}SEQ": seq, **row})
        return f"{domain}.{seq}:{subject}"


@st.composite
def studies(draw: st.DrawFn) -> Study:
    """A study of a few subjects with visits, relapses, scans, adverse events and therapies."""
    study = Study(draw(st.booleans()))
    for number in range(draw(st.integers(1, 3))):
        subject = f"T-{number}"
        _visits(draw, study, subject)
        _relapses(draw, study, subject)
        _scans(draw, study, subject)
        _adverse_events(draw, study, subject)
        _treatments(draw, study, subject)
        _subject(draw, study, subject)
    return study


def _days(draw: st.DrawFn, most: int) -> list[int]:
    return sorted(draw(st.sets(st.integers(-60, 900), max_size=most)))


def _visits(draw: st.DrawFn, study: Study, subject: str) -> None:
    for day in _days(draw, 3):
        values = {
            "edss": draw(st.none() | st.sampled_from([0.0, 1.0, 2.5, 6.0, 10.0])),
            "fs_pyramidal": draw(st.none() | st.integers(0, 6)),
            "fs_cerebellar": draw(st.none() | st.integers(0, 5)),
            "fs_visual": draw(st.none() | st.integers(0, 6)),
            "t25fw_seconds": draw(st.none() | st.integers(8, 700).map(lambda n: n / 4)),
            "nhpt_dominant_seconds": draw(st.none() | st.integers(40, 1100).map(lambda n: n / 4)),
            "nhpt_other_seconds": draw(st.none() | st.integers(40, 1100).map(lambda n: n / 4)),
            "sdmt_correct": draw(st.none() | st.integers(0, 110)),
        }
        values = {name: value for name, value in values.items() if value is not None}
        by_study_day = draw(st.booleans())
        names = []
        for name, value in values.items():
            domain, code = TESTS[name]
            trials = [value - 0.25, value + 0.25] if name.endswith("_seconds") else [value]
            for trial, result in enumerate(trials, 1):
                row = {f"{domain}TESTCD": code, f"{domain}STRESN": float(result), f"{domain}STRESC": f"{result:g}"}
                row |= study.when(subject, day, domain, by_study_day=by_study_day)
                if len(trials) > 1:
                    row |= {"FTREPNUM": trial, "FTSTRESU": "sec", "FTSCAT": HAND.get(name)}
                names.append(study.add(domain, subject, row))
        if names:
            _expect(study, "visits", {"subject_id": subject, "row_id": names[0], "day": day, **values})


def _expect(study: Study, table: str, row: Row) -> None:
    study.tables.setdefault(table, []).append(row)


def _relapses(draw: st.DrawFn, study: Study, subject: str) -> None:
    for day in _days(draw, 2):
        end = draw(st.none() | st.integers(0, 30).map(lambda n, day=day: day + n))
        severity, recovery = (
            draw(st.none() | st.sampled_from(SEVERITIES)),
            draw(st.none() | st.sampled_from([*RECOVERIES])),
        )
        row = {"CETERM": "Relapse", "CESEV": severity and severity.upper(), "CEOUT": recovery and RECOVERIES[recovery]}
        row |= study.when(subject, day, "CEST") | study.when(subject, end, "CEEN")
        name = study.add("CE", subject, row)
        _expect(
            study,
            "relapses",
            {
                "subject_id": subject,
                "row_id": name,
                "day": day,
                "end_day": end,
                "severity": severity,
                "recovery": recovery,
            },
        )
    if draw(st.booleans()):
        study.add(
            "CE", subject, {"CETERM": "Headache", "CEDECOD": "HEADACHE", **study.when(subject, 3, "CEST", known=False)}
        )


def _scans(draw: st.DrawFn, study: Study, subject: str) -> None:
    for day in _days(draw, 2):
        counts = {name: draw(st.none() | st.integers(0, 9)) for name in LESIONS}
        counts = {name: count for name, count in counts.items() if count is not None}
        names = []
        for name, count in counts.items():
            row = {"MOTESTCD": LESIONS[name], "MOSTRESN": float(count), "MOLOC": "BRAIN"}
            names.append(study.add("MO", subject, row | study.when(subject, day, "MO")))
        if not names or draw(st.booleans()):
            names.append(
                study.add("PR", subject, {"PRTRT": "MRI", "PRLOC": "BRAIN", **study.when(subject, day, "PRST")})
            )
        _expect(study, "scans", {"subject_id": subject, "row_id": names[0], "day": day, "region": "brain", **counts})


def _adverse_events(draw: st.DrawFn, study: Study, subject: str) -> None:
    for day in _days(draw, 2):
        grade, serious = draw(st.none() | st.integers(1, 4)), draw(st.none() | st.sampled_from(["yes", "no"]))
        severity = draw(st.none() | st.sampled_from(["mild", "moderate", "severe"]))
        row = {"AETERM": "fever", "AETOXGR": grade and str(grade), "AESER": serious and serious[0].upper()}
        row["AESEV"] = severity and severity.upper()
        name = study.add("AE", subject, row | study.when(subject, day, "AEST"))
        _expect(
            study,
            "adverse_events",
            {
                "subject_id": subject,
                "row_id": name,
                "day": day,
                "term": "fever",
                "ctcae_grade": grade,
                "severity": severity,
                "serious": serious,
            },
        )


def _treatments(draw: st.DrawFn, study: Study, subject: str) -> None:
    """Monthly infusions, with a pause of a year after the third: two periods."""
    doses = draw(st.integers(0, 5))
    starts = [28 * dose + (365 if dose > 2 else 0) for dose in range(doses)]
    names = [study.add("EX", subject, {"EXTRT": "TYSABRI", **_span(study, subject, day)}) for day in starts]
    for first, last in ((0, min(doses, 3)), (3, doses)):
        if last > first:
            period = {"start_day": starts[first], "end_day": starts[last - 1], "therapy": "natalizumab"}
            _expect(study, "treatments", {"subject_id": subject, "row_id": names[first], **period})


def _span(study: Study, subject: str, day: int) -> Row:
    return study.when(subject, day, "EXST") | study.when(subject, day, "EXEN")


def _subject(draw: st.DrawFn, study: Study, subject: str) -> None:
    reason = draw(st.none() | st.sampled_from([*ENDS]))
    if reason is not None:
        row = {"DSCAT": "DISPOSITION EVENT", "DSDECOD": ENDS[reason], **study.when(subject, 950, "DSST")}
        study.add("DS", subject, row)
    # Where nobody has a date of day zero, days are study days, which is another study.
    entered = draw(st.booleans()) or not study.dated or not study.domains["DM"]
    sex = draw(st.sampled_from(["F", "M"]))
    dm = {"STUDYID": "T", "DOMAIN": "DM", "USUBJID": subject, "SITEID": "07", "COUNTRY": "ITA", "SEX": sex}
    dm |= {"AGE": 40.0, "AGEU": "YEARS", "ARM": "Drug"}
    if study.dated and entered:
        dm["RFSTDTC"] = ZERO.isoformat()
        study.last[subject] = max(study.last.get(subject, 0), 0)
    study.domains["DM"].append(dm)
    if not entered:
        _forget(study, subject)
    _expect(
        study,
        "subjects",
        {
            "subject_id": subject,
            "study": "T",
            "arm": "Drug",
            "centre": "07",
            "country": "ITA",
            "sex": {"F": "female", "M": "male"}[sex],
            "age_years": 40.0,
            "entered": "yes" if entered else "no",
            "not_entered_reason": None if entered else "no day zero",
            "last_day": study.last.get(subject) if entered else None,
            "end_reason": reason if entered else None,
        },
    )


def _forget(study: Study, subject: str) -> None:
    """Who did not enter has no rows here: their days could not be counted from anything."""
    for domain in [*study.domains]:
        if domain != "DM":
            study.domains[domain] = [row for row in study.domains[domain] if row["USUBJID"] != subject]
            if not study.domains[domain]:
                del study.domains[domain]
    for table in [*study.tables]:
        study.tables[table] = [row for row in study.tables[table] if row["subject_id"] != subject]
