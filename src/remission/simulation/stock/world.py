"""One invented world of hospitals drawn from a seed, and the rows of each of its months at each age of the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from remission.simulation.disease import generator
from remission.simulation.stock.files import Names
from remission.simulation.stock.hospitals import Hospitals
from remission.simulation.stock.plan import Plan, draw_plan, draw_supply, line_rates, people_on, shown
from remission.simulation.stock.supply import USES, Line, other_medicines, supply_lines
from remission.simulation.stock.troubles import Products, Rows, draw_submissions, early_version, sent_only, troubled
from remission.simulation.stock.trusts import Floats, Ints, Sites, acute_trusts, mergers_of, sites_of

FILLER_IN_USE = 8563  # a prime, so that strides through the filler never come twice to one product
ISSUED_IN_A_MONTH = 0.92  # of the filler on a trust's list
SIZES = (2.0, 0.5)  # of hubs and of others, for what is no MS medicine
FOR_GOOD = 99  # the age in months of a file that is not corrected any more


@dataclass(frozen=True)
class ScmdOptions:
    """What to invent. `trusts` empty: every acute trust of the library. Months are first days, both ends included.

    `unmapped` are codes that no library knows; `other_medicines_rows` rows a month and trust of medicines of no
    concern to MS. Months before `priced_from` are of the old series without cost, those up to `final_until` finalised
    (the last `provisional_too` of them have a provisional file as well), the rest provisional; `new_header_from` is
    when the header changes. `fetched` is the day of the last of three fetches, a month apart.
    """

    seed: int = 4
    first_month: date = date(2019, 1, 1)
    last_month: date = date(2026, 9, 1)
    trusts: tuple[str, ...] = ()
    unmapped: tuple[str, ...] = ("TX9",)
    other_medicines_rows: int = 12
    priced_from: date = date(2019, 4, 1)
    final_until: date = date(2026, 3, 1)
    provisional_too: int = 12
    reissued_final: int = 2
    new_header_from: date = date(2026, 6, 1)
    fetched: date = date(2026, 11, 20)

    @property
    def months(self) -> tuple[date, ...]:
        """First days of all months.

        >>> len(ScmdOptions().months)
        93
        """
        first, last = (month.year * 12 + month.month - 1 for month in (self.first_month, self.last_month))
        return tuple(date(number // 12, number % 12 + 1, 1) for number in range(first, last + 1))


@dataclass(frozen=True)
class World:
    """Everything drawn before a file is written.

    `people` and `shown` are of shape (trusts, months, therapies), `issued` and `visible` occasions of issue of shape
    (sites, months, lines), `sent` (reporters, months), `reported` the place of the reporter of each site and month.
    """

    options: ScmdOptions
    lines: tuple[Line, ...]
    sites: Sites
    plan: Plan
    people: Floats
    shown: Floats
    issued: Ints
    visible: Ints
    sent: Ints
    reported: Ints
    names: Names
    products: Products

    def rows(self, place: int, age_months: int) -> Rows:
        """Rows of the month at `place` as it stood at an age, in order of reporter and product."""
        seed = self.options.seed
        reporter, product, units = _whole_month(self, place)
        draws = generator(seed, 3000 + place).random((4, reporter.size))
        rows = sent_only(troubled(draws, self.products, reporter, product, units), self.sent[:, place])
        if age_months >= FOR_GOOD:
            return rows
        who = generator(seed, 206).random((2, len(self.sites.reporters)))
        return early_version(rows, who, self.products, age_months)


def draw_world(options: ScmdOptions) -> World:
    """Draw trusts, their use of therapies and their supply; each from a stream of random numbers of its own."""
    trusts = (*(options.trusts or acute_trusts()), *options.unmapped)
    seed, first, months = options.seed, options.first_month, len(options.months)
    mergers = mergers_of(trusts)
    sites = sites_of(trusts, mergers, options.months, generator(seed, 200).random((len(mergers), 3)))
    # Trusts in no list are sure to treat people: one that issued nothing would not be seen at all.
    plan = draw_plan(seed, np.isin(trusts, options.unmapped), months, first, Hospitals.of(trusts))
    people, lines, part = people_on(plan, months, first), supply_lines(), shown(plan, months)
    rates = line_rates(people, lines, first) + _apart_rates(options, plan, lines)
    issued, visible = draw_supply(seed, rates, _by_line(part, lines), sites)
    everything = (*lines, *other_medicines())
    return World(
        options=options,
        lines=lines,
        sites=sites,
        plan=plan,
        people=people,
        shown=part,
        issued=issued,
        visible=visible,
        sent=draw_submissions(generator(seed, 205), len(sites.reporters), months),
        reported=sites.reported(months),
        names=Names.of(sites.reporters, everything),
        products=Products.of(everything),
    )


def _by_line(part: Floats, lines: tuple[Line, ...]) -> Floats:
    """The part that is shown of each line: that of its therapy; all of what is no MS medicine."""
    therapies = [use.therapy for use in USES]
    place = [therapies.index(line.therapy) if line.is_ms else len(therapies) for line in lines]
    return np.concatenate([part, np.ones((*part.shape[:2], 1))], axis=2)[:, :, place]


def _apart_rates(options: ScmdOptions, plan: Plan, lines: tuple[Line, ...]) -> Floats:
    """Occasions of issue of what is no MS medicine: more in larger hospitals, whether they treat MS or not."""
    size = np.where(plan.hub, *SIZES)
    rates = np.zeros((size.size, len(options.months), len(lines)))
    for place, line in enumerate(lines):
        if not line.is_ms:
            begun = np.array([(month.year, month.month) >= line.start for month in options.months])
            rates[:, :, place] = size[:, None] * line.share * begun
    return rates


def _whole_month(world: World, place: int) -> tuple[Ints, Ints, Ints]:
    """Reporter, product and units of each row that stands in a month if nothing goes wrong."""
    reporters = world.reported[:, place]
    units = np.zeros((len(world.sites.reporters), len(world.lines)), np.int64)
    np.add.at(units, reporters, world.visible[:, place] * np.array([line.at_a_time for line in world.lines]))
    reporter, product = np.nonzero(units)
    filler = _filler(world, place, np.unique(reporters))
    joined = [np.concatenate(pair) for pair in zip((reporter, product, units[reporter, product]), filler, strict=True)]
    order = np.lexsort((joined[1], joined[0]))
    return joined[0][order], joined[1][order], joined[2][order]


def _filler(world: World, place: int, reporters: Ints) -> tuple[Ints, Ints, Ints]:
    """Rows of other medicines: each reporter has a list of its own, most of which is issued in any month."""
    each, seed = world.options.other_medicines_rows, world.options.seed
    who = generator(seed, 207).random((2, len(world.sites.reporters), 1))[:, reporters]
    # Each reporter has a list of its own that never changes, so that its rows of other medicines stay alike from
    # month to month.
    begin, stride = np.floor(who * (FILLER_IN_USE - 1)).astype(np.int64) + 1
    product = (begin + stride * np.arange(each)[None, :]) % FILLER_IN_USE + len(world.lines)
    draws = generator(seed, 1000 + place).random((2, reporters.size, each))
    there = draws[0] < ISSUED_IN_A_MONTH
    units = np.ceil(np.exp(6 * draws[1])).astype(np.int64)
    return np.broadcast_to(reporters[:, None], there.shape)[there], product[there], units[there]
