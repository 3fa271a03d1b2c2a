"""Invented follow-up of people, with and without clusters."""

from __future__ import annotations

import random
from collections.abc import Callable

from makers.tables import Tables, table

SPELL = ("exit", "event", "entry", "weight", "group", "stratum")

Spell = tuple[int, int, int, float, str, int]
Clustered = tuple[int, int, int, float, str, int, int]


def spell(day: int, event: bool, entry: int = 0, weight: float = 1, group: str = "a", stratum: int = 1) -> Spell:
    return day, int(event), entry, weight, group, stratum


def ties(rng: random.Random) -> list[Spell]:
    """Few distinct days, so that events, endings and groups share them."""
    return [
        spell(rng.randint(1, 30), rng.random() < 0.6, group=rng.choice("ab"), stratum=rng.randint(1, 3))
        for _ in range(120)
    ]


def three_groups(rng: random.Random) -> list[Spell]:
    """Three groups of different size and hazard, long follow-up, mostly distinct days."""
    rows = []
    for _ in range(200):
        group = rng.choice("aabbbc")
        failure = rng.expovariate({"a": 1 / 900, "b": 1 / 1800, "c": 1 / 4000}[group])
        day, end = int(failure) + 1, rng.randint(300, 2200)
        rows.append(spell(min(day, end), day <= end, group=group, stratum=rng.randint(1, 2)))
    return rows


def whole_weights(rng: random.Random) -> list[Spell]:
    """Weights that are counts of rows."""
    return [
        spell(rng.randint(5, 60), rng.random() < 0.5, weight=rng.randint(1, 4), group=rng.choice("ab"))
        for _ in range(50)
    ]


def fractional_weights(rng: random.Random) -> list[Spell]:
    """Weights as from inverse probabilities; the last one followed has the event."""
    rows = [
        spell(rng.randint(10, 700), rng.random() < 0.4, weight=rng.uniform(0.2, 6), group=rng.choice("ab"))
        for _ in range(80)
    ]
    return [*rows, spell(800, True, weight=1 / 3, group="a")]


def late_entry(rng: random.Random) -> list[Spell]:
    """Half enter late; the first risk sets are small."""
    rows = []
    for _ in range(150):
        entry = rng.choice((rng.randint(0, 20), rng.randint(100, 900)))
        rows.append(
            spell(
                entry + rng.randint(1, 1200),
                rng.random() < 0.5,
                entry,
                group=rng.choice("ab"),
                stratum=rng.randint(1, 2),
            )
        )
    return rows


def late_entry_weights(rng: random.Random) -> list[Spell]:
    """Late entry and fractional weights together."""
    return [(*row[:3], rng.uniform(0.5, 2), *row[4:]) for row in late_entry(rng)]


def no_event(rng: random.Random) -> list[Spell]:
    """Nobody has the event."""
    return [spell(rng.randint(50, 900), False, group=rng.choice("ab")) for _ in range(30)]


def every_event(rng: random.Random) -> list[Spell]:
    """Everybody has the event."""
    return [spell(rng.randint(1, 365), True, group=rng.choice("ab")) for _ in range(40)]


def last_is_event(rng: random.Random) -> list[Spell]:
    """The longest followed has the event: the curve ends at 0."""
    rows = [spell(rng.randint(1, 500), rng.random() < 0.4, group=rng.choice("ab")) for _ in range(50)]
    return [*rows, spell(600, True, group="b")]


def zero_follow_up(rng: random.Random) -> list[Spell]:
    """Some are never followed past day 0."""
    return [spell(rng.choice((0, rng.randint(1, 400))), rng.random() < 0.3, group=rng.choice("ab")) for _ in range(60)]


def flat_median(rng: random.Random) -> list[Spell]:
    """The curve stays at exactly one half between day 40 and day 50."""
    return [spell(10 * place, place <= 5, group="ab"[place % 2]) for place in range(1, 9)]


def flat_end(rng: random.Random) -> list[Spell]:
    """The curve reaches exactly one half and stays there to the end."""
    return [spell(10 * place, place <= 4, group="ab"[place % 2]) for place in range(1, 9)]


def trial_of_24(rng: random.Random) -> list[Spell]:
    """Seven events at 24, 22, 21, 20, 19, 17 and 16 at risk, in a small group followed for about six years."""
    pattern = ["event", "end", "event", "event", "event", "event", "end", "event", "event"]
    rows = [spell(200 * place, kind == "event", group="ab"[place % 2]) for place, kind in enumerate(pattern, start=1)]
    return rows + [spell(rng.randint(1900, 2300), False, group=rng.choice("ab")) for _ in range(15)]


