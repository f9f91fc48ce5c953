"""Signing: only the head, only what was read, only once; what a signature holds, what it lets in, and what is altered later."""

import hashlib
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from agencies import agreeing, membership, signing
from agencies.choices import DocumentKind, DocumentState, SignedHow
from agencies.models import AgencyContact, Agreement, Document, Signature
from agencies.standing import agreement_in_force
from hub.core import clock
from hub.core.audit import acting
from hub.core.errors import NotAllowed, NotVisible, RuleRefused
from tests.agencies.paperwork import EMAIL, HEAD, YEAR, draft, in_force, named, now, sent, signed, staffed
from tests.cast import Cast, refused

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def people() -> Cast:
    people = staffed()
    with acting(None, "test"):
        Agreement.objects.filter(agency=people.agencies["police"]).delete()
    return people


def by_link(secret: str, document: Document, name: str = HEAD, *, affirmed: bool = True, text_hash: str = "") -> Document:
    return signing.sign_by_link(by=None, secret=secret, name=name, affirmed=affirmed, text_hash=text_hash or document.text_hash)


def edited(document: Document, *, hash_too: bool = False) -> None:
    """Somebody who reaches the database changes the text behind everybody's back."""
    text = f"{document.text}And one more thing.\n"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE agencies_document SET text = %s WHERE id = %s", [text, document.pk])
        if hash_too:
            cursor.execute("UPDATE agencies_document SET text_hash = %s WHERE id = %s", [agreeing.digest(text), document.pk])


def test_signature_holds_who_what_when_and_the_hash_of_the_exact_text(people: Cast) -> None:
    made, secret = sent(people)
    at = clock.now()
    with clock.at(at):
        by_link(secret, made, "  ottoline   MARCHBANKS ")
    one = Signature.objects.get(document=made)
    assert (one.name, one.position, one.how) == (HEAD, "Director", SignedHow.BROWSER)
    assert (one.entered_at, one.signed_on) == (at, clock.today())
    assert one.text_hash == hashlib.sha256(now(made).text.encode()).hexdigest()
    assert "I am entitled to sign for Harborview Police" in one.affirmed


def test_a_signed_table_agreement_lets_the_agency_in(people: Cast) -> None:
    agency = people.agencies["police"]
    made, secret = sent(people)
    assert not agreement_in_force(agency.pk, people.table.pk)
    by_link(secret, made)
    assert agreement_in_force(agency.pk, people.table.pk)
    assert in_force(people) == [(clock.today(), clock.today() + YEAR)]
    agreement = now(made).agreement
    assert agreement is not None
    assert (agreement.signed_by, agreement.title) == (HEAD, "Agreement of Harborview Police with Harborview Hub")


def test_an_addendum_lets_nobody_in(people: Cast) -> None:
    with acting(None, "test"):
        Agreement.objects.filter(agency=people.agencies["clinic"]).delete()
    assert signed(people, "clinic", DocumentKind.BAA).agreement is None
    assert not agreement_in_force(people.agencies["clinic"].pk, people.table.pk)


def test_it_begins_on_its_day_and_not_before(people: Cast) -> None:
    signed(people, begins=clock.today() + 5 * DAY)
    pks = people.agencies["police"].pk, people.table.pk
    assert not agreement_in_force(*pks)
    with clock.at(clock.now() + 5 * DAY):
        assert agreement_in_force(*pks)


def test_signed_later_than_it_was_to_begin_it_begins_on_that_day(people: Cast) -> None:
    made, secret = sent(people)
    with clock.at(clock.now() + 10 * DAY):
        by_link(secret, made)
        assert in_force(people)[0][0] == clock.today()


def test_a_new_version_ends_the_former_one_the_day_before(people: Cast) -> None:
    signed(people)
    begins = clock.today() + 100 * DAY
    second = signed(people, begins=begins, until=begins + YEAR)
    assert in_force(people) == [(clock.today(), begins - DAY), (begins, begins + YEAR)]
    assert second.supersedes is not None


def test_a_signed_agreement_ends_a_longer_one_that_was_only_recorded(people: Cast) -> None:
    membership.sign_agreement(
        by=None, table=people.table, agency=people.agencies["police"], until=clock.today() + 9 * YEAR, title="Old",
        signed_by="X",
    )  # fmt: skip
    signed(people)
    with clock.at(clock.now() + YEAR + DAY):
        assert not agreement_in_force(people.agencies["police"].pk, people.table.pk)


def test_replayed_link_is_refused_and_says_so(people: Cast) -> None:
    made, secret = sent(people)
    by_link(secret, made)
    with refused(RuleRefused):
        by_link(secret, made)
    assert "works once" in signing.why_not(signing.by_link(secret), link=True)


