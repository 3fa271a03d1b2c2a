"""How many people with MS an invented hospital treats: by the people of its catchment, and by who is sent to a centre.

The catchments are known, and so is who looks after eyes, children or cancer and gives no MS medicine. How many of the
people near a hospital it treats itself is made up, and the rest go to the nearest MS centre: centres are large because
their neighbours are small.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from remission.library.catalogue import table
from remission.simulation.stock.trusts import Flags, Floats

# Persons with MS among the people of England (Public Health England 2020: 105,800, of 56 million), and the share of
# them on a therapy in 2019, made up: surveys say 40 to 56 % of those who could have one.
MS_PER_PERSON, ON_THERAPY = 105_800 / 56.0e6, 0.42
# What a trust of an unknown catchment has, as many as one in the middle.
MIDDLING = 350_000
# A hospital that is no centre treats this much of the people near it, from the least to the most.
KEEPS = (0.10, 0.70)


@dataclass(frozen=True)
class _Size:
    """A trust as the library knows it: `people` of its catchment, what it is special in, and how it is a centre."""

    code: str
    people: int | None
    special: str
    ms_centre: Literal["", "listed", "general knowledge"]


@dataclass(frozen=True)
class _Place:
    code: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True)
class Hospitals:
    """What is known of some trusts, arrays of shape (trusts,): people expected on a therapy, and what they are.

    `special` are hospitals of other diseases, without an MS service; `known` are those of which anything is known, for
    only of them is the rest decided by what is known. `nearest` is the place of the nearest centre among them.
    """

    expected: Floats
    centre: Flags
    special: Flags
    known: Flags
    nearest: Floats

    @classmethod
    def of(cls, trusts: tuple[str, ...]) -> Hospitals:
        """Of these trusts; a code in no table is known by nothing."""
        sizes = {row.code: row for row in table("places/trust_sizes", _Size)}
        rows = [sizes.get(code) for code in trusts]
        people = np.array([MIDDLING if row is None or row.people is None else row.people for row in rows], np.float64)
        centre = np.array([row is not None and bool(row.ms_centre) for row in rows], dtype=bool)
        other = np.array([row is not None and row.special not in ("", "neurology") for row in rows], dtype=bool)
        known = np.array([row is not None for row in rows], dtype=bool)
        return cls(people * MS_PER_PERSON * ON_THERAPY, centre, other, known, _nearest(trusts, centre))

    def sizes(self, keeps: Floats, service: Flags) -> Floats:
        """People that each treats, where it keeps a part of those near it and sends the others on; shape (trusts,).

        keeps: uniform draws. Without any centre everybody keeps all.
        """
        part = np.where(service, KEEPS[0] + (KEEPS[1] - KEEPS[0]) * keeps, 0.0)
        part = np.where(self.centre, 1.0, part)
        # Hospitals of other diseases have no people with MS of their own: those near them are near another one too.
        own = np.where(self.special | ~self.known, 0.0, self.expected)
        if not self.centre.any():
            return np.where(service, own, 0.0)
        treated = own * part
        np.add.at(treated, self.nearest.astype(np.int64), own * (1 - part))
        return treated


def _nearest(trusts: tuple[str, ...], centre: Flags) -> Floats:
    """The place of the nearest centre of each trust; of one whose place is unknown the first."""
    where = {row.code: (row.latitude, row.longitude) for row in table("places/organisations", _Place)}
    points = [where.get(code, (None, None)) for code in trusts]
    at = np.array([[np.nan if part is None else part for part in point] for point in points]).reshape(-1, 2)
    places = np.flatnonzero(centre)
    if not places.size:
        return np.zeros(len(trusts))
    # A degree of longitude is some 0.6 of one of latitude in England: near enough to tell which centre is nearest.
    off = (at[:, None, :] - at[None, places, :]) * np.array([1.0, 0.6])
    far = np.where(np.isnan(off).any(axis=-1), np.inf, np.hypot(off[..., 0], off[..., 1]))
    found: Floats = places[far.argmin(axis=1)].astype(np.float64)
    return found
