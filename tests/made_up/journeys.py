"""An invented person who tells all that a journey can show: exact dates, months, years, and what is not known."""

from __future__ import annotations

from made_up.registry_people import Somebody

TOLD_ON, LATER = 1500, (1700, 1900, 2100)


def traveller() -> Somebody:
    """Somebody with a transplant in May 2020, who had four therapies besides, and does not know all of it."""
    one = Somebody.of("P1", TOLD_ON)

    def tells(table: str, episode: str, **said: str) -> None:
        for column, value in said.items():
            state = "unknown" if value == "?" else "told"
            one.tells(TOLD_ON, f"{table}.{column}", "" if value == "?" else value, episode, state=state)  # type: ignore[arg-type]

    tells("subjects", "", onset_day="2009")
    one.transplanted(TOLD_ON, "2020-05-12")
    tells("treatments", "transplant-1", conditioning="BEAM")
    tells(
        "treatments", "therapies-1", therapy="interferon beta-1a im", start_day="2011", ongoing="no", end_day="2014-06"
    )
    tells("treatments", "therapies-2", therapy="natalizumab", start_day="2014-07", ongoing="no", end_day="2018-01-20")
    tells("treatments", "therapies-3", therapy="ocrelizumab", start_day="2018-05", ongoing="?")
    tells("treatments", "therapies-4", therapy="rituximab", start_day="2022-03-01", ongoing="yes")
    walked = (("2012", "2"), ("2016", "4"), ("2019-11", "6"), ("2021-06-01", "5"), ("2024-02-09", "5"))
    for at, (day, step) in enumerate(walked):
        tells("walking", f"walking-{at}", day=day, step=step)
    for at, (day, score) in enumerate((("2018", "4.5"), ("2020-04-30", "6.0"), ("2022-09", "5.5"))):
        tells("visits", f"edss-{at}", day=day, edss=score)
    for at, day in enumerate(("2009", "2012-03", "2013-10-02", "2017", "2017-08", "2019-03-04")):
        tells("relapses", f"relapses-{at}", day=day)
    tells("relapses", "relapses-9", severity="severe")
    for at, (day, lesions) in enumerate((("2013-11", "3"), ("2019-04-01", "2"), ("2021-05", "0"), ("2023", "?"))):
        tells("scans", f"scans-{at}", day=day, new_t2=lesions)
    tells("adverse_events", "harms-0", term="fever with few white cells", day="2020-05-20", ongoing="no",
          end_day="2020-06-02")  # fmt: skip
    tells("adverse_events", "harms-1", term="shingles", day="2020-08", ongoing="no")
    tells("adverse_events", "harms-2", term="tiredness", day="2021", ongoing="yes")
    tells("registry", "", own_words="I could walk to the shop again.\nThat was the best day.")
    for on in LATER[:2]:
        one.is_asked(on)
    one.tells(LATER[2], "asked.relapses", "", f"visit-{LATER[2]}", state="unknown")
    return one
