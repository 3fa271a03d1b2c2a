"""The page of the documentation that is made from the rule sets: every fact and every rule, with where it was read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remission.studies.criteria.facts import vocabulary
from remission.studies.criteria.given import allowed_words
from remission.studies.criteria.load import load_rule_sets, unread_rules
from remission.studies.criteria.telling import KIND_TITLES, MET_MEANS, PURPOSE, WINDOW

if TYPE_CHECKING:
    from remission.studies.criteria.rules import RuleSet

HEAD = f"""# Who takes whom

{PURPOSE}

```
remission eligibility                              # the rule sets
remission eligibility check --ask                  # one question after the other; Enter: not known; stop: no more
remission eligibility check --template > mine.toml # or a file of facts, to fill in
remission eligibility check --facts mine.toml      # --set ram-ms: one set, with every bound; --json: for a program
remission eligibility refusals                     # published reports of people who were turned down
```

Each set is **met**, **not met** or **unknown**. A fact that is not given is unknown. A bound that no source gives is
no bound. Ideal criteria stand beside and never decide. Where a text can be read in several ways, all of them must
agree, or the answer is unknown. {MET_MEANS}
{WINDOW}

The logic is Kleene's: "all of" is as good as its worst part, "one of" as its best. What is met is met whatever the
unknown facts are. It is weaker than trying everything where one fact stands twice ("at least one, or none" is unknown
where nothing is known); no set of the library is unknown for that reason. Which facts decide are all the smallest sets
of known facts that force the answer; which are to know is found by trying what the unknown facts might be.

A set is one file of `src/remission/library/criteria/`, found by walking.
"""


def eligibility_page() -> str:
    """The whole page, in Markdown.

    >>> eligibility_page().splitlines()[0]
    '# Who takes whom'
    """
    return "\n".join([HEAD, *_facts(), *(line for one in load_rule_sets() for line in _rule_set(one)), *_unread()])


def _facts() -> Iterator[str]:
    yield from (
        "## What can be known of a person",
        "",
        "| fact | question | answers | never more than |",
        "|---|---|---|---|",
    )
    for one in vocabulary().every:
        more = f"`{one.never_more_than}`" if one.never_more_than else ""
        yield f"| `{one.name}` | {one.asks} | {allowed_words(one)} | {more} |"
    yield ""


def _rule_set(one: RuleSet) -> Iterator[str]:
    read = one.last_confirmed.isoformat() if one.last_confirmed else "on a day that was not noted"
    yield from (
        f"## {one.title}",
        "",
        f"`{one.name}`, {KIND_TITLES[one.kind].lower()}. {one.as_of} {one.state}".rstrip(),
        "",
    )
    yield from (f"Read {read}: {one.source}, {one.locus} [{one.status}].", "")
    for each in one.criteria:
        own = f" ({each.source}, {each.locus or one.locus})" if each.source else ""
        raw = f" *Can be read in {len(each.readings)} ways: {each.raw}*" if len(each.readings) > 1 else ""
        yield f"- {'ideal: ' if each.strength == 'ideal' else ''}{each.says} [{each.status}]{own}{raw}"
    yield from (f"- beside: {note.says}{f' ({note.source})' if note.source else ''}" for note in one.notes)
    yield from (f"- changed, {change.when}: {change.says} ({change.source})" for change in one.history)
    yield ""


def _unread() -> Iterator[str]:
    yield from ("## Not found", "")
    yield from (f"- {one.title}: {one.says} ({one.source}, {one.date_read.isoformat()})" for one in unread_rules())
    yield ""