def test_expired_link_is_refused(people: Cast) -> None:
    made, secret = sent(people, until=clock.today() + YEAR)
    with clock.at(clock.now() + agreeing.LINK_LASTS - timedelta(seconds=1)):
        assert signing.why_not(now(made), link=True) == ""
    with clock.at(clock.now() + agreeing.LINK_LASTS), refused(RuleRefused):
        by_link(secret, made)


def test_withdrawn_and_replaced_links_are_refused(people: Cast) -> None:
    made, secret = sent(people)
    newer = agreeing.send_again(by=people["recorder"], document=made)
    with refused(NotVisible):
        by_link(secret, made)
    agreeing.withdraw(by=people["recorder"], document=made, because="Wrong day.")
    with refused(RuleRefused):
        by_link(newer, made)


def test_address_that_was_wrong_signs_no_more(people: Cast) -> None:
    made, secret = sent(people)
    AgencyContact.objects.filter(agency=people.agencies["police"]).update(ended_on=clock.today())
    named(people, "police", email="the.right.one@harborview.example")
    with refused(RuleRefused):
        by_link(secret, made)
    assert "address of the head has changed" in signing.why_not(now(made), link=False)
    assert signing.why_not(now(made), link=False, paper=True) == ""
    newer = agreeing.send_again(by=people["recorder"], document=made)
    by_link(newer, now(made))


def test_account_of_a_former_address_signs_no_more(people: Cast) -> None:
    with acting(None, "test"):
        people["police"].email, people["police"].name = EMAIL, HEAD
        people["police"].save()
    made, _secret = sent(people)
    AgencyContact.objects.filter(agency=people.agencies["police"]).update(ended_on=clock.today())
    named(people, "police", email="the.right.one@harborview.example")
    with refused(RuleRefused):
        signing.sign(by=people["police"], document=made, name=HEAD, affirmed=True, text_hash=made.text_hash)


