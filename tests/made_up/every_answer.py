"""Every question of every form answered in every way that it takes, as somebody would type it."""

from __future__ import annotations

from collections.abc import Iterator

from remission.registry.forms.check import BORN, input_name
from remission.registry.forms.form import NO_VALUE, Form, Question

# As typed, and as it is kept.
DATES = (("2019", "2019"), ("May 2020", "2020-05"), ("3rd of June 2021", "2021-06-03"))
WORDS = ("<b>bold</b> & 'quoted' \"twice\"", "=1+1\nsecond line", "  é ü 漢字 <script>alert(1)</script>")
# A last day belongs after its first, and there is none of what is still on.
LATER = (("July 2022", "2022-07"), ("2023", "2023"), ("1 August 2024", "2024-08-01"))


def ways(question: Question) -> list[tuple[str, str]]:
    """Each way to answer a question: what is typed, and the value that is kept; states have none."""
    if question.offered:
        return [(value, value) for value in question.offered]
    if question.kind == "date":
        return list(LATER if question.field.endswith("end_day") else DATES)
    if question.kind == "text":
        return [(text, text.strip()) for text in WORDS]
    if question.field == BORN:
        return [("1950", "1950"), ("2001", "2001")]
    column = question.about.column
    low = column.low if column.low is not None else 0
    high = column.high if column.high is not None else 12
    numbers = [f"{low:g}", f"{high:g}"] + (["6.5"] if column.kind == "number" else ["7"])
    return [(one, one) for one in numbers]


def answered(form: Form, turn: int) -> Iterator[tuple[str, str, str, str]]:
    """Each question answered by its turn-th way, then by the two ways of not answering: input, text, field, kept."""
    for section in form.sections:
        episode = f"{section.name}-{turn + 1}" if section.of_episodes else ""
        for one in section.questions:
            typed, kept = (ways(one) * (turn + 1))[turn]
            if one.field.endswith("ongoing"):
                typed = kept = "no"
            yield input_name(one.field, episode), typed, one.field, kept


def turns(form: Form) -> int:
    """So many turns until every question was answered in every way, but for lists longer than a dozen."""
    return max(min(len(ways(one)), 12) for section in form.sections for one in section.questions)


STATES = tuple(NO_VALUE)
