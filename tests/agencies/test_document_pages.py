"""Agreements on pages: prepared, read, sent, signed by link or account, on paper; and the table at a glance."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from agencies import agreeing
from agencies.choices import DocumentKind, DocumentState, Regime
from agencies.models import Document, Signature
from hub.core import clock
from hub.core.audit import acting
from hub.pressing.models import Press
from tests.agencies.paperwork import (
    EMAIL,
    FILLED,
    HEAD,
    draft,
    glance,
    now,
    page,
    row,
    sent,
    signed,
    staffed,
    table_of,
    url,
)
from tests.agencies.test_signing import edited
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
STEPS = ("fill", "send", "send_again", "withdraw", "paper")


@pytest.fixture
def people() -> Cast:
    return staffed()


def printed(pdf: bytes) -> str:
    return " ".join(" ".join(one.extract_text() for one in PdfReader(BytesIO(pdf)).pages).split())


def link_of(letter: Any) -> str:
    return re.search(r"http://testserver(\S+)", letter.body)[1]  # type: ignore[index]


def test_whole_way_from_choosing_to_the_signed_pdf(client: Client, people: Cast) -> None:
    client.force_login(people["recorder"])
    begins = clock.today()
    chosen = {"agency": people.agencies["clinic"].pk, "kind": "mou", "begins": begins, "until": begins + 300 * DAY}
    answer = client.post(reverse("table_document_new", args=[people.table.pk]), chosen)
    made = Document.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, url("", made))
    assert "[host] runs the table&#x27;s record" in page(client, url("", made))
    filled = {"begins": begins, "until": begins + 300 * DAY, **FILLED}
    assert client.post(url("fill", made), filled).status_code == 303
    assert "Town of Harborview runs the table&#x27;s record" in page(client, url("", made))
    assert f"{HEAD}, {EMAIL}" in page(client, url("", made))
    assert client.post(url("send", made)).headers["Location"].endswith("said=sent")
    [letter] = mail.outbox
    assert letter.to == [EMAIL]
    client.logout()
    link = link_of(letter)
    html = page(client, link)
    assert "As a hospital" in html
    assert HEAD in html
    shown = now(made).text_hash
    answer = client.post(link, {"name": HEAD.lower(), "affirmed": "on", "text_hash": shown})
    assert answer.status_code == 303
    assert "A copy of what you signed" in page(client, answer.headers["Location"])
    assert Signature.objects.get().text_hash == shown
    [(name, pdf, kind)] = mail.outbox[1].attachments
    assert (name, kind, bytes(pdf)[:5]) == ("agreement-version-1.pdf", "application/pdf", b"%PDF-")
    client.force_login(people["clinic"])
    answer = client.get(url("pdf", made))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert b"StructTreeRoot" in answer.content


def test_a_link_that_was_used_expired_or_withdrawn_shows_nothing_of_the_text(client: Client, people: Cast) -> None:
    made, secret = sent(people)
    link = reverse("table_sign_by_link", args=[secret])
    assert "What the table is for" in page(client, link)
    with clock.at(clock.now() + 31 * DAY):
        html = page(client, link, 410)
        assert "has ended" in html
        assert "What the table is for" not in html
        assert client.post(link, {"name": HEAD}).status_code == 422
    client.force_login(people["police"])
    done = client.post(link, {"name": HEAD, "affirmed": "on", "text_hash": made.text_hash, "press_key": "k" * 20})
    assert (done.status_code, done.headers["Location"]) == (303, f"{reverse('table_signed')}?said=signed")
    assert [secret in where for where in Press.objects.values_list("where", flat=True)] == [False]
    client.logout()
    html = page(client, link, 410)
    assert "It was signed on" in html
    assert [one in html for one in (made.text_hash, "Harborview Police", EMAIL, HEAD)] == [False] * 4
    assert client.post(link, {"name": HEAD, "affirmed": "on", "text_hash": made.text_hash}).status_code == 422
    other, secret = sent(people, "clinic")
    agreeing.withdraw(by=people["recorder"], document=other, because="")
    assert "withdrawn" in page(client, reverse("table_sign_by_link", args=[secret]), 410)
    assert client.get(reverse("table_sign_by_link", args=["x" * 43])).status_code == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "Somebody Else", "affirmed": "on"}, "Only Ottoline Marchbanks can sign"),
        ({"name": HEAD}, "Affirm the sentence"),
        ({"name": "", "affirmed": "on"}, "Type your name"),
        ({"name": HEAD, "affirmed": "on", "text_hash": "0" * 64}, "The text has changed since you opened it"),
    ],
)
def test_a_wrong_signature_says_why_and_keeps_the_page(client: Client, people: Cast, fields: dict[str, str], said: str) -> None:
    made, secret = sent(people)
    answer = client.post(reverse("table_sign_by_link", args=[secret]), {"text_hash": made.text_hash, **fields})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "What the table is for" in answer.content.decode()
    assert not Signature.objects.exists()


def test_an_edited_text_is_pointed_out_on_page_pdf_and_link(client: Client, people: Cast) -> None:
    made, (waiting, secret) = signed(people), sent(people, "clinic")
    client.force_login(people["recorder"])
    for one in (made, waiting):
        assert "not the one that was sent" not in page(client, url("", one))
        assert "not the one that was sent" not in printed(client.get(url("pdf", one)).content)
        edited(one)
        assert "not the one that was sent" in page(client, url("", one))
    assert "not the one that was sent" in printed(client.get(url("pdf", made)).content)
    assert "Do not sign it" in page(client, reverse("table_sign_by_link", args=[secret]), 410)


def test_the_head_signs_with_an_account_only_after_showing_who_it_is(client: Client, people: Cast, settings: Any) -> None:
    settings.DEMANDS_STEP_UP = True
    with acting(None, "test"):
        people["police"].email, people["police"].name = EMAIL, HEAD
        people["police"].save()
    made, _secret = sent(people)
    client.force_login(people["police"])  # shows nothing: no password, no code
    where = reverse("table_sign", args=[made.pk])
    assert "Sign it" in page(client, where)
    assert client.post(where, {"name": HEAD, "affirmed": "on", "text_hash": made.text_hash}).status_code == 401
    assert now(made).state == DocumentState.SENT
    assert client.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 303
    assert client.post(where, {"name": HEAD, "affirmed": "on", "text_hash": made.text_hash}).status_code == 303


def test_the_head_signs_with_an_account(client: Client, people: Cast) -> None:
    with acting(None, "test"):
        people["police"].email, people["police"].name = EMAIL, HEAD
        people["police"].save()
    made, _secret = sent(people)
    where = reverse("table_sign", args=[made.pk])
    for who in ("police_deputy", "recorder", "outsider"):
        client.force_login(people[who])
        assert client.get(where).status_code == client.post(where).status_code == 404
    client.force_login(people["police"])
    assert where in page(client, url("", made))
    answer = client.post(where, {"name": HEAD, "affirmed": "on", "text_hash": made.text_hash})
    assert answer.status_code == 303
    assert now(made).state == DocumentState.SIGNED


def test_a_letter_that_is_not_taken_is_said_and_sent_again(
    client: Client, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(people["recorder"])
    made = draft(people)

    def refuses(self: mail.EmailMessage, *args: Any, **kwargs: Any) -> int:
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr(mail.EmailMessage, "send", refuses)
        answer = client.post(url("send", made))
    assert "did not take the letter" in page(client, answer.headers["Location"])
    assert client.post(url("send_again", made)).headers["Location"].endswith("said=sent")
    assert client.get(link_of(mail.outbox[0])).status_code == 200


def test_copy_that_is_not_taken_is_not_promised(client: Client, people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    made, secret = sent(people)
    people["clinic"].email, people["clinic"].name = EMAIL, HEAD
    with acting(None, "test"):
        people["clinic"].save()
    other, _secret = sent(people, "clinic")

    def refuses(self: mail.EmailMessage, *args: Any, **kwargs: Any) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr(mail.EmailMessage, "send", refuses)
    link = reverse("table_sign_by_link", args=[secret])
    answer = client.post(link, {"name": HEAD, "affirmed": "on", "text_hash": made.text_hash})
    html = page(client, answer.headers["Location"])
    assert "on its way" not in html
    assert "did not take the copy" in html
    client.force_login(people["clinic"])
    where = reverse("table_sign", args=[other.pk])
    answer = client.post(where, {"name": HEAD, "affirmed": "on", "text_hash": other.text_hash})
    assert "did not take the copy" in page(client, answer.headers["Location"])
    assert Signature.objects.count() == 2


def test_paper_is_printed_and_recorded(client: Client, people: Cast) -> None:
    client.force_login(people["recorder"])
    made = draft(people)
    assert client.get(url("pdf", made)).status_code == 422
    assert client.post(url("send", made), {"on_paper": "1"}).headers["Location"].endswith("said=frozen")
    assert mail.outbox == []
    assert client.get(url("pdf", made)).content[:5] == b"%PDF-"
    wrong = client.post(url("paper", made), {"name": "Nobody", "signed_on": clock.today(), "kept_by": "x"})
    assert wrong.status_code == 422
    assert "Only Ottoline Marchbanks can sign" in wrong.content.decode()
    right = {"name": HEAD, "signed_on": clock.today(), "kept_by": "Town clerk"}
    assert client.post(url("paper", made), right).status_code == 303
    assert "Town clerk" in page(client, url("", made))


def test_who_reads_what(client: Client, people: Cast) -> None:
    first, second = draft(people), signed(people, "clinic")
    readers = {
        "recorder": (200, 200), "administrator": (200, 200), "facilitator": (200, 200), "police": (404, 404),
        "clinic": (404, 200), "schools": (404, 404), "outsider": (404, 404),
    }  # fmt: skip
    for who, expected in readers.items():
        client.force_login(people[who])
        assert tuple(client.get(url("", one)).status_code for one in (first, second)) == expected, who
        assert client.get(url("pdf", second)).status_code == expected[1], who


def test_who_prepares_nothing_is_refused_each_step(client: Client, people: Cast) -> None:
    made = draft(people)
    for who, status in (("facilitator", 403), ("police", 404), ("outsider", 404)):
        client.force_login(people[who])
        assert [client.post(url(name, made)).status_code for name in STEPS] == [status] * len(STEPS)
        assert client.post(reverse("table_document_new", args=[people.table.pk])).status_code == status
    client.logout()
    assert [client.post(url(name, made)).status_code for name in STEPS] == [401] * len(STEPS)
    assert client.get(url("", made)).status_code == client.get(glance(people)).status_code == 302
    assert now(made).state == DocumentState.DRAFT


def test_get_on_a_step_is_405(client: Client, people: Cast) -> None:
    made = draft(people)
    client.force_login(people["recorder"])
    assert [client.get(url(name, made)).status_code for name in STEPS] == [405] * len(STEPS)


def test_forms_keep_what_was_typed_and_say_what_is_wrong(client: Client, people: Cast) -> None:
    client.force_login(people["recorder"])
    new = reverse("table_document_new", args=[people.table.pk])
    past = {"agency": people.agencies["police"].pk, "kind": "mou", "begins": clock.today() - DAY, "until": clock.today()}
    for fields, said in (
        (past, "in the past"),
        ({}, "Choose the agency"),
        ({**past, "kind": "baa", "begins": clock.today()}, "addendum is for"),
    ):
        answer = client.post(new, fields)
        assert answer.status_code == 422
        assert said in answer.content.decode()
    made = draft(people)
    answer = client.post(
        url("fill", made), {"begins": clock.today(), "until": clock.today() + 2000 * DAY, "host": "Kept words"}
    )
    assert answer.status_code == 422
    assert "three years" in answer.content.decode()
    assert "Kept words" in answer.content.decode()


def test_an_older_page_is_told_what_became_of_the_text(client: Client, people: Cast) -> None:
    first, second = draft(people), draft(people, "clinic")
    client.force_login(people["recorder"])
    agreeing.send(by=people["recorder"], document=first, by_mail=True)
    late = {"begins": f"{first.in_force_from}", "until": f"{first.in_force_until}", **FILLED, "authority": "another"}
    answer = client.post(url("fill", first), late)
    assert answer.status_code == 422
    # the page has no form any more that could say it, and must not be put in the place of what was typed
    assert "data-refusal" in answer.content.decode()
    assert "Withdraw it to prepare another" in answer.content.decode()
    assert now(first).filled["authority"] == FILLED["authority"]
    paper = {"name": HEAD, "signed_on": f"{clock.today()}", "kept_by": "us"}
    answer = client.post(url("paper", second), paper)
    assert answer.status_code == 422
    assert "data-refusal" in answer.content.decode()


def test_an_agency_of_another_table_cannot_be_chosen(client: Client, people: Cast) -> None:
    client.force_login(people["recorder"])
    fields = {"agency": people.agencies["stranger"].pk, "kind": "mou", "begins": clock.today(), "until": clock.today()}
    assert client.post(reverse("table_document_new", args=[people.table.pk]), fields).status_code == 422


def test_next_version_begins_with_what_was_filled_in(people: Cast) -> None:
    signed(people)
    police, schools = people.agencies["police"], people.agencies["schools"]
    assert agreeing.suggested(table_of(people), police, DocumentKind.MOU)["authority"] == FILLED["authority"]
    found = agreeing.suggested(table_of(people), schools, DocumentKind.MOU)
    assert found["host"] == FILLED["host"]
    assert "authority" not in found


def test_next_agency_is_not_given_the_former_ones_officer(people: Cast) -> None:
    with acting(None, "test"):
        people.agencies["police"].regimes = [Regime.STATE]
        people.agencies["police"].save()
    signed(people, kind=DocumentKind.C66A)
    found = agreeing.suggested(table_of(people), people.agencies["schools"], DocumentKind.C66A)
    assert found["host"] == FILLED["host"]
    assert "responsible_officer" not in found


def test_addendum_is_ended_early_and_its_text_stays(client: Client, people: Cast) -> None:
    made = signed(people, "clinic", DocumentKind.BAA)
    client.force_login(people["recorder"])
    assert "End it early" in page(client, url("", made))
    for bad in (clock.today() - DAY, clock.today() + 400 * DAY):
        assert client.post(url("end", made), {"on": f"{bad}"}).status_code == 422
    assert client.post(url("end", made), {"on": f"{clock.today()}"}).status_code == 303
    after = now(made)
    assert (after.in_force_until, after.text, after.state) == (clock.today(), made.text, DocumentState.SIGNED)
    with clock.at(clock.now() + DAY):
        assert "BAA: missing" in row(page(client, glance(people)), "Harborview Clinic")


@pytest.mark.parametrize("who", ["clinic", "outsider"])
def test_addendum_is_ended_by_who_prepares_it_and_no_agreement_is(client: Client, people: Cast, who: str) -> None:
    addendum, agreement = signed(people, "clinic", DocumentKind.BAA), signed(people)
    client.force_login(people[who])
    assert client.post(url("end", addendum), {"on": f"{clock.today()}"}).status_code in {403, 404}
    client.force_login(people["recorder"])
    assert "End it early" not in page(client, url("", agreement))
    assert client.post(url("end", agreement), {"on": f"{clock.today()}"}).status_code == 422
    assert now(agreement).in_force_until == agreement.in_force_until
