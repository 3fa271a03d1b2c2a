"""Tables of a league: what is used and where its error is from, what is left out and why, what stands beside."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.evidence.recipes.league.leagues import main_part, trials_with
from remission.evidence.recipes.study_lines import card_of
from remission.evidence.words import number_words
from remission.exhibits.site.shell import linked
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.wording import listed, p_words
from remission.stats.rounding import text_half_up
from remission.studies.league.cells import ratio_of
from remission.studies.quantities import quantities

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance
    from remission.stats.network.inconsistency import Split
    from remission.stats.network.left_out import Without
    from remission.studies.league.beside import Beside
    from remission.studies.league.compared import Compared
    from remission.studies.league.league import League, Part

ROOT = "../"
LEAST_P = 0.05


def _table(name: str, caption: str, rows: Sequence[dict[str, Any]], schema: dict[str, Any], columns: Sequence[Shown],
           provenance: Provenance, note: str = "") -> Table:  # fmt: skip
    return Table(name, caption, pl.DataFrame(rows, schema=schema), tuple(columns), provenance, note)


def _words(*names: str) -> dict[str, Any]:
    return dict.fromkeys(names, pl.String)


def _numbers(*names: str) -> dict[str, Any]:
    return dict.fromkeys(names, pl.Float64)


def _of_study() -> Shown:
    return Shown("Study", lambda row: linked(row["title"], card_of(row["study"], ROOT)), words=True)


def used_table(league: League, name: str, caption: str, provenance: Provenance) -> Table:
    """Every comparison that is used: its ratio, where its standard error is from, and how far it was checked."""
    rows = [_used_row(row) for row in league.used]
    schema = {**_words("study", "title", "treatment", "comparator", "words", "error_from", "method", "status"),
              **_numbers("value", "low", "high", "error")}  # fmt: skip
    columns = (
        _of_study(),
        Shown("Comparison", lambda row: f"{row['treatment']} against {row['comparator']}", words=True),
        shows("words", "Ratio (95\u00a0% interval)"),
        shows("error_from", "Its error is from", words=True),
        shows("method", "In full", words=True),
        shows("status", "Checked", words=True),
    )
    return _table(name, caption, rows, schema, columns, provenance)


def _used_row(row: Compared) -> dict[str, Any]:
    words = f"{_two(row.value)} ({_two(row.low)} to {_two(row.high)})"
    return {"study": row.study.name, "title": row.study.title, "treatment": row.treatment, "value": row.value,
            "comparator": row.comparator, "low": row.low, "high": row.high, "error": row.error, "words": words,
            "error_from": row.basis, "method": row.method, "status": row.status}  # fmt: skip


def _two(value: float | None) -> str:
    return "–" if value is None else text_half_up(value, 2)


def left_out_table(league: League, name: str, caption: str, provenance: Provenance) -> Table:
    """Every comparison that is not used, each with its reason."""
    rows = [{"study": row.study.name, "title": row.study.title, "arm": row.arm, "against": row.against, "why": row.why}
            for row in league.left_out]  # fmt: skip
    columns = (
        _of_study(),
        Shown("Comparison", lambda row: f"{row['arm']} against {row['against']}", words=True),
        shows("why", "Why it is not in the network", words=True),
    )
    return _table(name, caption, rows, _words("study", "title", "arm", "against", "why"), columns, provenance)


def nodes_table(league: League, name: str, provenance: Provenance) -> Table:
    """What is one treatment here, of which kind, in how many trials; those that no used trial tells of too."""
    rows = [{"name": node.name, "short": node.short, "group": node.group,
             "holds": "; ".join(", ".join(one.given) or one.therapy for one in node.holds),
             "trials": len(trials_with(league, node.name))} for node in league.nodes.nodes]  # fmt: skip
    schema = {**_words("name", "short", "group", "holds"), "trials": pl.Int64}
    columns = (
        shows("name", "Treatment", words=True),
        shows("short", "Short", words=True),
        shows("group", "Kind", words=True),
        shows("holds", "What trials gave", words=True),
        shows("trials", "Trials used"),
    )
    note = "The order is by kind and then by name, and nothing else here is sorted."
    return _table(name, "What counts as one treatment.", rows, schema, columns, provenance, note)


# ---------------------------------------------------------------- do trials agree


def splits_table(part: Part, name: str, provenance: Provenance) -> Table:
    """Each comparison that has a way round, from its own trials and from all others."""
    rows = [_split_row(one, part.reference) for one in part.splits]
    schema = {**_words("one", "other", "direct", "indirect", "p_words"), "k": pl.Int64, **_numbers("ratio", "p")}
    columns = (
        Shown("Comparison", lambda row: f"{row['one']} against {row['other']}", words=True),
        shows("direct", "By its own trials"),
        shows("k", "Of those"),
        shows("indirect", "By way of others"),
        Shown("One over the other", lambda row: text_half_up(row["ratio"], 2)),
        shows("p_words", "p of that"),
    )
    note = "Split by back-calculation (Dias 2010). Many looks: one in twenty is below 0.05 by chance alone."
    return _table(name, "Direct and indirect evidence.", rows, schema, columns, provenance, note)


def _split_row(split: Split, reference: str) -> dict[str, Any]:
    # Against the reference, as everywhere else on the page.
    one, other, sign = (split.other, split.one, -1) if split.one == reference else (split.one, split.other, 1)
    return {"one": one, "other": other, "direct": _from_log(sign * split.direct, split.direct_error), "k": split.k,
            "indirect": _from_log(sign * split.indirect, split.indirect_error),
            "ratio": math.exp(sign * split.difference), "p": split.p, "p_words": p_words(split.p)}  # fmt: skip


def _from_log(value: float, error: float, quantile: float = 1.959964) -> str:
    ends = (value, value - quantile * error, value + quantile * error)
    middle, low, high = (text_half_up(math.exp(one), 2) for one in ends)
    return f"{middle} ({low} to {high})"


def agreement_words(part: Part) -> list[str]:
    """Q within and between designs, in words; that there is nothing to test where there is not."""
    designs = part.designs
    within = _q_words("trials of the same two treatments", designs.within, designs.within_df, designs.within_p)
    between = _q_words("ways that lead to the same two treatments", designs.between, designs.between_df,
                       designs.between_p)  # fmt: skip
    spread = f"Spread between trials of the same two treatments (tau\u00b2, REML): {part.random.tau2:.3f}."
    return [within, between, spread]


def _q_words(of_what: str, q: float, df: int, p: float) -> str:
    if not df:
        return f"Between {of_what}: nothing to compare, for there are no two."
    found = "more than chance would have them differ" if p < LEAST_P else "no more than chance would have them differ"
    return f"Between {of_what}: {found} (Q {q:.1f} on {df} df, {p_words(p)})."


# ---------------------------------------------------------------- without each trial


def without_table(league: League, name: str, provenance: Provenance) -> Table:
    """For each treatment how far its ratio moves when one trial is left out, and what falls away without which."""
    part = main_part(league)
    titles = {row.study.name: row.study.title for row in league.used}
    rows = [] if part is None else [_without_row(part, one, titles) for one in part.names if one != part.reference]
    schema = {**_words("name", "whole", "span", "most", "alone"), **_numbers("least_value", "most_value")}
    columns = (
        shows("name", "Treatment", words=True),
        shows("whole", "With all"),
        shows("span", "Without one of them"),
        shows("most", "Moved most without", words=True),
        shows("alone", "Gone without", words=True),
    )
    reference = league.nodes.reference
    note = f"Ratios against {reference}. Gone: no trial leads from {reference} to it any more."
    return _table(name, "The network without each of its trials.", rows, schema, columns, provenance, note)


def _without_row(part: Part, name: str, titles: dict[str, str]) -> dict[str, Any]:
    whole = ratio_of(part.random, name, part.reference).value
    found = {one.study: value for one in part.without if (value := _without_value(one, name, part.reference))}
    alone = [titles[one.study] for one in part.without if one.study not in found]
    least, most = min(found.values(), default=None), max(found.values(), default=None)
    moved = max(found, key=lambda study: abs(math.log(found[study] / whole)), default="")
    # What moves by less than is printed does not move.
    still = not moved or text_half_up(found[moved], 2) == text_half_up(whole, 2)
    span = "–" if least is None else f"{_two(least)} to {_two(most)}"
    return {"name": name, "whole": text_half_up(whole, 2), "span": span, "least_value": least, "most_value": most,
            "most": "none" if still else titles[moved], "alone": listed(alone) or "none"}  # fmt: skip


def _without_value(one: Without, name: str, reference: str) -> float | None:
    if one.network is None or name not in one.network.names:
        return None
    return ratio_of(one.network, name, reference).value


# ---------------------------------------------------------------- beside


def beside_table(found: Sequence[Beside], name: str, provenance: Provenance) -> Table:
    """What transplants were compared with, each number as it was printed, and why it is in no network."""
    rows = [{"study": one.study.name, "title": one.study.title, "evidence": one.evidence, "against": one.against,
             "what": quantities()[one.number.what].title, "value": one.number.value, "low": one.number.low,
             "high": one.number.high, "words": number_words(one.number, quantities()[one.number.what]),
             "status": one.number.status, "why": one.why} for one in found]  # fmt: skip
    schema = {**_words("study", "title", "evidence", "against", "what", "words", "status", "why"),
              **_numbers("value", "low", "high")}  # fmt: skip
    columns = (
        _of_study(),
        shows("evidence", "Kind", words=True),
        shows("against", "Transplant against", words=True),
        shows("what", "What", words=True),
        shows("words", "As printed"),
        shows("why", "Why it is not in the network", words=True),
        shows("status", "Checked", words=True),
    )
    return _table(name, "Transplants beside the network.", rows, schema, columns, provenance)
