"""Preparing an agreement: who may, what is refused, that nothing changes after sending, and versions."""

from datetime import date, timedelta

import pytest

from agencies import agreeing, clauses
from agencies.choices import DocumentKind, DocumentState
from agencies.models import AgencyContact, Document
from hub.core import clock
from hub.core.audit import acting
from hub.core.errors import NotAllowed, RuleRefused
from tests.agencies.paperwork import EMAIL, FILLED, HEAD, YEAR, draft, named, now, sent, signed, staffed, table_of
from tests.cast import Cast, refused

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def people() -> Cast:
    return staffed()


def test_coordinator_and_administrator_prepare(people: Cast) -> None:
    table = table_of(people)
    able = {name for name, member in people.members.items() if agreeing.may_prepare(member, table)}
    assert able == {"recorder", "administrator"}


@pytest.mark.parametrize("who", ["facilitator", "police", "outsider", "privacy_officer"])
def test_others_are_refused_every_step(people: Cast, who: str) -> None:
    made, by = draft(people), people[who]
    waiting, _secret = sent(people, "clinic")
    with refused(NotAllowed):
        agreeing.prepare(
            by=by, table=people.table, agency=people.agencies["schools"], kind=DocumentKind.MOU, begins=clock.today(),
            until=clock.today(), filled=FILLED,
        )  # fmt: skip
    with refused(NotAllowed):
        agreeing.fill(by=by, document=made, begins=clock.today(), until=clock.today(), filled=FILLED)
    with refused(NotAllowed):
        agreeing.send(by=by, document=made, by_mail=True)
    with refused(NotAllowed):
        agreeing.send_again(by=by, document=waiting)
    with refused(NotAllowed):
        agreeing.withdraw(by=by, document=waiting, because="")


def test_a_coordinator_whose_account_is_closed_is_none(people: Cast) -> None:
    people["recorder"].is_active = False
    with refused(NotAllowed):
        draft(people)


def test_preview_is_the_text_that_is_sent(people: Cast) -> None:
    made = draft(people)
    preview = agreeing.text_of(made)
    assert (made.text, made.text_hash) == ("", "")
    agreeing.send(by=people["recorder"], document=made, by_mail=True)
    after = now(made)
    assert after.text == preview
    assert after.text_hash == agreeing.digest(preview)
    assert (after.signatory_name, after.signatory_email) == (HEAD, EMAIL)


def test_text_names_parties_days_and_settings(people: Cast) -> None:
    text = agreeing.text_of(draft(people, begins=clock.today() + DAY))
    assert "Agreement of Harborview Police with Harborview Hub" in text
    assert HEAD in text
    assert "Town of Harborview runs the table's record" in text
    assert "within 48 hours" in text
    assert "name, date of birth." in text
    assert "[" not in text


def test_a_table_that_opens_no_identifier_says_so(people: Cast) -> None:
    with acting(None, "test"):
        people.table.identity_opens_at_filter = 4
        people.table.coordinator = people["recorder"]
        people.table.save()
    text = agreeing.text_of(now(draft(people)))
    assert "No identifier is opened at the table" in text
    assert "date of birth" not in text


def test_what_is_still_empty_stands_in_brackets_and_is_not_sent(people: Cast) -> None:
    made = draft(people)
    agreeing.fill(
        by=people["recorder"], document=made, begins=clock.today(), until=clock.today(), filled=FILLED | {"host": "  "}
    )
    assert "[host] runs the table's record" in agreeing.text_of(now(made))
    with refused(RuleRefused, "host"):
        agreeing.send(by=people["recorder"], document=made, by_mail=True)


def test_markup_and_line_ends_in_a_place_are_plain(people: Cast) -> None:
    made = draft(people)
    agreeing.fill(
        by=people["recorder"], document=made, begins=clock.today(), until=clock.today(),
        filled=FILLED | {"host": "Town\n\n9. Of <b>Harborview</b>"},
    )  # fmt: skip
    assert "\nTown 9. Of Harborview runs the table's record" in agreeing.text_of(now(made)).replace(". Town", ".\nTown")


def test_too_long_a_word_is_refused_at_its_field(people: Cast) -> None:
    made = draft(people)
    with refused(RuleRefused, "host"):
        agreeing.fill(
            by=people["recorder"], document=made, begins=clock.today(), until=clock.today(), filled={"host": "x" * 301}
        )


@pytest.mark.parametrize(
    ("begins", "until", "field"),
    [(-1, 10, "begins"), (0, -1, "until"), (5, 4, "until"), (0, 3 * 366, "until")],
)
def test_days_in_the_past_turned_round_or_too_far_apart_are_refused(people: Cast, begins: int, until: int, field: str) -> None:
    with refused(RuleRefused, field):
        draft(people, begins=clock.today() + begins * DAY, until=clock.today() + until * DAY)


def test_three_years_to_the_day_are_not_too_long(people: Cast) -> None:
    begins = clock.today()
    until = begins.replace(year=begins.year + 3, day=min(begins.day, 28)) - DAY
    assert draft(people, begins=begins, until=until).in_force_until == until


