"""Crisis numbers: never none, the town's own after those that hold everywhere, callable without a script."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.template.loader import render_to_string

from agencies import crisis, directory
from agencies.crisis import CrisisNumber, dialled, numbers_for
from agencies.directory import Entry, entry_of
from agencies.models import Agency, Service
from hub.core.audit import acting

pytestmark = pytest.mark.django_db
EVERYWHERE = ["911", "988", "8337732445", "8773821609"]


@pytest.fixture(autouse=True)
def _nothing_in_it() -> None:
    # a prepared installation has its crisis numbers
    with acting(None, "an empty directory"):
        Service.objects.all().delete()


def calls(*towns: str) -> list[str]:
    return [one.call for one in numbers_for(towns)]


@pytest.mark.pairless
def test_every_shipped_number_has_its_source_and_its_day() -> None:
    assert [dialled(one["phone"]) for one in crisis.shipped()] == EVERYWHERE
    for one in crisis.shipped():
        assert one["source"].startswith("https://")
        assert one["read"].year >= 2026


def test_numbers_are_shown_before_and_after_they_are_entered() -> None:
    assert calls() == EVERYWHERE
    call_command("crisis_numbers", stdout=StringIO())
    assert calls() == EVERYWHERE
    assert crisis.enter(by=None) == 0


def test_what_an_administrator_changed_stays() -> None:
    crisis.enter(by=None)
    row = Service.objects.get(key="bh-help-line")
    changed = Entry(**{**vars(entry_of(row)), "phone": "800-555-0100"})
    directory.keep(by=None, service=row, entry=changed)
    gone = Service.objects.get(key="ma-mobile-crisis")
    with acting(None, "ended"):
        gone.is_active = False
        gone.save()
    crisis.enter(by=None)
    assert calls() == ["911", "988", "8005550100"]


def test_there_is_a_number_when_all_of_them_were_ended() -> None:
    crisis.enter(by=None)
    directory.keep(
        by=None, service=None, entry=Entry("Town line", phone="978-555-0114", towns=("harborview",), public_crisis=True)
    )
    with acting(None, "ended"):
        for row in Service.objects.filter(key__in=[one["key"] for one in crisis.shipped()]):
            row.is_active = False
            row.save()
    assert calls() == EVERYWHERE
    assert calls("Harborview") == [*EVERYWHERE, "9785550114"]


def test_what_cannot_be_a_town_is_none() -> None:
    # letters that are two when they are composed
    assert calls("\u0958" * 60, "x" * 300) == EVERYWHERE


def test_a_towns_own_numbers_follow_each_once() -> None:
    crisis.enter(by=None)
    fields = {"regimes": [], "sector": "x"}
    with acting(None, "agencies"):
        Agency.objects.create(
            key="a", name="Clinic", short_name="C", crisis_line="978-555-0112", towns=["Harborview"], **fields
        )
        Agency.objects.create(key="b", name="Far", short_name="F", crisis_line="978-555-0113", towns=["Saltmarsh"], **fields)
        Agency.objects.create(key="c", name="Same", short_name="S", crisis_line="988", towns=["Harborview"], **fields)
    local = Entry("Town line", phone="978-555-0114", towns=("harborview",), public_crisis=True)
    directory.keep(by=None, service=None, entry=local)
    assert calls() == EVERYWHERE
    assert calls("HARBORVIEW") == [*EVERYWHERE, "9785550114", "9785550112"]
    assert calls("Saltmarsh", "Harborview")[4:] == ["9785550114", "9785550112", "9785550113"]
    assert calls("Nowhere") == EVERYWHERE


@pytest.mark.pairless
@pytest.mark.parametrize(
    ("phone", "call"),
    [
        ("988", "988"),
        ("(833) 773-2445", "8337732445"),
        ("833-773-2445 (BHHL)", "8337732445"),
        ("+1 833.773.2445", "+18337732445"),
        ("978-555-0160 ext. 12", "9785550160"),
        ("text HOME to 741741", ""),
        ("", ""),
        ("12", ""),
    ],
)
def test_what_a_phone_dials(phone: str, call: str) -> None:
    assert dialled(phone) == call


@pytest.mark.pairless
def test_the_component_needs_no_script() -> None:
    html = render_to_string("components/crisis.html", {"numbers": [CrisisNumber("Lifeline <b>", "988", "Anyone", "988")]})
    assert 'href="tel:988"' in html
    assert "Lifeline &lt;b&gt;" in html
    assert "script" not in html
    assert render_to_string("components/crisis.html", {"numbers": []}).strip() == ""
