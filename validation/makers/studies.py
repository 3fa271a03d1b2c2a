"""Studies to be pooled: 200 invented sets with and without zeros, more with errors of every size, three public ones."""

from __future__ import annotations

import math
import random

from makers.tables import Tables, table

# Trials of BCG vaccine: who had tuberculosis and who had not of the vaccinated, the same of the others, year, latitude.
# Colditz et al. 1994, doi:10.1001/jama.1994.03510330076038, as in metadat's dat.bcg.
BCG = (
    (4, 119, 11, 128, 1948, 44),
    (6, 300, 29, 274, 1949, 55),
    (3, 228, 11, 209, 1960, 42),
    (62, 13536, 248, 12619, 1977, 52),
    (33, 5036, 47, 5761, 1973, 13),
    (180, 1361, 372, 1079, 1953, 44),
    (8, 2537, 10, 619, 1973, 19),
    (505, 87886, 499, 87892, 1980, 13),
    (29, 7470, 45, 7232, 1968, 27),
    (17, 1699, 65, 1600, 1961, 42),
    (186, 50448, 141, 27197, 1974, 18),
    (5, 2493, 3, 2338, 1969, 33),
    (27, 16886, 29, 17825, 1976, 33),
)

# Placebo arms of trials of progressive MS: people who worsened (from printed percentages), people, year.
# Nicholas et al. 2019, doi:10.1177/1352458518794063.
PLACEBO = (
    (23, 50, 1990), (199, 274, 1990), (16, 55, 1991), (16, 20, 1991), (12, 56, 1991), (12, 21, 1992), (11, 18, 1994),
    (15, 29, 1995), (172, 358, 1998), (109, 205, 2001), (74, 219, 2002), (14, 64, 2002), (9, 20, 2003),
    (61, 178, 2004), (70, 159, 2004), (86, 308, 2004), (9, 16, 2006), (72, 115, 2007), (101, 316, 2007),
    (57, 147, 2009), (16, 37, 2009), (89, 305, 2011), (7, 22, 2013), (46, 164, 2013), (38, 70, 2014),
    (209, 487, 2016), (76, 244, 2016), (67, 449, 2018),
)  # fmt: skip

# Deaths from transplantation in 19 cohorts without a person in two of them, as far as known; people, year.
MORTALITY = (
    (0, 15, 1997), (1, 26, 2003), (0, 21, 2003), (0, 14, 2004), (0, 14, 2006), (3, 21, 2010), (0, 20, 2010),
    (1, 24, 2016), (0, 24, 2017), (0, 35, 2019), (0, 617, 2019), (0, 258, 2021), (3, 210, 2021), (1, 507, 2021),
    (0, 174, 2023), (5, 364, 2025), (0, 26, 2010), (0, 30, 2020), (1, 109, 2026),
)  # fmt: skip

SETS, SETS_OF_ERRORS = 200, 40


def _counts(rng: random.Random, number: int) -> list[tuple[int, int, float, int, str]]:
    """Events of so many people in so many person-years, and a year; every third set is of a rare event."""
    k = rng.randint(3, 24)
    middle, spread = rng.uniform(-6, -3) if number % 3 == 0 else rng.uniform(-3, 1), rng.uniform(0, 1.6)
    rows = []
    for _ in range(k):
        total = round(math.exp(rng.uniform(math.log(8), math.log(600))))
        share = 1 / (1 + math.exp(-rng.gauss(middle, spread)))
        events = sum(rng.random() < share for _ in range(total))
        rows.append((events, total, round(total * rng.uniform(0.5, 6), 1), rng.randint(1995, 2025), rng.choice("ab")))
    # A set without any event, or with nothing else, is asked in tests: R has no answer.
    if not any(row[0] for row in rows):
        rows[0] = (1, *rows[0][1:])
    if all(row[0] == row[1] for row in rows):
        rows[0] = (rows[0][1] - 1, *rows[0][1:])
    return rows


def _errors(rng: random.Random, number: int) -> list[tuple[float, float]]:
    """Effects and variances: all errors near one size, from 0.0001 to 100; in every fourth set of all sizes."""
    k, size = rng.randint(3, 20), 10.0 ** rng.choice((-4, -2, 0, 2))
    rows = []
    for _ in range(k):
        error = 10.0 ** rng.uniform(-4, 1) if number % 4 == 3 else size * rng.uniform(0.5, 2)
        effect = rng.gauss(0.3 * size, size * rng.choice((0.0, 0.5, 2.0))) + rng.gauss(0, error)
        rows.append((float(f"{effect:.9g}"), float(f"{error**2:.9g}")))
    return rows


def tables() -> Tables:
    """Each set from a seed of its own, all sets of a kind in one table."""
    counts = [(at, *row) for at in range(1, SETS + 1) for row in _counts(random.Random(1000 + at), at)]
    errors = [(at, *row) for at in range(1, SETS_OF_ERRORS + 1) for row in _errors(random.Random(5000 + at), at)]
    return {
        "pooling/sets": table(("set", "events", "total", "person_years", "year", "kind"), counts),
        "pooling/errors": table(("set", "effect", "variance"), errors),
        "pooling/bcg": table(("with", "without", "others_with", "others_without", "year", "latitude"), BCG),
        "pooling/placebo": table(("events", "total", "year"), PLACEBO),
        "pooling/mortality": table(("events", "total", "year"), MORTALITY),
    }
