"""Who takes whom? What a person knows of themselves on one side, every set of rules that could be read on the other.

No score, no order by who fits, no advice: each set is met, not met or not known, with the facts that decide. The form
works in the browser from data in the page; without a script the tables have every line of every set.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

import polars as pl
from markupsafe import Markup

from remission.evidence.recipes.eligibility.answers import answer_rows, rule_rows
from remission.evidence.recipes.eligibility.asking import REFUSAL, asking_sentence, at_once_sentence, who_asks
from remission.evidence.recipes.eligibility.safety import era_sentence, safety_rows, safety_sentence
from remission.evidence.words import begun
from remission.exhibits.page import Block, Page, Section
from remission.exhibits.site.shell import Files, Making, joined, linked, marked_json, template_text
from remission.exhibits.tables import Row, Shown, Table, environment, shows
from remission.exhibits.wording import count, day_words, percent
from remission.studies.criteria.exported import exported
from remission.studies.criteria.facts import vocabulary
from remission.studies.criteria.load import load_rule_sets, unread_rules
from remission.studies.criteria.refusals import REGISTRY, refusals
from remission.studies.criteria.telling import KIND_TITLES, PURPOSE

if TYPE_CHECKING:
    from remission.evidence.recipes.known import Known
    from remission.studies.criteria.facts import Fact
    from remission.studies.criteria.rules import RuleSet

PATH, TITLE, PLACE = "evidence/eligibility.html", "Who takes whom", 55
QUESTION = "Who takes whom?"
ALL, BY_ERA = "hsct-mortality", "hsct-mortality-by-era"
ROOM, SCRIPT = "remission.evidence", "eligibility.js"
PARTS = ("eligibility_rules.js", "eligibility_form.js")
VALUE_WORDS = {"met": "met", "not met": "not met", "unknown": "not known"}
BEGAN = "no-inflammation"
# Facts that nobody put into a group stand in the last one.
FOUND_BY = ("eligibility criteria", "am I eligible", "refused", "turned down", "guidance", "trials", "HSCT transplant")
GROUPS = {
    "You and your MS": ("age", "course", "years_since_first_symptom", "years_since_diagnosis"),
    "Walking and disability": ("edss", "walks_20_metres", "can_transfer", "worse_12_months", "worse_18_months"),
    "Scans and attacks": ("enhancing_lesions", "new_t2_12_months", "months_since_scan", "relapses_12_months",
                          "relapses_18_months", "relapses_36_months", "relapses_on_treatment_12_months"),
}  # fmt: skip
REST = "Drugs and tests so far"

KEPT = "What you put in stays on this page. It is not sent, not kept, and in no address. It is gone when you leave."
READING = (
    "Not met: one line that must be met is not. Met: every line that could be read is met, which is no promise. Not "
    "known: something is missing. The order is by kind and name, and says nothing."
)
WITHOUT = (
    "With scripts allowed this page can hold the rules against what you know. Without, every line of every set stands "
    "in the tables below."
)
NO_OWN = "None of these numbers is anybody's own risk."
ASKED = (
    "Is there a trial now, or a hospital with other rules, that may see me?",
    "How many people with MS has this team treated, and how many of them died?",
    "What else could be done, and what if we wait?",
)


def pages(known: Known) -> Iterator[Making]:
    """The page and the script of its form."""
    yield partial(eligibility_page, known)
    yield eligibility_files


def eligibility_files() -> Files:
    """The script of the form: what decides, then what shows it."""
    return [(SCRIPT, "".join(template_text(ROOM, name) for name in PARTS))]


def lead(_known: Known) -> str:
    """The answer in a sentence."""
    return asking_sentence(who_asks(load_rule_sets()))


def eligibility_page(known: Known, sets: Sequence[RuleSet] | None = None) -> Page:
    """The page with its form, its tables and its script; `sets` in place of those of the library."""
    rules = load_rule_sets() if sets is None else sets
    asking = who_asks(rules)
    safety = safety_rows(known.pool(ALL), known.pool(BY_ERA))
    return Page(
        path=PATH,
        title=QUESTION,
        subtitle="Rules for a stem-cell transplant (HSCT) for MS, held against what you know of yourself",
        provenance=known.provenance,
        headlines=[asking_sentence(asking)],
        in_short=[at_once_sentence(asking), refusal_sentence(rules), PURPOSE],
        form=form_html(known, rules, [safety_sentence(safety), era_sentence(safety), NO_OWN]),
        sections=list(_sections(known, rules, safety)),
        data_folder="eligibility",
        found_by=[*FOUND_BY, *(one.title for one in rules)],
        script=SCRIPT,
    )


def form_html(known: Known, sets: Sequence[RuleSet], safety: Sequence[str]) -> str:
    """The form, its sheet of paper, and the data that its script reads."""
    data = {**exported(sets), "refusal": dict(REFUSAL), "questions": list(ASKED)}
    return environment(ROOM).get_template("eligibility_form.html.jinja").render(
        groups=fact_groups(vocabulary().every),
        kinds=[(KIND_TITLES[kind], [_set_shown(one) for one in some]) for kind, some in by_kind(sets)],
        purpose=PURPOSE, kept=KEPT, reading=READING, without=WITHOUT, safety=" ".join(safety),
        data=marked_json(data, known.provenance),
    )  # fmt: skip


def fact_groups(facts: Sequence[Fact]) -> list[tuple[str, list[Fact]]]:
    """The facts as they stand together on the form, each once."""
    by_name = {fact.name: fact for fact in facts}
    placed = [(title, [by_name.pop(name) for name in names if name in by_name]) for title, names in GROUPS.items()]
    return [*placed, (REST, list(by_name.values()))]


def by_kind(sets: Sequence[RuleSet]) -> list[tuple[str, list[RuleSet]]]:
    """The sets of each kind, in the order of the library, which says nothing of who fits."""
    return [(kind, list(some)) for kind, some in groupby(sets, key=lambda one: one.kind)]


def _set_shown(one: RuleSet) -> dict[str, str | bool]:
    """What stands beside the answer of a set: of when it is, how it stands, and where it was read."""
    # Guidance that is not in force takes nobody and refuses nobody: it says by itself what took its place.
    closed = one.open == "no" and one.kind != "guidance"
    return {"name": one.name, "title": one.title, "closed": closed, "read": read_words(one)}


def read_words(one: RuleSet) -> str:
    """Of when the rules are and how they stand, when they were last read, and where."""
    last = "" if one.last_confirmed is None else f"Last read on {day_words(one.last_confirmed)}."
    where = ", ".join(filter(None, [one.source, one.locus]))
    return " ".join(filter(None, [one.as_of, one.state, last, f"Source: {where} ({one.status})."]))


def beside_words(one: RuleSet) -> str:
    """The same, with what its source says beside its lines, and what was otherwise before."""
    before = [f"Before ({change.when}): {change.says}" for change in one.history]
    return " ".join([read_words(one), *(note.says for note in one.notes), *before])


def _sections(known: Known, sets: Sequence[RuleSet], safety: pl.DataFrame) -> Iterator[Section]:
    yield Section("refusal", "The refusal that began it", [_refusal(known, sets)])
    unread = [f"{one.title}: {one.says} Looked for in: {one.source}." for one in unread_rules()]
    blocks = [*(_rules(known, kind, some) for kind, some in by_kind(sets)), Block("Not read", unread)]
    yield Section("rules", "Every line of every set", blocks)
    yield Section("safety", "How many died of it", [_safety(known, safety)])
    yield Section("refused", "Refused, and why", [_refused(known)])
    yield Section("purpose", "What this page is for", [Block(sentences=[PURPOSE, KEPT])])


def refusal_sentence(sets: Sequence[RuleSet]) -> str:
    """Which sets say no to a scan without inflammation alone, and how many would have to know more."""
    answers = answer_rows(sets, REFUSAL, vocabulary())["answer"].to_list()
    refusing = [one.title for one, answer in zip(sets, answers, strict=True) if answer == "not met"]
    say = "says" if len(refusing) == 1 else "say"
    named = f": {'; '.join(refusing)}" if refusing else ""
    return (
        f"With nothing known but a scan without inflammation, {count(len(refusing), 'set')} {say} no{named}. "
        f"{answers.count('unknown')} must know more."
    )


def _refusal(known: Known, sets: Sequence[RuleSet]) -> Block:
    rows = answer_rows(sets, REFUSAL, vocabulary())
    columns = (
        Shown("Rules", _to_its_lines, words=True),
        Shown("Answer", lambda row: VALUE_WORDS[row["answer"]], words=True),
        Shown("Why", lambda row: begun(row["why"]), words=True),
        Shown("Of when", lambda row: row["as_of"], words=True),
    )
    caption = "What each set answers to a scan without inflammation, and to nothing else."
    table = Table("refusal", caption, rows, columns, known.provenance)
    return Block("", [], None, [table], before=[_began(), refusal_sentence(sets)])


def _began() -> str:
    """What was told of the refusal, and when."""
    told = next(one for one in refusals() if one.name == BEGAN)
    return f"{told.when}: {told.says} {told.why} Read in: {told.source}."


def _to_its_lines(row: Row) -> str:
    return linked(row["title"], f"#rules-{row['name']}")


def _rules(known: Known, kind: str, sets: Sequence[RuleSet]) -> Block:
    rows = rule_rows(sets)
    columns = (
        Shown("Rules: what they ask", _line, words=True),
        shows("strength", "How much it counts", words=True),
        Shown("Where it is not clear", lambda row: row["raw"], words=True),
        Shown("Read elsewhere than its set", lambda row: row["read"], words=True),
    )
    # Each set is found by its own anchor, at the first words of it.
    said = [
        joined([Markup('<strong id="rules-{}">{}</strong>').format(one.name, one.title), beside_words(one)], ": ")
        for one in sets
    ]
    table = Table(f"rules-{kind.replace(' ', '-')}", f"{KIND_TITLES[kind]}: every line.", rows, columns,
                  known.provenance)  # fmt: skip
    return Block(KIND_TITLES[kind], [], None, [table], before=said)


def _line(row: Row) -> str:
    return f"{row['title']}: {row['says']}"


def _safety(known: Known, rows: pl.DataFrame) -> Block:
    columns = (
        shows("years", "Years of treatment"),
        Shown("Deaths / people", lambda row: f"{row['deaths']:,} / {row['people']:,}"),
        Shown("All people together (95 % interval)", _share),
        Shown("By the usual ways to pool", _span),
    )
    caption = "Deaths that the authors put down to the transplant, in cohorts that share nobody as far as is known."
    table = Table("safety", caption, rows, columns, known.provenance, note=NO_OWN)
    link = joined(["Every way to count them, and every cohort: ", linked("deaths of the transplant", "mortality.html"),
                   "."], "")  # fmt: skip
    return Block("", [link, *known.pool(BY_ERA).cautions], None, [table], before=[safety_sentence(rows)])


def _share(row: Row) -> str:
    if row["value"] is None:
        return "too few to tell"
    return f"{percent(row['value'])} ({percent(row['low'])} to {percent(row['high'])})"


def _span(row: Row) -> str:
    if row["least"] is None:
        return "too few to tell"
    return f"{percent(row['least'])} to {percent(row['most'])}, {count(row['ways'], 'way')}"


def _refused(known: Known) -> Block:
    """What was published of refusals; a registry's own count comes when it has enough."""
    rows = [{"when": one.when, "says": one.says, "why": one.why, "source": f"{one.source}, {one.locus} ({one.status})"}
            for one in refusals()]  # fmt: skip
    frame = pl.DataFrame(rows, schema=dict.fromkeys(("when", "says", "why", "source"), pl.String))
    columns = (
        shows("says", "What is told", words=True),
        shows("when", "When", words=True),
        shows("why", "Why", words=True),
        shows("source", "Read in", words=True),
    )
    table = Table("refused", "Refusals that were told in public.", frame, columns, known.provenance)
    return Block("", [_claims(), REGISTRY], None, [table])


def _claims() -> str:
    links = (linked("is it right to ask for it?", "../claim/no-inflammation-refused.html"),
             linked("do clinics abroad take everybody?", "../claim/clinics-all-stages.html"))  # fmt: skip
    return joined(["What the numbers say to it: ", joined(list(links)), ""], "")
