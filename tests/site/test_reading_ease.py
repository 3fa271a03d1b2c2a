"""The front page is read with ease: a school grade of eight at most, the names of drugs and methods excepted."""

from __future__ import annotations

from pathlib import Path

from reading_ease import school_grade, text_of_page

HARDEST = 8.0


def test_the_front_page_is_read_with_ease(whole_site: Path) -> None:
    text = text_of_page((whole_site / "index.html").read_text(encoding="utf-8"))
    assert "Does it last beyond five years?" in text
    assert school_grade(text) <= HARDEST


def test_a_page_that_is_hard_to_read_is_found() -> None:
    hard = "<p>Immunosuppressive conditioning regimens necessitate multidisciplinary haematological supervision.</p>"
    assert school_grade(text_of_page(hard)) > HARDEST
