"""Why a measure has no value: not reported, not visible, not used, too little issued; nothing of it is ever a zero."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from remission.supply.measures.amounts import Asked, Flags, Floats, amounts_of, has_products, weights

if TYPE_CHECKING:
    from remission.supply.measures.kinds import Amounts, Found

NOT_VISIBLE, NOT_REPORTED, NOT_USED = "not visible here", "not reported", "not used here"
TOO_LITTLE, NOT_ESTIMABLE = "too little issued", "not estimable"

# Hidden supply of more than this part of all supply leaves no value to state, only bounds.
MOST_HIDDEN = 0.20
# An area has a value where at least this share of its trust-months can be seen, by the weight of the trusts ...
LEAST_SEEN = 0.80
# ... and where no trust of this part of it or more is silent all through the window.
LARGEST_SILENT = 0.20
# A window has a value where at least this share of its months was reported.
LEAST_REPORTED = 2 / 3
ROUNDING = 1e-9


def absent_reasons(asked: Asked, amounts: Amounts, found: Found) -> NDArray[np.object_]:
    """Why there is no value, the first that holds; None where there is one."""
    reported, part = amounts.reported_throughout, _hidden_part(amounts)
    nothing, hides = (np.nan_to_num(amounts.part[0]) == 0).all(axis=-1), _hides(asked)
    # Nothing seen of what may be hidden is no zero, however little it may be.
    unseen = (part > MOST_HIDDEN) | (nothing & hides)
    # Of a share of what is seen nothing is hidden, but who is silent is missing from it all the same.
    if asked.areas is not None:
        unseen |= _little_seen(asked)
    # An area needs only some report here, for `_little_seen` weighs what is missing of it. Written as "not at least",
    # so that NaN is missing too.
    missing = ~(reported >= LEAST_REPORTED) if asked.areas is None else ~(reported > 0)
    # What is not used anywhere is known to be none, whatever else is hidden.
    flags = [missing, _unused(asked), unseen, _too_little(asked, amounts), nothing & _no_such_product(asked)]
    words = [NOT_REPORTED, NOT_USED, NOT_VISIBLE, TOO_LITTLE, NOT_USED]
    reasons = np.full(reported.shape, None, dtype=object)
    reasons[np.isnan(found.value)] = NOT_ESTIMABLE
    # Painted from the last to the first, so that the first that holds is what stays.
    for flag, word in reversed(list(zip(flags, words, strict=True))):
        reasons[flag] = word
    reasons[np.isnan(reported)] = NOT_ESTIMABLE  # an area without a trust that issues MS medicines
    return reasons


def _little_seen(asked: Asked) -> Flags:
    """Where too little of an area's trust-months can be seen (reported, little hidden), or a large trust is silent."""
    weight, (hidden, reported) = weights(asked), _of_trusts(asked)
    seen = (weight * np.where(hidden <= MOST_HIDDEN, reported, 0.0)).sum(axis=1)
    # A mean would not notice it: one large trust that is silent makes an area of its small ones.
    silent = (weight * (reported == 0)).max(axis=1, initial=0.0)
    # Shares of weights add up to 1 only as far as rounding goes.
    little: Flags = (seen < LEAST_SEEN - ROUNDING) | (silent >= LARGEST_SILENT - ROUNDING)
    return little


def _of_trusts(asked: Asked) -> tuple[Floats, Floats]:
    """Of each trust the most that is hidden, as a part of all supply, and the share of months reported."""
    # Diversity has no part and rest of which something could be hidden; its share is that of the same medicines.
    measure = asked.measure if asked.measure.kind != "diversity" else replace(asked.measure, kind="share")
    # Boards, regions and the nation ask for the same trusts.
    key = "hidden and reported", measure, asked.window
    if key not in asked.monthly.kept:
        amounts = amounts_of(replace(asked, level="trust", measure=measure))
        asked.monthly.kept[key] = _hidden_part(amounts), amounts.reported_throughout
    return asked.monthly.kept[key]  # type: ignore[return-value]


def _hidden_part(amounts: Amounts) -> Floats:
    """The most that is hidden in months that are not visible, as a part of all supply: 1 where nothing bounds it."""
    # Growth rests on two windows: it is as hidden as the worse of them.
    if amounts.earlier is not None:
        return np.maximum(_hidden_part(replace(amounts, earlier=None)), _hidden_part(amounts.earlier))
    supply = np.maximum(amounts.supply, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.where(np.isinf(amounts.unseen), 1.0, amounts.unseen / (supply + amounts.unseen))
    # Nothing seen and nothing hidden is 0 by 0, and hides nothing.
    return np.where(amounts.unseen > 0, part, 0.0)


def _unused(asked: Asked) -> Flags:
    """Where coverage says of every therapy counted, trust and reported month that it is not used."""
    therapies = has_products(asked, asked.chosen(asked.measure.numerator))
    # An unreported month cannot contradict: the others of the window decide.
    not_used = asked.monthly.coverage.are("not used")[:, therapies].all(axis=1) | ~asked.monthly.reported
    by_trust: Flags = np.asarray(asked.window.of(not_used).all(axis=-1), dtype=bool)
    if asked.areas is None:
        return by_trust
    matrix = asked.areas.matrix(asked.monthly.codes)
    return np.asarray((matrix @ (~by_trust).astype(np.float64)) == 0, dtype=bool)


def _no_such_product(asked: Asked) -> Flags:
    """Where the products are a form of their own (syringes, starting packs) and not all that there is of a therapy."""
    counted = asked.chosen(asked.measure.numerator)
    therapies = {one.therapy for one, yes in zip(asked.monthly.medicines, counted, strict=True) if yes}
    # A trust that uses a therapy need not use its syringes: none of a form is a zero, and no silence.
    form = counted.sum() < sum(one.therapy in therapies for one in asked.monthly.medicines)
    return np.full((len(asked.groups), len(asked.window.ends)), form, dtype=bool)


def _hides(asked: Asked) -> Flags:
    """Where something of what is counted may be hidden in some month, however little, shape (groups, ends)."""
    counted = has_products(asked, asked.chosen(asked.measure.numerator))
    by_trust = asked.window.of(np.asarray(asked.monthly.hidden[:, counted].any(axis=1))).any(axis=-1)
    if asked.areas is None:
        return np.asarray(by_trust, dtype=bool)
    return np.asarray(asked.areas.matrix(asked.monthly.codes) @ by_trust.astype(np.float64) > 0, dtype=bool)


def _too_little(asked: Asked, amounts: Amounts) -> Flags:
    least = asked.measure.least_patient_years
    # `supply` is a year's; the least is of the window that was asked for.
    supply = amounts.supply * asked.window.months / 12
    if amounts.earlier is not None:
        supply = np.maximum(supply, amounts.earlier.supply * asked.window.months / 12)
    # Starts are counted in packs, for which a least number of patient-years means nothing.
    too_little: Flags = ~(supply >= least)
    return too_little if asked.measure.kind != "starts" else np.zeros_like(too_little)
