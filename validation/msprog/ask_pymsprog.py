"""Runs in an environment that has pymsprog 1.0.7: asks it for every event of everybody, a JSON on standard input.

A run of many people dies with the first for whom it raises, so people are then asked for one by one; one for whom it
raises is answered by the kind of error.
"""

import contextlib
import copy
import io
import json
import sys
import warnings

import pandas as pd
from pymsprog import MSprog

warnings.filterwarnings("ignore")
TOGETHER = 50
TESTS = {"edss": "edss", "t25fw": "t25fw", "nhpt_dominant": "nhpt", "sdmt": "sdmt"}


def ask(people, measure, options):
    """Events of each of some people by name: kind, relation, days of onset, baseline, confirmation, days held."""
    visits = [(person["name"], *visit) for person in people for visit in person["visits"]]
    relapses = [(person["name"], day) for person in people for day in person["relapses"]]
    options = copy.deepcopy(options)  # it changes the dictionaries that it is given
    if isinstance(options.get("conf_tol_days"), dict):
        options["conf_tol_days"] = {int(days): ends for days, ends in options["conf_tol_days"].items()}
    with contextlib.redirect_stdout(io.StringIO()):
        _, events = MSprog(
            pd.DataFrame(visits, columns=["id", "day", "value", "planned"]),
            "id",
            "value",
            "day",
            TESTS[measure],
            relapse=pd.DataFrame(relapses, columns=["id", "day"]) if relapses else None,
            date_format="day",
            include_dates=True,
            verbose=0,
            **options,
        )[:2]
    found = {person["name"]: [] for person in people}
    confirmed = [name for name in events.columns if name.startswith("conf") and name.endswith("_date")]
    for row in events[events["nevent"] > 0].to_dict("records"):
        days = [int(row[name]) for name in confirmed if row[name] == row[name]]
        kind = [row["event_type"], row.get("CDW_type", ""), int(row["date"]), int(row["bl_date"])]
        found[row["id"]].append([*kind, min(days, default=None), int(row["sust_days"])])
    return found


def ask_each(people, measure, options):
    """As `ask`, with the error in place of the events of a person for whom it raises."""
    try:
        return ask(people, measure, options)
    except (ValueError, IndexError, KeyError) as error:
        if len(people) == 1:
            return {people[0]["name"]: f"{type(error).__name__}: {error}"}
    found = {}
    for person in people:
        found.update(ask_each([person], measure, options))
    return found


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    answers = {}
    for start in range(0, len(asked["people"]), TOGETHER):
        answers.update(ask_each(asked["people"][start : start + TOGETHER], asked["measure"], asked["options"]))
    json.dump(answers, sys.stdout)
