"""A made-up map for tests: every cell of the geography, invented values, every kind of absence."""

from __future__ import annotations

from datetime import date

import numpy as np

from made_up.atlas import MEASURES
from remission.atlas.map.scale import scale_of
from remission.atlas.map.shown import MapShown
from remission.places.areas import ENGLAND
from remission.places.geography import load_geography
from remission.stats.estimates import Estimates

WORDS = MEASURES[0]
INTERVALS = "Intervals: 95\u00a0%, from month-to-month variation and the range of units a year."
REASONS = ("not visible here", "not reported", "not used here", "too little issued", "not estimable")


def codes() -> list[str]:
    """Trusts that have a cell."""
    return sorted(cell.code for cell in load_geography().cells if cell.publishes)


def boards() -> list[str]:
    """Boards that have a cell."""
    return sorted(cell.code for cell in load_geography().cells if not cell.publishes)


def days(last: date, window: int) -> dict[str, int]:
    """The window that ends with the month of `last`."""
    start = last.year * 12 + last.month - window
    end = last.year * 12 + last.month
    first_day, next_day = (date(at // 12, at % 12 + 1, 1) for at in (start, end))
    return {"from_day": (first_day - date(1970, 1, 1)).days, "to_day": (next_day - date(1970, 1, 1)).days - 1}


def rows(last: date = date(2024, 12, 1), window: int = 12, *, seed: int = 5) -> list[dict[str, object]]:
    """One estimate a trust and ICB; about a fifth of the trusts have none, for every reason."""
    chance = np.random.default_rng(seed)
    made: list[dict[str, object]] = []
    areas = [one.code for one in load_geography().layout(last.isoformat())]
    levels = dict.fromkeys(areas, "icb") | {ENGLAND: "nation"}
    for at, code in enumerate([*codes(), *areas, ENGLAND]):
        value, size = float(chance.beta(4, 4)), float(np.exp(chance.normal(4.5, 1)))
        made.append({"what": WORDS.name, "study": "atlas", "group": code, **days(last, window),
                     "population": levels.get(code, "trust"), "value": value, "low": value * 0.9,
                     "high": value + (1 - value) * 0.1, "level": 0.95,
                     "unit": "proportion", "method": WORDS.method, "numerator": value * size, "denominator": size,
                     "standing": "synthetic"})  # fmt: skip
        if at % 5 == 3:
            reason = REASONS[at // 5 % len(REASONS)]
            # Where a part is hidden, bounds may hold all the same.
            low, high = (0.1, 0.9) if reason == "not visible here" else (None, None)
            made[-1] |= {"value": None, "low": low, "high": high, "absent_reason": reason}
    return made


def volumes(seed: int = 5) -> dict[str, float]:
    """Patient-years by trust."""
    chance = np.random.default_rng(seed)
    return {code: round(float(np.exp(chance.normal(4.5, 1.1))), 1) for code in codes()}


def shown(**changes: object) -> MapShown:
    """The whole made-up map, some parts of it changed."""
    made = rows()
    rng = np.random.default_rng(3)
    names = {code: f"Hospital {code}" for code in codes()} | {code: f"Board {code}" for code in boards()}
    names |= {str(row["group"]): f"Area {row['group']}" for row in made if row["group"] not in names}
    kept: dict[str, object] = {
        "words": WORDS,
        "estimates": Estimates.of(made),
        "scale": scale_of([row["value"] for row in made], "proportion"),  # type: ignore[misc]
        "names": names,
        "points": {code: (float(rng.uniform(50.6, 54.5)), float(rng.uniform(-2.6, 0.2))) for code in codes()},
        "volumes": volumes(),
        "largest": max(volumes().values()),
        "intervals": INTERVALS,
        "pages": frozenset(codes()),
    }
    return MapShown(**(kept | changes))  # type: ignore[arg-type]
