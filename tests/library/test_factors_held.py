"""What a year of treatment takes is worked out again from the dose: amounts by weight here, units in the table.

The schedules below were typed from the leaflets that the table names, as doses by weight and days between them; the
table holds units a year. The two meet through the strength of a unit and nothing else, and no code of the product is
needed. How much a unit holds is read off the pattern of its name.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pytest

from remission.library.catalogue import LIBRARY

Row = Mapping[str, str]
YEAR = 365.25
MICROGRAM = 0.001


class Dose(NamedTuple):
    """Milligrams at a time, times in `days`; longest and shortest days where leaflets or practice allow others."""

    mg: float
    times: float = 1
    days: float = 1
    longest: float = 0

    def mg_a_year(self, days: float) -> float:
        return self.mg * self.times * YEAR / days


# Of twice a year and monthly doses the leaflets say months, so the year is divided and not the days.
HALF_A_YEAR, MONTH = YEAR / 2, YEAR / 12
DOSES = {
    "avonex": Dose(30 * MICROGRAM, 1, 7),
    "rebif-22": Dose(22 * MICROGRAM, 3, 7),
    "rebif-44": Dose(44 * MICROGRAM, 3, 7),
    "interferon-beta-1b": Dose(300 * MICROGRAM, 1, 2),  # a vial, of which 250 micrograms are drawn
    "plegridy": Dose(125 * MICROGRAM, 1, 14),
    "glatiramer-20": Dose(20),
    "glatiramer-40": Dose(40, 3, 7),
    "dimethyl-fumarate-240": Dose(240, 2),
    "diroximel-fumarate": Dose(462, 2),
    "teriflunomide-7": Dose(7),
    "teriflunomide-14": Dose(14),
    "fingolimod-250": Dose(0.25),
    "fingolimod-500": Dose(0.5),
    "siponimod-250mcg": Dose(1),
    "siponimod-1mg": Dose(1),
    "siponimod-2mg": Dose(2),
    "ponesimod-20": Dose(20),
    "daclizumab": Dose(150, 1, MONTH),
    "ofatumumab-20": Dose(20, 1, MONTH),
    "natalizumab-300-infusion": Dose(300, 1, 28, longest=42),
    "natalizumab-150-syringe": Dose(300, 1, 28, longest=42),
    "ublituximab-150": Dose(450, 1, 24 * 7),
    "ocrelizumab-300-infusion": Dose(600, 1, HALF_A_YEAR),
    "ocrelizumab-920-injection": Dose(920, 1, HALF_A_YEAR),
}
# Cartridges of two strengths, each of three doses three times a week, so that strength says nothing.
BY_COUNT = {"rebif-cartridge": 3 * YEAR / 7 / 3}
# Days of 12 mg in the first and in the second year; low, mean and high.
ALEMTUZUMAB = (3, (5 + 3) / 2, 5)
# Tablets of 10 mg in one of two years of 1.75 mg/kg: the leaflet's table rounds up to whole tablets at each weight.
CLADRIBINE = {75: 14, 95: 17}
CLADRIBINE_FOUR_YEARS = 28 / 4
COURSES = {"alemtuzumab-12", "cladribine-tablet"}
NEAR = 0.006  # the table rounds to two places


def table() -> dict[str, Row]:
    with (LIBRARY / "products.csv").open(encoding="utf-8", newline="") as opened:
        return {row["product"]: row for row in csv.DictReader(opened)}


def counted(rows: Mapping[str, Row]) -> dict[str, Row]:
    return {name: row for name, row in rows.items() if row["ms"] == "yes" and row["use"] != "titration"}


def strength_mg(row: Row) -> float:
    amount, unit = row["strength"].split()
    return float(amount) * {"mg": 1.0, "micrograms": MICROGRAM}[unit]


def wrong_factors(rows: Mapping[str, Row]) -> Iterator[str]:
    """Products whose units a year, fewest or most, do not follow from the dose."""
    for name, dose in DOSES.items():
        row, unit = rows[name], strength_mg(rows[name])
        year, fewest = (dose.mg_a_year(days) / unit for days in (dose.days, dose.longest or dose.days))
        for column, expected in (("units_per_patient_year", year), ("units_low", fewest), ("units_high", year)):
            if abs(float(row[column]) - expected) > NEAR:
                yield f"{name}: {column} is {row[column]}, by the dose {expected:.2f}"
    for name, expected in BY_COUNT.items():
        if abs(float(rows[name]["units_per_patient_year"]) - expected) > NEAR:
            yield f"{name}: {rows[name]['units_per_patient_year']}, by the dose {expected:.2f}"


def wrong_sizes(rows: Mapping[str, Row]) -> Iterator[str]:
    """Products that hold another volume than their name says; what is counted in pieces holds one."""
    for name, row in counted(rows).items():
        volume = re.search(r"/(\d+)(?:\\\.(\d+))?ml", row["pattern"])
        expected = float(f"{volume[1]}.{volume[2] or 0}") if volume else 1.0
        unit = "ml" if volume or row["form"].startswith("1 ml") else row["form"].split()[0]
        if (float(row["udfs_size"]), row["udfs_unit"]) != (expected, unit):
            yield f"{name}: {row['udfs_size']} {row['udfs_unit']}, by its name {expected:g} {unit}"


def wrong_strengths(rows: Mapping[str, Row]) -> Iterator[str]:
    """Products whose strength is not that of their name, where the name gives it by weight."""
    for name, row in counted(rows).items():
        found = re.findall(r"(\d+)(mg|\\s\?micrograms)", row["pattern"])
        named = {float(amount) * (1 if unit == "mg" else MICROGRAM) for amount, unit in found}
        said = {strength_mg({"strength": f"{one} {row['strength'].split()[-1]}"}) for one in _amounts(row["strength"])}
        if named and named != said:
            yield f"{name}: {row['strength']}, by its name {sorted(named)} mg"


def _amounts(strength: str) -> list[str]:
    """Both of "66 or 132 micrograms"."""
    return re.findall(r"\d+(?:\.\d+)?", strength)


def planted(name: str, **values: str) -> dict[str, Row]:
    """The table with something else said of one product."""
    rows = table()
    return rows | {name: {**rows[name], **values}}


def test_units_a_year_follow_from_the_dose_and_the_strength() -> None:
    assert list(wrong_factors(table())) == []


def test_every_counted_product_is_worked_out() -> None:
    assert set(counted(table())) == {*DOSES, *BY_COUNT, *COURSES}


def test_what_a_unit_holds_is_what_its_name_says() -> None:
    assert list(wrong_sizes(table())) == []
    assert list(wrong_strengths(table())) == []


def test_courses_are_counted_by_the_year_in_which_they_are_given() -> None:
    columns = ("units_low", "units_per_patient_year", "units_high")
    alemtuzumab, cladribine = (tuple(float(table()[name][one]) for one in columns) for name in sorted(COURSES))
    assert alemtuzumab == ALEMTUZUMAB
    assert cladribine == (CLADRIBINE_FOUR_YEARS, CLADRIBINE[75], CLADRIBINE[95])
    for weight, tablets in CLADRIBINE.items():
        assert 0 <= tablets - 1.75 * weight / 10 < 1


@pytest.mark.parametrize(
    ("name", "column", "value", "said"),
    [
        ("natalizumab-300-infusion", "units_per_patient_year", "12", "is 12, by the dose 13.04"),
        ("ocrelizumab-300-infusion", "units_per_patient_year", "2", "is 2, by the dose 4.00"),
        ("natalizumab-150-syringe", "units_low", "26.09", "units_low is 26.09, by the dose 17.39"),
        ("glatiramer-40", "strength", "20 mg", "is 156.54, by the dose 313.07"),
        ("rebif-cartridge", "units_per_patient_year", "156.54", "156.54, by the dose 52.18"),
    ],
)
def test_a_wrong_factor_is_noticed(name: str, column: str, value: str, said: str) -> None:
    assert said in " ".join(wrong_factors(planted(name, **{column: value})))


def test_a_wrong_size_is_noticed() -> None:
    assert list(wrong_sizes(planted("natalizumab-300-infusion", udfs_size="10"))) == [
        "natalizumab-300-infusion: 10 ml, by its name 15 ml"
    ]
    assert list(wrong_strengths(planted("siponimod-2mg", strength="1 mg"))) == [
        "siponimod-2mg: 1 mg, by its name [2.0] mg"
    ]
