"""Beginning a record: one name in each database, and both together in one place only."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from remission.web.acts import intents, joining
from remission.web.acts.intents import finish_intents
from remission.web.identities.models import Intent, Membership
from remission.web.records.models import ConsentRow, PersonRow, RecordAudit
from remission.web.records.reading import person_of


def test_who_joins_has_a_record_and_a_consent(join: Callable[..., object]) -> None:
    member = join()
    person = person_of(member.person_id)
    assert person.consents[0].scopes == ("research", "aggregates", "contact")
    assert not Intent.objects.exists()
    assert RecordAudit.objects.get().act == "joined"


def test_a_joining_that_died_in_between_is_finished_once(
    sign_in: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    member = sign_in()
    with monkeypatch.context() as patch:
        patch.setitem(intents._ACTS, "join", lambda named: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            joining.join_registry(member.account, ("research",))
    assert not PersonRow.objects.exists()
    assert finish_intents() == 1
    assert finish_intents() == 0
    assert PersonRow.objects.get().person_id == Membership.objects.get().person_id
    assert ConsentRow.objects.count() == 1
