"""Every page that a person, a helper or a visitor can see is read with ease: at most the eighth grade of school."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from made_up.every_page import every_page, people
from reading_ease import school_grade, text_of_page
from remission.web.instance import Instance

pytestmark = pytest.mark.usefixtures("quick_hashes")
HARDEST = 8
# Pages of who runs the place and who checks it: for people whose work it is.
OF_WORK = ("host", "auditor")


def test_every_page_is_easy_to_read(
    observatory: Instance, join: Callable[..., Any], sign_in: Callable[..., Any]
) -> None:
    grades = {(one.who, one.path): school_grade(text_of_page(one.text)) for one in every_page(people(join, sign_in))
              if one.who not in OF_WORK}  # fmt: skip
    assert len(grades) > 60
    assert {one: round(grade, 1) for one, grade in grades.items() if grade > HARDEST} == {}


def test_a_page_that_is_hard_to_read_is_found() -> None:
    hard = "<p>Participation necessitates comprehensive consideration of applicable regulatory requirements.</p>"
    assert school_grade(text_of_page(hard)) > HARDEST
