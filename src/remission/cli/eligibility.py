"""`remission eligibility`: the rules by which people are taken for a transplant, and what they say to your facts."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from remission.terminal import print_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from remission.studies.criteria.facts import Answer, Fact
    from remission.studies.criteria.rules import RuleSet

PLACE = 68
NAME = "eligibility"
# Two dozen questions are many for who is tired, and one answer may be all that is known.
STOP = "stop"
app = typer.Typer(
    rich_markup_mode=None,
    help="Whose rules take whom: 22 published rule sets, and what they say to facts of yours. "
    "Example: remission eligibility check --ask",
)

AsJson = Annotated[bool, typer.Option("--json", help="For a program.")]


@app.callback(invoke_without_command=True)
def sets(context: typer.Context, as_json: AsJson = False) -> None:
    """List the rule sets by kind, each with its date and whether it takes people today.

    Example: remission eligibility
    """
    if context.invoked_subcommand is None:
        from remission.studies.criteria.exported import exported
        from remission.studies.criteria.load import load_rule_sets
        from remission.studies.criteria.telling import listed_lines

        _say(exported(), listed_lines(load_rule_sets()), as_json=as_json)


@app.command()
def check(
    facts: Annotated[Path | None, typer.Option("--facts", metavar="FILE", help="Your facts: .toml or .json.")] = None,
    ask: Annotated[bool, typer.Option("--ask", help="Be asked, one question after the other.")] = False,
    name: Annotated[str, typer.Option("--set", metavar="NAME", help="One rule set, with every bound and source.")] = "",
    template: Annotated[bool, typer.Option("--template", help="Print a file of facts to fill in.")] = False,
    as_json: AsJson = False,
) -> None:
    """Hold facts against every rule set: met, not met or unknown, which facts decide, and what is still to know.

    Nothing that you say is stored or sent. There is no score, and no order by how well anybody fits.

    Example: remission eligibility check --template > mine.toml
    Example: remission eligibility check --facts mine.toml
    Example: remission eligibility check --ask --set ram-ms
    """
    from remission.studies.criteria.check import judge_all
    from remission.studies.criteria.given import read_facts
    from remission.studies.criteria.given import template as template_of
    from remission.studies.criteria.load import chosen_rule_sets
    from remission.studies.criteria.telling import verdict_data, verdict_lines

    if template:
        print_file(template_of())
        return
    if (facts is None) != ask:
        say = "give a file of facts with --facts, or --ask to be asked: one of the two"
        raise typer.BadParameter(say, param_hint="--facts")
    rule_sets = chosen_rule_sets(name)
    given = _asked(rule_sets) if facts is None else read_facts(facts)
    verdicts = judge_all(given, rule_sets)
    _say(verdict_data(verdicts), verdict_lines(verdicts, given, in_full=bool(name)), as_json=as_json)


@app.command()
def refusals(as_json: AsJson = False) -> None:
    """Published reports of people who were turned down, and why.

    Example: remission eligibility refusals
    """
    from dataclasses import asdict

    from remission.studies.criteria.refusals import REGISTRY
    from remission.studies.criteria.refusals import refusals as published
    from remission.studies.criteria.telling import refusal_lines

    rows = [{**asdict(one), "date_read": one.date_read and one.date_read.isoformat()} for one in published()]
    _say({"published": rows, "registry": REGISTRY}, [*refusal_lines(published()), REGISTRY], as_json=as_json)


def _asked(rule_sets: Sequence[RuleSet]) -> dict[str, Answer]:
    """The answers of whoever sits at the terminal; only what could still change an answer is asked."""
    from remission.studies.criteria.facts import state_of, vocabulary
    from remission.studies.criteria.knowing import to_know

    print(
        f"Press Enter for what you do not know, or type {STOP} to end. Nothing is stored.",
        file=sys.stderr,
    )
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # bytes that are no text are an answer that cannot be
    given: dict[str, Answer] = {}
    for fact in vocabulary().every:
        state = state_of(given)
        if any(fact.name in to_know(one, state) for one in rule_sets):
            answer = _answered(fact, given)
            if answer == STOP:
                break
            if answer is not None:
                given[fact.name] = answer
    return given


def _answered(fact: Fact, given: dict[str, Answer]) -> Answer | None:
    """One answer, asked for again while it cannot be one; None for what is not known, STOP at the end of the input."""
    from remission.studies.criteria.facts import contradictions, vocabulary
    from remission.studies.criteria.given import allowed_words, answer_of, is_unknown

    asks = (
        fact.asks
        if not fact.choices
        else f"{fact.asks} {', '.join(f'{one.value} = {one.says}' for one in fact.choices)}"
    )
    while True:
        # The questions go where messages go: what is printed may be for a program.
        print(f"{asks} [{allowed_words(fact, typed=True)}] ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line or line.strip().casefold() == STOP:
            return STOP
        if is_unknown(line):
            return None
        answer = answer_of(line, fact)
        if answer is None:
            print(f"That cannot be: {allowed_words(fact, typed=True)}, Enter, or {STOP}.", file=sys.stderr)
        elif broken := [
            one if more == fact.name else more
            for one, more in contradictions({**given, fact.name: answer}, vocabulary())
        ]:
            said = vocabulary().by_name[broken[0]].says
            print(f"That does not go with what you said before ({said}). Correct it, or press Enter.", file=sys.stderr)
        else:
            return answer


def _say(data: object, words: Iterable[str], *, as_json: bool) -> None:
    text = json.dumps(data, indent=2, ensure_ascii=False) if as_json else "\n".join(words)
    print_file(text + "\n")
