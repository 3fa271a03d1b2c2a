"""Trials that nobody has run, to be planned: shares, rates, one arm against history, hazards by pieces."""

from __future__ import annotations

import random

from makers.tables import Tables, table

CASES = 16


def _shares(rng: random.Random) -> tuple[object, ...]:
    control = round(rng.uniform(0.1, 0.8), 2)
    treated = round(min(0.97, max(0.03, control + rng.choice((-1, 1)) * rng.uniform(0.08, 0.3))), 2)
    return (
        control,
        treated,
        rng.choice((0.01, 0.025, 0.05)),
        rng.choice((0.8, 0.9)),
        rng.choice((0.5, 1, 2)),
        rng.randint(8, 40),
    )


def _rates(rng: random.Random) -> tuple[object, ...]:
    control = round(rng.uniform(0.2, 1.5), 2)
    least = rng.choice((0.5, 1, 2))
    return (
        control, round(control * rng.uniform(0.3, 0.85), 3), round(rng.uniform(0.05, 2), 2), least,
        least + rng.choice((0, 0.5, 2)), rng.choice((0, 0.05, 0.2)), rng.choice((0.5, 1, 2)), rng.choice((0.8, 0.9)),
    )  # fmt: skip


def _one_arm(rng: random.Random) -> tuple[object, ...]:
    least = round(rng.uniform(0.2, 1.2), 2)
    # Few people, or a long follow-up: with many and a short one R's sum with changing signs loses its digits.
    people, hazard = rng.choice(((10, 0.55), (8, 0.3), (12, 0.8), (24, 1.7), (20, 2.2), (24, 2.5)))
    return round(rng.uniform(0.3, 0.8), 2), least, round(least * rng.choice((1, 1.5, 2)), 2), people, hazard


def _two_arms(rng: random.Random) -> tuple[object, ...]:
    """Accrual at one rate, hazards that change once, dropout; seen after accrual has ended or before."""
    rate = rng.uniform(0.08, 0.5)
    return (
        rng.choice((1, 2, 3)), rng.choice((1.5, 4, 6)), rng.choice((0.5, 0.4)), rng.choice((0.5, 1)),
        round(rate, 3), round(rate * rng.uniform(0.6, 1.4), 3), round(rate * rng.uniform(0.7, 1), 3),
        round(rate * rng.uniform(0.2, 0.7), 3), rng.choice((0, 0.05, 0.1)), rng.choice((200, 400)),
    )  # fmt: skip


def tables() -> Tables:
    """Cases from a seed each, so that one more changes no other."""
    rows = {
        "shares": ("control treated alpha power allocation people", _shares),
        "rates": ("control treated dispersion least most dropout allocation power", _rates),
        "one_arm": ("ratio least most people hazard", _one_arm),
        "two_arms": ("accrual at treated_share change early late treated_early treated_late dropout people", _two_arms),
    }
    return {
        f"sizes/{name}": table(
            ("case", *header.split()), [(at, *make(random.Random(f"{name}{at}"))) for at in range(1, CASES + 1)]
        )
        for name, (header, make) in rows.items()
    }