SPELLS: tuple[Callable[[random.Random], list[Spell]], ...] = (
    ties,
    three_groups,
    whole_weights,
    fractional_weights,
    late_entry,
    late_entry_weights,
    no_event,
    every_event,
    last_is_event,
    zero_follow_up,
    flat_median,
    flat_end,
    trial_of_24,
)


def centres(rng: random.Random) -> list[Clustered]:
    """Twelve centres of different size and hazard, few distinct days, one weight each."""
    rows = []
    for _ in range(150):
        centre = rng.choice((3, 3, 3, 4, 4, 8, 11, 15, 16, 20, 21, 40, 41, 77))
        rows.append(
            (*spell(rng.randint(1, 40), rng.random() < (0.3 if centre < 10 else 0.7), group=rng.choice("ab")), centre)
        )
    return rows


def own_clusters(rng: random.Random) -> list[Clustered]:
    """Every row its own cluster, with weights as from inverse probabilities."""
    return [(*row, cluster) for cluster, row in enumerate(fractional_weights(rng), start=500)]


def pieces(rng: random.Random) -> list[Clustered]:
    """Subjects cut into pieces with gaps between them, each piece with its own weight; some enter late."""
    rows = []
    for subject in rng.sample(range(1000), 60):
        day, event, group = rng.choice((0, 0, rng.randint(1, 200))), False, rng.choice("ab")
        for _ in range(rng.randint(1, 4)):
            start, day, event = day, day + rng.randint(1, 300), rng.random() < 0.25
            rows.append((*spell(day, event, start, rng.uniform(0.3, 3), group), subject))
            day += rng.choice((0, 0, 50))
    rng.shuffle(rows)
    return rows


def clones(rng: random.Random) -> list[Clustered]:
    """Everybody is in both groups, with related times and a weight in each; some are never followed."""
    rows = []
    for subject in range(70):
        shared = rng.expovariate(1 / 500)
        for group in "ab":
            day = int(shared * rng.uniform(0.7, 1.4))
            rows.append((*spell(min(day, 900), day < 900, weight=rng.uniform(0.5, 4), group=group), subject))
    return rows


def ends_at_zero(rng: random.Random) -> list[Clustered]:
    """The longest followed have the event: the curve ends at 0."""
    rows = [(*spell(rng.randint(1, 500), rng.random() < 0.5), rng.randint(1, 15)) for _ in range(50)]
    rows += [(*spell(rng.randint(1, 500), rng.random() < 0.5, group="b"), rng.randint(1, 15)) for _ in range(20)]
    return [*rows, (*spell(600, True), 3), (*spell(600, True, group="b"), 90)]


def zero_before_others(_: random.Random) -> list[Clustered]:
    """All at risk have the event on day 9, before the others enter: the curve is at 0 for good."""
    # Weights whose sums are exact: R holds a curve of 1e-17 to be above 0.
    first = [(2, True, 0, 0.5, 1), (5, False, 0, 2.5, 2), (9, True, 0, 0.25, 1), (9, True, 1, 0.75, 3)]
    later = [(30, True, 20, 1.5, 2), (45, True, 25, 0.5, 4), (40, False, 20, 1.0, 3), (50, False, 25, 1.0, 5)]
    return [
        (*spell(day, event, entry, weight, "ab"[place % 2]), cluster)
        for place, (day, event, entry, weight, cluster) in enumerate(first + later)
    ]


def none_in_clusters(rng: random.Random) -> list[Clustered]:
    """Nobody has the event."""
    return [(*spell(rng.randint(50, 900), False, group=rng.choice("ab")), rng.randint(1, 9)) for _ in range(30)]


CLUSTERED: tuple[Callable[[random.Random], list[Clustered]], ...] = (
    centres,
    own_clusters,
    pieces,
    clones,
    ends_at_zero,
    zero_before_others,
    none_in_clusters,
)


def tables() -> Tables:
    """Every data set, each from a seed of its own."""
    made = {f"kaplan_meier/{make.__name__}": table(SPELL, make(random.Random(make.__name__))) for make in SPELLS}
    return made | {
        f"clustered_survival/{make.__name__}": table((*SPELL, "cluster"), make(random.Random(make.__name__)))
        for make in CLUSTERED
    }