def test_link_that_is_replaced_while_it_signs_is_refused(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    made, secret = sent(people)
    found = signing.by_link

    def then_replaced(given: str) -> Document:
        document = found(given)
        agreeing.send_again(by=people["recorder"], document=document)
        return document

    monkeypatch.setattr(signing, "by_link", then_replaced)
    with refused(NotVisible):
        by_link(secret, made)


@pytest.mark.parametrize("secret", ["", "x" * 43, "0", "\0", "é"])
def test_invented_links_lead_nowhere(people: Cast, secret: str) -> None:
    sent(people)
    draft(people, "clinic")  # a draft has no link: an empty secret must not find it
    with refused(NotVisible):
        signing.sign_by_link(by=None, secret=secret, name=HEAD, affirmed=True, text_hash="")


@pytest.mark.parametrize("name", ["", "Ottoline", "Ottoline Marchbank", "Police", "Ottoline Marchbanks Jr"])
def test_who_is_not_the_head_is_refused(people: Cast, name: str) -> None:
    made, secret = sent(people)
    with refused(RuleRefused, "name"):
        by_link(secret, made, name)


def test_without_the_affirmation_it_is_no_signature(people: Cast) -> None:
    made, secret = sent(people)
    with refused(RuleRefused, "affirmed"):
        by_link(secret, made, affirmed=False)


def test_another_text_than_was_read_is_not_signed(people: Cast) -> None:
    made, secret = sent(people)
    with refused(RuleRefused):
        by_link(secret, made, text_hash="0" * 64)


@pytest.mark.parametrize("hash_too", [False, True])
def test_text_edited_between_sending_and_signing_is_not_signed(people: Cast, *, hash_too: bool) -> None:
    made, secret = sent(people)
    edited(made, hash_too=hash_too)
    with refused(RuleRefused):
        by_link(secret, made)


def test_a_former_head_is_refused(people: Cast) -> None:
    made, secret = sent(people)
    AgencyContact.objects.filter(agency=people.agencies["police"]).update(ended_on=clock.today())
    named(people, "police", name="The Next One")
    with refused(RuleRefused):
        by_link(secret, made)


def test_after_its_last_day_there_is_nothing_to_sign(people: Cast) -> None:
    made, secret = sent(people, until=clock.today() + 3 * DAY)
    with clock.at(clock.now() + 4 * DAY), refused(RuleRefused):
        by_link(secret, made)


def test_the_head_signs_with_an_own_account_and_nobody_else_does(people: Cast) -> None:
    with acting(None, "test"):
        people["police"].email, people["police"].name = EMAIL.upper(), HEAD
        people["police"].save()
    made, _secret = sent(people)
    for who in ("police_deputy", "recorder", "administrator", "outsider"):
        with refused(NotAllowed):
            signing.sign(by=people[who], document=made, name=HEAD, affirmed=True, text_hash=made.text_hash)
    signing.sign(by=people["police"], document=made, name=HEAD, affirmed=True, text_hash=made.text_hash)
    assert Signature.objects.get(document=made).member == people["police"]


@pytest.mark.parametrize(
    ("account", "name", "why"),
    [("police_deputy", "Somebody Else", "somebody else"), ("outsider", HEAD, "another agency"), ("recorder", HEAD, "your own")],
)
def test_no_link_goes_to_an_account_that_is_not_the_heads_or_to_whoever_sends_it(
    people: Cast, account: str, name: str, why: str
) -> None:
    made = draft(people)
    with acting(None, "test"):
        people[account].email, people[account].name = EMAIL, name
        people[account].save()
    with pytest.raises(RuleRefused, match=why):
        agreeing.send(by=people["recorder"], document=made, by_mail=True)
    assert agreeing.send(by=people["recorder"], document=made, by_mail=False) == ""


def test_the_agency_is_called_as_in_the_text_whatever_it_is_called_later(people: Cast) -> None:
    made, secret = sent(people)
    former = people.agencies["police"].name
    with acting(None, "test"):
        people.agencies["police"].name = "Harborview Public Safety"
        people.agencies["police"].save()
    by_link(secret, made)
    assert f"sign for {former}," in Signature.objects.get(document=made).affirmed


def test_an_equal_address_at_another_agency_signs_nothing(people: Cast) -> None:
    made, _secret = sent(people)
    with acting(None, "test"):
        people["outsider"].email = EMAIL
        people["outsider"].save()
    with refused(NotAllowed):
        signing.sign(by=people["outsider"], document=made, name=HEAD, affirmed=True, text_hash=made.text_hash)


def test_signature_on_paper_is_recorded_with_its_day_and_keeper(people: Cast) -> None:
    made, _secret = sent(people)
    with clock.at(clock.now() + 3 * DAY):
        day = clock.today() - DAY
        signing.record_paper(by=people["recorder"], document=made, name=HEAD, signed_on=day, kept_by="Town clerk, cabinet 4")
        one = Signature.objects.get(document=made)
        assert (one.how, one.signed_on, one.kept_by, one.entered_by) == (
            SignedHow.PAPER, day, "Town clerk, cabinet 4", people["recorder"],
        )  # fmt: skip
        assert in_force(people)[0][0] == clock.today()


def test_paper_has_its_refusals(people: Cast) -> None:
    made, _secret = sent(people)
    today, by = clock.today(), people["recorder"]
    with refused(NotAllowed):
        signing.record_paper(by=people["police"], document=made, name=HEAD, signed_on=today, kept_by="x")
    with refused(RuleRefused, "name"):
        signing.record_paper(by=by, document=made, name="Deputy", signed_on=today, kept_by="x")
    with refused(RuleRefused, "kept_by"):
        signing.record_paper(by=by, document=made, name=HEAD, signed_on=today, kept_by=" ")
    for day in (today - DAY, today + DAY):
        with refused(RuleRefused, "signed_on"):
            signing.record_paper(by=by, document=made, name=HEAD, signed_on=day, kept_by="x")
    unsent = draft(people, "clinic")
    with refused(RuleRefused):
        signing.record_paper(by=by, document=unsent, name=HEAD, signed_on=today, kept_by="x")


def test_an_agreement_edited_after_signing_is_found(people: Cast) -> None:
    first, second = signed(people), signed(people, "clinic", DocumentKind.BAA)
    assert signing.altered() == []
    call_command("verify_agreements", stdout=(said := StringIO()))
    assert "2 agreements are as they were sent" in said.getvalue()
    edited(first)
    assert signing.altered() == [first]
    edited(second)
    with pytest.raises(CommandError, match="2 of 2 agreements"):
        call_command("verify_agreements", stderr=(said := StringIO()))
    assert f"Harborview Police, table agreement, version 1 (document {first.pk})" in said.getvalue()


def test_who_edits_the_documents_hash_too_is_found_by_the_signature(people: Cast) -> None:
    made = signed(people)
    edited(made, hash_too=True)
    assert not signing.holds(now(made))


def test_a_state_that_somebody_sets_back_lets_nothing_be_signed_twice(people: Cast) -> None:
    made, secret = sent(people)
    by_link(secret, made)
    Document.objects.filter(pk=made.pk).update(state=DocumentState.WITHDRAWN)
    with refused(RuleRefused):
        by_link(secret, made)


def test_what_stops_the_table_from_letting_in_is_not_told_to_the_signatory(people: Cast) -> None:
    made, secret = sent(people)

    def stops(**kwargs: object) -> None:
        raise RuleRefused("Words about a situation on the board.")

    membership.let_in.connect(stops)
    try:
        with pytest.raises(RuleRefused, match="at this moment"):
            by_link(secret, made)
    finally:
        membership.let_in.disconnect(stops)
    assert now(made).state == DocumentState.SENT
    assert not Signature.objects.exists()
