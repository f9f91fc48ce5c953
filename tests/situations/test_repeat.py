"""Repeat presentation within twelve months: told to the originating agency alone, without anyone else's situation."""

from datetime import timedelta

import pytest

from conferences import chairing
from hub.core import clock
from situations import deliberation, identity
from situations.choices import Stage
from situations.disclosure import audience_of, disclose
from situations.models import Situation
from situations.projection import WITHHELD
from situations.repeat import earlier
from tests.cast import IDENTITY, Cast, assemble

ELSEWHERE = "an earlier situation, brought by another agency"


@pytest.fixture
def people(db: None) -> Cast:
    """With one situation of the schools on the agenda."""
    people = assemble()
    people.ready()
    people.conference()
    return people


def test_own_earlier_number_is_told_and_anothers_is_not(people):
    assert earlier(people.draft("schools")) == ["2026-0001".replace("2026", str(clock.today().year))]
    assert earlier(people.draft("police")) == [ELSEWHERE]


def test_case_accents_and_spaces_do_not_hide_a_repeat(people):
    draft = people.draft("police")
    identity.seal(by=people["police"], situation=draft, values={"name": "  ZÉPHYRINE quill marker "})
    assert earlier(draft) == [ELSEWHERE]


@pytest.mark.parametrize("values", [{"name": "Somebody Else"}, {"date_of_birth": "2011-03-15"}, {"date_of_birth": ""}])
def test_another_identity_is_no_repeat(people, values):
    draft = people.draft("police")
    identity.seal(by=people["police"], situation=draft, values={**IDENTITY, **values})
    assert earlier(draft) == []


@pytest.mark.parametrize(("days", "found"), [(360, [ELSEWHERE]), (367, [])])
def test_flag_ends_after_twelve_months(people, days, found):
    draft = people.draft("police")
    with clock.at(clock.now() + timedelta(days=days)):
        assert earlier(draft) == found


def test_nobody_but_the_originator_is_told_and_only_before_tabling(people):
    draft = people.draft("police")
    assert disclose(draft, audience_of(people["police"], draft)).repeat == (ELSEWHERE,)
    for stage in (Stage.TABLED, Stage.FILTER2, Stage.FILTER4):
        Situation.objects.filter(pk=draft.pk).update(stage=stage, number="2026-0099")
        draft = Situation.objects.get(pk=draft.pk)
        for member in people.members.values():
            assert disclose(draft, audience_of(member, draft)).repeat is WITHHELD


def test_rejected_and_redacted_situation_is_not_found_again(people):
    situation = Situation.objects.get()
    conference = people.table.conferences.exclude(sitting=None).get()
    chairing.take_in_hand(by=people["facilitator"], conference=conference, item=conference.items.get())
    deliberation.reject(by=people["facilitator"], situation=situation, reason="not_aer")
    chairing.put_down(by=people["facilitator"], conference=conference)
    assert earlier(people.draft("schools")) == []
