"""What invented hospitals issue is what the library knows by name, and invented codes are none that exist."""

import csv
import re
from pathlib import Path

import numpy as np
import pytest

from remission.library.catalogue import LIBRARY
from remission.simulation.disease import generator
from remission.simulation.stock.plan import MANY, poisson
from remission.simulation.stock.supply import UNITS, USES, Line, check_digit, other_medicines, supply_lines
from remission.simulation.stock.world import FILLER_IN_USE

with Path(LIBRARY, "products.csv").open(encoding="utf-8", newline="") as opened:
    PRODUCTS = tuple(csv.DictReader(opened))
with Path(LIBRARY, "places", "scmd_units.csv").open(encoding="utf-8", newline="") as opened:
    LISTED_UNITS = {row["name"]: row["identifier"] for row in csv.DictReader(opened)}

LINES = supply_lines()
FILLER = other_medicines()


def _matches(line: Line) -> list[dict[str, str]]:
    return [row for row in PRODUCTS if re.search(row["pattern"], line.name, re.IGNORECASE)]


def _of(kind: str) -> list[Line]:
    return [line for line in LINES if line.kind == kind]


@pytest.mark.parametrize("line", [*_of("ms"), *_of("start")], ids=lambda line: line.name[:40])
def test_an_ms_product_is_one_of_the_library_with_the_same_factor(line: Line) -> None:
    (row,) = _matches(line)
    assert row["therapy"] == line.therapy
    assert row["ms"] in ("yes", "ambiguous")
    assert row["use"] in {"ms": ("maintenance", "course"), "start": ("titration", "both")}[line.kind]
    assert float(row["udfs_size"] or 1) == line.udfs_size
    assert float(row["units_per_patient_year"] or 0) == pytest.approx(line.units_per_year, rel=0.005)


@pytest.mark.parametrize("line", _of("apart"), ids=lambda line: line.name[:40])
def test_what_belongs_to_other_diseases_is_apart_in_the_library(line: Line) -> None:
    (row,) = _matches(line)
    assert row["ms"] == "no"


def test_the_near_name_and_the_filler_match_nothing() -> None:
    patterns = [re.compile(row["pattern"], re.IGNORECASE) for row in PRODUCTS]
    names = [line.name for line in (*_of("near"), *FILLER)]
    assert [name for name in names if any(pattern.search(name) for pattern in patterns)] == []
    assert len(_of("near")) == 1


def test_names_and_codes_are_each_of_one_product() -> None:
    everything = (*LINES, *FILLER)
    assert len({line.name for line in everything}) == len({line.code for line in everything}) == len(everything)


def test_every_code_has_the_right_check_digit_and_one_wrong_digit_is_noticed() -> None:
    for line in (*LINES, *FILLER[::97]):
        assert check_digit(line.code[:-1]) == line.code[-1]
    code = "36030311000001108"
    wrong = [code[:place] + str((int(code[place]) + 1) % 10) + code[place + 1 :] for place in range(len(code))]
    assert all(check_digit(one[:-1]) != one[-1] for one in wrong)


def test_units_are_those_of_the_list_of_units() -> None:
    assert {name: LISTED_UNITS[name] for name in UNITS} == UNITS


def test_every_therapy_has_a_line_that_counts_in_years() -> None:
    assert {line.therapy for line in _of("ms") if line.units_per_year} == {use.therapy for use in USES}


def test_the_filler_in_use_is_a_prime_number_of_products() -> None:
    assert len(FILLER) >= FILLER_IN_USE
    assert all(FILLER_IN_USE % divisor for divisor in range(2, int(FILLER_IN_USE**0.5) + 1))


@pytest.mark.parametrize("mean", [0.05, 1.0, 12.0, MANY, 400.0])
def test_counts_have_the_mean_and_variance_of_poisson_ones(mean: float) -> None:
    counts = poisson(generator(1, 0).random(40_000), np.full(40_000, mean))
    assert abs(counts.mean() - mean) < 5 * (mean / 40_000) ** 0.5
    assert counts.var() == pytest.approx(mean, rel=0.05)
