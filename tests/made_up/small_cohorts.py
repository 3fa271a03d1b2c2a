"""Small good cohorts as texts, which a test breaks in one place."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from remission.inputs.problems import Problem
from remission.records.cohort import Cohort
from remission.records.files.folder import check_cohort, load_cohort

THERAPIES = ("hsct", "interferon beta-1b", "natalizumab", "ocrelizumab")

MANIFEST = """\
name = "small"
title = "A small cohort"
kind = "simulated"
day_zero = "treatment start"
time = "days"
collected = ["subjects", "visits", "relapses", "scans", "treatments", "adverse_events"]
licence = "MIT"
data_cut = 1000

[covariates.x_nfl]
type = "number"
measured_day = "x_nfl_day"
"""
SUBJECTS = """\
subject_id,arm,sex,age_years,course,entered,last_day,end_reason,death_day,x_nfl,x_nfl_day
S1,a,female,40,RRMS,yes,400,completed,,8.5,-3
S2,b,male,31.5,SPMS,yes,200,died,200,,
S3,,other,,,no,,,,,
"""
VISITS = """\
subject_id,row_id,day,edss,edss_absent,rater
S1,V1,-10,2.0,,clinician
S1,V2,90,,declined,clinician
S1,V3,380,3.5,,
S2,V4,0,6,,self
S2,V5,180,0,,other
"""
RELAPSES = """\
subject_id,row_id,day,end_day,severity
S1,R1,50,60,mild
S2,R2,20,,
"""
SCANS = """\
subject_id,row_id,day,region,new_t2,gd_lesions
S1,M1,0,brain,0,1
S1,M2,360,both,2,
"""
TREATMENTS = """\
subject_id,row_id,therapy,start_day,end_day,ongoing
S1,T1,hsct,0,,no
S2,T2,natalizumab,-50,10,no
"""
ADVERSE_EVENTS = """\
subject_id,row_id,day,term,ctcae_grade,fatal
S1,A1,5,"fever, with neutropenia",3,no
S2,A2,200,sepsis,5,yes
"""


@dataclass
class Folder:
    """The files of a cohort by name, to be changed and then checked or loaded."""

    path: Path
    files: dict[str, bytes]

    def write(self) -> Path:
        self.path.mkdir(parents=True, exist_ok=True)
        for name, content in self.files.items():
            (self.path / name).write_bytes(content)
        return self.path

    def replace(self, file: str, old: str, new: str) -> Folder:
        text = self.files[file].decode()
        assert text.count(old) == 1, f"{old!r} must stand once in {file}"
        self.files[file] = text.replace(old, new).encode()
        return self

    def cell(self, file: str, row: int, column: str, value: str) -> Folder:
        """Put a value into a cell; the header is row 1."""
        rows = list(csv.reader(io.StringIO(self.files[file].decode())))
        rows[row - 1][rows[0].index(column)] = value
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        self.files[file] = out.getvalue().encode()
        return self

    def problems(self) -> tuple[Problem, ...]:
        return check_cohort(self.write(), therapies=THERAPIES)

    def report(self) -> list[str]:
        return [("" if problem.severity == "error" else "warning: ") + str(problem) for problem in self.problems()]

    def load(self) -> Cohort:
        return load_cohort(self.write(), therapies=THERAPIES)


TABLES = {
    "subjects.csv": SUBJECTS,
    "visits.csv": VISITS,
    "relapses.csv": RELAPSES,
    "scans.csv": SCANS,
    "treatments.csv": TREATMENTS,
    "adverse_events.csv": ADVERSE_EVENTS,
}


def small_cohort(path: Path) -> Folder:
    """A good cohort of days: a treated one, one who died, and one who did not enter."""
    texts = {"cohort.toml": MANIFEST, **TABLES}
    return Folder(path / "cohort", {name: text.encode() for name, text in texts.items()})


def dated_cohort(path: Path) -> Folder:
    """A good cohort of dates, some of them partial."""
    texts = {
        "cohort.toml": 'name = "dated"\ntitle = "D"\nkind = "simulated"\nday_zero = "registration"\ntime = "dates"\n'
        'collected = ["subjects", "visits", "relapses"]\nlicence = "MIT"\ndata_cut = 2022-01-01\n'
        'partial_dates = "middle"\n',
        "subjects.csv": "subject_id,age_years,onset_day,entered,last_day,end_reason,death_day,day_zero_date\n"
        "S1,40,2015,yes,2021-12-01,cut-off,,2020-01-01\nS2,50,,yes,2021-06,died,2021-06,2021-01-01\nS3,,,no,,,,\n",
        "visits.csv": "subject_id,row_id,day,edss\nS1,V1,2020-01-31,2\nS2,V2,2021-03-01,3\n",
        "relapses.csv": "subject_id,row_id,day,end_day\nS1,R1,2020-05,2020-06-01\nS1,R2,2021,\n",
    }
    return Folder(path / "dated", {name: text.encode() for name, text in texts.items()})
