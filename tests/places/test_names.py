"""Places by name: one that is called so, a question where several are, and words for what a name is taken for."""

from __future__ import annotations

import pytest

from remission.inputs.problems import InputProblems
from remission.places.names import (
    NamedPlace,
    hospital_places,
    hospitals,
    informal_names,
    local_authorities,
    named_places,
    places_called,
    spellings,
    spoken,
)
from remission.places.nearest import find_point, trust_places
from remission.places.organisations import load_organisations

SOUTH, NORTH, WEST, EAST = 49.8, 61.0, -8.7, 1.9


def test_every_local_authority_of_the_kingdom_has_a_point_in_it() -> None:
    found = local_authorities()
    assert len(found) == 361
    # England, Wales, Scotland, Northern Ireland, as in May 2024.
    assert [sum(code[0] == letter for code in found) for letter in "EWSN"] == [296, 22, 32, 11]
    assert all(SOUTH < one.latitude < NORTH and WEST < one.longitude < EAST for one in found.values())
    assert len({one.name for one in found.values()}) == 361


def test_the_middle_of_several_is_theirs() -> None:
    east = [local_authorities()[code] for code in ("E09000030", "E09000025", "E09000012")]
    assert [one.name for one in east] == ["Tower Hamlets", "Newham", "Hackney"]
    point = find_point("east end")
    # By hand, of the table: (51.515 + 51.531 + 51.554) / 3 and (-0.036 + 0.027 - 0.063) / 3, to a thousandth.
    assert (point.latitude, point.longitude) == pytest.approx(
        (sum(one.latitude for one in east) / 3, sum(one.longitude for one in east) / 3), abs=6e-4
    )
    assert abs(point.latitude - 51.53) < 0.02
    assert abs(point.longitude + 0.02) < 0.03
    assert point.how == "the middle of Tower Hamlets, Newham and Hackney, which East End is taken for here"


def test_each_name_of_our_own_is_of_authorities_that_are_there_and_says_whose_it_is() -> None:
    for one in informal_names():
        assert all(code in local_authorities() for code in one.codes.split("; ")), one
        assert (one.status, bool(one.source)) == ("unverified", True)
    names = [spelling for one in named_places() for spelling in spellings(one.name)[:1]]
    assert len(set(names)) == len(names)


def test_hospitals_are_in_england_and_each_is_called_by_a_name_of_its_own() -> None:
    trusts = set(load_organisations().nodes["code"])
    assert all(one.trust in trusts for one in hospitals())
    assert all(SOUTH < one.latitude < 56 and -6 < one.longitude < EAST for one in hospitals())
    names = [spoken(one.name) for one in hospital_places()]
    assert len(set(names)) == len(names) > 200


@pytest.mark.parametrize(
    ("asked", "how"),
    [
        ("Addenbrooke's", "Addenbrooke's Hospital, Cambridge"), ("Keighley", "Airedale General Hospital, Keighley"),
        ("whipps cross", "Whipps Cross University Hospital, London"),
    ],
)  # fmt: skip
def test_a_hospital_or_its_town_is_a_place_where_no_authority_and_no_trust_is_called_so(asked: str, how: str) -> None:
    assert find_point(asked, None, trust_places(load_organisations())).how == how


def test_several_hospitals_of_one_name_are_a_question_also_beside_a_trust_that_is_called_so() -> None:
    for trusts in ((), trust_places(load_organisations())):
        with pytest.raises(InputProblems) as raised:
            find_point("Queen Elizabeth Hospital", None, trusts)
        assert "Queen Elizabeth Hospital (Gateshead)" in str(raised.value.problems[0])


def test_a_trust_and_its_hospital_are_one_place() -> None:
    trusts = trust_places(load_organisations())
    assert len(places_called("Alder Hey", (*trusts, *hospital_places()))) == 2
    assert find_point("Alder Hey", None, trusts).how == "the main site of Alder Hey Children's NHS FT"


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("NEWHAM", "Newham"), ("st helens", "St. Helens"), ("Kings Lynn", "King's Lynn and West Norfolk"),
        ("Stoke on Trent", "Stoke-on-Trent"), ("Bristol", "Bristol, City of"), ("the Wirral", "Wirral"),
        ("Hull", "Hull"),
    ],
)  # fmt: skip
def test_names_are_found_as_they_are_written(asked: str, name: str) -> None:
    found = [one.name for one in places_called(asked, named_places())]
    assert found == [name]


def test_a_name_that_several_share_is_a_question() -> None:
    with pytest.raises(InputProblems) as refused:
        find_point("Newcastle")
    (problem,) = refused.value.problems
    assert problem.found == "Newcastle, of which there are 2"
    assert problem.next_step == "Say which: Newcastle-under-Lyme, Newcastle upon Tyne."
    # Words and not letters: Kent is in no name of another place.
    assert find_point("Ely", trusts=[NamedPlace("Ely Trust", 52.4, 0.26, "its site")]).how == "its site"


def test_trusts_are_found_by_their_names_after_towns() -> None:
    trusts = trust_places(load_organisations())
    assert find_point("Barts", trusts=trusts).how == "the main site of Barts Health NHS Trust"
    assert find_point("Sheffield", trusts=trusts).how == "the middle of Sheffield"


def test_a_place_whose_nation_publishes_nothing_says_so() -> None:
    assert find_point("Cardiff").how == "the middle of Cardiff; Wales publishes no such data"
    assert find_point("Glasgow").how == "the middle of Glasgow City; Scotland publishes no such data"


@pytest.mark.parametrize(
    ("asked", "advice"), [("Shefield", "Did you mean Sheffield?"), ("Qqqqqq", "postcode district")]
)
def test_a_name_that_is_nowhere_gets_advice(asked: str, advice: str) -> None:
    with pytest.raises(InputProblems) as refused:
        find_point(asked)
    assert advice in refused.value.problems[0].next_step
    assert "a place by name" in refused.value.problems[0].allowed


def test_a_postcode_is_never_read_as_a_name() -> None:
    places = [NamedPlace("E1", 0.0, 0.0, "a place that is called like a district")]
    assert "postcode district E1" in find_point("E1", trusts=places).how
