"""Runs in an environment that has msclinical 0.1.0: asks it for confirmed worsenings, a JSON on standard input."""

import json
import sys

import pandas as pd
from msclinical.edssplus.core import Rules, edss_plus, events

START = pd.Timestamp("2000-01-01")


def day_of(date):
    """Days since the start of all."""
    return (pd.Timestamp(date) - START).days


asked = json.load(sys.stdin)
components = asked["components"]
rows = [(person["name"], *visit) for person in asked["people"] for visit in person["visits"]]
visits = pd.DataFrame(rows, columns=["patient", "day", *components])
visits["date"] = START + pd.to_timedelta(visits.pop("day"), unit="D")
rules = Rules(**asked["rules"])
found = {person["name"]: [] for person in asked["people"]}
if asked["composite"]:
    first = edss_plus(visits, rules)
    for row in first[first["event"]].to_dict("records"):
        found[row["patient"]].append([row["component"], day_of(row["onset_date"])])
else:
    confirmed = events(visits, rules, tuple(components))
    for row in confirmed[confirmed["status"] == "confirmed"].to_dict("records"):
        days = (day_of(row[f"{name}_date"]) for name in ("onset", "reference", "confirmation"))
        found[row["patient"]].append([row["component"], *days])
json.dump(found, sys.stdout)