def test_from_a_leap_day_three_years_end_on_the_last_of_february(people: Cast) -> None:
    leap = date(2028, 2, 29)
    with refused(RuleRefused, "until"):
        draft(people, begins=leap, until=date(2031, 3, 1))
    assert draft(people, begins=leap, until=date(2031, 2, 28)).version == 1


def test_days_are_asked_again_when_it_is_sent(people: Cast) -> None:
    made = draft(people)
    with clock.at(clock.now() + DAY), refused(RuleRefused, "begins"):
        agreeing.send(by=people["recorder"], document=made, by_mail=True)


def test_an_addendum_is_for_agencies_under_its_law(people: Cast) -> None:
    with refused(RuleRefused, "kind"):
        draft(people, "police", DocumentKind.BAA)
    assert "covered entity" in agreeing.text_of(draft(people, "clinic", DocumentKind.BAA))


def test_agency_without_a_head_gets_no_letter(people: Cast) -> None:
    made = draft(people, "schools")
    with refused(RuleRefused):
        agreeing.send(by=people["recorder"], document=made, by_mail=True)


def test_head_without_an_address_signs_on_paper_only(people: Cast) -> None:
    named(people, "schools", email="")
    made = draft(people, "schools")
    with refused(RuleRefused):
        agreeing.send(by=people["recorder"], document=made, by_mail=True)
    assert agreeing.send(by=people["recorder"], document=made, by_mail=False) == ""
    assert (now(made).state, now(made).token_hash) == (DocumentState.SENT, "")


def test_a_table_without_a_coordinator_sends_nothing(people: Cast) -> None:
    made = draft(people)
    with acting(None, "test"):
        people.table.coordinator = None
        people.table.save()
    with refused(RuleRefused):
        agreeing.send(by=people["administrator"], document=made, by_mail=True)


def test_nothing_changes_once_it_was_sent(people: Cast) -> None:
    made, _secret = sent(people)
    with refused(RuleRefused):
        agreeing.fill(by=people["recorder"], document=made, begins=clock.today(), until=clock.today(), filled=FILLED)
    with refused(RuleRefused):
        agreeing.send(by=people["recorder"], document=made, by_mail=True)
    with acting(None, "test"):
        people.table.retention_days = 7
        people.table.coordinator = people["recorder"]
        people.table.save()
    assert "180 days" in agreeing.text_of(now(made))


def test_the_secret_of_the_link_is_not_stored(people: Cast) -> None:
    made, secret = sent(people)
    stored = " ".join(str(value) for value in Document.objects.filter(pk=made.pk).values()[0].values())
    history = " ".join(str(value) for row in Document.history.values() for value in row.values())
    assert len(secret) > 40
    assert secret not in stored + history
    assert made.token_hash == agreeing.digest(secret)


def test_a_new_link_ends_the_last_one(people: Cast) -> None:
    made, secret = sent(people)
    assert agreeing.send_again(by=people["recorder"], document=made) != secret
    assert now(made).token_hash != made.token_hash
    assert now(made).text_hash == made.text_hash


def test_no_new_link_for_another_head(people: Cast) -> None:
    made, _secret = sent(people)
    AgencyContact.objects.filter(agency=people.agencies["police"]).update(ended_on=clock.today())
    with refused(RuleRefused):
        agreeing.send_again(by=people["recorder"], document=made)
    named(people, "police", name="Somebody Else")
    with refused(RuleRefused):
        agreeing.send_again(by=people["recorder"], document=made)


def test_one_open_text_of_a_kind_at_a_time(people: Cast) -> None:
    made = draft(people)
    with refused(RuleRefused):
        draft(people)
    agreeing.withdraw(by=people["recorder"], document=made, because="A wrong day.")
    assert (now(made).state, now(made).withdrawn_because) == (DocumentState.WITHDRAWN, "A wrong day.")
    assert draft(people).version == 2


def test_what_was_signed_is_not_withdrawn(people: Cast) -> None:
    made = signed(people)
    with refused(RuleRefused):
        agreeing.withdraw(by=people["recorder"], document=made, because="")


def test_next_version_supersedes_what_was_signed(people: Cast) -> None:
    first = signed(people)
    second = draft(people, begins=clock.today() + 100 * DAY)
    assert (second.version, second.supersedes) == (2, first)
    agreeing.withdraw(by=people["recorder"], document=second, because="")
    third = draft(people)
    assert (third.version, third.supersedes) == (3, first)


def test_versions_are_counted_for_each_agency_and_layer(people: Cast) -> None:
    signed(people, "clinic")
    assert draft(people, "clinic", DocumentKind.BAA).version == 1
    assert draft(people, "police").version == 1


def test_wording_of_a_draft_is_the_newest_when_it_is_filled_in_again(people: Cast) -> None:
    made = draft(people)
    with acting(None, "test"):
        made.template_version = 0
        made.save()
    agreeing.fill(by=people["recorder"], document=made, begins=clock.today(), until=clock.today() + YEAR, filled=FILLED)
    assert now(made).template_version == clauses.template(made.template).version
