"""Every cell of the tables of facts that may be shown is in the library with its status, and nothing from memory is.

The tables lie beside a working copy and not in it: without them nothing is compared.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from remission.studies.load import load_studies
from remission.studies.study import Number, Study

FACTS = Path(__file__).parents[2] / "../shared/facts/evidence"
SHOWN = {"verified", "secondary", "derived"}

# Rows of the table of series by study and year: the file, and the arm where there are several.
SERIES = {
    "Fassas 1997": "fassas-1997", "Kozak 2001": "kozak-2001", "Mancardi 2001": "mancardi-2001",
    "Nash 2003": "nash-2003",
    "Burt 2003": "burt-2003", "Saiz 2004": "saiz-2004", "Saccardi 2005": "saccardi-2005",
    "Capello 2005": "capello-2005",
    "Samijn 2006": "samijn-2006", "Hamerschlak BEAM arm 2010": "hamerschlak-2010/BEAM and horse ATG",
    "Hamerschlak Cy arm 2010": "hamerschlak-2010/cyclophosphamide and rabbit ATG", "Shevchenko 2012": "shevchenko-2012",
    "Burman 2014": "burman-2014", "Burt 2015": "burt-2015", "Atkins 2016": "atkins-2016",
    "HALT-MS (Nash) 2017": "halt-ms", "Muraro EBMT/CIBMTR 2017": "muraro-2017", "Moore 2019": "moore-2019",
    "MIST HSCT arm 2019": "mist/HSCT", "Ruiz-Arguelles 2019": "ruiz-arguelles-2019",
    "Fedorenko RRMS 2021": "fedorenko-2021",
    "Boffa Italian 2021": "boffa-2021", "Burt 2021": "burt-2021", "Melnichenko Pirogov 2022": "melnichenko-2022",
    "Silfverberg Sweden 2023": "silfverberg-2023", "Silfverberg BEAM 2024": "silfverberg-2024/BEAM and ATG",
    "Silfverberg Cy 2024": "silfverberg-2024/cyclophosphamide and ATG", "UK BSBMTCT 2025": "uk-2025",
    "Single centre SAGE 2026": "single-centre-2026", "META Sormani 2017": "sormani-2017/", "META Ge 2019": "ge-2019/",
    "META Zhang 2020": "review-2020/", "META Nabizadeh 2022": "nabizadeh-2022/", "Krasulova 2010": "krasulova-2010",
    "Shevchenko (update) 2015": "shevchenko-2015", "Shevchenko (cooperative group) 2008": "shevchenko-2008",
    "Kvistad Norway 2020": "kvistad-2020", "Kvistad Norway long-term 2024": "kvistad-2024",
    "Nicholas London 2021": "nicholas-2021", "Fischbach Germany 2026": "fischbach-2026",
    "Braun Hamburg aHSCT arm 2025": "braun-2025/aHSCT", "Haussler Hamburg 2021": "haussler-2021/aHSCT",
    "Boffa Genoa aHSCT arm 2020": "boffa-2020/aHSCT", "Boffa Italian active SPMS 2023": "boffa-2023/AHSCT",
    "HSCT v alemtuzumab cohort (PMID 37949024) 2023": "hsct-alemtuzumab-2023/HSCT",
    "Kalincik MSBase v fingolimod 2023": "kalincik-2023/AHSCT matched to fingolimod",
    "Kalincik MSBase v natalizumab 2023": "kalincik-2023/AHSCT matched to natalizumab",
    "Kalincik MSBase v ocrelizumab 2023": "kalincik-2023/AHSCT matched to ocrelizumab",
    "ASTIMS HSCT arm 2015": "astims/HSCT",
}  # fmt: skip
# Worked out anew: (122 x 85.5 + 88 x 71.0) / 210 is 79.4.
MENDED = {("boffa-2021", "pfs5_pct"): 79.4}
# What is printed is the share that progressed, and the share without is 100 less; of HALT-MS the abstract was read.
OTHERWISE = {
    ("sormani-2017", "pfs2_pct"): "derived", ("sormani-2017", "pfs5_pct"): "derived",
    ("halt-ms", "median_fu_years"): "verified", ("halt-ms", "pfs5_pct"): "verified",
}  # fmt: skip
TRIALS = {
    "Copolymer 1": "copolymer-1", "OPERA I+II pooled": "opera-pooled", "CAMMS223 pooled doses": "camms223-pooled",
    "TEMSO+TOWER pooled": "temso-tower-pooled", "SUNBEAM+RADIANCE pooled": "sunbeam-radiance-pooled",
    "CombiRx extension (to 7 y)": "combirx-extension",
}  # fmt: skip


def rows(name: str) -> list[dict[str, str]]:
    if not (FACTS / name).is_file():
        pytest.skip("the tables of facts lie elsewhere")
    with (FACTS / name).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def of(row: dict[str, str]) -> tuple[Study, str]:
    name, _, arm = SERIES[f"{row['study']} {row['year']}"].partition("/")
    study = load_studies().of_name(name)
    return study, arm if "/" in SERIES[f"{row['study']} {row['year']}"] else study.arms[0].name


def found(study: Study, what: tuple[str, ...], arm: str, months: float | None = None) -> Iterator[Number]:
    for one in study.numbers:
        if one.what in what and one.arm == arm and not one.course and not one.among and months in (None, one.months):
            yield one


# A summary by somebody else, and sums of arms: less than the table says.
LESS_SURE = {("asclepios-ii", "arr_treat"), ("asclepios-ii", "arr_comp")}
LESS_SURE |= {("asclepios-pooled", "n_treat"), ("asclepios-pooled", "n_comp")}
CELLS = {
    "n": (("people",), None), "rrms_pct": (("relapsing-remitting",), None), "median_fu_years": (("follow-up",), None),
    "trm_deaths": (("transplant-deaths",), None), "pfs2_pct": (("progression-free",), 24.0),
    "pfs5_pct": (("progression-free",), 60.0), "neda2_pct": (("neda", "event-free"), 24.0),
    "neda5_pct": (("neda", "event-free"), 60.0),
}  # fmt: skip


def test_every_cell_of_the_series_that_may_be_shown_is_here_with_its_status() -> None:
    compared: Counter[str] = Counter()
    for row in rows("hsct_studies.csv"):
        study, arm = of(row)
        status = dict(cell.split("=") for cell in row["cell_status"].split(";"))
        for cell, (what, months) in CELLS.items():
            here = list(found(study, what, arm, months))
            if status.get(cell) not in SHOWN:
                assert here == [] or status.get(cell) == "not found", (study.name, cell)
                continue
            expected = MENDED.get((study.name, cell), float(row[cell])) if row[cell] else None
            values = {one.events if cell == "trm_deaths" else one.value for one in here}
            if expected is not None:
                assert expected in values, (study.name, cell, expected, values)
                expected_status = OTHERWISE.get((study.name, cell), status[cell])
                assert expected_status in {one.status for one in here}, (
                    study.name,
                    cell,
                    status[cell],
                    {one.status for one in here},
                )
                compared[cell] += 1
    assert compared["n"] == 48
    assert compared["trm_deaths"] == 31
    assert sum(compared.values()) > 150


def test_deaths_are_of_those_the_table_says() -> None:
    for row in rows("hsct_studies.csv"):
        study, arm = of(row)
        for one in found(study, ("transplant-deaths",), arm):
            if study.arms:
                assert (one.events, one.denominator) == (int(row["trm_deaths"]), int(row["trm_n"])), study.name


COLUMNS = {
    "n_treat": "people", "n_comp": "people", "arr_treat": "relapse-rate", "arr_comp": "relapse-rate",
    "rate_ratio": "ratio", "cdp12_hr": "progression-12w-hazard-ratio", "cdp24_hr": "hazard",
    "neda_treat_pct": "neda", "neda_comp_pct": "neda",
}  # fmt: skip
ALSO = {
    "ratio": ("relapse-rate-ratio", "relapse-risk-ratio", "new-t2-rate-ratio"),
    "hazard": ("progression-24w-hazard-ratio", "progression-hazard-ratio"),
}
ENDS = {"rate_ratio": "rr", "cdp12_hr": "cdp12", "cdp24_hr": "cdp24", "arr_treat": "arr_treat", "arr_comp": "arr_comp"}


def test_every_cell_of_the_trials_that_may_be_shown_is_here_and_none_from_memory() -> None:
    compared: Counter[str] = Counter()
    for row in rows("efficacy.csv"):
        name = TRIALS.get(row["trial"], row["trial"].lower().replace(" ", "-"))
        study = load_studies().of_name(name)
        memory = set(row["memory_fields"].split(";"))
        for cell, what in COLUMNS.items():
            if row[cell] in ("", "not found"):
                continue
            here = [
                one for one in study.numbers if one.what in ALSO.get(what, (what,)) and one.value == float(row[cell])
            ]
            assert bool(here) != (cell in memory), (name, cell, row[cell])
            told = [name for name in ("secondary", "derived") if cell in row[f"{name}_fields"].split(";")]
            if here and (name, cell) not in LESS_SURE:
                # A number whose interval is less sure than itself has the status of its interval, and says so.
                alone = {"verified" for one in here if one.note.startswith("the number alone is verified")}
                assert (told or ["verified"])[0] in {one.status for one in here} | alone, (name, cell)
            ends = [row.get(f"{ENDS.get(cell)}_{end}", "") for end in ("lo", "hi")]
            if here and "" not in ends and "not found" not in ends:
                known = f"{ENDS[cell]}_lo" not in memory
                intervals = {(one.low, one.high) for one in here}
                assert ((float(ends[0]), float(ends[1])) in intervals) == known, (name, cell, ends, intervals)
            compared[cell] += 1
    assert sum(compared.values()) > 250


def test_progressive_trials_are_here_with_their_ratios() -> None:
    for row in rows("progressive_trials.csv"):
        study = load_studies().of_name(row["trial"].lower())
        values = {(one.value, one.low) for one in study.numbers}
        for cell in ("treat_pct", "comp_pct", "hr"):
            if row[cell]:
                assert float(row[cell]) in {value for value, _ in values}, (study.name, cell)
        if row["lo"]:
            assert (float(row["hr"]), float(row["lo"])) in values, study.name


def test_registered_trials_are_here_with_their_numbers() -> None:
    found = {one.registry: one.trial for one in load_studies().every if one.trial}
    for row in rows("hsct_trials_status.csv"):
        trial = found.get(row["registry"]) or load_studies().of_name("astims").trial
        assert trial is not None, row["trial"]
        reached = None if row["n_reached"] == "not found" else int(row["n_reached"])
        assert trial.reached == reached, row["trial"]
        planned = row["n_planned"].rpartition(" ")[2]
        assert trial.planned == (None if row["n_planned"] == "not found" else int(planned)), row["trial"]


def test_no_sentence_of_the_library_tells_how_it_was_gathered() -> None:
    for path in (Path(load_studies.__code__.co_filename).parents[1] / "library/studies").glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        assert not any(word in text for word in ("memory", "index id", "sibling note", "/work", ".csv", "’", "“")), (
            path.name
        )
