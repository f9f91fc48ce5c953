"""Legal holds: while one stands, nothing of a situation is shredded or redacted, whatever the table's retention says.

An agency that must preserve what it disclosed (a subpoena, a preservation letter) sets one through its privacy officer.
The ledger keeps who and when as codes; the reference is the agency's own file number and stays out of it.
"""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from agencies.belonging import tables_of
from agencies.models import Member, Table
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import NotVisible, RuleRefused
from situations import certificates, filters, ledger, retention, writing
from situations.choices import IN_AGENCY, EntryKind
from situations.models import LedgerEntry, LegalHold, Recusal, Situation
from situations.privacy_office import Office, offices_of

REFERENCE_LIMIT = 120


def open_to(by: Member, offices: list[Office]) -> QuerySet[Situation]:
    """The situations that this privacy officer may hold: those of the office, and those in which the own agency disclosed."""
    found = certificates.answers_for(by, offices)
    if not any(one.agency_id for one in offices):
        return found
    told = LedgerEntry.objects.filter(situation=OuterRef("pk"), agency=by.agency_id, recipients__isnull=False)
    # a reading stands under the reader's agency, which disclosed nothing by it
    disclosed = told.exclude(kind=EntryKind.IDENTITY_READ)
    out = Recusal.objects.filter(situation=OuterRef("pk"), member=by)
    return found | Situation.objects.exclude(stage__in=IN_AGENCY).filter(Exists(disclosed)).filter(~Exists(out))


def tables(by: Member, offices: list[Office]) -> QuerySet[Table]:
    """The tables that a number may be of, by name: the member's own, and those that the agency has left."""
    # an agency's officer keeps the office at tables that the agency has left, so nothing has to be looked through
    known = {one.pk for one in tables_of(by)} | {one.table.pk for one in offices}
    return Table.objects.filter(pk__in=known).order_by("name")


def standing(by: Member, offices: list[Office]) -> QuerySet[LegalHold]:
    """The standing holds of the member's own agency, which this officer of it may lift; the oldest first."""
    if not offices:
        return LegalHold.objects.none()
    out = Recusal.objects.filter(situation=OuterRef("situation"), member=by)
    rows = LegalHold.objects.filter(~Exists(out), lifted_at=None, agency=by.agency_id)
    return rows.select_related("situation__table", "set_by").order_by("set_at", "pk")


@verb
def place(*, by: Member, situation: Situation, reference: str) -> LegalHold:
    """Set a hold for the member's agency. `reference`: the agency's own file number for it, no name.

    Raises NotVisible for who is not an officer of this situation, RuleRefused without a reference, where one stands already,
    or where nothing is left to hold.
    """
    situation = filters.lock(situation.pk)
    if not open_to(by, offices_of(by)).filter(pk=situation.pk).exists():
        raise NotVisible(_("There is no such situation, or it is not open to you."), situation=situation)
    reference = writing.text(reference, limit=REFERENCE_LIMIT, field="reference")
    if not reference:
        raise RuleRefused(_("Give your agency's own file number for this hold."), field="reference", situation=situation)
    if LegalHold.objects.filter(situation=situation, agency=by.agency_id, lifted_at=None).exists():
        raise RuleRefused(_("Your agency holds this situation already."), field="number", situation=situation)
    if not retention.anything_sealed(situation):
        raise RuleRefused(_("Its identity is shredded: there is nothing left to hold."), field="number", situation=situation)
    made = LegalHold.objects.create(
        situation=situation, agency_id=by.agency_id, set_by=by, set_at=clock.now(), reference=reference
    )
    ledger.append(EntryKind.HOLD, by=by, situation=situation, detail={"hold": made.pk})
    return made


@verb
def lift(*, by: Member, hold: LegalHold) -> LegalHold:
    """Lift a hold of the own agency. What was due is shredded by the clerk's next round; that cannot be taken back.

    Raises NotVisible for anybody else, and when it is lifted already.
    """
    situation = filters.lock(hold.situation_id)
    row = standing(by, offices_of(by)).filter(pk=hold.pk).first()
    if row is None:
        raise NotVisible(_("There is no such hold, or it is not open to you."), situation=situation)
    row.lifted_by, row.lifted_at = by, clock.now()
    row.save(update_fields=["lifted_by", "lifted_at"])
    ledger.append(EntryKind.HOLD_LIFTED, by=by, situation=situation, detail={"hold": row.pk})
    return row
