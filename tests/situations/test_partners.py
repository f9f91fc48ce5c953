"""What partner agencies bring: a basis first, then delivery; afterwards how far it is and no word more."""

import re
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from hub.core.errors import NotVisible, RuleRefused
from situations.choices import Closing, EntryKind
from situations.models import LedgerEntry, Referral
from situations.referrals import claiming, closing, desk, opening, partners, receipts, setting_up
from situations.referrals.answers import Answers
from tests.cast import given_for
from tests.situations.desk_story import SEALED, WORDS, Story, story

pytestmark = pytest.mark.django_db
BASIS = "table_agreement"


@pytest.fixture
def told() -> Story:
    return story()


def bring(told: Story, by: str = "schools", *, token: UUID | None = None, **change: object) -> partners.Delivered:
    asked: dict[str, object] = {"desk": told.desk, "answers": WORDS, "basis": BASIS, "given": given_for(BASIS)} | change
    return partners.bring(by=told[by], language="en", token=token or uuid4(), **asked)  # type: ignore[arg-type]


def test_disclosure_is_entered_with_basis_and_recipients_before_it_is_there(told: Story):
    made = bring(told)
    entry = LedgerEntry.objects.get(kind=EntryKind.REFERRAL_BROUGHT)
    assert (entry.basis, entry.agency_id, entry.actor_id) == (BASIS, told["schools"].agency_id, told["schools"].pk)
    assert entry.detail["agencies"] == [told.desk.agency_id]
    assert set(entry.detail["members"]) == {told["clinic"].pk, told["clinic_deputy"].pk}
    row = made.referral
    assert (row.door, row.from_agency_id, row.from_member_id) == ("partner", told["schools"].agency_id, told["schools"].pk)
    assert opening.read(by=told["clinic"], referral=row).answers == WORDS


def test_agency_without_a_seat_brings_too_and_others_do_not(told: Story):
    bring(told, "outsider")
    for name in ("administrator", "facilitator", "analyst"):
        with pytest.raises(NotVisible):
            bring(told, name)
    with pytest.raises(RuleRefused) as refused:
        bring(told, "clinic")
    assert refused.value.field == "desk"


def test_same_form_again_brings_nothing_a_second_time(told: Story):
    token = uuid4()
    first, again = bring(told, token=token), bring(told, token=token)
    assert (first.code, first.referral.pk) == (again.code, again.referral.pk)
    assert Referral.objects.count() == 1
    assert LedgerEntry.objects.filter(kind=EntryKind.REFERRAL_BROUGHT).count() == 1


def test_without_story_basis_or_open_desk_nothing_is_brought(told: Story):
    for field, change in (
        ("happening", {"answers": Answers(town="Harborview")}),
        ("basis", {"basis": ""}),
        ("basis", {"basis": "hipaa_treatment"}),
    ):
        with pytest.raises(RuleRefused) as refused:
            bring(told, **change)
        assert refused.value.field == field
    with pytest.raises(RuleRefused):
        bring(told, given={})
    setting_up.set_up(by=None, table=told.desk.table, agency=told.desk.agency, is_open=False)
    with pytest.raises(RuleRefused):
        bring(told)
    assert not Referral.objects.exists()
    assert not LedgerEntry.objects.filter(kind=EntryKind.REFERRAL_BROUGHT).exists()


def test_partner_sees_how_far_it_is_and_no_word_of_it(told: Story, client: Client):
    row = bring(told).referral
    other, _code = told.family()
    opening.read(by=told["clinic"], referral=row)
    claiming.claim(by=told["clinic"], referral=row)
    closing.close(by=told["clinic"], referral=row, reason=Closing.HELPED)
    client.force_login(told["schools_deputy"])
    pages = [client.get(reverse("partner")), client.get(reverse("partner_detail", args=[row.pk]))]
    for page in pages:
        text = page.content.decode()
        assert "an agency is working on it" in text
        for words in SEALED:
            assert words not in text
    assert client.get(reverse("partner_detail", args=[other.pk])).status_code == 404
    assert client.get(reverse("desk_referral", args=[row.pk])).status_code == 404
    client.force_login(told["police"])
    assert client.get(reverse("partner_detail", args=[row.pk])).status_code == 404


def test_form_gives_a_receipt_with_the_code_which_no_other_page_shows(told: Story, client: Client):
    client.force_login(told["outsider"])
    assert client.get(reverse("partner_new")).status_code == 200
    token = str(uuid4())
    sent = {
        "token": token, "desk": told.desk.pk, "basis": BASIS, "happening": WORDS.happening, "danger": "unsure", "knows": "no",
        **given_for(BASIS),
    }  # fmt: skip
    missing = client.post(reverse("partner_new"), {**sent, "happening": ""})
    assert missing.status_code == 422
    page = client.post(reverse("partner_new"), sent)
    assert page.status_code == 200
    text = page.content.decode()
    row = Referral.objects.get()
    assert "Receipt of delivery" in text
    assert f"R-{row.pk}" in text
    assert WORDS.happening not in text
    code = re.search(r'class="digits">([\d ]+)<', text)
    assert code
    assert receipts.find(code[1]) == row
    for later in (client.get(reverse("partner")), client.get(reverse("partner_detail", args=[row.pk]))):
        assert code[1].strip() not in later.content.decode()
    # the same form again is answered with the same receipt, and brings nothing a second time
    assert client.post(reverse("partner_new"), sent).status_code == 200
    assert Referral.objects.count() == 1
    assert desk.counts(told["clinic"])["queue"] == 1


def test_what_is_missing_is_listed_as_it_stands_on_the_page(told: Story, client: Client):
    client.force_login(told["outsider"])
    page = client.post(reverse("partner_new"), {"token": str(uuid4()), "basis": BASIS}).content.decode()
    listed, asked = (re.findall(pattern, page) for pattern in (r'<a href="#pass_(\w+)"', r'name="(\w+)"'))
    places = [asked.index(name) for name in listed]
    assert places == sorted(places)
    assert (listed[0], len(listed)) == ("desk", len(set(listed)))
    assert {"desk", "happening", "danger", "knows"} < set(listed), "and what the basis asks for"


@pytest.mark.parametrize("who", ["administrator", "analyst", "facilitator"])
def test_pages_are_for_who_works_with_cases(told: Story, client: Client, who: str):
    client.force_login(told[who])
    for name in ("partner", "partner_new"):
        assert client.get(reverse(name)).status_code == 404
    assert client.post(reverse("partner")).status_code == 405
