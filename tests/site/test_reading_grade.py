"""The front page and the pages of claims can be read after eight years of school."""

from __future__ import annotations

from pathlib import Path

import pytest

from made_up.reading import EXCEPTED, grade, paragraphs_of, syllables_of
from remission.studies.claims.load import load_claims

MOST = 8.0


def text_of(page: Path) -> list[str]:
    return paragraphs_of(page.read_text("utf-8"))


@pytest.mark.parametrize("path", ["index.html", "claims.html"])
def test_the_front_page_and_the_list_of_claims_are_easy_to_read(whole_site: Path, path: str) -> None:
    assert grade(text_of(whole_site / path)) <= MOST


@pytest.mark.parametrize("name", [one.name for one in load_claims()])
def test_every_page_of_a_claim_is_easy_to_read(whole_site: Path, name: str) -> None:
    assert grade(text_of(whole_site / "claim" / f"{name}.html")) <= MOST


def test_the_measure_tells_hard_from_easy() -> None:
    easy = ["The cat sat on the mat. It was a good day."]
    hard = ["Immunoablative conditioning demonstrably attenuates inflammatory demyelination notwithstanding "
            "heterogeneity attributable to nonrandomised ascertainment of participating institutions."]  # fmt: skip
    assert grade(easy) < 3
    assert grade(hard) > 20


@pytest.mark.parametrize(
    ("word", "count"),
    [("cat", 1), ("people", 2), ("disease", 2), ("number", 2), ("transplant", 2), ("looked", 1), ("needed", 2),
     ("ocrelizumab", 1), ("15.3", 1), ("progressive", 3), ("free", 1), ("interval", 3)],
)  # fmt: skip
def test_syllables_are_counted_as_one_says_them(word: str, count: int) -> None:
    assert syllables_of(word) == count


def test_the_list_of_names_is_short_and_names_no_plain_word() -> None:
    assert len(EXCEPTED) < 60
    assert not {"mortality", "evidence", "relapse", "disability", "interval", "transplant"} & EXCEPTED
