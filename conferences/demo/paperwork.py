"""The agreements of the demo: signed on the day of founding, one that ends soon, one that waits; and the yearly pledges."""

from datetime import date, timedelta

from agencies import agreeing, clauses, naming, signing, yearly_pledge
from agencies.choices import ContactKind, DocumentKind
from agencies.models import Agency, Document, Member
from agencies.standing import standing_of
from conferences.demo.founding import AGREEMENT_LASTS, Community
from conferences.demo.source import Entry
from hub.core import clock
from hub.core.audit import acting

ON_PAPER = frozenset({"housing", "aging"})
ENDS_SOON, SOON = "aging", timedelta(days=45)
WAITS = ("fire", DocumentKind.BAA)
"""Sent for signature, and not signed yet."""
FILLED = {
    "privacy_contact": "the privacy officer of the table, 978-555-0119",
    "breach_hours": "24",
    "withdrawal_days": "30",
    "responsible_officer": "The area director",
}
AUTHORITY = {
    "police": "M.G.L. c.41, and its policy on community services",
    "schools": "M.G.L. c.71, and the policy of the school committee",
    "dmh": "M.G.L. c.19 and c.123, and its privacy handbook",
    "dcf": "M.G.L. c.18B and c.119",
}
MISSION = "its mission, and the basis that it names for each disclosure"


def sign(material: Entry, community: Community, today: date) -> None:
    """On the day of founding, after its coordinator: heads are named, and they sign. It lasts a year beyond the demo."""
    for entry in material["agencies"]:
        agency = community.agencies[entry["key"]]
        naming.name_contact(by=None, agency=agency, kind=ContactKind.HEAD, **entry["head"])
        until = today + SOON if agency.key == ENDS_SOON else clock.today() + AGREEMENT_LASTS
        for kind in (DocumentKind.MOU, *clauses.addenda_of(agency.regimes)):
            if (agency.key, kind) != WAITS:
                _signed(_prepared(community.table.coordinator, community, agency, kind, until), agency)


def send_what_waits(community: Community) -> None:
    """A few days before today's conference: the last text is sent to its head."""
    key, kind = WAITS
    by = community.table.coordinator
    made = _prepared(by, community, community.agencies[key], kind, clock.today() + AGREEMENT_LASTS)
    agreeing.send(by=made.prepared_by, document=made, by_mail=True)


def pledge(community: Community) -> None:
    """Everybody who belongs to the table signs the yearly pledge, and from then on the table demands it."""
    for member in community.members.values():
        if not standing_of(member, community.table).belongs:
            continue
        text = yearly_pledge.text_for(member, community.table)
        yearly_pledge.sign(by=member, table=community.table, name=member.name, affirmed=True, text_hash=agreeing.digest(text))
    community.table.demands_yearly_pledge = True
    with acting(None, "demo: the yearly pledge"):
        community.table.save(update_fields=["demands_yearly_pledge"])


def _prepared(by: Member | None, community: Community, agency: Agency, kind: str, until: date) -> Document:
    assert by is not None  # noqa: S101 - named above; tells the type checker
    filled = {**FILLED, "host": by.agency.name, "authority": AUTHORITY.get(agency.key, MISSION)}
    return agreeing.prepare(
        by=by, table=community.table, agency=agency, kind=kind, begins=clock.today(), until=until, filled=filled
    )


def _signed(document: Document, agency: Agency) -> None:
    by, on_paper = document.prepared_by, agency.key in ON_PAPER
    secret = agreeing.send(by=by, document=document, by_mail=not on_paper)
    document.refresh_from_db()
    name = document.signatory_name
    if on_paper:
        signing.record_paper(
            by=by, document=document, name=name, signed_on=clock.today(), kept_by="Town clerk, cabinet of agreements"
        )
    else:
        signing.sign_by_link(by=None, secret=secret, name=name, affirmed=True, text_hash=document.text_hash)
