"""Areas as sums of trusts: care boards, regions and England, each with its members on a day and its people."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

if TYPE_CHECKING:
    from remission.places.organisations import Level, Organisations

Floats = NDArray[np.float64]

ENGLAND = "E92000001"
# Until then there were 42 care boards, and each has a published population.
LAST_OF_42 = date(2026, 3, 31)
# A board that kept its code when its boundary grew on 1 April 2026 has another at the statistics office since.
GSS_SINCE = {"E54000067": "QRL"}


@dataclass(frozen=True, eq=False)
class Areas:
    """Areas of one level (icb, region, nation): their codes, the trusts in each, and people where known (else NaN)."""

    codes: tuple[str, ...]
    members: tuple[frozenset[str], ...]
    population: tuple[float, ...] = ()

    def matrix(self, trusts: Sequence[str]) -> Floats:
        """1 where a trust is in an area, shape (areas, trusts)."""
        inside = [trust in members for members in self.members for trust in trusts]
        return np.array(inside, dtype=np.float64).reshape(len(self.codes), len(trusts))


def areas_of(organisations: Organisations, trusts: Sequence[str], on: date) -> Mapping[str, Areas]:
    """Areas of each level on a day, by level: icb, region, nation. Every trust counts for England.

    A trust of a care board that was split may belong to none since; its region is that of before.

    >>> from remission.places.organisations import load_organisations
    >>> areas = areas_of(load_organisations(), ("RJ1",), date(2025, 1, 1))
    >>> [len(areas[level].codes) for level in ("icb", "region", "nation")]
    [42, 7, 1]
    """
    # Of the last day on which every board had a published population: England's people are their sum.
    everybody = math.fsum(_people(organisations, tuple(organisations.nodes_of("icb", LAST_OF_42)["code"]), LAST_OF_42))
    england = Areas((ENGLAND,), (frozenset(trusts),), (everybody,))
    return {level: _areas(organisations, level, trusts, on) for level in ("icb", "region")} | {"nation": england}


def code_of_gss(organisations: Organisations) -> Mapping[str, str]:
    """Our code of an area by its code at the Office for National Statistics, which changes with a boundary.

    >>> from remission.places.organisations import load_organisations
    >>> code_of_gss(load_organisations())["E54000067"]
    'QRL'
    """
    known = organisations.nodes.select("gss_code", "code").drop_nulls()
    return {str(gss): str(code) for gss, code in known.iter_rows()} | GSS_SINCE


def _areas(organisations: Organisations, level: Level, trusts: Sequence[str], on: date) -> Areas:
    parents = dict(organisations.parents(level, on).iter_rows())
    # Where a trust's board is not known since the split, its region still is: regions did not change then.
    if level == "region":
        parents = dict(organisations.parents(level, LAST_OF_42).iter_rows()) | parents
    codes = tuple(organisations.nodes_of(level, on)["code"])
    members = tuple(frozenset(trust for trust in trusts if parents.get(trust) == code) for code in codes)
    return Areas(codes, members, _people(organisations, codes, on))


def _people(organisations: Organisations, codes: Sequence[str], on: date) -> tuple[float, ...]:
    """Persons in each area, not known where its area grew by a part of another after they were counted."""
    part = organisations.successions.filter(pl.col("takes_total") == "no", pl.col("date") <= on)
    counted = organisations.nodes.filter(~pl.col("code").is_in(part["successor"].to_list()))
    known = dict(counted.select("code", "population").drop_nulls().iter_rows())
    return tuple(float(known.get(code, math.nan)) for code in codes)
